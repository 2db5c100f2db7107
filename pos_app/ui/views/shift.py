"""A shift's figures in rows and words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pos_app.ui.screens.shift import FigureRow, ShiftView, TenderRow
from pos_app.ui.wording import say, when
from site_sync.domain.documents.shift_report import CashTotal, Counted, ShiftFigures
from site_sync.domain.money import Money

_OFTEN = ("sales", "returns", "collections", "deposits_taken", "deposits_refunded")
_SELDOM = ("deposits_used", "deposits_kept", "credits_kept", "gift_cards", "change")


def shift_view(
    figures: ShiftFigures, tenders: Mapping[str, str], now: datetime, locked: frozenset[str]
) -> ShiftView:
    """The shift as the screen shows it; `tenders` gives their names by code."""
    currency, cash = figures.currency, figures.cash
    if figures.closed_at is None:
        opened = say("shift.opened", moment=when(figures.opened_at, now), name=figures.opened_by)
    else:
        opened = say("shift.closed", moment=when(figures.closed_at, now), name=figures.closed_by)
    return ShiftView(
        title=say("shift.x_report" if figures.closed_at is None else "shift.z_report"),
        opened=opened,
        turnover=_turnover(figures),
        tenders=tuple(
            TenderRow(
                tenders.get(each.tender, each.tender),
                Money(each.taken, currency),
                Money(each.refunded, currency),
            )
            for each in figures.tenders
        ),
        drawer=_drawer(cash, currency),
        expected=Money(cash.expected, currency),
        counted=None if cash.counted is None else Money(cash.counted, currency),
        locked=locked,
    )


def _turnover(figures: ShiftFigures) -> tuple[FigureRow, ...]:
    rows = []
    for name in (*_OFTEN, *_SELDOM):
        counted: Counted = getattr(figures, name)
        if name in _OFTEN or counted.count:
            amount = Money(counted.amount, figures.currency)
            rows.append(FigureRow(say(f"shift.{name}"), amount, f"{counted.count} ×"))
    if figures.rounding:
        rows.append(FigureRow(say("shift.rounding"), Money(figures.rounding, figures.currency), ""))
    return tuple(rows)


def _drawer(cash: CashTotal, currency: str) -> tuple[FigureRow, ...]:
    lines = (
        ("float", cash.opening_float),
        ("cash_taken", cash.taken),
        ("cash_refunded", -cash.refunded),
        ("cash_in_total", cash.cash_in),
        ("cash_out_total", -cash.cash_out),
    )
    return tuple(FigureRow(say(f"shift.{name}"), Money(amount, currency)) for name, amount in lines)
