"""What all flows share: the window, the database thread, who is signed in, where scans go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal

from pos_app.background.tasks import Tasks
from pos_app.hardware.sounds import Sound
from pos_app.operations.cart import Cart
from pos_app.operations.desk import Acting
from pos_app.operations.device_settings import Habits
from pos_app.operations.orders import Details
from pos_app.store.cash import Shift
from pos_app.ui.window import Window
from pos_app.ui.wording import Language, refused, say, speak
from site_sync.domain.codes import Scan
from site_sync.domain.errors import Refusal
from site_sync.domain.money import Money
from site_sync.domain.permissions import Right
from site_sync.domain.policies import OnShortage
from site_sync.domain.shop import StaffMember, Store
from site_sync.protocol.presence import Changing


class TakesScans(Protocol):
    """A flow that has its own use for some scans while its screen is shown."""

    def scanned(self, scan: Scan) -> bool:
        """Use the scan; False leaves it to the whole till."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Which till this is: its store, its code and the store's currency."""

    store: Store
    till: str
    currency: str = "EUR"
    counter: bool = False


@dataclass(slots=True)
class OpenSale:
    """What lies in the sale; it outlives screens, so that somebody else can go on with it.

    `details` say how its goods reach the customer, `further` how those of more orders do. `changed` is called
    when an order is taken up or the sale is empty again.
    """

    cart: Cart
    details: Details | None = None
    further: tuple[Details, ...] = ()
    on_shortage: OnShortage = OnShortage.REFUSE
    as_recalled: Cart | None = None
    approved: Acting | None = None
    changed: Callable[[], object] = bool

    def approved_by(self, acting: Acting) -> None:
        """Remember who approved a price or discount in this sale, for the receipt and the record."""
        if acting.approver is not None:
            self.approved = acting

    def acting(self, acting: Acting) -> Acting:
        """Who finishes the sale, with the approval given in it."""
        kept = self.approved
        if kept is None or kept.approver is None or kept.approver.id == acting.staff.id:
            return acting
        return replace(acting, approver=kept.approver, reason=kept.reason)

    @property
    def deliveries(self) -> tuple[Details, ...]:
        """The ways by which goods of this sale reach the customer; none where all are carried out."""
        return (self.details, *self.further) if self.details is not None else ()

    def deliver(self, place: int, details: Details) -> None:
        """The delivery of that place is this one; the place after the last one makes another order."""
        if place == 0:
            self.details = details
        else:
            self.further = (*self.further[: place - 1], details, *self.further[place:])

    def clear(self) -> None:
        """An empty sale in the same currency."""
        self._empty()
        self.changed()

    def _empty(self) -> None:
        empty = Cart(self.cart.currency, prices_include_tax=self.cart.prices_include_tax)
        self.cart, self.details, self.further = empty, None, ()
        self.on_shortage = OnShortage.REFUSE
        self.as_recalled, self.approved = None, None

    def take_up(self, cart: Cart, details: Details) -> None:
        """An order lies in the sale as it was recalled."""
        self._empty()
        self.cart, self.details, self.as_recalled = cart, details, cart
        self.changed()

    def catch_up(self, cart: Cart, details: Details) -> None:
        """The order in the sale was changed elsewhere: go on from there."""
        untouched = self.cart == self.as_recalled
        self.cart, self.details = cart, details
        if untouched:
            self.as_recalled = cart

    @property
    def may_be_replaced(self) -> bool:
        """Whether nothing would be lost by another cart: it is empty, or an order as it was recalled."""
        return not self.cart.lines or self.cart == self.as_recalled


@dataclass(slots=True)
class _Who:
    staff: StaffMember | None = None
    shift: Shift | None = None
    approved: Acting | None = None
    at_work: bool = False
    takers: dict[str, TakesScans] = field(default_factory=dict)
    habits: Habits = field(default_factory=Habits)


