"""The ladder of reminders over a year: each step once, in order, before the deadline, and none too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from site_sync.domain.deadlines import collect_by
from site_sync.domain.orders import Order
from site_sync.domain.policies import DeadlineRule, Policy
from site_sync.service.jobs.deadlines import reminder_due
from tests.builders import line, order
from tests.domain.test_deadlines_year import ZONES, shop

HOUR = timedelta(hours=1)
POLICY = Policy(deadline=DeadlineRule(36), reminder_hours=24, last_reminder_hours=4)


def climbed(waiting: Order) -> list[tuple[int, datetime]]:
    """The reminders an order gets when it is looked at every half hour until its deadline and after."""
    assert waiting.ready_at is not None
    assert waiting.collect_by is not None
    now, until, told = waiting.ready_at, waiting.collect_by, []
    while now <= until + 2 * HOUR:
        level = reminder_due(waiting, POLICY, now)
        if level:
            told.append((level, now))
            waiting = replace(waiting, reminders=level)
        now += HOUR / 2
    return told


@pytest.mark.parametrize("zone", ZONES)
def test_each_step_comes_once_in_order_and_before_the_deadline(zone: str) -> None:
    found = order(line(1, picked=1))
    for day in range(0, 365, 2):
        ready = datetime(2026, 1, 1, 8, tzinfo=UTC) + timedelta(days=day, hours=day % 13)
        deadline = collect_by(ready, POLICY.deadline, shop(zone))
        told = climbed(replace(found, ready_at=ready, collect_by=deadline))
        assert [level for level, _ in told] == [1, 2]
        for (_, at), hours in zip(told, (24, 4), strict=True):
            assert timedelta(0) <= at - (deadline - hours * HOUR) < HOUR / 2


def test_a_site_that_was_down_tells_only_the_last_step() -> None:
    ready = datetime(2026, 5, 4, 9, tzinfo=UTC)
    waiting = replace(order(line(1, picked=1)), ready_at=ready, collect_by=ready + 40 * HOUR)
    assert reminder_due(waiting, POLICY, ready + 38 * HOUR) == 2
    assert reminder_due(replace(waiting, reminders=2), POLICY, ready + 39 * HOUR) == 0
    assert reminder_due(waiting, POLICY, ready + 40 * HOUR) == 0


def test_goods_ready_after_a_step_was_due_skip_it() -> None:
    ready = datetime(2026, 5, 4, 9, tzinfo=UTC)
    short = replace(order(line(1, picked=1)), ready_at=ready, collect_by=ready + 3 * HOUR)
    assert climbed(short) == []
