"""A whole till on a real store, without a site: every screen and flow, worked by fingers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt

from pos_app.background.camera_feed import CameraFeed
from pos_app.background.card import CardDesk
from pos_app.background.printing import PrintService, Station
from pos_app.background.scanning import ScanRouter
from pos_app.background.sync import Sync, World
from pos_app.hardware.card_terminal_simulator import SimulatedTerminal, read_script
from pos_app.hardware.printer_devices import FilePrinter
from pos_app.hardware.printer_profile import PAPER_80
from pos_app.hardware.sounds import SoundPlayer
from pos_app.operations import orders, shifts
from pos_app.operations.desk import Desk
from pos_app.operations.printing import DEFAULT_PRINTER
from pos_app.store.cash import TenderSum
from pos_app.store.order_list import OrderFilter
from pos_app.ui.floor import Devices, Floor
from site_sync.domain.codes import ScanSettings
from site_sync.domain.documents.shift_report import ShiftFigures
from site_sync.domain.history import OrderRecord
from site_sync.domain.orders import Order
from site_sync.domain.policies import DepositPolicy, Policy
from tests.builders import NOW
from tests.desks import MARIA, PIN, Bench
from tests.screens.hand import field, key, named, press, press_in, settle, strike, type_text
from tests.screens.till import Till, open_till

DEPOSIT = Policy(deposit=DepositPolicy(minimum_percent=2_000))
"""A fifth is wanted as a deposit."""


def _now() -> datetime:
    return NOW


@dataclass
class Counter:
    """One till at work, and what can be done and seen at it."""

    till: Till
    floor: Floor
    devices: Devices
    papers: Path

    # doing

    def rest(self) -> None:
        """Until everything that was begun has ended."""
        for _ in range(2):
            self.till.rest()
            self.devices.sync.centre.settle()
        self.till.rest()

    def press(self, label: str) -> None:
        """Touch a key of the shown screen by its words."""
        press(key(self.screen, label))
        self.rest()

    def tile(self, code: str) -> None:
        """Touch a tile by its code: an action, an answer, a tender."""
        screen: Any = self.screen
        tiles = screen.tiles if hasattr(screen, "tiles") else screen.tendering.keys
        press(tiles[code])
        self.rest()

    def more(self, code: str) -> None:
        """A further function of the sale."""
        self.press("More…")
        tiles = self.screen.finder.more
        press_in(tiles, tiles.place_of(code).center())
        self.rest()

    def hit(self, code: str) -> None:
        """A row of the results."""
        results = self.screen.finder.results
        press_in(results, results.place_of(code).center())
        self.rest()

    def scan(self, *skus: str) -> None:
        """Type items into the search, each with Enter."""
        for sku in skus:
            search = self.screen.finder.search
            type_text(search, sku)
            strike(search, Qt.Key.Key_Return)
            self.rest()

    def badge(self, token: str) -> None:
        """Scan a staff badge."""
        self.devices.scans.take(token)
        self.rest()

    def customer(self) -> None:
        """Scan the member card of the one who orders."""
        self.devices.scans.take(MARIA.member_card)
        self.rest()

    def pay(self) -> None:
        """The money key of the sale."""
        strike(self.screen, Qt.Key.Key_F12)
        self.rest()

    def details(self) -> None:
        """The order's details, and on to the payment actions."""
        strike(self.screen, Qt.Key.Key_F9)
        self.rest()
        strike(self.screen, Qt.Key.Key_F12)
        self.rest()

    def order(self, *skus: str) -> None:
        """Scan items for the customer and make them a customer order; ends in the payment actions."""
        self.customer()
        self.scan(*skus)
        self.details()

    def say(self, words: str) -> None:
        """Answer a question for a few words."""
        screen: Any = self.screen
        type_text(screen.words.words.entry, words)
        self.press("OK")

    def approve(self, name: str, pin: str = PIN, reason: str = "it is right") -> None:
        """Somebody else approves with their PIN."""
        panel: Any = self.screen.approval
        press(named(panel, name))
        type_text(field(panel, "Reason"), reason)
        for digit in pin:
            press(key(panel, digit))
        self.press("Enter")

    def saved_with_deposit(self, *skus: str, tender: str = "cash") -> Order:
        """An order of these items with its least deposit taken, the sale empty again."""
        self.order(*skus)
        self.tile("pay_deposit")
        self.press("Continue")
        self.tile(tender)
        self.press("Next customer")
        return self.newest()

    def recall(self, order: Order) -> None:
        """Take a saved order back into the sale."""
        self.till.window.navigation.navigate("sale", recall=order.id)
        self.rest()

    def void(self, line: int) -> None:
        """Void a line of the sale."""
        lines = self.screen.cart.lines
        press_in(lines, lines.place_of(str(line)).center())
        self.rest()
        self.press("Qty")
        self.press("Void line")

    # seeing

    @property
    def page(self) -> str:
        """Name of the screen that is shown."""
        return self.till.window.navigation.current

    @property
    def screen(self) -> Any:
        """The screen that is shown."""
        settle()
        return self.till.window.navigation.page(self.page).widget

    @property
    def cart(self) -> Any:
        """What lies in the sale."""
        return self.till.at.sale.cart

    def ask(self, function: Any, *arguments: Any) -> Any:
        """What the store says."""
        return self.till.tasks.call(function, *arguments)

    def newest(self) -> Order:
        """The order that was saved last."""

        def look(desk: Desk) -> Order:
            rows = desk.store.lists.rows(OrderFilter(store="S01"), limit=50)
            found = [desk.store.orders.order(row.id) for row in rows]
            return max((order for order in found if order), key=lambda order: order.number)

        found = self.ask(look)
        assert isinstance(found, Order)
        return found

    def record(self, order: Order) -> OrderRecord:
        """An order as it is now, with its history."""
        found = self.ask(orders.record, order.id)
        assert isinstance(found, OrderRecord)
        return found

    def count_orders(self) -> int:
        """How many orders the till knows."""
        return len(self.ask(orders.listed, OrderFilter(store="S01")))

    def figures(self) -> ShiftFigures:
        """The open shift in numbers."""
        shift = self.till.at.shift
        assert shift is not None
        found = self.ask(shifts.figures, shift.id)
        assert isinstance(found, ShiftFigures)
        return found

    def moved(self, tender: str) -> int:
        """Minor units of a tender that came in less what went out in this shift."""
        shift = self.till.at.shift
        assert shift is not None
        sums: tuple[TenderSum, ...] = self.ask(lambda desk: desk.store.cash.sums(shift.id))
        return sum(one.amount for one in sums if one.tender == tender)

    def said(self) -> list[str]:
        """The notices on the screen."""
        return self.till.said()

    def close(self) -> None:
        """End of the test."""
        self.devices.camera.close()
        self.devices.printing.stop()
        self.till.close()


