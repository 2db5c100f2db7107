"""The pace of picking: medians by hour, breaks left out, too little believed."""

from __future__ import annotations

from datetime import timedelta

from site_sync.domain.deadlines import Calendar
from site_sync.domain.pace import HOURS, LEAST, UnitsPicked, seconds_per_line, start_by, work_of
from tests.builders import NOW

UTC = Calendar("UTC")


def walk(*gaps: float, by: str = "pia", start: float = 0) -> list[UnitsPicked]:
    """One line after another, so many seconds apart."""
    moments = [start]
    for gap in gaps:
        moments.append(moments[-1] + gap)
    return [
        UnitsPicked(by, NOW + timedelta(seconds=at), f"{by}-{start}-{number}", 1)
        for number, at in enumerate(moments)
    ]


def test_it_is_the_median_of_what_each_person_needed_from_line_to_line() -> None:
    both = walk(30, 40, 50, 60, 3_000, 70) + walk(40, 40, by="jon")
    assert seconds_per_line(both, UTC)[NOW.hour] == 40
    assert seconds_per_line(reversed(both), UTC)[NOW.hour] == 40


def test_units_of_one_line_are_one_line() -> None:
    units = [UnitsPicked("pia", NOW + timedelta(seconds=5 * at), "o", at // 3) for at in range(3 * LEAST + 3)]
    assert seconds_per_line(units, UTC)[NOW.hour] == 15


def test_an_hour_without_its_own_figures_takes_those_of_the_day_and_few_are_not_believed() -> None:
    pace = seconds_per_line(walk(*[20] * LEAST), UTC)
    assert pace == (20,) * HOURS
    assert seconds_per_line(walk(*[20] * (LEAST - 1)), UTC) == (0,) * HOURS
    assert seconds_per_line((), UTC) == (0,) * HOURS
    slow = walk(*[20] * LEAST) + walk(*[60] * LEAST, start=7_200)
    at_two = seconds_per_line(slow, UTC)
    assert (at_two[NOW.hour], at_two[NOW.hour + 2]) == (20, 60)


def test_hours_are_the_stores_own() -> None:
    assert seconds_per_line(walk(*[20] * LEAST + [50] * 9), Calendar("Asia/Tokyo"))[NOW.hour + 9] == 50


def test_the_clock_counts_back_from_the_promise() -> None:
    assert start_by(NOW, work_of(4, (30,) * HOURS, 10, 120)) == NOW - timedelta(minutes=2)
    assert start_by(NOW, work_of(4, (), 10, 120)) == NOW - timedelta(minutes=120)
    assert start_by(NOW, work_of(4, (0,) * HOURS, 10, 120)) == NOW - timedelta(minutes=120)
