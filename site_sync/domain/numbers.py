"""Numbers of orders and receipts with a check digit, made where the order is made."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from site_sync.domain.errors import Code, Refusal

LEAST_DIGITS, MOST_DIGITS = 4, 8
MOST_NEXT = 99_999_999
RECEIPT = "R"
"""What comes before the counter in the number of a receipt."""
_PATTERN = re.compile(
    r"(?:[A-Z][A-Z0-9]{0,3}-\d{2}-(?!R\d)[A-Z]{0,3}\d{4,8}|[A-Z]{1,3}-\d{4,9})-\d", re.ASCII
)
"""Whatever letters a shop has or had: a number is known again by its form and its check digit."""
_LETTERS = re.compile(r"[A-Z]{1,3}", re.ASCII)
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


@dataclass(frozen=True, slots=True)
class Numbering:
    """How orders are numbered: the letters of web orders and quotes, and so many digits at least.

    The site's own counter goes on at `web_next` where it has not come so far.
    """

    __pydantic_config__ = {"extra": "forbid"}

    web: str = "W"
    quote: str = "Q"
    digits: int = 6
    web_next: int = 1

    def refusal(self, stores: Iterable[str], least: int) -> Refusal | None:
        """What of it cannot be, beside the shop's store codes and with the counter no lower than that."""
        taken = frozenset(stores)
        for field, letters in (("web", self.web), ("quote", self.quote)):
            if not _LETTERS.fullmatch(letters):
                return Refusal(Code.TEXT_INVALID, {"field": field})
            if letters in taken:
                return Refusal(Code.TEXT_INVALID, {"field": field, "store": letters})
        if self.quote in (self.web, RECEIPT):
            return Refusal(Code.TEXT_INVALID, {"field": "quote", "taken": self.quote})
        if not LEAST_DIGITS <= self.digits <= MOST_DIGITS:
            limits = {"least": LEAST_DIGITS, "most": MOST_DIGITS}
            return Refusal(Code.QUANTITY_INVALID, {"field": "digits", **limits})
        if not least <= self.web_next <= MOST_NEXT:
            return Refusal(Code.QUANTITY_INVALID, {"field": "web_next", "least": least, "most": MOST_NEXT})
        return None

    def takes(self, store: str) -> bool:
        """Whether a store cannot have this code, as numbers begin with it."""
        return store in (self.web, self.quote)


AS_SHIPPED = Numbering()


def till_number(
    store: str, till: str, counter: int, *, quote: bool = False, style: Numbering = AS_SHIPPED
) -> str:
    """The number of an order made at a till: store, till, that till's own counter, check digit."""
    body = f"{store}-{till}-{style.quote if quote else ''}{counter:0{style.digits}d}"
    return _checked(f"{body}-{check_digit(body)}")


def receipt_number(store: str, till: str, counter: int) -> str:
    """The number of a receipt printed at a till."""
    body = f"{store}-{till}-{RECEIPT}{counter:06d}"
    return f"{body}-{check_digit(body)}"


def counter_in(number: str, store: str, till: str) -> int:
    """The counter in a number of an order, quote or receipt of a till's place; 0 in one of another place."""
    prefix = f"{store}-{till}-"
    found = _COUNTER.search(number.removeprefix(prefix)) if number.startswith(prefix) else None
    return int(found.group()) if found else 0


def web_number(counter: int, style: Numbering = AS_SHIPPED) -> str:
    """The number of an order made by the service for a web shop."""
    body = f"{style.web}-{counter:0{style.digits}d}"
    return _checked(f"{body}-{check_digit(body)}")


def _checked(number: str) -> str:
    if not is_order_number(number):
        raise ValueError(f"these parts make no order number: {number!r}")
    return number


def is_order_number(text: str) -> bool:
    """Whether a text has the form of an order number and its check digit fits."""
    return bool(_PATTERN.fullmatch(text)) and check_digit(text[:-2]) == text[-1]
