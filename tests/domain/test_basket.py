"""Tests of sharing one payment over the orders of a basket: sums, bounds, whole payments and their parts."""

from __future__ import annotations

import random

import pytest

from site_sync.domain.basket import Bounds, dealt, shared
from site_sync.domain.particulars import part_id, whole_of


@pytest.mark.parametrize(
    ("amount", "shares"),
    [
        (0, (0, 0, 0)),
        (300, (200, 0, 100)),  # below the leasts: by what each asks for
        (600, (400, 0, 200)),
        (601, (401, 0, 200)),
        (1_500, (760, 180, 560)),
        (3_100, (1_400, 500, 1_200)),
    ],
)
def test_each_gets_its_least_and_the_rest_goes_where_there_is_room(
    amount: int, shares: tuple[int, ...]
) -> None:
    assert shared(amount, (Bounds(400, 1_400), Bounds(0, 500), Bounds(200, 1_200))) == shares


def test_more_than_all_can_hold_and_less_than_nothing_are_mistakes() -> None:
    for amount in (-1, 501):
        with pytest.raises(ValueError, match="cannot hold"):
            shared(amount, (Bounds(0, 500),))
    with pytest.raises(ValueError, match="was taken for"):
        dealt((5,), (4,))


def test_tenders_are_used_up_one_after_the_other() -> None:
    assert dealt((500, 300, 200), (600, 0, 400)) == (((0, 500), (1, 100)), (), ((1, 200), (2, 200)))


def test_any_payment_is_dealt_to_the_last_minor_unit_within_the_bounds() -> None:
    dice = random.Random(7)
    for _ in range(2_000):
        among = []
        for _ in range(dice.randint(1, 5)):
            most = dice.randint(0, 900)
            among.append(Bounds(dice.randint(0, most), most))
        amount = dice.randint(0, sum(one.most for one in among))
        shares = shared(amount, among)
        assert sum(shares) == amount
        least = sum(one.least for one in among)
        for share, one in zip(shares, among, strict=True):
            assert (one.least if amount >= least else 0) <= share <= one.most
        cuts = sorted(dice.randint(0, amount) for _ in range(dice.randint(0, 3)))
        tenders = [after - before for before, after in zip([0, *cuts], [*cuts, amount], strict=True)]
        rows = dealt(tenders, shares)
        assert [sum(part for _, part in row) for row in rows] == list(shares)
        for place, tender in enumerate(tenders):
            assert sum(part for row in rows for at, part in row if at == place) == tender


def test_the_parts_of_a_payment_name_it() -> None:
    assert [part_id("a1", number) for number in range(3)] == ["a1", "a1:1", "a1:2"]
    assert {whole_of(part_id("a1", number)) for number in range(3)} == {"a1"}
