"""How long from the first key of a scanner's burst until its line is painted in the sale."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from pos_app.assembly import TillProgram
from pos_app.operations import selling
from pos_app.operations.desk import Desk
from pos_app.ui.screens.sale.screen import SaleScreen
from pos_app.ui.widgets.cart_list import CartList
from site_sync.domain.catalogue import ItemKind
from tests.bench.demo_till import OFFSCREEN, PATIENCE, open_till, sign_in, until
from tests.bench.figures import Figure, percentile

SCANS, WARM, LINES = 120, 8, 12
LIMIT_MS = 30.0


class Watch(QObject):
    """Sees how many lines a list had when it was last painted."""

    def __init__(self, lines: CartList) -> None:
        super().__init__()
        self._lines = lines
        self.painted = 0
        lines.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Look and let pass."""
        if event.type() == QEvent.Type.Paint:
            self.painted = len(self._lines.rows())
        return False


def codes_of(desk: Desk) -> list[str]:
    """Bar codes of goods that are sold by the piece, whose line asks for nothing more."""
    found = [desk.store.catalogue.in_category(category.code) for category in selling.categories(desk)]
    items = {item.sku: item for group in found for item in group if item.kind is ItemKind.GOODS}.values()
    return [item.barcodes[0] for item in items if item.barcodes and item.unit.decimals == 0]


def scan(app: QApplication, screen: SaleScreen, watch: Watch, code: str) -> float:
    """Milliseconds until the new line is on the (offscreen) screen."""
    wanted, receiver = len(screen.cart.lines.rows()) + 1, app.focusWidget() or screen
    begun = perf_counter()
    QTest.keyClicks(receiver, code)
    QTest.keyClick(receiver, Qt.Key.Key_Return)
    while watch.painted != wanted:
        app.processEvents()
        if perf_counter() > begun + PATIENCE:
            raise TimeoutError(f"{code} was scanned and never shown")
    return 1000 * (perf_counter() - begun)


def _settle(app: QApplication, program: TillProgram) -> None:
    """Let the till finish and paint what was asked for before."""
    for _ in range(3):
        program.tasks.call(lambda _desk: None)
        app.processEvents()


def clear(app: QApplication, screen: SaleScreen) -> None:
    """Void the sale."""
    screen.more_chosen.emit("void_sale")
    until(app, lambda: not screen.cart.lines.rows(), "the sale is empty")


def measure(app: QApplication, program: TillProgram) -> list[float]:
    """Scan items into sales of some lines each."""
    sign_in(app, program)
    screen = program.window.navigation.page("sale").widget
    if not isinstance(screen, SaleScreen):
        raise TypeError("the sale is shown by another screen")
    codes, watch, times = program.tasks.call(codes_of), Watch(screen.cart.lines), []
    for number in range(WARM + SCANS):
        if number % LINES == 0:
            clear(app, screen)
        _settle(app, program)
        times.append(scan(app, screen, watch, codes[number % len(codes)]))
    return times[WARM:]


def run() -> list[Figure]:
    """In a process of its own, as it is the till."""
    with tempfile.TemporaryDirectory() as name:
        words = [sys.executable, "-m", "tests.bench.scan_to_line", name]
        said = subprocess.run(words, env=OFFSCREEN, check=True, stdout=subprocess.PIPE, timeout=120).stdout
    times = json.loads(said)
    note = f"{len(times)} scans into sales of {LINES} lines"
    return [
        Figure("till: scan to painted line, p95", percentile(times, 0.95), LIMIT_MS, "ms", 1.0, note=note)
    ]


def main() -> None:
    """`scan_to_line FOLDER`: prints the times as JSON."""
    with open_till(Path(sys.argv[1])) as (app, program):
        print(json.dumps(measure(app, program)))


if __name__ == "__main__":
    main()
