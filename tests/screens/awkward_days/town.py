"""Three tills at one store and one at another, each a window with its own drawer, and the site they share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from pydantic import SecretStr
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QAbstractButton

from pos_app.background.camera_feed import CameraFeed
from pos_app.background.card import CardDesk
from pos_app.background.printing import PrintService, Station
from pos_app.background.scanning import ScanRouter
from pos_app.background.sync import Sync, World
from pos_app.background.tasks import Tasks
from pos_app.hardware.card_terminal_simulator import SimulatedTerminal, read_script
from pos_app.hardware.printer_devices import FilePrinter
from pos_app.hardware.printer_profile import PAPER_80
from pos_app.operations import shifts
from pos_app.operations.desk import Acting, Desk
from pos_app.operations.printing import DEFAULT_PRINTER
from pos_app.store.cash import Shift
from pos_app.store.store import Store
from pos_app.ui.floor import Devices, Floor
from pos_app.ui.flows.workplace import Place, Workplace
from pos_app.ui.widgets.keys import ActionTile
from pos_app.ui.widgets.notice import Notice
from pos_app.ui.window import Window
from site_sync.domain.balances import Holder
from site_sync.domain.codes import ScanSettings, collect_code
from site_sync.domain.customers import Customer
from site_sync.domain.documents.shift_report import ShiftFigures
from site_sync.domain.history import OrderRecord
from site_sync.domain.money import Money
from site_sync.domain.orders import Order
from site_sync.domain.shop import StaffMember
from site_sync.domain.tokens import COLLECT, derive_token
from site_sync.protocol.changes import RECORDS, Enrol, RecordKind
from site_sync.service import balances, bodies, changes, enrolment, reservations
from site_sync.service.app import create_app
from site_sync.service.database import tables as t
from site_sync.service.enrolment import NewTill
from site_sync.service.settings import Settings
from site_sync.service.wiring import Site, open_site
from site_sync.worker.client import enrol
from site_sync.worker.worker import Lane
from tests.builders import NOW
from tests.desks import BOSS, CASHIER, KEY, PICKER
from tests.screens.awkward_days.shop import HARBOUR, HILL, barcode, fill
from tests.screens.counter import Counter
from tests.screens.hand import press, settle, strike, type_text
from tests.screens.till import Till
from tests.service.serving import served
from tests.service.sites import Clock, surroundings
from tests.together.wire import Wire

FLOAT = 20_000
CARDS = ",".join(["ok:0"] * 40)


class Hours(Clock):
    """The one clock of site and tills."""

    def read(self) -> datetime:
        """What the clock on the wall says."""
        return self.now


@dataclass
class TillHere(Counter):
    """One till of the town; its lanes to the site are run by hand, so that nothing is waited for."""

    wire: Wire
    site: Site
    shift: Shift

    def rest(self) -> None:
        """Until everything that was begun has ended, and what the centre was asked is answered."""
        for _ in range(2):
            self.till.rest()
            self.devices.sync.centre.settle()
            self.devices.sync.enquiry.settle()
        settle()

    def meet(self) -> None:
        """Send what waits and take in what changed, as a running till does all the time."""
        self.rest()
        worker = self.devices.sync._worker
        while worker.run_once(Lane.PUSH) == 0:
            pass
        while self._behind() and worker.run_once(Lane.PULL) == 0:
            pass
        self.rest()

    def _behind(self) -> bool:
        cursor = self.ask(lambda desk: desk.store.site_side.place().cursor)
        return not cursor or changes.cursor_place(cursor)[1] < self.site.database.read(changes.head)

    def cut(self) -> None:
        """The network goes, and the till notices."""
        self.wire.cut()
        self.devices.sync._worker.run_once(Lane.PULL)
        self.rest()

    def mend(self) -> None:
        """The network comes back, and everything that waited goes up."""
        self.wire.mend()
        self.devices.sync.try_now()
        self.meet()

    def work(self, staff: StaffMember = CASHIER) -> None:
        """Somebody works here from now on, with an empty sale, knowing what the site knows."""
        self.till.window.notices.put_away()
        self.till.window.activateWindow()
        self.till.at.sale.clear()
        self.till.at.sign_out()
        self.till.at.sign_in(staff, self.shift)
        self.floor._tick()
        self.meet()
        self.till.window.notices.put_away()

    def pay(self) -> None:
        """The money key of the sale; keys are for the window in front."""
        self.till.window.activateWindow()
        super().pay()

    def details(self) -> None:
        """The order's details, and on to the payment actions."""
        self.till.window.activateWindow()
        super().details()

    def member(self, who: Customer) -> None:
        """Scan a member card."""
        self.devices.scans.take(who.member_card)
        self.rest()

    def newest(self) -> Order:
        """The order that was made last, anywhere."""

        def look(desk: Desk) -> Order:
            rows = desk.store.file.raw.execute("SELECT id FROM orders_now").fetchall()
            found = [desk.store.orders.order(row[0]) for row in rows]
            return max((one for one in found if one), key=lambda one: (one.created_at, one.number))

        found = self.ask(look)
        assert isinstance(found, Order)
        return found

    def scan_item(self, sku: str) -> None:
        """Scan the bar code of an item."""
        self.devices.scans.take(barcode(sku))
        self.rest()

    def touch(self, words: str) -> None:
        """Touch a tile by the words it begins with."""
        tiles = [one for one in self.screen.findChildren(ActionTile) if one.isVisible()]
        press(next(one for one in tiles if one.accessibleName().startswith(words)))
        self.rest()

    def press_bar(self, words: str) -> None:
        """Touch a key of the top bar by the words it begins with."""
        keys = [one for one in self.till.window.top_bar.findChildren(QAbstractButton) if one.isVisible()]
        press(next(one for one in keys if one.accessibleName().startswith(words)))
        self.rest()

    def undo(self, words: str) -> None:
        """Touch the key of a notice that takes back what was done."""
        keys = [one.undo_key for one in self.till.window.findChildren(Notice) if one.undo_key is not None]
        press(next(one for one in keys if one.label.startswith(words)))
        self.rest()

    @property
    def drawer(self) -> int:
        """Cents of cash that should lie in the drawer."""
        figures = self.ask(shifts.figures, self.shift.id)
        assert isinstance(figures, ShiftFigures)
        return figures.cash.expected

    def begin(self, who: Customer, *skus: str) -> None:
        """Scan the customer's card and the items; ends in the payment actions of a new order."""
        self.member(who)
        self.scan(*skus)
        self.details()

    def pay_deposit(self, tender: str) -> Order:
        """The least deposit is taken by this tender; the order, as the site has it by now."""
        self.pay_deposit_here(tender)
        self.meet()
        return self.newest()

    def pay_deposit_here(self, tender: str) -> None:
        """The same without a word to the site."""
        self.tile("pay_deposit")
        self.press("Continue")
        self.tile(tender)
        self.press("Next customer")

    def settled(self, tender: str) -> None:
        """What is asked for is paid by this tender, and the next customer comes."""
        self.tile(tender)
        self.ended()

    def ended(self) -> None:
        """The payment is done: the next customer comes, and the site hears of it."""
        self.press("Next customer")
        self.meet()

    def pick(self, order: Order, *skus: str) -> None:
        """A picker takes the order and finds these, one scan each."""
        self.work(PICKER)
        self.go("pick", order_id=order.id)
        for sku in skus:
            self.scan_item(sku)

    def ready(self, order: Order, *skus: str) -> None:
        """All of it is found and lies on its shelf."""
        self.pick(order, *skus)
        self.press("Ready for the customer")
        self.meet()

    def show_code(self, order: Order) -> None:
        """The customer shows the code of the order at the counter."""
        token = derive_token(KEY, COLLECT, order.id, order.code_issue)
        self.devices.scans.take(collect_code(order.number, token))
        self.rest()

    def go(self, page: str, **facts: object) -> None:
        """Another screen, as the keys of the bar bring it."""
        self.till.window.navigation.navigate(page, **facts)
        self.rest()

    def find_at_the_centre(self, number: str) -> None:
        """Search an order of another store, with somebody's approval."""
        self.go("orders")
        type_text(self.screen.search, number)
        strike(self.screen.search, Qt.Key.Key_Return)
        self.rest()
        self.press("Search other stores")
        self.approve(BOSS.name, reason="Customer is here")
        self.rest()

    def close(self) -> None:
        """End of the day."""
        self.devices.sync.stop()
        super().close()
        self.wire.close()


