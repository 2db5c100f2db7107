"""The problems screen: everything that was refused or waits, in words, with its choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from pos_app.ui.widgets.cards import Card, clear, column, row, scrolled
from pos_app.ui.widgets.chips import Badge
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.labels import ShortText, Text
from pos_app.ui.wording import say


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A problem in words; `choices` are (code, words)."""

    problem_id: str
    title: str
    words: str
    detail: str
    badge: str
    choices: tuple[tuple[str, str], ...]


class ProblemsScreen(QWidget):
    """One card a problem, oldest first; it ends only by somebody's act."""

    choice_pressed = Signal(str, str)
    back_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._cards = column(gap=12)
        self.keys: dict[tuple[str, str], Key] = {}
        back = Key("", icon="chevron-left", height=50)
        back.setAccessibleName(say("problems.back"))
        back.set_shortcut("Esc")
        back.clicked.connect(self.back_pressed)
        head = row(gap=12)
        head.addWidget(back)
        head.addWidget(ShortText(say("problems.title"), size=24, weight=700), 1)
        content = QWidget()
        content.setLayout(self._cards)
        whole = column(edge=16, gap=12)
        whole.addLayout(head)
        whole.addWidget(scrolled(content), 1)
        self.setLayout(whole)

    def show_problems(self, problems: Sequence[ProblemView]) -> None:
        """The open problems of this store."""
        clear(self._cards)
        self.keys = {}
        if not problems:
            empty = Text(say("problems.none"), size=20, tone="ink-2", wrap=True)
            empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._cards.addWidget(empty)
        for problem in problems:
            self._cards.addWidget(self._card(problem))
        self._cards.addStretch(1)

    def _card(self, problem: ProblemView) -> QWidget:
        card = Card(edge=18, gap=8)
        head = row(gap=10)
        head.addWidget(ShortText(problem.title, size=20, weight=700))
        head.addWidget(Badge(problem.badge, "bad"))
        head.addStretch(1)
        card.column.addLayout(head)
        card.column.addWidget(Text(problem.words, size=18, wrap=True))
        card.column.addWidget(Text(problem.detail, size=15, tone="ink-2", wrap=True))
        keys = row(gap=8)
        for code, words in problem.choices:
            key = Key(words, height=60, size=16)
            pressed = (problem.problem_id, code)
            key.clicked.connect(lambda _=False, pressed=pressed: self.choice_pressed.emit(*pressed))
            self.keys[pressed] = key
            keys.addWidget(key, 1)
        card.column.addLayout(keys)
        return card
