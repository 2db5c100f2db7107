"""Orders on the floor: the list, picking, collecting and putting back on a believable day."""

from __future__ import annotations

from dataclasses import replace

from pos_app.ui.screens.collect import CollectScreen
from pos_app.ui.screens.orders import OrdersScreen
from pos_app.ui.screens.pick import BagToPlace, Choice, PickLine, PickScreen
from pos_app.ui.screens.put_back import PutBackRow, PutBackScreen
from pos_app.ui.widgets.cart_list import CartRow
from pos_app.ui.widgets.collect_parts import BagView, CollectView, FoundOrder
from pos_app.ui.widgets.order_panel import DetailLine, OrderDetails
from pos_app.ui.widgets.order_table import OrderRow
from pos_app.ui.widgets.quantity_row import QuantityLine
from tests.screens.sample import eur

TABS: dict[str, int | None] = {"to_pick": 4, "to_collect": 12, "to_put_back": 2, "quotes": 6, "problems": 1}

ROWS = (
    OrderRow(
        "o1", "S01-02-000311-5", "Web shop · shelf B3", "Maria Jensen", "2 bags · +45 20 11 43 07",
        "today 18:00", "ink", eur(4990), "Here now", "ok",
    ),
    OrderRow(
        "o2", "S01-01-000874-1", "Till 1 · shelf A1", "Ole Brandt", "1 bag",
        "today 20:00", "ink", eur(0), "Paid", "info",
    ),
    OrderRow(
        "o3", "W-100482-9", "Web shop · shelf C2", "Ines Ferreira", "1 bag · 1 line short",
        "tomorrow 10:00", "warn", eur(12800), "Reminded", "warn",
    ),
    OrderRow(
        "o4", "W-100477-3", "Web shop · shelf C1", "Annemette Kjærgaard-Holm", "3 bags",
        "Wed 25 Nov 18:00", "ink", eur(121490), "Not paid", "quiet",
    ),
)  # fmt: skip

DETAILS = OrderDetails(
    "o1",
    "S01-02-000311-5",
    "To collect",
    "ok",
    "Web shop #20871 · ordered 21 Nov 09:12",
    (
        DetailLine("1", "Trail jacket, blue M", "picked", "ok"),
        DetailLine("2", "Merino socks 39–42", "picked", "ok"),
        DetailLine("1", "Head torch 400 lm", "short", "warn"),
    ),
    eur(11510),
    eur(4990),
    (
        "09:12 ordered on the web, 4 reserved",
        "10:40 picked by Jon P., 1 short",
        "10:41 message sent",
        "14:30 customer is here",
    ),
    ("Collect here · by today 18:00", "2 bags on shelf B3"),
    sync="At the centre",
    main=("collect", "Collect"),
    acts=(("recall", "Recall to sale"), ("copy", "Print")),
)

PICK = PickLine(
    "o1:1", "Trail jacket, blue M", "JKT-TRAIL-BL-M", "A12-3", "1", "2", "S01-02-000311-5", 1,
    "jacket", "#2b5f9e", "Size M, not S",
)  # fmt: skip

WALK = (
    CartRow("o1:1", "0/2", "Trail jacket, blue M", "A12-3 · S01-02-000311-5"),
    CartRow("o1:2", "0/1", "Head torch 400 lm", "B1-4 · S01-02-000311-5"),
    CartRow("o3:1", "2/2", "Merino socks 39–42", "B2-1 · W-100482-9", badge="done", badge_tone="ok"),
)

BAGS = (
    BagToPlace("o1", 1, "S01-02-000311-5 · bag 1 of 2 · Maria Jensen", "B3"),
    BagToPlace("o1", 2, "S01-02-000311-5 · bag 2 of 2 · Maria Jensen", "B3"),
)
SHELVES = ("A1", "A2", "A3", "A4", "B1", "B2", "B3", "B4", "C1", "C2")

COLLECT = CollectView(
    "Maria Jensen",
    "Code verified",
    "ok",
    "Her own order · no identity check needed",
    "collect by today 18:00",
    "ink-2",
    (BagView("BG1.o1.1", "B3", "Bag 1 of 2", True), BagView("BG1.o1.2", "B3", "Bag 2 of 2 — scan it", False)),
    (
        QuantityLine(1, "1", "1", "Trail jacket, blue M", eur(12900)),
        QuantityLine(2, "2", "2", "Merino socks 39–42", eur(3600)),
        QuantityLine(3, "0", "1", "Head torch 400 lm — short, not charged", eur(0), False),
    ),
    "Goods 165.00 · paid online 115.10",
    eur(4990),
    "Take 49.90 and hand over",
)

