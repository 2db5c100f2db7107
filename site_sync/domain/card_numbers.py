"""Payment card numbers taken out of what people write: 13 to 19 digits whose last one checks."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any

WRITTEN = frozenset({"note", "text", "reason", "how", "comment_staff", "comment_customer"})
"""Members that hold what a person wrote; numbers, names and ids stand elsewhere and stay as they are."""
RUN = r"\d(?:[ -]?\d){12,18}"
"""Digits as a card number may be written, in groups or not."""
_RUN = re.compile(rf"(?<!\d){RUN}(?!\d)")


def mask_card_numbers(text: str) -> str:
    """Replace every payment card number in a text, keeping its last four digits."""

    def masked(run: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", run.group())
        return f"**** {digits[-4:]}" if _is_card_number(digits) else run.group()

    return _RUN.sub(masked, text)


def mask_written(record: Any) -> None:
    """Mask what people wrote in a frozen record that is just being made, and in all that it holds."""
    for name, value in _masked_members(record).items():
        object.__setattr__(record, name, value)


def _masked_members(record: Any) -> dict[str, Any]:
    """The members that read otherwise without card numbers."""
    found = {}
    for name in (field.name for field in fields(record)):
        value = getattr(record, name)
        bare = mask_card_numbers(value) if isinstance(value, str) and name in WRITTEN else _masked(value)
        if bare is not value and bare != value:
            found[name] = bare
    return found


def _masked(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_masked(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        members = _masked_members(value)
        return replace(value, **members) if members else value
    return value


def _is_card_number(digits: str) -> bool:
    if digits[0] not in "23456":
        return False
    doubled = [int(d) * 2 if place % 2 else int(d) for place, d in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
