"""The till's screens and flows put together, and what the background tells them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer

from pos_app.background.camera_feed import CameraFeed
from pos_app.background.card import CardDesk
from pos_app.background.printing import PrintService
from pos_app.background.scanning import ScanRouter
from pos_app.background.sync import LinkState, Sync
from pos_app.hardware.camera import CameraSettings
from pos_app.hardware.sounds import SoundPlayer
from pos_app.operations import loose_cards, orders, signing_in
from pos_app.operations.desk import Desk
from pos_app.operations.printing import DEFAULT_PRINTER
from pos_app.store.order_list import Tab
from pos_app.ui.flows.approval_flow import ApprovalFlow
from pos_app.ui.flows.card_recovery import CardRecovery
from pos_app.ui.flows.choices_flow import ChoicesFlow
from pos_app.ui.flows.collect_flow import CollectFlow
from pos_app.ui.flows.customer_flow import CustomerFlow
from pos_app.ui.flows.device_watch import DeviceWatch, Watched
from pos_app.ui.flows.enrol_flow import EnrolFlow
from pos_app.ui.flows.file_care import FileCare
from pos_app.ui.flows.line_choice_flow import LineChoiceFlow
from pos_app.ui.flows.order_flow import OrderDetailsFlow
from pos_app.ui.flows.orders_flow import OrdersFlow
from pos_app.ui.flows.pay_back_flow import PayBackFlow
from pos_app.ui.flows.payment_actions_flow import PaymentActionsFlow
from pos_app.ui.flows.payment_flow import PaymentFlow
from pos_app.ui.flows.pick_flow import PickFlow
from pos_app.ui.flows.presence import OrderPresence
from pos_app.ui.flows.problems_flow import ProblemsFlow
from pos_app.ui.flows.put_back_flow import PutBackFlow
from pos_app.ui.flows.sale_flow import SaleFlow
from pos_app.ui.flows.shift_flow import ShiftFlow
from pos_app.ui.flows.shipping_flow import ShippingFlow
from pos_app.ui.flows.sign_in_flow import SignInFlow
from pos_app.ui.flows.status_flow import StatusFlow
from pos_app.ui.flows.till_news import TillNews
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.flows.works_offline_flow import WorksOfflineFlow
from pos_app.ui.idle import Idle
from pos_app.ui.navigation import Page
from pos_app.ui.screens.approval import ApprovalScreen
from pos_app.ui.screens.choices import ChoicesScreen
from pos_app.ui.screens.collect import CollectScreen
from pos_app.ui.screens.customer.screen import CustomerScreen
from pos_app.ui.screens.enrol_again import EnrolAgainScreen
from pos_app.ui.screens.line_choice import LineChoiceScreen
from pos_app.ui.screens.order_details.screen import OrderDetailsScreen
from pos_app.ui.screens.orders import OrdersScreen
from pos_app.ui.screens.payment.screen import PaymentScreen
from pos_app.ui.screens.payment_actions.screen import PaymentActionsScreen
from pos_app.ui.screens.pick import PickScreen
from pos_app.ui.screens.problems import ProblemsScreen
from pos_app.ui.screens.put_back import PutBackScreen
from pos_app.ui.screens.sale.screen import SaleScreen
from pos_app.ui.screens.shift.screen import ShiftScreen
from pos_app.ui.screens.shipping import ShippingScreen
from pos_app.ui.screens.sign_in.screen import SignInScreen
from pos_app.ui.screens.status import StatusScreen
from pos_app.ui.screens.works_offline import WorksOfflineScreen
from pos_app.ui.views.status import advice_for, sync_dots, words_for
from pos_app.ui.widgets.top_bar import Counter, Dot
from pos_app.ui.wording import clock, language, say, speak
from site_sync.domain.codes import Scan, ScanKind
from site_sync.domain.shop import StaffMember
from site_sync.worker.worker import Link

LOCK_AFTER_MS = 15 * 60_000
CLOCK_MS = 5_000


@dataclass(frozen=True, slots=True)
class Devices:
    """What works in the background of this till."""

    sync: Sync
    scans: ScanRouter
    camera: CameraFeed
    printing: PrintService
    card: CardDesk
    camera_settings: CameraSettings | None = None
    sounds: SoundPlayer | None = None


class Floor(QObject):
    """Every screen of the till, its way in, and the signals that keep it true."""

    def __init__(self, at: Workplace, devices: Devices) -> None:
        super().__init__(at.window)
        self._at = at
        self._devices = devices
        self._flows: dict[str, Any] = {}
        self._camera_settings = devices.camera_settings
        self._link = devices.sync.state
        self._watch = DeviceWatch(_watched(devices), at.now, self)
        self._pending = 0
        self._idle = Idle(LOCK_AFTER_MS, self)
        self._news = TillNews(at, devices.sounds, self.refresh, self)
        self._presence = OrderPresence(at, devices.sync)
        self._presence.changed.connect(self.refresh)
        self._recovery = CardRecovery(at, devices.card)
        self._register()
        self._listen()
        self._clock = QTimer(self)
        self._clock.setInterval(CLOCK_MS)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self._show_place()

    # screens

    def _register(self) -> None:
        card = self._devices.card
        pages: dict[str, Callable[[], tuple[Any, Any]]] = {
            "sign_in": lambda: _pair(SignInFlow, self._at, SignInScreen()),
            "sale": lambda: _pair(SaleFlow, self._at, SaleScreen(), self._devices.sync.centre),
            "customer": lambda: _pair(CustomerFlow, self._at, CustomerScreen(), self._devices.sync.centre),
            "order_details": lambda: _pair(OrderDetailsFlow, self._at, OrderDetailsScreen()),
            "payment_actions": lambda: _pair(PaymentActionsFlow, self._at, PaymentActionsScreen()),
            "payment": lambda: _pair(PaymentFlow, self._at, PaymentScreen(), card, self._devices.sync.centre),
            "pay_back": lambda: _pair(PayBackFlow, self._at, PaymentScreen(), card),
            "approval": lambda: _pair(ApprovalFlow, self._at, ApprovalScreen()),
            "shipping": lambda: _pair(ShippingFlow, self._at, ShippingScreen()),
            "orders": lambda: _pair(OrdersFlow, self._at, OrdersScreen(), self._devices.sync),
            "pick": lambda: _pair(PickFlow, self._at, PickScreen()),
            "collect": lambda: _pair(CollectFlow, self._at, CollectScreen()),
            "put_back": lambda: _pair(PutBackFlow, self._at, PutBackScreen()),
            "line_choice": lambda: _pair(LineChoiceFlow, self._at, LineChoiceScreen()),
            "choices": lambda: _pair(ChoicesFlow, self._at, ChoicesScreen()),
            "shift": self._shift,
            "works_offline": lambda: _pair(WorksOfflineFlow, self._at, WorksOfflineScreen()),
            "status": lambda: _pair(StatusFlow, self._at, StatusScreen(), self._watch),
            "enrol": lambda: _pair(EnrolFlow, self._at, EnrolAgainScreen(), self._devices.sync),
            "problems": lambda: _pair(ProblemsFlow, self._at, ProblemsScreen()),
        }
        for name, build in pages.items():
            self.add(name, build)

    def _shift(self) -> tuple[ShiftScreen, ShiftFlow]:
        screen = ShiftScreen()
        flow = ShiftFlow(self._at, screen)
        printing = self._devices.printing
        flow.drawer_wanted.connect(lambda: printing.open_drawer(DEFAULT_PRINTER))
        return screen, flow

    def add(self, name: str, build: Callable[[], tuple[Any, Any]]) -> None:
        """One more screen with its flow; `build` makes (screen, flow)."""

        def page() -> Page:
            screen, flow = build()
            self._flows[name] = flow
            return Page(screen, flow.arrive, getattr(flow, "leave", None))

        self._at.window.navigation.register(name, page)

    def flow(self, name: str) -> Any:
        """The flow of a screen that was shown before."""
        return self._flows[name]

    # signals

    def _listen(self) -> None:
        at, devices = self._at, self._devices
        sync, bar = devices.sync, at.window.top_bar
        sync.link_changed.connect(self._link_changed)
        sync.pending_changed.connect(self._pending_changed)
        sync.orders_changed.connect(lambda _ids: self.refresh())
        sync.order_arrived.connect(self._news.arrived)
        sync.problem_raised.connect(self._problem)
        sync.records_changed.connect(lambda _kinds: self._records_changed())
        sync.loaded.connect(self._records_changed)
        self.file_care = FileCare(at, self)
        at.tasks.kept.connect(lambda _order: self._count())
        at.tasks.broken.connect(lambda _error: at.tell(say("till.bug"), tone="bad", seconds=15))
        at.signed_in.connect(self._signed_in)
        at.signed_out.connect(self._signed_out)
        devices.scans.scanned.connect(self._scanned)
        devices.printing.printer_changed.connect(self._printer)
        devices.printing.drawer_failed.connect(self._drawer_failed)
        devices.camera.frame.connect(self._frame)
        at.window.navigation.changed.connect(self._page_changed)
        bar.counter_pressed.connect(self._counter)
        bar.dot_pressed.connect(lambda _code: self._go("status"))
        bar.staff_pressed.connect(self._switch)
        at.drawer_wanted.connect(lambda: devices.printing.open_drawer(DEFAULT_PRINTER))
        self._idle.idle.connect(self.lock_now)

    def _go(self, name: str, **facts: object) -> None:
        if self._at.staff is not None and self._may_leave() and name in self._at.window.navigation.names():
            self._at.window.navigation.navigate(name, **facts)

    def start(self) -> None:
        """Show the sign-in screen."""
        self._at.window.navigation.home("sign_in")
        self._show_dots()
        self._recovery.start()

    def refresh(self) -> None:
        """Something changed below: show the current screen and the counters as they are now."""
        flow = self._flows.get(self._at.window.navigation.current)
        if flow is not None and hasattr(flow, "refresh"):
            flow.refresh()
        self._count()

    def _records_changed(self) -> None:
        """The shop's records are others: perhaps also what the person who works here may do."""

        def known(staff: StaffMember) -> None:
            if self._at.known_as(staff):
                self.refresh()

        if self._at.staff is not None:
            self._at.tasks.run(signing_in.as_known, self._at.staff, then=known)
        self.refresh()

    def _signed_in(self) -> None:
        self._at.window.rebuild()
        counter = self._at.place.counter
        self._at.window.fill_screen(wanted=counter)
        self._at.window.navigation.home("collect" if counter else "sale")
        self._count()
        self._show_dots()

    def _signed_out(self) -> None:
        """What was said to one person is not for the next."""
        self._at.window.notices.put_away()
        self._at.window.fill_screen(wanted=False)
        self._at.window.navigation.home("sign_in")

    def _busy(self) -> bool:
        """Whether money lies between customer and till: nobody leaves or takes over just then."""
        return any(flow.busy for flow in self._money_flows())

    def _money_flows(self) -> list[PaymentFlow | PayBackFlow]:
        return [one for one in self._flows.values() if isinstance(one, PaymentFlow | PayBackFlow)]

    def _may_leave(self) -> bool:
        """Nobody leaves while money lies on the counter; what is paid already is put away."""
        for flow in self._money_flows():
            flow.put_away()
        if self._busy():
            self._at.tell(say("till.finish_payment"), tone="warn")
        return not self._busy()

    def _switch(self) -> None:
        """Somebody else goes on: touch the name, touch one's own; the sale stays where it is."""
        if self._may_leave():
            self._at.sign_out()

    def lock_now(self) -> None:
        """Nobody is here: whoever comes signs in; the sale stays."""
        if self._at.staff is not None and self._may_leave():
            self._at.sign_out()
            self._at.tell(say("till.locked"), seconds=60)

    def _count(self) -> None:
        self._at.tasks.run(_waiting, then=self._counts)

    def _counts(self, counts: dict[Tab, int]) -> None:
        shown = [
            Counter("pick", say("orders.tab_to_pick"), counts.get(Tab.TO_PICK, 0)),
            Counter("collect", say("orders.tab_to_collect"), counts.get(Tab.TO_COLLECT, 0)),
            Counter("put_back", say("put_back.title"), counts.get(Tab.TO_PUT_BACK, 0), "warn"),
        ]
        if counts.get(Tab.PROBLEMS, 0):
            shown.append(Counter("problems", say("problems.title"), counts[Tab.PROBLEMS], "bad"))
        self._news.counted(counts.get(Tab.TO_PUT_BACK, 0))
        signed_in = self._at.staff is not None
        self._at.window.top_bar.show_counters(shown if signed_in else ())

    def _counter(self, code: str) -> None:
        if code == "collect":
            self._go("orders", tab=Tab.TO_COLLECT.value)
        else:
            self._go(code)

    # the bar

    def _show_place(self) -> None:
        place = self._at.place
        speak(language(), ZoneInfo(place.store.calendar.timezone))
        kind = say("till.counter") if place.counter else say("till.name", till=place.till)
        self._at.window.top_bar.show_place(f"{place.store.code} {place.store.name} · {kind}")
        self._tick()

    def _tick(self) -> None:
        self._at.window.top_bar.show_time(clock(self._at.now()))
        if self._link.link is not Link.ONLINE:
            self._show_dots()

    def _link_changed(self, state: LinkState) -> None:
        if state.link is Link.STOPPED and self._link.link is not Link.STOPPED:
            words = f"{words_for('link', state.code)}. {advice_for(state.code)}"
            self._at.tell(words.strip(), tone="bad", seconds=60)
        turned = state.link is not self._link.link
        self._link = state
        self._show_dots()
        if turned:
            self.refresh()

    def _pending_changed(self, count: int) -> None:
        self._pending = count
        self._show_dots()

    def _printer(self, _name: str, state: str) -> None:
        self._printer_state = state
        self._show_dots()

    def _drawer_failed(self, _name: str, reason: str) -> None:
        self._at.tell(say("status.drawer_failed", reason=words_for("printer", reason)), tone="bad")

    _printer_state = "ready"

    def _show_dots(self) -> None:
        ready = self._printer_state == "ready"
        dots = [
            *sync_dots(self._link, self._pending),
            Dot("printer", say("bar.printer"), "ok" if ready else "warn"),
        ]
        seen = "scanner" if self._camera_settings is None else "camera"
        dots.append(Dot(seen, say(f"bar.{seen}"), "ok"))
        self._at.window.top_bar.show_dots(dots)

    # news

    def _problem(self, _problem_id: str) -> None:
        self._at.tell(say("till.problem"), tone="bad", seconds=12)
        self.refresh()

    # scans

    def _scanned(self, scan: Scan) -> None:
        if self._at.offer_scan(scan):
            return
        if scan.kind is ScanKind.STAFF_BADGE and scan.token:
            self._at.tasks.run(signing_in.with_badge, scan.token, then=self._badge)
            return
        if self._at.staff is None:
            self._at.tell(say("till.sign_in_first"), tone="warn")
        elif scan.kind in (ScanKind.COLLECT_CODE, ScanKind.ORDER_NUMBER, ScanKind.BAG):
            self._go("collect", scan=scan)
        elif scan.kind in (ScanKind.ITEM, ScanKind.MEMBER_CARD):
            self._go("sale", scan=scan)
        else:
            self._at.tell_unknown(scan)

    def _badge(self, result: Any) -> None:
        if self._may_leave() and self._at.went_well(result):
            self._at.sign_in(result, self._at.shift)

    # camera

    def _page_changed(self, name: str) -> None:
        settings = self._camera_settings
        if settings is None:
            return
        if name == "collect" and not self._devices.camera.is_running:
            self._devices.camera.start(settings)
        elif name not in ("collect", "payment"):
            self._devices.camera.stop()

    def use_camera(self, settings: CameraSettings | None) -> None:
        """Read codes with another camera from now on, or with none."""
        self._camera_settings = settings
        self._watch.use_camera(wanted=settings is not None)
        self._devices.camera.stop()
        self._show_dots()

    def _frame(self, picture: Any) -> None:
        flow = self._flows.get("collect")
        if isinstance(flow, CollectFlow):
            flow.show_frame(picture)


def _watched(devices: Devices) -> Watched:
    wanted = devices.camera_settings is not None
    return Watched(devices.sync, devices.scans, devices.camera, devices.printing, devices.card, wanted)


def _pair(make: Callable[..., Any], at: Workplace, screen: Any, *more: Any) -> tuple[Any, Any]:
    return screen, make(at, screen, *more)


def _waiting(desk: Desk) -> dict[Tab, int]:
    """What waits in each tab; card attempts to be cleared are problems too."""
    counts = orders.tab_counts(desk)
    return counts | {Tab.PROBLEMS: counts.get(Tab.PROBLEMS, 0) + len(loose_cards.loose(desk))}
