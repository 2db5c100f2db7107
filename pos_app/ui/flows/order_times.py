"""The days and slots of an order's details: which are shown, which one is chosen, what can be promised."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from pos_app.operations import order_times
from pos_app.operations.order_times import SlotOffer, Times
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.order_details.screen import OrderDetailsScreen
from pos_app.ui.screens.order_details.views import DayChoice, SlotChoice
from pos_app.ui.wording import clock, local, say, when
from site_sync.domain.orders import Delivery

DAYS = 7


@dataclass(slots=True)
class _Shown:
    """What the screen shows now."""

    delivery: Delivery
    first: date
    day: date | None
    slots: tuple[SlotOffer, ...] = ()
    whole_day: datetime | None = None


class OrderTimes:
    """Keeps the screen's days and slots in step with delivery method and store."""

    def __init__(self, at: Workplace, screen: OrderDetailsScreen) -> None:
        self._at, self._screen = at, screen
        today = local(at.now()).date()
        self._shown = _Shown(Delivery(), today, None)
        screen.day_chosen.connect(self._day_chosen)
        screen.days_turned.connect(self._turned)

    def begin(self, delivery: Delivery) -> None:
        """The times of an order whose details are opened."""
        wanted = local(delivery.requested_at).date() if delivery.requested_at else None
        today = local(self._at.now()).date()
        first = max(today, wanted - timedelta(days=1)) if wanted and wanted > today else today
        self._shown = _Shown(delivery, first, wanted)
        self._look()

    def follow(self, delivery: Delivery) -> None:
        """Another method or store: the same day as far as it is possible there."""
        kept = self._shown.delivery
        times = {"requested_at": kept.requested_at, "requested_until": kept.requested_until}
        self._shown.delivery = replace(delivery, **times)  # type: ignore[arg-type]
        self._look()

    def wanted(self, slot: str) -> tuple[datetime | None, datetime | None]:
        """The moment asked for and the end of its slot, by what is chosen on the screen."""
        chosen = next((one for one in self._shown.slots if one.begins.isoformat() == slot), None)
        if chosen is not None:
            return chosen.begins, chosen.ends
        return self._shown.whole_day, None

    def _day_chosen(self, day: object) -> None:
        self._shown.day = day if isinstance(day, date) else None
        self._look()

    def _turned(self, pages: int) -> None:
        today = local(self._at.now()).date()
        self._shown.first = max(today, self._shown.first + timedelta(days=pages * DAYS))
        self._look()

    def _look(self) -> None:
        self._shown.slots, self._shown.whole_day = (), None
        shown = self._shown
        at = self._at
        at.tasks.run(order_times.requested, shown.delivery, shown.day, then=self._whole_day)
        at.tasks.run(order_times.times, shown.delivery, shown.first, DAYS, shown.day, then=self._show)

    def _whole_day(self, moment: datetime | None) -> None:
        self._shown.whole_day = moment

    def _show(self, found: Times) -> None:
        shown, now = self._shown, self._at.now()
        shown.slots = found.slots
        days = [
            DayChoice(one.day, one.possible, _why_not(closed=one.closed, late=one.late)) for one in found.days
        ]
        today = local(now).date()
        self._screen.show_days(days, shown.day, earlier=shown.first > today)
        chosen = shown.delivery.requested_at if shown.delivery.requested_until else None
        slots = [_slot(one) for one in found.slots]
        self._screen.show_slots(slots, chosen.isoformat() if chosen else "")
        promised = max(found.ready_by, shown.whole_day) if shown.whole_day else found.ready_by
        self._screen.show_promise(say("order_details.promise", when=when(promised, now)))


def _why_not(*, closed: bool, late: bool) -> str:
    if closed:
        return say("order_details.closed")
    return say("order_details.not_that_day") if late else ""


def _slot(offer: SlotOffer) -> SlotChoice:
    words = f"{clock(offer.begins)}–{clock(offer.ends)}"
    why = say("order_details.slot_full") if offer.full else ""
    why = why or (say("order_details.slot_early") if offer.early else "")
    return SlotChoice(offer.begins.isoformat(), words, offer.possible, why)