def open_counter(
    folder: Path,
    card: str = "",
    policy: Policy = DEPOSIT,
    prepare: Callable[[Bench], None] = lambda _bench: None,
    sounds: SoundPlayer | None = None,
) -> Counter:
    """A till with the small shop; the simulated terminal follows the script and answers at once."""

    def prepared(bench: Bench) -> None:
        bench.set_policy(policy)
        prepare(bench)

    till = open_till(folder / "till", prepared)
    sync = Sync(till.tasks, World(_now, lambda: 0.5, lambda: "nonce"), folder, "1")
    jobs = till.tasks.call(lambda desk: desk.store.print_jobs)
    papers = folder / "papers.bin"
    printing = PrintService(jobs, till.tasks.submit, _now, back_off=(30.0,))
    printing.start((Station(DEFAULT_PRINTER, FilePrinter(PAPER_80, papers)),))
    ticks = [0.0]

    def later() -> float:
        ticks[0] += 1.0
        return ticks[0]

    scans = ScanRouter(ScanSettings(member_prefixes=("MC-",)), later)
    camera = CameraFeed(lambda: 0.0)
    terminal = SimulatedTerminal(read_script(card), _now, folder / "terminal.json")
    desk = CardDesk(terminal)
    for owned in (sync, printing, scans, camera, desk):
        owned.setParent(till.window)
    devices = Devices(sync, scans, camera, printing, desk, sounds=sounds)
    floor = Floor(till.at, devices)
    floor.start()
    return Counter(till, floor, devices, papers)
