"""Deadlines fall on the store's own clock, in summer, in winter and on the nights between."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_sync.domain.deadlines import Calendar, collect_by, due_at, end_of_business, ready_by
from site_sync.domain.policies import Adjustment, DeadlineRule
from tests.builders import later, line, order, quote

COPENHAGEN = "Europe/Copenhagen"
DAY = ((time(10), time(18)),)
SHOP = Calendar(COPENHAGEN, (DAY, DAY, DAY, DAY, DAY, ((time(10), time(14)),), ()))
LUNCH = Calendar(COPENHAGEN, (((time(9), time(12)), (time(13), time(17, 30))),) * 7)
BAR = Calendar(COPENHAGEN, (((time(18), time(2)),),) * 7)
MIDNIGHT = Calendar(COPENHAGEN, (((time(8), time(0)),),) * 7)
NEVER_OPEN = Calendar(COPENHAGEN)
ZONES = (
    "Europe/Copenhagen", "Europe/Dublin", "America/New_York", "America/Santiago", "Australia/Lord_Howe",
    "Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca", "UTC",
)  # fmt: skip
seconds = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2024, 2028))
moments = st.integers(*seconds).map(lambda second: datetime.fromtimestamp(second, UTC))


def utc(text: str) -> datetime:
    """An ISO time as aware UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "closes"),
    [
        ("2026-11-23T09:00", "2026-11-23T17:00"),  # Monday in winter
        ("2026-11-23T17:00", "2026-11-23T17:00"),  # at the stroke of closing
        ("2026-11-23T17:01", "2026-11-24T17:00"),
        ("2026-11-28T13:01", "2026-11-30T17:00"),  # Saturday after two, Sunday closed
        ("2026-03-28T14:00", "2026-03-30T16:00"),  # over the spring night
        ("2026-10-24T14:00", "2026-10-26T17:00"),  # over the autumn night
    ],
)
def test_end_of_business(after: str, closes: str) -> None:
    assert end_of_business(utc(after), SHOP) == utc(closes)


def test_a_closed_day_is_skipped() -> None:
    closed = Calendar(SHOP.timezone, SHOP.weekly, (date(2026, 12, 24), date(2026, 12, 25)))
    assert end_of_business(utc("2026-12-24T09:00"), closed) == utc("2026-12-26T13:00")
    assert closed.closing(date(2026, 12, 24)) is None
    assert closed.spans(date(2026, 12, 23)) == DAY


def test_a_store_that_opens_only_in_its_season_keeps_goods_until_it_opens() -> None:
    winter = tuple(date(2026, 10, 1) + timedelta(days=day) for day in range(200))
    seasonal = Calendar(COPENHAGEN, SHOP.weekly, winter)
    assert end_of_business(utc("2026-10-02T09:00"), seasonal) == utc("2027-04-19T16:00")
    assert ready_by(utc("2026-10-02T09:00"), 60, seasonal) == utc("2027-04-19T09:00")


def test_a_store_that_never_opens_moves_nothing() -> None:
    ready = utc("2026-11-23T09:00")
    assert end_of_business(ready, NEVER_OPEN) == ready
    assert collect_by(ready, DeadlineRule(hours=3), NEVER_OPEN) == ready + timedelta(hours=3)
    assert ready_by(ready, 90, NEVER_OPEN) == ready + timedelta(minutes=90)


def test_business_that_ends_after_midnight_belongs_to_the_evening_it_began() -> None:
    assert end_of_business(utc("2026-11-23T20:00"), BAR) == utc("2026-11-24T01:00")
    assert end_of_business(utc("2026-11-24T00:30"), BAR) == utc("2026-11-24T01:00")
    assert end_of_business(utc("2026-11-24T01:01"), BAR) == utc("2026-11-25T01:00")
    assert end_of_business(utc("2026-11-24T10:00"), MIDNIGHT) == utc("2026-11-24T23:00")
    assert ready_by(utc("2026-11-24T00:30"), 60, BAR) == utc("2026-11-24T17:30")


@pytest.mark.parametrize(
    ("ready", "rule", "deadline"),
    [
        ("2026-11-23T09:00", DeadlineRule(48, Adjustment.NONE), "2026-11-25T09:00"),
        ("2026-11-23T09:00", DeadlineRule(48, Adjustment.END_OF_BUSINESS), "2026-11-25T17:00"),
        ("2026-11-23T09:00", DeadlineRule(2, Adjustment.FIXED_TIME, time(18)), "2026-11-23T17:00"),
        ("2026-11-23T16:00", DeadlineRule(2, Adjustment.FIXED_TIME, time(18)), "2026-11-24T17:00"),
        ("2026-11-23T15:00", DeadlineRule(2, Adjustment.FIXED_TIME, time(18)), "2026-11-23T17:00"),
        ("2026-03-28T16:00", DeadlineRule(24, Adjustment.NONE), "2026-03-29T16:00"),
        ("2026-03-28T16:00", DeadlineRule(24, Adjustment.FIXED_TIME, time(18)), "2026-03-29T16:00"),
        ("2026-03-28T17:00", DeadlineRule(24, Adjustment.FIXED_TIME, time(18)), "2026-03-30T16:00"),
        ("2026-03-28T18:00", DeadlineRule(1, Adjustment.FIXED_TIME, time(2, 30)), "2026-03-29T01:30"),
    ],
)
def test_collect_deadline(ready: str, rule: DeadlineRule, deadline: str) -> None:
    assert collect_by(utc(ready), rule, SHOP) == utc(deadline)


