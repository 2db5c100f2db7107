"""A line with how many of it are handed over, changed by minus and plus."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import edges, row
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.labels import MoneyLabel, Text
from pos_app.ui.wording import say
from site_sync.domain.money import Money


@dataclass(frozen=True, slots=True)
class QuantityLine:
    """One line as shown: `now` of `of` units, its price, and whether there is anything to hand over."""

    line: int
    now: str
    of: str
    name: str
    amount: Money
    live: bool = True


class QuantityRow(QWidget):
    """Shows a line; minus and plus appear while part of an order is chosen."""

    changed = Signal(int, int)

    def __init__(self, shown: QuantityLine, *, editing: bool) -> None:
        super().__init__()
        tone = "ink" if shown.live else "ink-2"
        inside = row(gap=12)
        edges(inside, 4, 6, 4, 6)
        count = Text(say("collect.of", now=shown.now, of=shown.of), size=17, weight=700, tone=tone)
        count.setFixedWidth(px(86))
        inside.addWidget(count)
        inside.addWidget(Text(shown.name, size=17, tone=tone, wrap=True), 1)
        if editing and shown.live:
            for text, step in (("−", -1), ("+", 1)):
                key = Key(text, height=48, size=22)
                key.setAccessibleName(say("collect.less" if step < 0 else "collect.more", item=shown.name))
                key.setFixedWidth(px(56))
                key.clicked.connect(lambda _=False, step=step: self.changed.emit(shown.line, step))
                inside.addWidget(key)
        amount = MoneyLabel(shown.amount, size=17, weight=400, tone=tone)
        amount.setMinimumWidth(px(100))
        inside.addWidget(amount)
        self.setLayout(inside)
        self.setMinimumHeight(px(48))
