"""How much of an item each till is lent, and when that is changed."""

import pytest

from site_sync.domain.leases import Lease, Step, Terms, plan, share, surplus
from site_sync.domain.stock import StockLevel

TERMS = Terms(percent=40, most=5)


def level(on_hand: int = 20, reserved: int = 0, leased: int = 0, safety: int = 0) -> StockLevel:
    return StockLevel("JKT", "S01", on_hand, reserved, safety, leased=leased)


@pytest.mark.parametrize(
    ("on_hand", "reserved", "leased", "tills", "each"),
    [
        (20, 0, 0, 2, 4),
        (20, 0, 8, 2, 4),
        (20, 18, 0, 2, 0),
        (100, 0, 0, 2, 5),
        (0, 0, 0, 2, 0),
        (5, 9, 0, 2, 0),
        (20, 0, 0, 0, 0),
    ],
)
def test_a_share_is_of_what_is_available_and_never_more_than_the_most(
    on_hand: int, reserved: int, leased: int, tills: int, each: int
) -> None:
    assert share(level(on_hand, reserved, leased), TERMS, tills) == each


@pytest.mark.parametrize("terms", [Terms(), Terms(percent=40), Terms(most=5)])
def test_nothing_is_lent_where_the_shop_lends_nothing(terms: Terms) -> None:
    assert plan(level(), terms, {}, ["a"]) == ()


def test_what_is_lent_is_no_longer_available() -> None:
    assert level(20, leased=8, safety=2).available == 10


def test_every_till_gets_its_share_and_no_more_than_there_is() -> None:
    assert plan(level(), TERMS, {}, ["b", "a"]) == (Step("a", 4, 4), Step("b", 4, 4))
    scarce = level(10, reserved=0, leased=9)
    assert sum(step.grant for step in plan(scarce, Terms(100, 10), {"a": (9, 9)}, ["a", "b"])) == 1


def test_a_lease_is_filled_up_once_half_of_it_is_spent() -> None:
    held = {"a": (3, 4), "b": (2, 4)}
    assert plan(level(leased=5), TERMS, held, ["a", "b"]) == (Step("b", 2, 4),)


def test_a_lease_well_above_its_share_is_asked_back_and_not_taken() -> None:
    held = {"a": (4, 4), "b": (4, 4)}
    steps = plan(level(10, leased=8), TERMS, held, ["a", "b"])
    assert steps == (Step("a", 0, 2), Step("b", 0, 2))


def test_what_was_asked_back_already_is_not_asked_again() -> None:
    assert plan(level(10, leased=8), TERMS, {"a": (4, 2), "b": (4, 2)}, ["a", "b"]) == ()


def test_a_till_that_is_lent_nothing_any_more_is_asked_for_all_of_it() -> None:
    assert plan(level(leased=4), TERMS, {"old": (4, 4)}, []) == (Step("old", 0, 0),)


def test_a_till_gives_back_what_it_has_not_promised() -> None:
    lease = Lease("l-1", "a", "S01", "JKT", granted=6, spent=1, wanted=2)
    assert lease.left == 5
    assert surplus(lease, 5) == 3
    assert surplus(lease, 1) == 0


@pytest.mark.parametrize("percent", [1, 25, 60, 100])
@pytest.mark.parametrize("on_hand", [0, 1, 2, 5, 9, 40])
@pytest.mark.parametrize("lefts", [(0, 0), (1, 0), (4, 2), (9, 9)])
def test_what_is_planned_comes_to_rest_and_never_lends_what_is_not_there(
    percent: int, on_hand: int, lefts: tuple[int, int]
) -> None:
    terms, held = Terms(percent, 6), {"a": (lefts[0], 0), "b": (lefts[1], 0)}
    stock = level(on_hand + sum(lefts), leased=sum(lefts))
    steps = plan(stock, terms, held, ["a", "b"])
    granted = sum(step.grant for step in steps)
    assert granted <= max(0, stock.available)
    for step in steps:
        held[step.device] = (held[step.device][0] + step.grant, step.wanted)
    assert plan(level(stock.on_hand, leased=stock.leased + granted), terms, held, ["a", "b"]) == ()
