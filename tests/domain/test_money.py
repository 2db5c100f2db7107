"""Money adds up: no part of a minor unit is made or lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_sync.domain.errors import CurrencyMismatch
from site_sync.domain.money import (
    BASIS_POINTS,
    Money,
    Rounding,
    divide,
    minor_digits,
    round_to_step,
    split,
    tax_in,
    tax_on,
    total,
)

amounts = st.integers(-(10**12), 10**12)
rates = st.integers(0, 5_000)
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("numerator", "denominator", "half_up", "half_even", "down"),
    [
        (5, 2, 3, 2, 2),
        (7, 2, 4, 4, 3),
        (-5, 2, -3, -2, -2),
        (4, 2, 2, 2, 2),
        (1, 3, 0, 0, 0),
        (2, 3, 1, 1, 0),
        (-2, 3, -1, -1, 0),
        (0, 7, 0, 0, 0),
    ],
)
def test_each_rounding_settles_a_fraction_its_way(
    numerator: int, denominator: int, half_up: int, half_even: int, down: int
) -> None:
    assert divide(numerator, denominator) == half_up
    assert divide(numerator, denominator, Rounding.HALF_EVEN) == half_even
    assert divide(numerator, denominator, Rounding.DOWN) == down


@given(amounts, st.integers(1, 10**6), st.sampled_from(Rounding))
def test_division_is_symmetric_and_never_a_whole_unit_off(
    numerator: int, denominator: int, rounding: Rounding
) -> None:
    result = divide(numerator, denominator, rounding)
    assert divide(-numerator, denominator, rounding) == -result
    limit = denominator - 1 if rounding is Rounding.DOWN else denominator // 2
    assert abs(numerator - result * denominator) <= limit


@given(amounts, weights)
def test_the_parts_of_a_split_add_up(whole: int, weights: list[int]) -> None:
    parts = split(whole, weights)
    assert len(parts) == len(weights)
    assert sum(parts) == (whole if any(weights) else 0)


@given(amounts, weights)
def test_no_part_is_a_unit_from_its_fair_share_and_what_weighs_nothing_gets_nothing(
    whole: int, weights: list[int]
) -> None:
    parts = split(whole, weights)
    weight = sum(weights)
    for part, own in zip(parts, weights, strict=True):
        assert abs(part * weight - whole * own) < max(weight, 1)
        assert own or not part


@given(st.integers(0, 10**9), weights)
def test_a_split_of_a_debt_mirrors_the_split_of_a_claim(whole: int, weights: list[int]) -> None:
    assert split(-whole, weights) == [-part for part in split(whole, weights)]


def test_the_largest_remainder_gets_the_odd_unit_and_the_first_of_equals() -> None:
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(10, [1, 2, 4]) == [1, 3, 6]
    assert Money(5, "EUR").shares([1, 1]) == [Money(3, "EUR"), Money(2, "EUR")]


def test_amounts_of_one_currency_add_subtract_and_compare() -> None:
    small, large = Money(5, "EUR"), Money(7, "EUR")
    assert small + large == Money(12, "EUR")
    assert small - large == Money(-2, "EUR")
    assert -small == Money(-5, "EUR")
    assert small < large
    assert small <= large
    assert large > small
    assert large >= small
    assert small <= Money(5, "EUR") <= small
    assert not Money(0, "EUR")
    assert small
    assert total([small, large, large], "EUR") == Money(19, "EUR")
    assert total([], "DKK") == Money(0, "DKK")


def test_two_currencies_never_meet() -> None:
    euro, crown = Money(5, "EUR"), Money(5, "DKK")
    assert euro != crown
    for meet in (Money.__add__, Money.__sub__, Money.__lt__, Money.__le__, Money.__gt__, Money.__ge__):
        with pytest.raises(CurrencyMismatch):
            meet(euro, crown)
    with pytest.raises(CurrencyMismatch):
        total([crown], "EUR")


def test_a_percentage_is_counted_in_basis_points() -> None:
    assert Money(21_490, "EUR").percent(2_000) == Money(4_298, "EUR")
    assert Money(1, "EUR").percent(5_000) == Money(1, "EUR")
    assert Money(1, "EUR").percent(5_000, Rounding.DOWN) == Money(0, "EUR")


@given(amounts, rates)
def test_tax_within_a_price_is_the_tax_on_what_is_left_of_it(gross: int, rate: int) -> None:
    tax = tax_in(gross, rate)
    assert abs(tax_on(gross - tax, rate) - tax) <= 1
    assert tax_in(-gross, rate) == -tax


def test_tax_of_everyday_rates() -> None:
    assert tax_in(11_900, 1_900) == 1_900
    assert tax_in(12_500, 2_500) == 2_500
    assert tax_on(10_000, 700) == 700
    assert tax_on(10_000, 0) == tax_in(10_000, 0) == 0
    assert tax_on(3, BASIS_POINTS // 2, Rounding.HALF_EVEN) == 2


@given(amounts, st.integers(1, 100))
def test_cash_rounding_goes_to_the_nearest_coin(amount: int, step: int) -> None:
    rounded = round_to_step(amount, step)
    assert rounded % step == 0
    assert abs(rounded - amount) * 2 <= step
    assert round_to_step(rounded, step) == rounded


def test_cash_rounding_by_the_coin_of_a_country() -> None:
    assert [round_to_step(amount, 5) for amount in (1, 2, 3, 7, 8, -3)] == [0, 0, 5, 5, 10, -5]
    assert round_to_step(25, 50) == 50
    assert round_to_step(123, 1) == 123


def test_minor_digits_of_a_currency() -> None:
    assert [minor_digits(code) for code in ("EUR", "DKK", "JPY", "KWD")] == [2, 2, 0, 3]
