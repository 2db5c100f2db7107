"""The till itself: its shift, its state and its first start."""

from __future__ import annotations

from pos_app.operations.denominations import pieces
from pos_app.ui.screens.set_up import SetUpScreen, Step
from pos_app.ui.screens.shift import FigureRow, ShiftScreen, ShiftView, TenderRow
from pos_app.ui.screens.status import StatusPart, StatusScreen
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
    screen.cash.show_reasons(
        {"in": ("Change from the bank",), "out": ("To the bank", "To the safe"), "drawer": ()}
    )
    screen.show_shift(OPEN, pieces("EUR"))
    return screen


def shift_cash() -> ShiftScreen:
    """Cash is taken to the safe."""
    screen = shift()
    screen.choose("cash")
    screen.cash.ways.key("out").click()
    screen.cash.reason_keys["To the safe"].click()
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


PARTS = (
    StatusPart(
        "sync",
        "Agreement with the site",
        "Offline",
        "warn",
        (
            ("Why", "The site does not answer"),
            ("Last contact", "today 14:12"),
            ("Waiting to be sent", "3"),
            ("Epoch", "9f31c2aa"),
        ),
        (("now", "Try now"),),
    ),
    StatusPart(
        "printer:receipt",
        "Printer receipt",
        "Out of paper",
        "bad",
        (("Waiting", "2"), ("Failed", "0"), ("Last", "Order S01-02-000318-4")),
        (("test", "Test page"), ("reprint", "Reprint last"), ("move:label", "Move to label")),
    ),
    StatusPart(
        "printer:label",
        "Printer label",
        "Ready",
        "ok",
        (("Waiting", "0"), ("Failed", "0"), ("Last", "Collect slip S01-02-000311-5")),
        (("test", "Test page"), ("reprint", "Reprint last")),
    ),
    StatusPart(
        "scanner",
        "Scanner",
        "Ready",
        "ok",
        (
            ("Last scan", "Item · 5701234567899"),
            ("When", "today 14:31"),
            ("Scans since the start", "214"),
            ("Unknown codes", "2"),
        ),
    ),
    StatusPart("camera", "Camera", "Off", "quiet", (("Note", "It is on while collecting"),)),
)
PAPERS = {
    "58": "58 mm",
    "80": "80 mm",
    "80-42": "80 mm, 42 characters",
    "epson-58": "Epson 58 mm",
    "epson-80": "Epson 80 mm",
    "epson-80-42": "Epson 80 mm, 42",
}


def status() -> StatusScreen:
    """Offline for a while, and a printer without paper."""
    screen = StatusScreen()
    screen.show_parts(PARTS)
    return screen


def set_up() -> SetUpScreen:
    """The first start; the first code typed was wrong."""
    screen = SetUpScreen()
    screen.printer.offer(PAPERS, "/srv/papers")
    screen.site.fill("https://handover.example.org", "K7QM-2FXA")
    screen.site.show_form("That code is wrong, used or too old. Make a new one in Site Manager.")
    return screen


def set_up_joining() -> SetUpScreen:
    """The site let the till in."""
    screen = set_up()
    screen.site.show_progress(
        [("Let in as till 02 of S01", "done"), ("Loading items, customers and orders…", "now")]
    )
    return screen


def set_up_printer() -> SetUpScreen:
    """A network printer that does not answer."""
    screen = set_up()
    screen.show_step(Step.PRINTER)
    screen.printer.place.set_text("192.168.1.50")
    screen.printer.show_result("Not printed: Not reachable.", "bad")
    return screen


def set_up_camera() -> SetUpScreen:
    """The first camera, waiting for its picture."""
    screen = set_up()
    screen.show_step(Step.CAMERA)
    screen.camera.sources.row("0").click()
    screen.camera.show_state("The camera works. Show it a code.", tone="ok")
    return screen


def set_up_card() -> SetUpScreen:
    """A Stripe reader that was just tested."""
    screen = set_up()
    screen.show_step(Step.CARD)
    screen.card.show_address("stripe:tmr_FDOt2wlRZEdpd7")
    screen.card.show_result("Counter 1: Reader online", "ok")
    return screen


def set_up_scanner() -> SetUpScreen:
    """Three scans."""
    screen = set_up()
    screen.show_step(Step.SCANNER)
    screen.scanner.show_scan("Unknown", "HELLO-42", known=False)
    screen.scanner.show_scan("Member card", "4471", known=True)
    screen.scanner.show_scan("Item", "5701234567899", known=True)
    return screen
