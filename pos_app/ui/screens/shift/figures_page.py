"""The figures of a shift: what was sold, what each tender took, what the drawer should hold."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from pos_app.ui.screens.shift.views import FigureRow, ShiftView, TenderRow
from pos_app.ui.widgets.cards import Card, clear, column, grid, row, scrolled
from pos_app.ui.widgets.labels import MoneyLabel, Rule, Text
from pos_app.ui.wording import say
from site_sync.domain.money import Money


def difference_tone(difference: Money) -> str:
    """Calm when the drawer is right, a warning when there is more, alarming when something is missing."""
    if difference.amount == 0:
        return "ok"
    return "warn" if difference.amount > 0 else "bad"


class FiguresPage(QWidget):
    """Three cards side by side, as on the printed report."""

    def __init__(self) -> None:
        super().__init__()
        self._cards = row(gap=12)
        content = QWidget()
        inside = column()
        inside.addLayout(self._cards)
        inside.addStretch(1)
        content.setLayout(inside)
        whole = column()
        whole.addWidget(scrolled(content))
        self.setLayout(whole)

    def show_figures(self, view: ShiftView) -> None:
        """Show the shift as it is now."""
        clear(self._cards)
        for card in (_turnover(view.turnover), _tenders(view.tenders), _drawer(view)):
            self._cards.addWidget(card, 1)


def _card(title: str) -> Card:
    card = Card(edge=16, gap=10)
    card.column.addWidget(Text(title, size=20, weight=700, wrap=True))
    return card


def _label(words: str, *, tone: str = "ink") -> Text:
    return Text(words, tone=tone, wrap=True)


def _figures(rows: Sequence[FigureRow]) -> QGridLayout:
    lines = grid(gap=10)
    lines.setColumnStretch(0, 1)
    for number, shown in enumerate(rows):
        lines.addWidget(_label(shown.label), number, 0)
        if shown.count:
            often = Text(shown.count, tone="ink-2")
            often.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            lines.addWidget(often, number, 1)
        lines.addWidget(MoneyLabel(shown.amount), number, 2)
    return lines


def _turnover(rows: Sequence[FigureRow]) -> Card:
    card = _card(say("shift.turnover"))
    card.column.addLayout(_figures(rows))
    card.column.addStretch(1)
    return card


def _tenders(rows: Sequence[TenderRow]) -> Card:
    card = _card(say("shift.tenders"))
    if not rows:
        card.column.addWidget(_label(say("shift.nothing_yet"), tone="ink-2"))
    lines = grid(gap=10)
    lines.setColumnStretch(0, 1)
    for number, shown in enumerate(rows):
        lines.addWidget(_label(shown.name), 2 * number, 0)
        lines.addWidget(MoneyLabel(shown.taken), 2 * number, 1)
        if shown.refunded.amount:
            back = Text(say("shift.paid_back"), size=15, tone="ink-2", wrap=True)
            lines.addWidget(back, 2 * number + 1, 0)
            minus = Money(-shown.refunded.amount, shown.refunded.currency)
            lines.addWidget(MoneyLabel(minus, size=15, weight=400, tone="ink-2"), 2 * number + 1, 1)
    card.column.addLayout(lines)
    card.column.addStretch(1)
    return card


def _drawer(view: ShiftView) -> Card:
    card = _card(say("shift.drawer"))
    card.column.addLayout(_figures(view.drawer))
    card.column.addWidget(Rule())
    card.column.addLayout(big_sum(say("shift.expected"), view.expected))
    if view.counted is not None:
        difference = Money(view.counted.amount - view.expected.amount, view.expected.currency)
        card.column.addLayout(big_sum(say("shift.counted"), view.counted))
        card.column.addLayout(big_sum(say("shift.difference"), difference, difference_tone(difference)))
    card.column.addStretch(1)
    return card


def big_sum(label: str, amount: Money, tone: str = "ink") -> QGridLayout:
    """A label with a large amount."""
    line = grid(gap=8)
    line.setColumnStretch(0, 1)
    line.addWidget(Text(label, size=18, weight=600, wrap=True), 0, 0)
    line.addWidget(MoneyLabel(amount, size=28, weight=700, tone=tone), 0, 1)
    return line