class Workplace(QObject):
    """One till at work."""

    signed_in = Signal()
    signed_out = Signal()
    drawer_wanted = Signal()
    sale_changed = Signal()
    taken_back = Signal(str)
    sounded = Signal(object)
    habits_changed = Signal(object)

    def __init__(self, window: Window, tasks: Tasks, place: Place, now: Callable[[], datetime]) -> None:
        super().__init__(window)
        self.window = window
        self.tasks = tasks
        self.place = place
        self.now = now
        self.sale = OpenSale(Cart(place.currency), changed=self.sale_changed.emit)
        self.others: dict[str, Changing] = {}
        self._who = _Who()

    @property
    def staff(self) -> StaffMember | None:
        """Who is signed in, None on the sign-in screen."""
        return self._who.staff

    @property
    def shift(self) -> Shift | None:
        """The open shift of this till."""
        return self._who.shift

    def set_shift(self, shift: Shift | None) -> None:
        """A shift was opened or closed."""
        self._who.shift = shift

    def sign_in(self, staff: StaffMember, shift: Shift | None) -> None:
        """Somebody works at this till now; words change to their language."""
        self._who.staff, self._who.shift = staff, shift
        speak(Language(staff.language), ZoneInfo(self.place.store.calendar.timezone))
        self.window.top_bar.show_staff(staff.name)
        self.signed_in.emit()

    def sign_out(self) -> None:
        """Nobody works at this till."""
        self._who.staff = None
        self.window.top_bar.show_staff("")
        self.signed_out.emit()

    def known_as(self, staff: StaffMember) -> bool:
        """The site told of who is signed in: their rights are these from now on. Whether anything changed."""
        known = self._who.staff
        if known is None or known.id != staff.id or known == staff:
            return False
        self._who.staff = staff
        self.window.top_bar.show_staff(staff.name)
        return True

    @property
    def acting(self) -> Acting:
        """Who acts, in which shift; asking for it while nobody is signed in is a mistake of ours."""
        if self._who.staff is None:
            raise RuntimeError("nobody is signed in")
        shift = self._who.shift
        return Acting(self._who.staff, shift.id if shift else "")

    def approved(self, approver: StaffMember, reason: str) -> Acting:
        """Who acts, with somebody else's approval for one act."""
        return replace(self.acting, approver=approver, reason=reason)

    @property
    def at_work(self) -> bool:
        """Whether an act was begun that has not ended yet."""
        return self._who.at_work

    def act(self, function: Callable[..., Any], *arguments: Any, then: Callable[[Any], object]) -> None:
        """Run an act of a person on the database thread; until it has ended a second press begins nothing."""
        if self._who.at_work:
            return
        self._who.at_work = True

        def ended(result: Any) -> None:
            self._who.at_work = False
            then(result)

        def broke(error: BaseException) -> None:
            self._who.at_work = False
            self.tasks.broken.emit(error)

        self.tasks.run(function, *arguments, then=ended, failed=broke)

    def may(self, right: Right) -> bool:
        """Whether who is signed in holds a right."""
        return self._who.staff is not None and right in self._who.staff.rights

    def zero(self) -> Money:
        """No money, in the till's currency."""
        return Money(0, self.place.currency)

    # words

    def tell(self, words: str, tone: str = "info", seconds: int = 6) -> None:
        """Say something without stopping anybody."""
        self.window.notices.notify(words, tone=tone, seconds=seconds)

    def tell_refusal(self, refusal: Refusal) -> None:
        """Say in words why something was refused, and let it be heard."""
        self.sound(Sound.REFUSED)
        self.tell(refused(refusal.code.value, refusal.facts), tone="bad", seconds=10)

    def went_well(self, result: Any) -> bool:
        """Whether an operation did its work; a refusal is told in words."""
        if isinstance(result, Refusal):
            self.tell_refusal(result)
            return False
        return True

    def sound(self, sound: Sound) -> None:
        """Let something be heard."""
        self.sounded.emit(sound)

    @property
    def habits(self) -> Habits:
        """How this till behaves."""
        return self._who.habits

    def heed(self, habits: Habits) -> None:
        """This till behaves so from now on."""
        self._who.habits = habits
        self.habits_changed.emit(habits)

    # scans

    def takes_scans(self, screen: str, flow: TakesScans) -> None:
        """While that screen is shown, scans go to this flow first."""
        self._who.takers[screen] = flow

    def offer_scan(self, scan: Scan) -> bool:
        """Give the scan to the screen that is shown; whether it had a use for it."""
        taker = self._who.takers.get(self.window.navigation.current)
        return taker is not None and taker.scanned(scan)

    def tell_unknown(self, scan: Scan) -> None:
        """Say what was seen when nobody knows the code."""
        self.sound(Sound.REFUSED)
        self.tell(say("scan.unknown", seen=scan.shown), tone="warn", seconds=8)
