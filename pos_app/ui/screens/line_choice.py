"""Choosing among the lines of an order: how many units of each, or which of them at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Card, clear, column, row, scrolled
from pos_app.ui.widgets.keys import BigKey, Key
from pos_app.ui.widgets.labels import Rule, ShortText, Text
from pos_app.ui.wording import say


@dataclass(frozen=True, slots=True)
class ChoiceLine:
    """One line as shown: its name, what is said of it, how much of it is chosen, what that comes to.

    `why_not` says why it cannot be chosen. With `whole` it is chosen or not, else by units.
    """

    line: int
    name: str
    detail: str
    chosen: str
    amount: str
    live: bool = True
    whole: bool = False
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceSum:
    """One row of what the choice comes to."""

    words: str
    value: str
    strong: bool = False


class LineChoiceScreen(QWidget):
    """Lines above, what they come to below, one key to go on."""

    changed = Signal(int, int)
    done = Signal()
    back_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title = ShortText("", size=24, weight=700)
        self.words = Text("", tone="ink-2", wrap=True)
        self._rows = column(gap=10)
        self._sums = column(gap=4)
        self.keys: dict[tuple[int, int], Key] = {}
        self.go = BigKey("")
        self.go.set_shortcut("F12")
        self.go.clicked.connect(self.done)
        self._lay_out()

    def _lay_out(self) -> None:
        back = Key("", icon="chevron-left", height=50)
        back.setAccessibleName(say("keys.back"))
        back.set_shortcut("Esc")
        back.clicked.connect(self.back_pressed)
        head = row(gap=12)
        head.addWidget(back)
        head.addWidget(self.title, 1)
        content = QWidget()
        content.setLayout(self._rows)
        whole = column(edge=16, gap=12)
        whole.addLayout(head)
        whole.addWidget(self.words)
        whole.addWidget(scrolled(content), 1)
        whole.addWidget(Rule())
        whole.addLayout(self._sums)
        whole.addWidget(self.go)
        self.setLayout(whole)

    def ask(self, title: str, words: str, go: str) -> None:
        """Begin: what is chosen for, and what the key does."""
        self.title.say(title)
        self.words.say(words)
        self.go.set_label(go)

    def show_lines(self, lines: Sequence[ChoiceLine], sums: Sequence[ChoiceSum], *, ready: bool) -> None:
        """The lines as chosen now and what they come to; without anything chosen nobody goes on."""
        clear(self._rows)
        clear(self._sums)
        self.keys = {}
        for line in lines:
            self._rows.addWidget(self._card(line))
        self._rows.addStretch(1)
        for each in sums:
            size, weight = (22, 700) if each.strong else (17, 400)
            across = row(gap=12)
            across.addWidget(Text(each.words, size=size, weight=weight), 1)
            across.addWidget(Text(each.value, size=size, weight=weight))
            self._sums.addLayout(across)
        self.go.setEnabled(ready)

    def _card(self, shown: ChoiceLine) -> QWidget:
        card = Card(edge=12, gap=4)
        across = row(gap=12)
        words = column(gap=2)
        words.addWidget(ShortText(shown.name, size=19, weight=600))
        words.addWidget(Text(shown.why_not or shown.detail, size=15, tone="ink-2", wrap=True))
        across.addLayout(words, 1)
        count = Text(shown.chosen, size=19, weight=700, tone="ink" if shown.live else "ink-2")
        count.setMinimumWidth(px(110))
        across.addWidget(count)
        if not shown.why_not:
            for text, step in self._steps(shown):
                across.addWidget(self._key(shown, text, step))
        amount = Text(shown.amount, size=17)
        amount.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        amount.setMinimumWidth(px(110))
        across.addWidget(amount)
        card.column.addLayout(across)
        return card

    @staticmethod
    def _steps(shown: ChoiceLine) -> tuple[tuple[str, int], ...]:
        if shown.whole:
            return ((say("line_choice.leave"), -1),) if shown.live else ((say("line_choice.take"), 1),)
        return (("−", -1), ("+", 1))

    def _key(self, shown: ChoiceLine, text: str, step: int) -> Key:
        key = Key(text, height=56, size=16 if shown.whole else 24)
        name = say("line_choice.less" if step < 0 else "line_choice.more", item=shown.name)
        key.setAccessibleName(f"{text}: {shown.name}" if shown.whole else name)
        key.setMinimumWidth(px(110 if shown.whole else 60))
        key.clicked.connect(lambda _=False: self.changed.emit(shown.line, step))
        self.keys[shown.line, step] = key
        return key
