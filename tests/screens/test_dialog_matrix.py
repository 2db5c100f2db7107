"""Every cell of the payment-action dialog by clicks: read off the screen, pressed, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from pos_app.operations.desk import Acting, Desk
from pos_app.ui import theme
from pos_app.ui.wording import money, say
from site_sync.domain.actions_values import ActionCode
from site_sync.domain.orders import Bucket, Order, OrderKind
from site_sync.domain.totals import paid, totals
from tests.desks import BOSS, CASHIER, PIN, SKUS, Bench
from tests.operations.dialog_cases import CASES, InSale, euro, prepare
from tests.operations.dialog_matrix import MATRIX, Cell, cells, context_of
from tests.screens.counter import Counter, open_counter
from tests.screens.hand import field, key, named, press, settle, type_text

_A = ActionCode
MAKE = {make.__name__: make for make in CASES}


def _what(cell: Cell) -> tuple[object, ...]:
    """What a cell does, whatever its amount."""
    return cell.code, cell.stock, cell.papers, cell.message, cell.rights, cell.now > 0


ROWS = [
    (case, cell)
    for case in MATRIX
    for cell in cells(case)
    if cell.enabled
    and (context_of(case) == case or _what(cell) not in {_what(one) for one in cells(context_of(case))})
]
"""Every cell that can be chosen; of the variants of a column those that do something else than the column."""

AT_THE_FOOT = {
    _A.CHANGE_DETAILS: "details_key",
    _A.DISCARD_ORDER: "discard_key",
    _A.DISCARD_CHANGES: "discard_key",
}
WITHOUT_AMOUNT = {_A.PRINT, _A.EXTEND, _A.CANCEL_ORDER, _A.KEEP_AS_CREDIT}
PICK_UPS = {_A.CONTINUE_TO_PAYMENT, _A.PICK_UP_SELECTED, _A.PICK_UP_ALL}


@dataclass(frozen=True, slots=True)
class State:
    """What the till knew before an action: the order in the sale, every order, every paper queued."""

    order: Order | None
    orders: frozenset[str]
    jobs: int


@pytest.fixture(scope="module")
def counter(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    """One till for the whole table; a cashier works at it."""
    theme.apply(qapp, theme.load_look(moving=False))

    def stocked(bench: Bench) -> None:
        prepare(bench)
        for sku in SKUS:
            bench.put_on_shelf(sku, "S01", 2_000)

    counter = open_counter(tmp_path_factory.mktemp("matrix"), prepare=stocked)
    counter.till.sign_in(CASHIER)
    yield counter
    counter.close()


def opened(counter: Counter, case: str) -> InSale:
    """The case in the sale, and the dialog over it by the money key."""
    at = counter.till.at
    at.sign_in(CASHIER, at.shift)
    at.sale.clear()
    sale = counter.ask(MAKE[case], Acting(BOSS, at.shift.id if at.shift else ""))
    assert isinstance(sale, InSale)
    if sale.recalled is not None:
        at.sale.take_up(sale.recalled, sale.details)
    at.sale.cart, at.sale.details = sale.cart, sale.details
    counter.till.window.navigation.home("sale")
    counter.till.rest()
    counter.pay()
    assert counter.page == "payment_actions"
    return sale


def widget(counter: Counter, code: ActionCode) -> Any:
    """The tile of an action, or its key at the foot."""
    screen = counter.screen
    return getattr(screen, AT_THE_FOOT[code]) if code in AT_THE_FOOT else screen.tiles[code.value]


def seen(desk: Desk, sale: InSale) -> State:
    """How things stand before the action."""
    raw = desk.store.file.raw
    ids = frozenset(str(row[0]) for row in raw.execute("SELECT id FROM orders_now"))
    jobs = raw.execute("SELECT count(*) FROM print_jobs").fetchone()[0]
    return State(desk.store.orders.order(sale.cart.base.id) if sale.cart.base else None, ids, jobs)


def ended(desk: Desk, before: State) -> tuple[Order | None, tuple[str, ...]]:
    """The order afterwards (None: there is none) and the papers that were queued."""
    raw = desk.store.file.raw
    query = "SELECT document FROM print_jobs ORDER BY rowid LIMIT -1 OFFSET ?"
    papers = tuple(str(json.loads(row[0])["kind"]) for row in raw.execute(query, (before.jobs,)))
    made = {str(row[0]) for row in raw.execute("SELECT id FROM orders_now")} - before.orders
    assert len(made) <= (before.order is None)
    order_id = before.order.id if before.order else next(iter(made), "")
    return desk.store.orders.order(order_id), papers


@pytest.mark.parametrize("case", MATRIX)
def test_the_screen_shows_the_cells_of_the_table(counter: Counter, case: str) -> None:
    opened(counter, case)
    screen, wanted = counter.screen, cells(case)
    at_foot = [cell.code for cell in wanted if cell.code in AT_THE_FOOT]
    assert list(screen.tiles) == [cell.code.value for cell in wanted if cell.code not in at_foot]
    assert screen.details_key.isVisible() == (_A.CHANGE_DETAILS in at_foot)
    assert screen.discard_key.isVisible() == (len(set(at_foot) - {_A.CHANGE_DETAILS}) > 0)
    for cell in wanted:
        shown = widget(counter, cell.code)
        assert shown.isEnabled() == cell.enabled
        if cell.code in AT_THE_FOOT:
            continue
        assert_tile(counter, cell)


def assert_tile(counter: Counter, cell: Cell) -> None:
    """Amount, reason, lock and the sentences of one tile."""
    screen = counter.screen
    tile = screen.tiles[cell.code.value]
    if not cell.enabled:
        assert tile.accessibleDescription() == say(f"refusal.{cell.state}")
        return
    locked = bool(set(cell.rights) - CASHIER.rights)
    assert tile.accessibleName().endswith(f", {money(euro(cell.now))}") == (cell.code not in WITHOUT_AMOUNT)
    assert (tile.accessibleDescription() == say("action.needs_supervisor")) == locked
    screen.tiles[cell.code.value].looked_at.emit()
    settle()
    told = screen.effects()
    for kind, items in cell.stock:
        assert say(f"effect.{EFFECTS[kind]}", items=items, count=items, store="S01 Harbour") in told
    for paper in cell.papers:
        assert say("effect.prints", document=say(f"document.{paper}")) in told
    sent = say("effect.sends", name="Maria", message=say(f"message.{cell.message}")) if cell.message else ""
    assert [line for line in told if line.startswith("Sends")] == ([sent] if sent else [])


EFFECTS = {"reserve": "reserves", "release": "releases", "hand_over": "hands_over", "put_back": "puts_back"}


@pytest.mark.parametrize(("case", "cell"), ROWS, ids=[f"{case}-{cell.code}" for case, cell in ROWS])
def test_each_action_does_what_it_said(counter: Counter, case: str, cell: Cell) -> None:
    sale = opened(counter, case)
    before = counter.ask(seen, sale)
    press(widget(counter, cell.code))
    counter.rest()
    if set(cell.rights) - CASHIER.rights:
        approve(counter)
    go_on(counter, case, cell)
    after, papers = counter.ask(ended, before)
    if cell.code in AT_THE_FOOT:
        assert (after, papers) == (before.order, ())
        return
    assert counter.page == ("payment_actions" if cell.code is _A.PRINT else "sale")
    if chooses_lines(case, cell):
        assert papers == ("sales_receipt",)
    else:
        assert papers == cell.papers
        assert after is not None
        assert moved(before.order, after) == dict(cell.stock)
        assert_money(case, cell, before.order, after)
    assert_kept(cell, before.order, after)


def chooses_lines(case: str, cell: Cell) -> bool:
    """Whether lines are still to be chosen for this pick-up."""
    return cell.code is _A.PICK_UP_SELECTED and case != "marked"


def approve(counter: Counter) -> None:
    """The boss lends the right in place."""
    panel = counter.screen.approval
    assert counter.screen.approving
    press(named(panel, BOSS.name))
    type_text(field(panel, "Reason"), "regular customer")
    for digit in PIN:
        press(key(panel, digit))
    counter.press("Enter")


def go_on(counter: Counter, case: str, cell: Cell) -> None:
    """Answer what the action asks, take or give the money it named."""
    if cell.code is _A.CHANGE_DETAILS:
        assert counter.page == "order_details"
    elif cell.code in AT_THE_FOOT:
        assert counter.page == "sale"
        assert counter.cart.lines == ()
    elif cell.code in (_A.PAY_DEPOSIT, _A.CONVERT_QUOTE) and cell.now:
        assert counter.screen.amount.amount.text() == money(euro(cell.now))
        counter.press("Continue")
    elif chooses_lines(case, cell):
        counter.press("Everything")
        counter.press("Pick up")
        counter.rest()
    elif cell.code is _A.CANCEL_ORDER:
        cancel(counter, case)
    if counter.page in ("payment", "pay_back"):
        settle_up(counter, case, cell)


def cancel(counter: Counter, case: str) -> None:
    """All of it, the money stays for now, because the customer changed their mind."""
    if case.startswith("some_voided"):
        counter.tile("whole")
    if counter.page == "choices":
        counter.tile("leave")
    counter.press("Customer changed their mind")


def settle_up(counter: Counter, case: str, cell: Cell) -> None:
    """The amount on the payment screen is the one of the tile; it is paid in cash."""
    assert counter.page == ("payment" if cell.now >= 0 else "pay_back")
    before = counter.moved("cash")
    counter.tile("cash")
    counter.press("Next customer")
    if not chooses_lines(case, cell):
        assert counter.moved("cash") - before == cell.now


def _units(order: Order | None, bucket: Bucket) -> int:
    return sum(line.quantities.held(bucket) for line in order.lines) if order else 0


def _reserved(order: Order | None) -> int:
    if order is None or order.kind is OrderKind.QUOTE:
        return 0
    return sum(line.quantities.reserved for line in order.lines)


def moved(before: Order | None, after: Order) -> dict[str, int]:
    """What really became of the goods, in the words of the table."""
    handed = _units(after, Bucket.COLLECTED) - _units(before, Bucket.COLLECTED)
    from_stock = handed if _reserved(before) else 0
    net = _reserved(after) - _reserved(before) + from_stock
    moves = {
        "reserve": max(0, net),
        "release": max(0, -net),
        "hand_over": handed,
        "put_back": _units(after, Bucket.TO_PUT_BACK) - _units(before, Bucket.TO_PUT_BACK),
    }
    return {kind: items for kind, items in moves.items() if items > 0}


def assert_money(case: str, cell: Cell, before: Order | None, after: Order) -> None:
    """What was paid and what is left are what the tile said."""
    came_in = paid(after) - (paid(before) if before else 0)
    if cell.code is _A.KEEP_AS_CREDIT:
        assert came_in == -(paid(before) - (totals(after).total.amount) if before else 0)
    else:
        assert came_in == cell.now
    if cell.code not in (_A.CANCEL_ORDER, _A.PRINT, _A.EXTEND):
        assert totals(after).balance.amount == cell.left


def assert_kept(cell: Cell, before: Order | None, after: Order | None) -> None:
    """The kind of order it became, and what only this action does."""
    assert after is not None
    quote = cell.code is _A.SAVE_AS_QUOTE or (
        before is not None
        and before.kind is OrderKind.QUOTE
        and cell.code not in PICK_UPS | {_A.CONVERT_QUOTE}
    )
    if before is not None or cell.code in (_A.SAVE_AS_QUOTE, _A.CONVERT_QUOTE):
        assert (after.kind is OrderKind.QUOTE) == quote
    if cell.code is _A.CANCEL_ORDER or cell.message == "cancelled":
        assert after.cancelled_at is not None
    if cell.code is _A.EXTEND and before is not None:
        assert (after.expires_at, after.collect_by) > (before.expires_at, before.collect_by)
    if cell.code is _A.PRINT:
        assert after == before
