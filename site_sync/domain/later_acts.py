"""The acts that put right what was done: undo, new prices, goods returned, told once more, a new code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from site_sync.domain.act_kinds import ActKind
from site_sync.domain.particulars import LinePrice, LineQuantity, Refunded


@dataclass(frozen=True, slots=True)
class MarkReady:
    """Everything is found and waits on `shelf`, without a scan of each unit."""

    __pydantic_config__ = {"extra": "forbid"}

    shelf: str = ""
    kind: Literal[ActKind.MARK_READY] = ActKind.MARK_READY


@dataclass(frozen=True, slots=True)
class Reopen:
    """Take back the latest cancellation, which was the command `of`."""

    __pydantic_config__ = {"extra": "forbid"}

    of: str
    kind: Literal[ActKind.REOPEN] = ActKind.REOPEN


@dataclass(frozen=True, slots=True)
class UndoCollect:
    """Take back the latest hand-over, which was in the command `of`: the goods are here again."""

    __pydantic_config__ = {"extra": "forbid"}

    of: str
    kind: Literal[ActKind.UNDO_COLLECT] = ActKind.UNDO_COLLECT


@dataclass(frozen=True, slots=True)
class Reprice:
    """Give lines the prices of today; lines not named keep theirs."""

    __pydantic_config__ = {"extra": "forbid"}

    prices: tuple[LinePrice, ...]
    kind: Literal[ActKind.REPRICE] = ActKind.REPRICE


@dataclass(frozen=True, slots=True)
class ReturnGoods:
    """Collected units came back to the store of the command, damaged or as good as new."""

    __pydantic_config__ = {"extra": "forbid"}

    lines: tuple[LineQuantity, ...]
    reason: str
    damaged: bool = False
    refunds: tuple[Refunded, ...] = ()
    kind: Literal[ActKind.RETURN] = ActKind.RETURN


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Tell the customer once more how the order stands."""

    __pydantic_config__ = {"extra": "forbid"}

    kind: Literal[ActKind.SEND_MESSAGE] = ActKind.SEND_MESSAGE


@dataclass(frozen=True, slots=True)
class IssueCode:
    """Give the customer a new code and page link (their hashes and issue); all before them are void."""

    __pydantic_config__ = {"extra": "forbid"}

    code_hash: str
    page_hash: str
    issue: int
    kind: Literal[ActKind.ISSUE_CODE] = ActKind.ISSUE_CODE