def test_a_time_of_day_in_the_skipped_hour_is_the_moment_after_it_and_in_the_doubled_one_the_first() -> None:
    assert SHOP.moment(date(2026, 3, 29), time(2, 30)) == utc("2026-03-29T01:30")
    assert SHOP.local(utc("2026-03-29T01:30")).time() == time(3, 30)
    assert SHOP.moment(date(2026, 10, 25), time(2, 30)) == utc("2026-10-25T00:30")


@pytest.mark.parametrize(
    ("ordered", "minutes", "ready"),
    [
        ("2026-11-23T10:00", 120, "2026-11-23T12:00"),
        ("2026-11-23T05:00", 120, "2026-11-23T11:00"),  # before opening
        ("2026-11-23T16:00", 120, "2026-11-24T10:00"),  # one hour tonight, one tomorrow
        ("2026-11-23T15:00", 120, "2026-11-23T17:00"),  # done as the shop closes
        ("2026-11-28T12:30", 60, "2026-11-30T09:30"),  # Saturday to Monday
        ("2026-11-28T20:00", 0, "2026-11-30T09:00"),
        ("2026-11-23T17:00", 0, "2026-11-23T17:00"),
    ],
)
def test_ready_by_counts_opening_time_only(ordered: str, minutes: int, ready: str) -> None:
    assert ready_by(utc(ordered), minutes, SHOP) == utc(ready)


def test_ready_by_rests_over_lunch() -> None:
    assert ready_by(utc("2026-11-23T10:30"), 60, LUNCH) == utc("2026-11-23T12:30")


def test_preparation_longer_than_any_stores_year_is_counted_straight() -> None:
    assert ready_by(utc("2026-11-23T10:00"), 10**6, BAR) == utc("2026-11-23T10:00") + timedelta(minutes=10**6)


@pytest.mark.parametrize("zone", ZONES)
def test_every_hour_of_a_year_has_its_end_of_business(zone: str) -> None:
    calendar = Calendar(zone, SHOP.weekly, (date(2026, 12, 25),))
    start = utc("2026-01-01T00:20")
    for hour in range(0, 366 * 24, 5):
        after = start + timedelta(hours=hour)
        closes = end_of_business(after, calendar)
        local = calendar.local(closes)
        assert after <= closes <= after + timedelta(days=5)
        assert local.time() == calendar.spans(local.date())[-1][1]


@given(moments, st.integers(0, 24 * 14), st.sampled_from(Adjustment), st.sampled_from(ZONES), st.times())
def test_a_deadline_never_comes_before_its_hours(
    ready: datetime, hours: int, adjustment: Adjustment, zone: str, fixed: time
) -> None:
    rule = DeadlineRule(hours, adjustment, fixed.replace(tzinfo=None))
    deadline = collect_by(ready, rule, Calendar(zone, SHOP.weekly))
    assert deadline.utcoffset() == timedelta(0)
    assert ready + timedelta(hours=hours) <= deadline <= ready + timedelta(hours=hours, days=4)


@given(moments, st.integers(0, 3_000), st.integers(0, 300), st.sampled_from((SHOP, LUNCH, BAR, MIDNIGHT)))
def test_more_work_is_never_ready_earlier_and_always_while_open(
    ordered: datetime, minutes: int, more: int, calendar: Calendar
) -> None:
    ready = ready_by(ordered, minutes, calendar)
    assert ordered + timedelta(minutes=minutes) <= ready <= ready_by(ordered, minutes + more, calendar)
    day = calendar.local(ready).date()
    spans = [*calendar.open_moments(day - timedelta(days=1)), *calendar.open_moments(day)]
    assert any(opens <= ready <= closes for opens, closes in spans)


def test_what_is_due_of_an_order_goes_by_its_stage() -> None:
    times = {"promised_at": later(1), "collect_by": later(2), "expires_at": later(3)}
    assert due_at(replace(order(), **times)) == later(1)  # type: ignore[arg-type]
    assert due_at(replace(order(line(picked=1)), **times)) == later(2)  # type: ignore[arg-type]
    assert due_at(replace(quote(), **times)) == later(3)  # type: ignore[arg-type]
    assert due_at(replace(order(line(collected=1)), **times)) is None  # type: ignore[arg-type]
    assert due_at(order()) is None
