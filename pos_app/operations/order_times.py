"""Days and slots a customer may ask for, and when an order can be promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pos_app.operations.desk import Desk
from site_sync.domain import deadlines, delivery_rules
from site_sync.domain.deadlines import Calendar
from site_sync.domain.delivery_rules import Slot
from site_sync.domain.errors import Code, Refused
from site_sync.domain.orders import Delivery, DeliveryMode
from site_sync.domain.policies import Policy


@dataclass(frozen=True, slots=True)
class DayOffer:
    """A day; `closed` and `late` say why it cannot be asked for: too soon or too far ahead."""

    day: date
    closed: bool = False
    late: bool = False

    @property
    def possible(self) -> bool:
        """Whether the day may be asked for."""
        return not (self.closed or self.late)


@dataclass(frozen=True, slots=True)
class SlotOffer:
    """A slot; a full one has as many orders as it holds, an early one is over before they are ready."""

    begins: datetime
    ends: datetime
    full: bool = False
    early: bool = False

    @property
    def possible(self) -> bool:
        """Whether the slot may be asked for."""
        return not (self.full or self.early)


@dataclass(frozen=True, slots=True)
class Times:
    """What may be asked for: some days, the slots of one of them, and when goods can be ready."""

    days: tuple[DayOffer, ...]
    slots: tuple[SlotOffer, ...]
    ready_by: datetime


def _settled(desk: Desk, delivery: Delivery) -> tuple[Policy, Calendar]:
    store = desk.store.shop.store(delivery.store) or desk.here
    return desk.policy(store.code, delivery.method), store.calendar


def ready_by(desk: Desk, delivery: Delivery) -> datetime:
    """When goods ordered now can be ready, by the opening hours of the store that prepares them."""
    policy, calendar = _settled(desk, delivery)
    return deadlines.ready_by(desk.now(), policy.preparation_minutes, calendar)


def times(desk: Desk, delivery: Delivery, first: date, count: int, chosen: date | None) -> Times:
    """So many days from one on, and the slots of the chosen day where it is collected by slot."""
    policy, calendar = _settled(desk, delivery)
    ready = deadlines.ready_by(desk.now(), policy.preparation_minutes, calendar)
    latest = desk.now() + timedelta(days=policy.order_days)
    days = []
    for ahead in range(count):
        day = first + timedelta(days=ahead)
        closing = calendar.closing(day)
        closed = closing is None and delivery.mode is DeliveryMode.COLLECT
        end = closing or calendar.moment(day + timedelta(days=1), time(0))
        days.append(DayOffer(day, closed, late=end < ready or calendar.moment(day, time(0)) > latest))
    return Times(tuple(days), _slots(desk, delivery, chosen, ready), ready)


def _slots(desk: Desk, delivery: Delivery, day: date | None, ready: datetime) -> tuple[SlotOffer, ...]:
    policy, calendar = _settled(desk, delivery)
    if day is None or delivery.mode is not DeliveryMode.COLLECT:
        return ()
    found = delivery_rules.slots(day, calendar, policy.slot_minutes)
    taken: dict[datetime, int] = {}
    if found and delivery.store == desk.identity.store:
        taken = desk.store.lists.requested(delivery.store, found[0][0], found[-1][1])
    return tuple(
        SlotOffer(begins, ends, _is_full((begins, ends), taken.get(begins, 0), policy), ends < ready)
        for begins, ends in found
    )


def _is_full(slot: Slot, taken: int, policy: Policy) -> bool:
    wanted = Delivery(requested_at=slot[0], requested_until=slot[1])
    try:
        delivery_rules.check_slot(wanted, taken, policy.slot_capacity)
    except Refused as refused:
        return refused.refusal.code is Code.SLOT_FULL
    return False


def requested(desk: Desk, delivery: Delivery, day: date | None) -> datetime | None:
    """The moment that stands for a whole day: when the store opens, or noon where it does not."""
    if day is None:
        return None
    _, calendar = _settled(desk, delivery)
    opens = calendar.open_moments(day)
    return opens[0][0] if opens else calendar.moment(day, time(12))


def promised(desk: Desk, delivery: Delivery) -> datetime:
    """When the order is promised: as it was asked for, but not before it can be ready."""
    ready = ready_by(desk, delivery)
    return max(ready, delivery.requested_at) if delivery.requested_at else ready
