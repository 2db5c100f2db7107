"""The till itself: its shift, its state and its first start."""

from __future__ import annotations

from pos_app.operations.denominations import pieces
from pos_app.ui.screens.shift import FigureRow, ShiftScreen, ShiftView, TenderRow
from tests.screens.sample import eur

TURNOVER = (
    FigureRow("Sales", eur(184320), "41 ×"),
    FigureRow("Returns", eur(4990), "1 ×"),
    FigureRow("Collections", eur(61240), "9 ×"),
    FigureRow("Deposits and payments on orders", eur(32610), "7 ×"),
    FigureRow("Paid back on orders", eur(4298), "1 ×"),
)
TENDERS = (
    TenderRow("Card", eur(151230), eur(4990)),
    TenderRow("Cash", eur(61410), eur(4298)),
    TenderRow("Gift card", eur(4290), eur(0)),
)
DRAWER = (
    FigureRow("Float at opening", eur(20000)),
    FigureRow("Cash taken, after change", eur(61410)),
    FigureRow("Cash paid back", eur(-4298)),
    FigureRow("Cash in", eur(5000)),
    FigureRow("Cash out", eur(-40000)),
)
OPEN = ShiftView("X report", "Opened today 08:02 by Anna Kjær", TURNOVER, TENDERS, DRAWER, eur(42112))
CLOSED = ShiftView(
    "Z report",
    "Closed today 20:11 by Anna Kjær",
    TURNOVER,
    TENDERS,
    DRAWER,
    eur(42112),
    counted=eur(42062),
)
COUNTED = {5000: 4, 2000: 7, 1000: 5, 500: 4, 200: 3, 100: 3, 50: 2, 10: 6, 2: 1}
APPROVERS = (("ole", "Ole Brandt", "Supervisor"), ("sara", "Sara Holm", "Store manager"))


def shift() -> ShiftScreen:
    """The X report."""
    screen = ShiftScreen()
    screen.show_shift(OPEN, pieces("EUR"))
    return screen


def shift_cash() -> ShiftScreen:
    """Cash is taken to the safe."""
    screen = shift()
    screen.choose("cash")
    screen.cash.ways.key("out").click()
    screen.cash.reason_keys["safe"].click()
    screen.cash.amount.set_text("400")
    screen.cash.amount.changed.emit("400")
    return screen


def shift_count() -> ShiftScreen:
    """The drawer is counted."""
    screen = shift()
    screen.choose("count")
    grid = screen.count.grid
    for place, piece in enumerate(pieces("EUR")):
        grid.choose(place)
        for digit in str(COUNTED.get(piece.amount, "")):
            grid.type_digit(digit)
    grid.choose(8)
    return screen


def shift_compare() -> ShiftScreen:
    """The count is compared with the till."""
    screen = shift_count()
    screen.count.compare.click()
    return screen


def shift_approval() -> ShiftScreen:
    """Somebody must approve cash out."""
    screen = shift_cash()
    screen.ask_approval("Cash in or out", APPROVERS, reason=True)
    return screen


def shift_closed() -> ShiftScreen:
    """The Z report."""
    screen = ShiftScreen()
    screen.show_closed(CLOSED)
    return screen
