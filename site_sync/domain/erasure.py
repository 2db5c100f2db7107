"""Personal data taken out of orders and of what happened to them; goods and money stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from site_sync.domain.customers import Customer
from site_sync.domain.orders import Order, Stage

GONE = "–"
"""What stands where a name stood in a sentence."""
LEAST = 3
"""Shorter words are no names that could be found again."""
_BLANKED = frozenset(
    {
        "collector", "address", "comment", "comment_staff", "comment_customer", "notes", "signature",
        "tracking", "text", "detail", "recipient", "email", "phone", "member_card", "page_hash", "code_hash",
        "collector_hash",
    }
)  # fmt: skip
"""Members that hold what a person said or is called."""
_KEPT_OF_CUSTOMER = ("id", "language", "country")
_PEOPLE = frozenset({"customer", "collector", "address", "person"})
_TELLING = ("name", "phone", "email", "member_card", "street", "extra")
_SPOKEN = frozenset({"reason", "why", "by", "taken_from", "resolution", "note"})
"""Words that staff wrote, in which a part of a name tells enough."""


def erased(order: Order) -> Order:
    """The order one version further, without anything that says whose it was; its customer's id stays."""
    return replace(
        order,
        customer=Customer(order.customer.id, language=order.customer.language),
        collector=None,
        delivery=replace(order.delivery, address=None, tracking=""),
        lines=tuple(replace(line, note="") for line in order.lines),
        comment_staff="",
        comment_customer="",
        notes=(),
        code_hash="",
        page_hash="",
        collector_hash="",
        arrival=None,
        version=order.version + 1,
    )


def is_erased(order: Order) -> bool:
    """Whether an order is over and says nothing of anybody."""
    return order.stage is Stage.DONE and replace(erased(order), version=order.version) == order


def words_of(value: Any) -> frozenset[str]:
    """Names, numbers and addresses of people that plain JSON values tell."""
    return frozenset(word for word in _told(value) if len(word) >= LEAST)


def _told(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        if key in _PEOPLE:
            yield from (str(value[name]) for name in _TELLING if isinstance(value.get(name), str))
        for name, one in value.items():
            yield from _told(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from _told(one, key)
    elif key == "collector" and isinstance(value, str):
        yield value


def scrubbed(value: Any, words: Iterable[str] = ()) -> Any:
    """Plain JSON values without what people said and are called; `words` go wherever they stand."""
    return _scrubbed(value, "", Needles(words))


class Needles:
    """What tells of a person: whole words everywhere, parts of names in what staff wrote."""

    def __init__(self, words: Iterable[str]) -> None:
        whole = sorted({word for word in words if len(word) >= LEAST}, key=len, reverse=True)
        parts = {part for word in whole for part in word.split() if len(part) >= LEAST and part.isalpha()}
        self._whole = _pattern(whole)
        self._parts = _pattern(sorted(parts, key=len, reverse=True), whole_words=True)

    def out_of(self, text: str, *, spoken: bool = False) -> str:
        """A text without them."""
        bare = self._whole.sub(GONE, text) if self._whole else text
        return self._parts.sub(GONE, bare) if spoken and self._parts else bare


def _pattern(words: list[str], *, whole_words: bool = False) -> re.Pattern[str] | None:
    if not words:
        return None
    found = "|".join(re.escape(word) for word in words)
    return re.compile(rf"\b(?:{found})\b" if whole_words else found, re.IGNORECASE)


def _scrubbed(value: Any, key: str, needles: Needles) -> Any:
    if key in ("customer", "person") and isinstance(value, dict):
        return {name: value[name] for name in _KEPT_OF_CUSTOMER if name in value}
    if key in _BLANKED:
        return _nothing(value)
    if isinstance(value, dict):
        return {name: _scrubbed(one, name, needles) for name, one in value.items()}
    if isinstance(value, list):
        return [_scrubbed(one, key, needles) for one in value]
    if key == "note" and isinstance(value, str):
        return ""
    return needles.out_of(value, spoken=key in _SPOKEN) if isinstance(value, str) else value


def _nothing(value: Any) -> Any:
    """Nothing, in the shape of what was there."""
    if isinstance(value, str):
        return ""
    return [] if isinstance(value, list) else None
