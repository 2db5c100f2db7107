"""The acts of those who find the goods: claim, pick, short, ready, bags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from site_sync.domain.act_kinds import ActKind
from site_sync.domain.customers import Collector
from site_sync.domain.particulars import BagPlace, NewLine, Refunded, ShortNext


@dataclass(frozen=True, slots=True)
class ClaimPicking:
    """Take the order to pick; `take_over` names that another's claim is meant to end."""

    __pydantic_config__ = {"extra": "forbid"}

    take_over: bool = False
    kind: Literal[ActKind.CLAIM] = ActKind.CLAIM


@dataclass(frozen=True, slots=True)
class ReleasePicking:
    """Give the order back to the queue."""

    __pydantic_config__ = {"extra": "forbid"}

    kind: Literal[ActKind.RELEASE] = ActKind.RELEASE


@dataclass(frozen=True, slots=True)
class Pick:
    """Units were found and put into a bag."""

    __pydantic_config__ = {"extra": "forbid"}

    line: int
    quantity: int
    bag: int = 1
    kind: Literal[ActKind.PICK] = ActKind.PICK


@dataclass(frozen=True, slots=True)
class ReportShort:
    """Units were not found; `store` is where they shall come from instead.

    What is ordered back or shipped later is in the order of the number `follow_up`, made beside this act;
    `moved` is the money that goes with it.
    """

    __pydantic_config__ = {"extra": "forbid"}

    line: int
    quantity: int
    next: ShortNext = ShortNext.DROP
    store: str = ""
    follow_up: str = ""
    moved: tuple[Refunded, ...] = ()
    kind: Literal[ActKind.SHORT] = ActKind.SHORT


@dataclass(frozen=True, slots=True)
class Unpick:
    """Picked units go back to the list."""

    __pydantic_config__ = {"extra": "forbid"}

    line: int
    quantity: int
    kind: Literal[ActKind.UNPICK] = ActKind.UNPICK


@dataclass(frozen=True, slots=True)
class ConfirmPicking:
    """The order is ready: its bags lie on their shelves."""

    __pydantic_config__ = {"extra": "forbid"}

    bags: tuple[BagPlace, ...] = ()
    kind: Literal[ActKind.CONFIRM_PICKING] = ActKind.CONFIRM_PICKING


@dataclass(frozen=True, slots=True)
class PlaceBag:
    """A bag was put on another shelf."""

    __pydantic_config__ = {"extra": "forbid"}

    bag: int
    shelf: str
    kind: Literal[ActKind.PLACE_BAG] = ActKind.PLACE_BAG


@dataclass(frozen=True, slots=True)
class Substitute:
    """Something else for units that were not found; `agreed` says that the customer was asked already."""

    __pydantic_config__ = {"extra": "forbid"}

    line: int
    quantity: int
    by: NewLine
    agreed: bool = False
    kind: Literal[ActKind.SUBSTITUTE] = ActKind.SUBSTITUTE


@dataclass(frozen=True, slots=True)
class AnswerSubstitute:
    """What the customer said to the substitute on line `line`."""

    __pydantic_config__ = {"extra": "forbid"}

    line: int
    accepted: bool
    kind: Literal[ActKind.ANSWER_SUBSTITUTE] = ActKind.ANSWER_SUBSTITUTE


@dataclass(frozen=True, slots=True)
class Receive:
    """Bags that another store sent arrived; empty means all of them."""

    __pydantic_config__ = {"extra": "forbid"}

    bags: tuple[int, ...] = ()
    kind: Literal[ActKind.RECEIVE] = ActKind.RECEIVE


@dataclass(frozen=True, slots=True)
class NameCollector:
    """Somebody else may collect, with a code of their own (its hash and its issue); nobody when None."""

    __pydantic_config__ = {"extra": "forbid"}

    collector: Collector | None
    code_hash: str = ""
    issue: int = 0
    kind: Literal[ActKind.NAME_COLLECTOR] = ActKind.NAME_COLLECTOR
