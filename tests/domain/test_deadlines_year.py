"""Deadlines of a whole year in three time zones, held against the wall clock read quarter by quarter."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest

from site_sync.domain.deadlines import Calendar, Span, collect_by, ready_by
from site_sync.domain.policies import Adjustment, DeadlineRule

QUARTER = timedelta(minutes=15)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
QUARTERS = 4 * 24 * 400
"""A little more than the year, so that its last deadlines are found."""
WEEK: tuple[tuple[Span, ...], ...] = (
    ((time(10), time(18)),),
    ((time(10), time(13)), (time(14), time(18, 30))),
    ((time(10), time(18)),),
    ((time(10), time(21)),),
    ((time(18), time(2)),),
    ((time(9, 15), time(14)),),
    (),
)
"""With a lunch break, an evening that ends after midnight, and a day of rest."""
ZONES = ("Europe/Copenhagen", "America/New_York", "Australia/Lord_Howe")
"""Their clocks change on different nights, the last one's by half an hour."""
CLOSED = (date(2026, 3, 29), date(2026, 4, 6), date(2026, 10, 24), date(2026, 12, 24), date(2026, 12, 25))


def shop(zone: str) -> Calendar:
    """A shop with these hours in that zone."""
    return Calendar(zone, WEEK, CLOSED)


@cache
def quarters(zone: str) -> tuple[tuple[datetime, datetime], ...]:
    """Every quarter hour of the year in UTC and on the shop's wall clock."""
    place = ZoneInfo(zone)
    moments = (FIRST + number * QUARTER for number in range(QUARTERS))
    return tuple((moment, moment.astimezone(place)) for moment in moments)


def business_day(local: datetime) -> date:
    """The day whose business a moment belongs to; the small hours belong to the evening before."""
    return local.date() - timedelta(days=1) if local.time() <= time(2) else local.date()


@cache
def closings(zone: str) -> tuple[datetime, ...]:
    """All ends of business, read off the wall clock."""
    return tuple(moment for moment, local in quarters(zone) if _closes(local))


def _closes(local: datetime) -> bool:
    day = business_day(local)
    spans = WEEK[day.weekday()]
    return day not in CLOSED and bool(spans) and local.time() == spans[-1][1] and local.fold == 0


@cache
def open_quarters(zone: str) -> tuple[int, ...]:
    """How many open quarter hours have passed at each moment."""
    return tuple(accumulate(_is_open(local) for _, local in quarters(zone)))


def _is_open(local: datetime) -> bool:
    """Whether the quarter hour that begins now is open."""
    for day, after_midnight in ((local.date(), False), (local.date() - timedelta(days=1), True)):
        for opens, closes in () if day in CLOSED else WEEK[day.weekday()]:
            late = closes <= opens
            if after_midnight and late and local.time() < closes:
                return True
            if not after_midnight and opens <= local.time() and (late or local.time() < closes):
                return True
    return False


@pytest.mark.parametrize("zone", ZONES)
def test_every_end_of_business_of_the_year_is_the_next_one_on_the_wall_clock(zone: str) -> None:
    rule, ends = DeadlineRule(30, Adjustment.END_OF_BUSINESS), closings(zone)
    for hour in range(365 * 24):
        ready = FIRST + timedelta(hours=hour, minutes=7)
        raw = ready + timedelta(hours=30)
        assert collect_by(ready, rule, shop(zone)) == ends[bisect_left(ends, raw)], ready


@pytest.mark.parametrize("zone", ZONES)
def test_every_fixed_time_of_the_year_is_that_time_on_the_wall_clock(zone: str) -> None:
    rule = DeadlineRule(20, Adjustment.FIXED_TIME, time(18))
    sixes = [moment for moment, local in quarters(zone) if local.time() == time(18)]
    for hour in range(365 * 24):
        ready = FIRST + timedelta(hours=hour, minutes=52)
        raw = ready + timedelta(hours=20)
        assert collect_by(ready, rule, shop(zone)) == sixes[bisect_left(sixes, raw)], ready


@pytest.mark.parametrize("zone", ZONES)
def test_a_deadline_without_adjustment_is_so_many_real_hours_later(zone: str) -> None:
    rule = DeadlineRule(48, Adjustment.NONE)
    for hour in range(365 * 24):
        ready = FIRST + timedelta(hours=hour)
        assert collect_by(ready, rule, shop(zone)) - ready == timedelta(hours=48)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("minutes", [45, 600])
def test_ready_times_of_the_year_count_the_open_quarters_of_the_wall_clock(zone: str, minutes: int) -> None:
    passed, all_quarters = open_quarters(zone), quarters(zone)
    for number in range(0, 4 * 24 * 365, 7):
        before = passed[number - 1] if number else 0
        last = bisect_left(passed, before + minutes // 15)
        expected = all_quarters[last][0] + QUARTER
        assert ready_by(all_quarters[number][0], minutes, shop(zone)) == expected, all_quarters[number]


def test_the_year_has_what_makes_it_hard() -> None:
    for zone in ZONES:
        offsets = {local.utcoffset() for _, local in quarters(zone)}
        assert len(offsets) == 2
        assert 300 < len(closings(zone)) < 350
