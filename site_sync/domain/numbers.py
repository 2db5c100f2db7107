"""Numbers of orders and receipts with a check digit, made where the order is made."""

from __future__ import annotations

import re

_PATTERN = re.compile(r"(?:[A-Z][A-Z0-9]{0,3}-\d{2}-Q?\d{6,8}|W-\d{6,9})-\d", re.ASCII)
_COUNTER = re.compile(r"\d{1,9}")


def check_digit(body: str) -> str:
    """The check digit of the letters and digits of a number: Luhn over 0-9 and A=10 .. Z=35 written out.

    Catches every single wrong digit and every swap of neighbours but 09/90.
    """
    digits = [int(d) for char in body if char.isalnum() for d in str(int(char, 36))]
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if place % 2 == 0 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def till_number(store: str, till: str, counter: int, *, quote: bool = False) -> str:
    """The number of an order made at a till: store, till, that till's own counter, check digit."""
    body = f"{store}-{till}-{'Q' if quote else ''}{counter:06d}"
    return _checked(f"{body}-{check_digit(body)}")


def receipt_number(store: str, till: str, counter: int) -> str:
    """The number of a receipt printed at a till."""
    body = f"{store}-{till}-R{counter:06d}"
    return f"{body}-{check_digit(body)}"


def counter_in(number: str, store: str, till: str) -> int:
    """The counter in a number of an order, quote or receipt of a till's place; 0 in one of another place."""
    prefix = f"{store}-{till}-"
    found = _COUNTER.search(number.removeprefix(prefix)) if number.startswith(prefix) else None
    return int(found.group()) if found else 0


def web_number(counter: int) -> str:
    """The number of an order made by the service for a web shop."""
    body = f"W-{counter:06d}"
    return _checked(f"{body}-{check_digit(body)}")


def _checked(number: str) -> str:
    if not is_order_number(number):
        raise ValueError(f"these parts make no order number: {number!r}")
    return number


def is_order_number(text: str) -> bool:
    """Whether a text has the form of an order number and its check digit fits."""
    return bool(_PATTERN.fullmatch(text)) and check_digit(text[:-2]) == text[-1]
