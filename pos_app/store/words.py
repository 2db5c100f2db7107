"""Words for the full-text indexes, and queries made of what somebody has typed so far."""

from __future__ import annotations

import re
from collections.abc import Iterable
from string import ascii_uppercase

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
SHORTEST_TAIL = 4


def _tails(digits: str) -> Iterable[str]:
    """The endings by which people name a long number: its last 4, 6 and 8 digits."""
    return (digits[-length:] for length in (4, 6, 8) if len(digits) > length)


def number_words(number: str) -> str:
    """An order number as it may be typed: with dashes, without, its counter without leading zeros."""
    parts = _WORD.findall(number)
    counter = parts[-2] if len(parts) > 1 else ""
    return " ".join([*parts, "".join(parts), counter.lstrip(ascii_uppercase).lstrip("0")])


def phone_words(phone: str) -> str:
    """A phone number in E.164 as it may be typed: whole, or its last digits."""
    digits = "".join(char for char in phone if char.isdigit())
    if len(digits) < SHORTEST_TAIL:
        return digits
    national = [digits[length:] for length in (1, 2, 3)]
    return " ".join([digits, *(f"0{part}" for part in national), *national, *_tails(digits)])


def query(typed: str) -> str | None:
    """An FTS5 query for all typed words, the beginnings of words counting; None when nothing was typed."""
    found: list[str] = _WORD.findall(typed)
    return " ".join(f'"{word}"*' for word in found) or None


def joined(*texts: str) -> str:
    """Texts as one text to be indexed."""
    return " ".join(text for text in texts if text)