Look = Callable[[TillHere, str], None]
"""Sees a till's screen at a step that is worth a picture."""


class Town:
    """Everything that is there on an awkward day."""

    def __init__(self, site: Site, clock: Hours, tills: dict[str, TillHere]) -> None:
        self.site, self.clock = site, clock
        self._tills = tills

    def till(self, name: str) -> TillHere:
        """A till by its store and number: `S01-02`."""
        return self._tills[name]

    def tomorrow(self) -> None:
        """Eleven o'clock on the next day, at a counter where nobody is."""
        day = self.clock.now.date() + timedelta(days=1)
        self.clock.now = datetime.combine(day, NOW.timetz())
        for till in self._tills.values():
            till.till.at.sign_out()

    def pass_time(self, **later: int) -> None:
        """Time goes on to another hour or day."""
        self.clock.forward(**later)

    def everybody_meets(self) -> None:
        """Every till sends and hears."""
        for till in (*self._tills.values(), *self._tills.values()):
            till.meet()

    # what the site's database says

    def order(self, order_id: str) -> OrderRecord:
        """An order as the site has it."""
        found = self.site.database.read(
            lambda db: dict(bodies.order_bodies(db, t.orders.c.id == order_id, ""))
        )
        record = RECORDS[RecordKind.ORDER].load(found[order_id].text or "")
        assert isinstance(record, OrderRecord)
        return record

    def stock(self, store: str, sku: str) -> tuple[int, int]:
        """(on hand, reserved) at the site."""
        (level,) = self.site.database.read(lambda db: reservations.levels(db, [(store, sku)])).values()
        return level.on_hand, level.reserved

    def balance(self, holder: Holder) -> int:
        """What the site holds for a gift card or a customer."""
        state = self.site.database.read(lambda db: balances.state(db, holder, "EUR", self.site.now()))
        return state.balance.amount

    def all_is_well(self) -> None:
        """Reserved is what open lines hold, and no till keeps anything back."""
        assert self.site.database.read(reservations.drifts) == []
        for till in self._tills.values():
            assert till.ask(lambda desk: desk.store.outbox.pending_count()) == 0


