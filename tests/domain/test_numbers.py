"""An order number misread by one digit is never the number of another order."""

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_sync.domain.codes import ScanKind, ScanSettings, bag_code, classify
from site_sync.domain.numbers import (
    AS_SHIPPED,
    Numbering,
    check_digit,
    counter_in,
    is_order_number,
    receipt_number,
    till_number,
    web_number,
)

letters = st.from_regex(r"[A-Z]{1,3}", fullmatch=True)
styles = st.builds(Numbering, letters, letters.filter(lambda text: text != "R"), st.integers(4, 8))
numbers = st.one_of(
    st.builds(
        till_number,
        st.from_regex(r"[A-Z][A-Z0-9]{0,3}", fullmatch=True),
        st.from_regex(r"[0-9]{2}", fullmatch=True),
        st.integers(0, 99_999_999),
        quote=st.booleans(),
        style=styles,
    ),
    st.builds(web_number, st.integers(0, 999_999_999), styles),
)


@given(numbers)
def test_every_number_made_is_one(number: str) -> None:
    assert is_order_number(number)


@given(numbers)
def test_every_single_wrong_digit_is_caught(number: str) -> None:
    for place, char in enumerate(number):
        if char.isdigit():
            for other in string.digits.replace(char, ""):
                assert not is_order_number(number[:place] + other + number[place + 1 :])


@given(numbers)
def test_swapped_neighbours_are_caught_but_for_nine_and_nought(number: str) -> None:
    for place in range(len(number) - 1):
        left, right = number[place], number[place + 1]
        if left.isdigit() and right.isdigit() and left != right and {left, right} != {"0", "9"}:
            assert not is_order_number(number[:place] + right + left + number[place + 2 :])


def test_how_the_numbers_look() -> None:
    assert till_number("S01", "02", 318)[:-1] == "S01-02-000318-"
    assert till_number("S01", "02", 7, quote=True)[:-1] == "S01-02-Q000007-"
    assert web_number(482)[:-1] == "W-000482-"
    assert check_digit("7992739871") == "3"
    style = Numbering("WEB", "AN", 4)
    assert till_number("S01", "02", 318, style=style)[:-1] == "S01-02-0318-"
    assert till_number("S01", "02", 7, quote=True, style=style)[:-1] == "S01-02-AN0007-"
    assert (web_number(482, style)[:-1], web_number(48_200, style)[:-1]) == ("WEB-0482-", "WEB-48200-")


@pytest.mark.parametrize(
    ("number", "counter"),
    [
        (till_number("S01", "02", 318), 318),
        (till_number("S01", "02", 7, quote=True), 7),
        (receipt_number("S01", "02", 1_000_042), 1_000_042),
        (till_number("S01", "02", 7, quote=True, style=Numbering("W", "QUO", 8)), 7),
        (till_number("S01", "03", 318), 0),
        (web_number(9), 0),
        ("S01-02-", 0),
        ("", 0),
    ],
)
def test_the_counter_of_a_tills_own_numbers_is_read_back(number: str, counter: int) -> None:
    assert counter_in(number, "S01", "02") == counter


def test_no_two_tills_make_the_same_number() -> None:
    made = [
        till_number(store, till, n) for store in ("S01", "S02") for till in ("01", "02") for n in range(9)
    ]
    assert len(set(made)) == len(made)


@pytest.mark.parametrize(
    "text",
    ["", "W-", "hello", "S01-02-000318", "W-000482", "s01-02-000318-4", "W-٠٠٠٤٨٢-9", web_number(1) + "\n",
     " " + web_number(1), "W-000001-X"],
)  # fmt: skip
def test_other_texts_are_no_numbers(text: str) -> None:
    assert not is_order_number(text)


@pytest.mark.parametrize(
    ("store", "till", "counter"),
    [("", "01", 1), ("s01", "01", 1), ("STORE", "01", 1), ("S01", "1", 1), ("S01", "01", 100_000_000),
     ("S01", "01", -1), ("Ö1", "01", 1)],
)  # fmt: skip
def test_parts_that_make_no_number_are_a_mistake(store: str, till: str, counter: int) -> None:
    with pytest.raises(ValueError):
        till_number(store, till, counter)


def test_a_web_counter_out_of_range_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no order number"):
        web_number(10**9)


@given(numbers)
def test_whatever_letters_were_set_before_a_number_is_scanned_as_one(number: str) -> None:
    assert classify(number, ScanSettings()).kind is ScanKind.ORDER_NUMBER
    assert classify(bag_code(number, 2), ScanSettings()).order_number == number


def test_a_receipt_is_no_order() -> None:
    assert not is_order_number(receipt_number("S01", "02", 42))


@pytest.mark.parametrize(
    ("style", "field"),
    [
        (replace(AS_SHIPPED, web="w"), "web"),
        (replace(AS_SHIPPED, web=""), "web"),
        (replace(AS_SHIPPED, web="WEBS"), "web"),
        (replace(AS_SHIPPED, web="OLD"), "web"),
        (replace(AS_SHIPPED, quote="OLD"), "quote"),
        (replace(AS_SHIPPED, quote="Q1"), "quote"),
        (replace(AS_SHIPPED, quote="W"), "quote"),
        (replace(AS_SHIPPED, quote="R"), "quote"),
        (replace(AS_SHIPPED, digits=3), "digits"),
        (replace(AS_SHIPPED, digits=9), "digits"),
        (replace(AS_SHIPPED, web_next=40), "web_next"),
        (replace(AS_SHIPPED, web_next=100_000_000), "web_next"),
    ],
)
def test_letters_meet_nothing_else_and_the_counter_goes_forward_alone(style: Numbering, field: str) -> None:
    refused = style.refusal(("S01", "OLD"), 41)
    assert refused is not None
    assert refused.facts["field"] == field


def test_a_numbering_that_fits_is_kept() -> None:
    assert Numbering("WEB", "AN", 8, 41).refusal(("S01", "OLD"), 41) is None
    assert AS_SHIPPED.takes("W")
    assert not AS_SHIPPED.takes("R")
