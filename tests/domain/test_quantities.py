"""Quantities are whole numbers of an item's smallest unit, however they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_sync.domain.money import Money
from site_sync.domain.quantities import PIECE, Unit, parse, text_of, value_of

KILO = Unit("kg", 3)
units = st.builds(Unit, st.just("u"), st.integers(0, 4))


@given(st.integers(0, 10**9), units, st.sampled_from(".,"))
def test_what_is_written_is_read_back(quantity: int, unit: Unit, point: str) -> None:
    assert parse(text_of(quantity, unit, point), unit) == quantity


@pytest.mark.parametrize(
    ("text", "unit", "quantity"),
    [
        ("3", PIECE, 3),
        (" 12 ", PIECE, 12),
        ("2.0", PIECE, 2),
        ("2.", PIECE, 2),
        ("0.25", KILO, 250),
        (",5", KILO, 500),
        ("1,250", KILO, 1_250),
        ("007", PIECE, 7),
    ],
)
def test_a_typed_quantity_is_read(text: str, unit: Unit, quantity: int) -> None:
    assert parse(text, unit) == quantity


@pytest.mark.parametrize(
    "text",
    ["", " ", ".", "-1", "+1", "1-", "1.2.3", "1e3", "0x1", "1_0", "٣", "²", "1.٣", "a", "1 0", "1.5x"],
)
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a quantity"):
        parse(text, KILO)


def test_a_quantity_finer_than_the_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="counted with 0 decimals"):
        parse("1.5", PIECE)
    with pytest.raises(ValueError, match="counted with 3 decimals"):
        parse("0.0005", KILO)


@given(st.text(max_size=12), units)
def test_anything_typed_is_a_quantity_or_refused(text: str, unit: Unit) -> None:
    try:
        quantity = parse(text, unit)
    except ValueError:
        return
    assert quantity >= 0


def test_a_quantity_is_written_as_people_write_it() -> None:
    assert text_of(3, PIECE) == "3"
    assert text_of(250, KILO) == "0.250"
    assert text_of(-1_250, KILO, ",") == "-1,250"


def test_a_price_counts_whole_units() -> None:
    price = Money(1_999, "EUR")
    assert value_of(price, 3, PIECE) == Money(5_997, "EUR")
    assert value_of(price, 250, KILO) == Money(500, "EUR")
    assert value_of(price, -250, KILO) == Money(-500, "EUR")
    assert KILO.scale == 1_000
    assert PIECE.scale == 1


@given(st.integers(0, 10**6), st.integers(0, 10**6), units)
def test_a_price_is_never_half_a_minor_unit_off(price: int, quantity: int, unit: Unit) -> None:
    value = value_of(Money(price, "EUR"), quantity, unit).amount
    assert abs(value * unit.scale - price * quantity) * 2 <= unit.scale
