"""A refusal or conflict that waits for a person, as the site keeps it and tells the tills of its store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from site_sync.domain.card_numbers import mask_written
from site_sync.domain.money import Money
from site_sync.domain.particulars import Actor


class Choice(StrEnum):
    """How a problem ends: the act made anew (perhaps with goods on order, or of
    another store), kept as a note on its order, given up, or settled outside."""

    TRY_AGAIN = "try_again"
    BACK_ORDER = "back_order"
    OTHER_STORE = "other_store"
    KEEP_NOTE = "keep_note"
    GIVE_UP = "give_up"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Ends:
    """The problem that a command brings to an end, and how; the first who ends a problem wins."""

    __pydantic_config__ = {"extra": "forbid"}

    problem: str
    choice: Choice


@dataclass(frozen=True, slots=True)
class MoneyMoved:
    """Money that changed hands in an act that was not booked: taken above zero, paid out below."""

    __pydantic_config__ = {"extra": "forbid"}

    tender: str
    amount: Money
    payment: str = ""


@dataclass(frozen=True, slots=True)
class ProblemRecord:
    """One problem: the refused or parked command (or none, for a conflict), its code and facts.

    `act` is the command's act, `staff` the name of who did it at `till` (store and till, as `S01-02`);
    `money` is what changed hands in it. Once it is no longer open: `choice` and `resolution` (words of the
    person, or the choice) say how it ended, by whom, when, and at which till ("" in the back office).
    """

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    at: datetime
    store: str
    code: str
    facts: dict[str, object] = field(default_factory=dict)
    order_id: str = ""
    command_id: str = ""
    device: str = ""
    act: str = ""
    open: bool = True
    resolution: str = ""
    staff: str = ""
    till: str = ""
    money: tuple[MoneyMoved, ...] = ()
    choice: str = ""
    resolved_by: str = ""
    resolved_at: datetime | None = None
    resolved_till: str = ""

    @property
    def of_command(self) -> bool:
        """Whether a command was refused or parked; else something happened that is to be settled."""
        return bool(self.command_id) and self.id == self.command_id


@dataclass(frozen=True, slots=True)
class ProblemEnd:
    """What a person at a till decided about a problem; `id` is that of its command, made once."""

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    problem: str
    choice: Choice
    at: datetime
    by: Actor
    store: str
    till: str
    note: str = ""
    approver: Actor | None = None

    def __post_init__(self) -> None:
        mask_written(self)
