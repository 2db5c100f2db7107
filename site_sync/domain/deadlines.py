"""When goods must be collected, by opening hours and closed days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from site_sync.domain.orders import Order, Stage
from site_sync.domain.policies import Adjustment, DeadlineRule

Span = tuple[time, time]
LOOK_AHEAD_DAYS = 400
"""Days searched for an open one: more than a year, for stores that open only in their season."""
PREPARED = frozenset({Stage.TO_PICK, Stage.PICKING})
"""Stages at which the store prepares the goods: what is due is what was promised, else the usual time."""


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A store's opening hours in its own time zone: seven days from Monday, each a tuple of (from, to).

    Spans of a day stand in order; one that ends at or before its beginning ends on the next day.
    """

    __pydantic_config__ = {"extra": "forbid"}

    timezone: str = "UTC"
    weekly: tuple[tuple[Span, ...], ...] = ((),) * 7
    closed: tuple[date, ...] = ()

    def local(self, moment: datetime) -> datetime:
        """That moment on the store's clock."""
        return moment.astimezone(_zone(self.timezone))

    def spans(self, day: date) -> tuple[Span, ...]:
        """Opening hours of one day, none when closed."""
        return () if day in self.closed else self.weekly[day.weekday()]

    def moment(self, day: date, at: time) -> datetime:
        """A local time of day as aware UTC; in the hour skipped by summer time, the moment after it."""
        return datetime.combine(day, at, tzinfo=_zone(self.timezone)).astimezone(ZoneInfo("UTC"))

    def open_moments(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """Opening and closing in UTC of each span that begins on that day."""
        return tuple(
            (self.moment(day, opens), self.moment(day if opens < closes else day + timedelta(days=1), closes))
            for opens, closes in self.spans(day)
        )

    def closing(self, day: date) -> datetime | None:
        """End of business of one day in UTC, None when closed."""
        moments = self.open_moments(day)
        return moments[-1][1] if moments else None


def end_of_business(after: datetime, calendar: Calendar) -> datetime:
    """The first end of business at or after a moment; the moment itself for a store that never opens."""
    day = calendar.local(after).date() - timedelta(days=1)
    for _ in range(LOOK_AHEAD_DAYS):
        closing = calendar.closing(day)
        if closing is not None and closing >= after:
            return closing
        day += timedelta(days=1)
    return after


def collect_by(ready_at: datetime, rule: DeadlineRule, calendar: Calendar) -> datetime:
    """The collect deadline in UTC of goods ready at `ready_at`."""
    raw = ready_at + timedelta(hours=rule.hours)
    if rule.adjustment is Adjustment.NONE:
        return raw
    if rule.adjustment is Adjustment.END_OF_BUSINESS:
        return end_of_business(raw, calendar)
    day = calendar.local(raw).date()
    fixed = calendar.moment(day, rule.fixed_time)
    return fixed if fixed >= raw else calendar.moment(day + timedelta(days=1), rule.fixed_time)


def ready_by(ordered_at: datetime, preparation_minutes: int, calendar: Calendar) -> datetime:
    """When goods ordered now can be ready: that many minutes of opening time later."""
    left = timedelta(minutes=preparation_minutes)
    day = calendar.local(ordered_at).date() - timedelta(days=1)
    for _ in range(LOOK_AHEAD_DAYS):
        for opens, closes in calendar.open_moments(day):
            start = max(opens, ordered_at)
            room = closes - start
            if room < timedelta(0):
                continue
            if left <= room:
                return start + left
            left -= room
        day += timedelta(days=1)
    return ordered_at + timedelta(minutes=preparation_minutes)


def due_at(order: Order) -> datetime | None:
    """When staff (or the customer) must have acted, as far as the order itself says so."""
    if order.stage in PREPARED:
        return order.promised_at
    return {Stage.TO_COLLECT: order.collect_by, Stage.QUOTE: order.expires_at}.get(order.stage)
