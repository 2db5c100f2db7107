"""How long picking takes in a store at each hour of the day, measured from what was picked there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from site_sync.domain.deadlines import Calendar

HOURS = 24
LEAST = 5
"""Measured lines that an hour needs before its own figure is believed."""
LONGEST = timedelta(minutes=10)
"""A longer time between two lines was a break, not picking."""


@dataclass(frozen=True, slots=True)
class UnitsPicked:
    """Units of one line were picked: by whom, when."""

    by: str
    at: datetime
    order_id: str
    line: int


def seconds_per_line(picked: Iterable[UnitsPicked], calendar: Calendar) -> tuple[int, ...]:
    """Median seconds a line takes, for each local hour of the day; 0 where too little was measured.

    A line takes from the last unit of the line before it to its own last unit, by the same person.
    """
    by_hour: dict[int, list[float]] = defaultdict(list)
    for moments in _finished_lines(picked).values():
        for before, after in pairwise(moments):
            if timedelta(0) < after - before <= LONGEST:
                by_hour[calendar.local(after).hour].append((after - before).total_seconds())
    every = [seconds for hour in by_hour.values() for seconds in hour]
    usual = round(median(every)) if len(every) >= LEAST else 0
    return tuple(
        round(median(by_hour[hour])) if len(by_hour[hour]) >= LEAST else usual for hour in range(HOURS)
    )


def _finished_lines(picked: Iterable[UnitsPicked]) -> dict[str, list[datetime]]:
    """When each person finished a line, in order."""
    last: dict[tuple[str, str, int], datetime] = {}
    for one in picked:
        key = (one.by, one.order_id, one.line)
        last[key] = max(one.at, last.get(key, one.at))
    finished: dict[str, list[datetime]] = defaultdict(list)
    for (by, _, _), at in last.items():
        finished[by].append(at)
    return {by: sorted(moments) for by, moments in finished.items()}


def work_of(lines: int, pace: tuple[int, ...], hour: int, preparation_minutes: int) -> timedelta:
    """How long the picking of some lines takes at that hour; as the shop estimates where none is measured."""
    seconds = pace[hour] if len(pace) == HOURS else 0
    return timedelta(seconds=lines * seconds) if seconds else timedelta(minutes=preparation_minutes)


def start_by(promised_at: datetime, work: timedelta) -> datetime:
    """The promise clock: when picking must begin so that the goods are ready as promised."""
    return promised_at - work
