"""The words that an order is found by, and what of them a typed text may begin."""

from __future__ import annotations

from collections.abc import Iterator

from site_sync.domain.orders import Order

LONGEST, MOST = 80, 24
LEAST_DIGITS = 4
_BACKWARDS = "~"
"""Before a phone number from its end, as people know its last digits."""


def words_of(order: Order) -> frozenset[str]:
    """What the beginning of a typed text is compared with, in small letters."""
    who = order.customer
    found = [*_of_number(order.number), order.external_id, who.member_card, who.email, *_of_name(who.name)]
    found += [_BACKWARDS + who.phone[::-1].rstrip("+")] if who.phone else []
    plain = (word.lower().replace("\x00", "")[:LONGEST] for word in found)
    return frozenset([word for word in plain if word][:MOST])


def _of_number(number: str) -> Iterator[str]:
    """The number from each of its parts on, also without the zeros in front."""
    parts = number.split("-")
    for place in range(len(parts)):
        rest = "-".join(parts[place:])
        yield rest
        yield rest.lstrip("0")


def _of_name(name: str) -> Iterator[str]:
    """The name from each of its words on."""
    parts = name.split()
    return (" ".join(parts[place:]) for place in range(len(parts)))


def beginnings(text: str) -> Iterator[str]:
    """What a typed text may be the beginning of, in small letters."""
    typed = " ".join(text.lower().replace("\x00", "").split())[:LONGEST]
    yield typed
    if typed.lstrip("0") not in ("", typed):
        yield typed.lstrip("0")
    digits = "".join(char for char in typed if char.isdigit())
    if len(digits) >= LEAST_DIGITS and len(digits) == len(typed.replace(" ", "").lstrip("+")):
        yield _BACKWARDS + digits[::-1]
