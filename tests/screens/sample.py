"""A believable shop on one day, for pictures and tests of the screens."""

from __future__ import annotations

from pos_app.ui.screens.sale import SaleCustomer, SaleLineView, SaleOrder, SaleScreen, SaleTotals, SearchHit
from pos_app.ui.screens.sign_in import SignInScreen, StaffTile
from pos_app.ui.widgets.tile_grid import Tile
from site_sync.domain.money import Money


def eur(minor: int) -> Money:
    """An amount in euro cents."""
    return Money(minor, "EUR")


STAFF = (
    StaffTile("anna", "Anna Kjær", "Cashier"),
    StaffTile("jon", "Jon Petersen", "Collect counter"),
    StaffTile("mia", "Mia Lund", "Picker"),
    StaffTile("ole", "Ole Brandt", "Supervisor"),
    StaffTile("sara", "Sara Holm", "Store manager"),
    StaffTile("tim", "Tim Winther", "Cashier"),
)

CUSTOMER = SaleCustomer("Maria Jensen", "Member 4471 · 2 open orders", "2 orders")

LINES = (
    SaleLineView("1", "Trail jacket, blue M", 1, eur(12900), eur(12900), detail="7 in store · 3 reserved"),
    SaleLineView("2", "Merino socks 39–42", 2, eur(1800), eur(3600), detail="24 in store"),
    SaleLineView(
        "3",
        "Head torch 400 lm",
        1,
        eur(4990),
        eur(4990),
        detail="0 here · 5 at S03 Airport",
        detail_tone="warn",
    ),
)

TOTALS = SaleTotals(tax=eur(4298), total=eur(21490))

CATEGORIES = (
    ("favourites", "Favourites"),
    ("jackets", "Jackets"),
    ("footwear", "Footwear"),
    ("camp", "Camp"),
    ("lights", "Lights"),
    ("service", "Service"),
)

ITEMS = (
    Tile("j1", "Trail jacket, blue", "129.00", icon="shirt", count="1"),
    Tile("j2", "Trail jacket, red", "129.00", icon="shirt"),
    Tile("s1", "Merino socks", "18.00", icon="footprints", count="2"),
    Tile("l1", "Head torch 400 lm", "49.90", icon="flashlight", count="1"),
    Tile("g1", "Gas 230 g", "7.50", icon="flame"),
    Tile("b1", "Steel bottle 0.75", "24.00", icon="droplet"),
    Tile("t1", "Tent pegs ×10", "12.00", icon="tent"),
    Tile("d1", "Dry bag 20 l", "22.00", icon="backpack"),
    Tile("w1", "Wax 125 ml", "9.90", icon="droplet"),
    Tile("gc", "Gift card", "open amount", icon="gift"),
    Tile("x1", "Laces", "4.50", icon="footprints"),
    Tile("m1", "Map 1:50 000", "14.90", icon="map"),
    Tile("r1", "Boot repair", "from 25.00", icon="wrench"),
    Tile("r2", "Ski service", "39.00", icon="snowflake"),
    Tile("cb", "Carrier bag", "0.50", icon="shopping-bag"),
)

HITS = (
    SearchHit("item", "l1", "Head torch 400 lm", "0 here · 5 at S03 Airport", "warn", eur(4990)),
    SearchHit("item", "l2", "Head torch 200 lm", "11 in store", amount=eur(2990)),
    SearchHit("item", "l3", "Head band for torch", "3 in store", amount=eur(690)),
    SearchHit("customer", "c7", "Tor Chandler", "+45 20 33 18 90 · member 5120", badge="Customer"),
    SearchHit(
        "order",
        "o1",
        "S01-02-000311-5",
        "Maria Jensen · head torch, 2 more",
        badge="To collect",
        badge_tone="ok",
    ),
)

WAITING = {
    "pick": "4 waiting · oldest 18 min",
    "put_back": "2 waiting",
    "quotes": "6 open",
}


def sign_in() -> SignInScreen:
    """The sign-in with the staff of a store."""
    screen = SignInScreen()
    screen.show_place("S01 Harbour Street", "Till 2")
    screen.show_staff(STAFF)
    return screen


def sale() -> SaleScreen:
    """A sale of three lines for a member."""
    screen = SaleScreen()
    screen.show_customer(CUSTOMER)
    screen.show_lines(LINES, "2")
    screen.show_totals(TOTALS)
    screen.show_functions(WAITING)
    screen.show_categories(CATEGORIES)
    screen.show_items(ITEMS)
    return screen


def sale_with_order() -> SaleScreen:
    """A recalled customer order with a deposit."""
    screen = sale()
    screen.show_order(SaleOrder("S01-02-000318-4", "collect at S03 Airport", "To pick", "info"))
    screen.show_totals(SaleTotals(tax=eur(4298), total=eur(21490), paid=eur(4298), left=eur(17192)))
    return screen


def sale_searching() -> SaleScreen:
    """A search with hits of every kind."""
    screen = sale()
    screen.finder.search.setText("tor")
    screen.show_hits(HITS)
    return screen


def sale_editing() -> SaleScreen:
    """The quantity of a line."""
    screen = sale()
    screen.cart.quantity_key.click()
    return screen
