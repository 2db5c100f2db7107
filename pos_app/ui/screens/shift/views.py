"""What the shift screen shows."""

from __future__ import annotations

from dataclasses import dataclass

from site_sync.domain.money import Money


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One line of figures; `count` says how often, empty where that means nothing."""

    label: str
    amount: Money
    count: str = ""


@dataclass(frozen=True, slots=True)
class TenderRow:
    """What one tender took and paid back."""

    name: str
    taken: Money
    refunded: Money


@dataclass(frozen=True, slots=True)
class ShiftView:
    """A shift in figures; a closed one also says what was counted.

    `locked` names what needs approval: cash, close or drawer.
    """

    title: str
    opened: str
    turnover: tuple[FigureRow, ...]
    tenders: tuple[TenderRow, ...]
    drawer: tuple[FigureRow, ...]
    expected: Money
    counted: Money | None = None
    locked: frozenset[str] = frozenset()
