"""A question with a few answers, large enough to read across the counter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal

from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Surface, clear, column, edges
from pos_app.ui.widgets.keys import ActionTile, Key
from pos_app.ui.widgets.labels import Text
from pos_app.ui.wording import say


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its code, its words, what it leads to; `why_not` disables it and says why."""

    code: str
    title: str
    detail: str = ""
    main: bool = False
    amount: str = ""
    why_not: str = ""
    locked: bool = False

    @property
    def state(self) -> str:
        """How its tile looks."""
        if self.why_not:
            return "disabled"
        if self.locked:
            return "locked"
        return "main" if self.main else "normal"


class ChoicesScreen(Surface):
    """Shows one question; the first answer is the one under the thumb."""

    chosen = Signal(str)
    back_pressed = Signal()

    def __init__(self) -> None:
        super().__init__("ground")
        self.title = Text("", size=28, weight=700, wrap=True)
        self.words = Text("", size=18, tone="ink-2", wrap=True)
        self._answers = column(gap=12)
        self.tiles: dict[str, ActionTile] = {}
        back = Key(say("keys.back"), icon="chevron-left", height=64)
        back.set_shortcut("Esc")
        back.clicked.connect(self.back_pressed)
        inside = column(gap=12)
        edges(inside, 32, 28, 32, 20)
        inside.addWidget(self.title)
        inside.addWidget(self.words)
        inside.addLayout(self._answers)
        inside.addStretch(1)
        inside.addWidget(back)
        self.setLayout(inside)

    def ask(self, title: str, words: str, answers: Sequence[Answer]) -> None:
        """Ask a question."""
        self.title.say(title)
        self.words.say(words)
        clear(self._answers)
        self.tiles = {}
        for number, answer in enumerate(answers, start=1):
            detail = answer.why_not or answer.detail
            tile = ActionTile(answer.title, detail=detail, amount=answer.amount, state=answer.state)
            tile.setMaximumHeight(px(104))
            if not answer.why_not:
                tile.set_shortcut(f"Alt+{number}")
            tile.clicked.connect(lambda _=False, code=answer.code: self.chosen.emit(code))
            self._answers.addWidget(tile)
            self.tiles[answer.code] = tile
