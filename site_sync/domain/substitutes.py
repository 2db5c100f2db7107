"""One item offered in place of another, and what the customer said to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Answer(StrEnum):
    """What the customer said; nothing yet while it waits."""

    WAITING = "waiting"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Substitution:
    """Line `line` stands for `quantity` units of line `instead_of`; unanswered ones end at `until`."""

    __pydantic_config__ = {"extra": "forbid"}

    line: int
    instead_of: int
    quantity: int
    asked_at: datetime
    answer: Answer = Answer.YES
    until: datetime | None = None
