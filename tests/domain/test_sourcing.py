"""Where the goods of a line come from, and when goods of other stores are ready."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from site_sync.domain.deadlines import Calendar
from site_sync.domain.sourcing import Sourcing, ready_after_transfer

DAY = Calendar("UTC", (((time(9), time(18)),),) * 7)
NIGHT = Calendar("UTC", (((time(20), time(23)),),) * 7)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FREE = {("A", "X"): 2, ("B", "X"): 5, ("C", "X"): 9, ("B", "Y"): 1}


@pytest.mark.parametrize(("quantity", "found"), [
    (1, ("A", 1)), (2, ("A", 2)), (3, ("B", 3)), (6, ("C", 6)), (10, ("A", 2)),
])  # fmt: skip
def test_home_comes_first_then_whoever_has_all(quantity: int, found: tuple[str, int]) -> None:
    assert Sourcing("A", ["A", "B", "C"], FREE).take("X", quantity) == found


def test_what_one_line_takes_the_next_does_not_find() -> None:
    sourcing = Sourcing("A", ["B", "C"], FREE)
    assert [sourcing.take("X", 5) for _ in range(4)] == [("B", 5), ("C", 5), ("A", 2), ("A", 0)]
    assert (sourcing.take("Y", 1), sourcing.free("B", "Y"), sourcing.take("Z", 1)) == (("B", 1), 0, ("A", 0))


def test_what_is_in_quotes_is_taken_where_nobody_has_enough_without_it() -> None:
    quoted = {("A", "X"): 1, ("B", "X"): 4, ("B", "Y"): 1}

    def took(sku: str, quantity: int) -> tuple[str, int]:
        return Sourcing("A", ["B", "C"], FREE, quoted).take(sku, quantity)

    assert [took("X", quantity) for quantity in (1, 2, 9, 10)] == [("A", 1), ("C", 2), ("C", 9), ("A", 2)]
    assert took("Y", 1) == ("B", 1)


def test_without_others_only_home_counts() -> None:
    assert Sourcing("A", [], FREE).take("X", 3) == ("A", 2)


@pytest.mark.parametrize(("hours", "there", "hour", "day"), [
    (0, [], 14, 20), (2, [DAY], 16, 20), (5, [DAY], 9, 21), (24, [DAY, NIGHT], 9, 22),
])  # fmt: skip
def test_goods_of_other_stores_are_ready_when_they_came_and_home_is_open(
    hours: int, there: list[Calendar], hour: int, day: int
) -> None:
    ready = ready_after_transfer(NOON, 120, hours, DAY, there)
    assert ready == datetime(2026, 11, day, hour, 0, tzinfo=UTC)
