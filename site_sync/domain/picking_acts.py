"""The acts of those who find the goods: claim, pick, short, ready, bags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from site_sync.domain.act_kinds import ActKind
from site_sync.domain.particulars import BagPlace, ShortNext


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
    """Units were not found; `store` is where they shall come from instead."""

    __pydantic_config__ = {"extra": "forbid"}

    line: int
    quantity: int
    next: ShortNext = ShortNext.DROP
    store: str = ""
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