FOUND = (
    FoundOrder("o1", "Maria Jensen", "S01-02-000311-5 · to collect", "49.90"),
    FoundOrder("o2", "Ole Brandt", "S01-01-000874-1 · to collect", "0.00"),
)
HERE = (
    FoundOrder("o1", "Maria Jensen", "Here for 2 min · shelf B3", "49.90"),
    FoundOrder("o2", "Ole Brandt", "On the way · shelf A1", "0.00"),
)
CHECKS = (
    ("member_card", "Member card", "its number is compared"),
    ("document", "Identity document", "name seen, nothing is stored"),
    ("order_mail", "Order e-mail on the phone", "the order number on it is compared"),
    ("known", "Known in person", "your name stands for it"),
)

PUT_BACK = (
    PutBackRow(
        "o5:1", "W-100466-1", "Tor Chandler", "Trail jacket, blue M", "1", "C2", "A12-3", "expired", "o5"
    ),
    PutBackRow("o5:2", "W-100466-1", "Tor Chandler", "Gas 230 g", "4", "C2", "D3-1", "expired", "o5"),
    PutBackRow(
        "o6:1", "S01-01-000861-9", "Ines Ferreira", "Dry bag 20 l", "1", "A4", "D1-2", "cancelled", "o6"
    ),
)


def orders() -> OrdersScreen:
    """The orders to collect, two of them ticked."""
    screen = OrdersScreen()
    screen.show_tabs(TABS)
    screen.choose_tab("to_collect")
    screen.show_rows(ROWS)
    screen.table.orders.tick("o1", ticked=True)
    screen.table.orders.tick("o2", ticked=True)
    screen.table.choose("o1")
    screen.show_order(DETAILS)
    return screen


def pick_queue() -> PickScreen:
    """What waits to be picked."""
    screen = PickScreen()
    screen.show_queue(ROWS)
    return screen


def pick_walk() -> PickScreen:
    """One walk, just after a wrong scan."""
    screen = PickScreen()
    screen.show_walk(PICK, WALK, "2 of 5 found · 2 orders")
    screen.show_refusal("Wrong item: Steel bottle 0.75 is not in this walk.")
    return screen


def pick_short() -> PickScreen:
    """An item that is not where it should be."""
    screen = PickScreen()
    screen.show_choices(
        "Head torch 400 lm is not there",
        [
            Choice("drop", "Leave it out", "1 is not charged; the customer is told"),
            Choice("other:S03", "From S03 Airport", "5 there; comes by transfer"),
            Choice("ship_later", "Ship later", "this order is collected, not shipped", enabled=False),
            Choice("back", "Keep looking", "nothing is changed"),
        ],
    )
    return screen


def pick_bags() -> PickScreen:
    """Packed bags and their shelves."""
    screen = PickScreen()
    screen.show_bags(BAGS, SHELVES, ["1 × Head torch 400 lm is short and will not be charged."])
    return screen


def collect() -> CollectScreen:
    """A code was read and the order is fetched."""
    screen = CollectScreen()
    screen.reader.show_state("read", "Code read: S01-02-000311-5")
    screen.show_order(COLLECT)
    return screen


def collect_part() -> CollectScreen:
    """Part of an order, while another customer is searched."""
    screen = CollectScreen()
    screen.show_order(replace(COLLECT, editing=True, warning="Bag 2 has not been scanned yet."))
    screen.reader.open_search()
    screen.reader.show_state("waiting", "Ready to read")
    screen.reader.show_matches(FOUND)
    return screen


def collect_signing() -> CollectScreen:
    """Before the goods leave, the customer signs."""
    screen = collect()
    screen.show_signing("Maria Jensen signs for S01-02-000311-5. The signature is kept with the order.")
    return screen


def collect_waiting() -> CollectScreen:
    """Nobody is served; two are here."""
    screen = CollectScreen()
    screen.show_waiting(HERE)
    screen.reader.show_state("waiting", "Ready to read")
    return screen


def collect_identity() -> CollectScreen:
    """A customer without a code."""
    screen = CollectScreen()
    screen.reader.show_state("waiting", "Ready to read")
    screen.show_choices(
        "Who is collecting?",
        "Maria Jensen has no code here. What did you check? It is recorded with the order.",
        CHECKS,
    )
    return screen


def put_back() -> PutBackScreen:
    """What nobody fetched."""
    screen = PutBackScreen()
    screen.show_rows(PUT_BACK)
    return screen
