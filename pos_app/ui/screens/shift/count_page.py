"""Counting the drawer and closing the shift, with the difference shown before it is final."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from pos_app.ui.screens.shift.figures_page import big_sum, difference_tone
from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Card, clear, column, row
from pos_app.ui.widgets.counting import CountingGrid
from pos_app.ui.widgets.keys import BigKey, Key
from pos_app.ui.widgets.labels import MoneyLabel, Text
from pos_app.ui.widgets.numpad import Numpad
from pos_app.ui.wording import say
from site_sync.domain.money import Money


class CountPage(QWidget):
    """The count is made without seeing what is expected; only then the two are compared."""

    close_pressed = Signal(Money)

    def __init__(self) -> None:
        super().__init__()
        self._expected: Money | None = None
        self._locked = False
        self.grid = CountingGrid(say("counting.name"))
        self.total = MoneyLabel(size=36, weight=700)
        self.compare = BigKey(say("shift.compare"))
        self.close_key = BigKey(say("shift.close"))
        self.again = Key(say("shift.count_again"), height=64)
        self._sums = column(gap=12)
        self._side = QStackedWidget()
        self._side.addWidget(self._counting())
        self._side.addWidget(self._result())
        side = Card(edge=16, gap=12)
        side.setFixedWidth(px(340))
        side.column.addWidget(self._side)
        inside = row(gap=12)
        inside.addWidget(self.grid, 1)
        inside.addWidget(side)
        self.setLayout(inside)
        self.setFocusProxy(self.grid)
        self.grid.changed.connect(self.total.show_amount)
        self.compare.set_shortcut("F12")
        self.close_key.set_shortcut("F12")
        self.compare.clicked.connect(self._compare)
        self.again.clicked.connect(self.count_again)
        self.close_key.clicked.connect(lambda: self.close_pressed.emit(self.grid.total()))

    def _counting(self) -> QWidget:
        page = QWidget()
        pad = Numpad(decimals=False, enter=say("counting.next"), key_height=52)
        pad.pressed.connect(self.grid.type_digit)
        pad.erased.connect(self.grid.erase)
        pad.cleared.connect(self.grid.forget)
        pad.entered.connect(self.grid.next)
        inside = column(gap=10)
        line = row()
        line.addWidget(Text(say("shift.counted"), size=18, weight=600))
        line.addWidget(self.total, 1)
        inside.addLayout(line)
        inside.addLayout(self._steps())
        inside.addWidget(pad, 1)
        inside.addWidget(self.compare)
        page.setLayout(inside)
        return page

    def _steps(self) -> QHBoxLayout:
        steps = row(gap=8)
        for text, name, by in (("−", "counting.less", -1), ("+", "counting.more", 1)):
            key = Key(text, height=52, size=22)
            key.setAccessibleName(say(name))
            key.clicked.connect(lambda _=False, by=by: self.grid.step(by))
            steps.addWidget(key, 1)
        return steps

    def _result(self) -> QWidget:
        page = QWidget()
        inside = column(gap=12)
        inside.addLayout(self._sums)
        inside.addStretch(1)
        inside.addWidget(self.again)
        inside.addWidget(self.close_key)
        page.setLayout(inside)
        return page

    def ready(self, pieces: Sequence[Money], expected: Money, *, locked: bool) -> None:
        """What may lie in the drawer and what should; a count that was begun goes on."""
        self._expected, self._locked = expected, locked
        if not self.grid.counts():
            self.grid.count_pieces(pieces)
            self.total.show_amount(self.grid.total())
        if self._side.currentIndex() == 1:
            self._compare()

    def start_over(self) -> None:
        """Forget the count."""
        self.grid.count_pieces(())
        self._side.setCurrentIndex(0)

    def count_again(self) -> None:
        """Back to counting; what was typed stays."""
        self._side.setCurrentIndex(0)
        self.grid.setEnabled(True)
        self.grid.setFocus()

    def _compare(self) -> None:
        if self._expected is None:
            return
        counted = self.grid.total()
        difference = Money(counted.amount - self._expected.amount, counted.currency)
        tone = difference_tone(difference)
        clear(self._sums)
        self._sums.addLayout(big_sum(say("shift.counted"), counted))
        self._sums.addLayout(big_sum(say("shift.expected"), self._expected))
        self._sums.addLayout(big_sum(say("shift.difference"), difference, tone))
        self._sums.addWidget(Text(say(f"shift.drawer_{tone}"), tone=tone, weight=500, wrap=True))
        if self._locked:
            self._sums.addWidget(Text(say("shift.needs_approval"), size=15, tone="warn", wrap=True))
        self.grid.setEnabled(False)
        self._side.setCurrentIndex(1)