def _till(stack: ExitStack, site: Site, clock: Hours, address: str, place: tuple[Path, str, str]) -> TillHere:
    """One till let in, loaded, with its float counted."""
    folder, store, number = place
    name = f"{store}-{number}"
    wire = Wire(int(address.rpartition(":")[2]))
    code, ids, made = f"{store}{number}ABCD", count(1), list[Sync]()
    site.database.write(lambda tx: enrolment.offer(tx, code, NewTill(store, number), site.now()))
    let_in = enrol(address, Enrol(code=code, device_name=name, version="1"))

    def desk() -> Desk:
        kept = Store(folder / "till")
        kept.identity.enrol(let_in, f"http://127.0.0.1:{wire.port}")
        return Desk(kept, clock.read, lambda: f"{name}-{next(ids):06}", lambda: made[0].is_online())

    tasks = Tasks(desk)
    made.append(Sync(tasks, World(clock.read, lambda: 0.5, lambda: "nonce"), folder, "1"))
    tasks.wait_until_open()
    window = Window()
    window.resize(1366, 768)
    window.show()
    worker = made[0]._worker
    for lane in (Lane.PUSH, Lane.PULL, Lane.PULL):
        worker.run_once(lane)
    shop = tasks.call(lambda desk: desk.store.shop.store(store))
    assert shop is not None
    till = Till(window, tasks, Workplace(window, tasks, Place(shop, number), clock.read))
    devices = _devices(till, made[0], clock, folder)
    floor = Floor(till.at, devices)
    floor.start()
    shift = tasks.call(shifts.open, Acting(BOSS), Money(FLOAT, "EUR"))
    assert isinstance(shift, Shift)
    here = TillHere(till, floor, devices, folder / "papers.bin", wire, site, shift)
    stack.callback(here.close)
    return here


def _devices(till: Till, sync: Sync, clock: Hours, folder: Path) -> Devices:
    """A printer that writes a file, a card terminal that says yes."""
    jobs = till.tasks.call(lambda desk: desk.store.print_jobs)
    printing = PrintService(jobs, till.tasks.submit, clock.read, back_off=(30.0,))
    printing.start((Station(DEFAULT_PRINTER, FilePrinter(PAPER_80, folder / "papers.bin")),))
    ticks = count(1)
    scans = ScanRouter(ScanSettings(member_prefixes=("MC-",)), lambda: float(next(ticks)))
    camera = CameraFeed(lambda: 0.0)
    card = CardDesk(SimulatedTerminal(read_script(CARDS), clock.read, folder / "terminal.json"))
    for owned in (sync, printing, scans, camera, card):
        owned.setParent(till.window)
    return Devices(sync, scans, camera, printing, card)


@contextmanager
def open_town(folder: Path) -> Iterator[Town]:
    """The town at eleven on a Monday."""
    clock = Hours(NOW)
    code, seal = SecretStr(KEY.hex()), SecretStr("22" * 32)
    url = f"sqlite:///{folder / 'site.sqlite'}"
    settings = Settings(database=url, data_dir=folder, code_key=code, seal_key=seal)
    site = open_site(settings, surroundings(clock))
    site.database.write(fill)
    with ExitStack() as stack:
        stack.callback(site.close)
        address = stack.enter_context(served(create_app(site)))
        tills = {}
        for store, number in ((HARBOUR, "01"), (HARBOUR, "02"), (HARBOUR, "03"), (HILL, "01")):
            place = folder / f"{store}-{number}"
            place.mkdir()
            tills[f"{store}-{number}"] = _till(stack, site, clock, address, (place, store, number))
        yield Town(site, clock, tills)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        settle()
