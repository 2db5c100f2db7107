"""The status screen: agreement with the site, printers and their queue, scanner, camera."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from pos_app.ui.widgets.cards import Card, clear, column, grid, row, scrolled
from pos_app.ui.widgets.chips import Badge
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.labels import ShortText, Text
from pos_app.ui.wording import say


@dataclass(frozen=True, slots=True)
class StatusPart:
    """One part of the till: its state in words, its facts as (name, value), its acts as (code, words).

    `advice` says in whole sentences what happened and what people can do.
    """

    code: str
    title: str
    badge: str
    tone: str
    facts: tuple[tuple[str, str], ...] = ()
    acts: tuple[tuple[str, str], ...] = ()
    advice: tuple[str, ...] = ()


class StatusScreen(QWidget):
    """A card for each part of the till that can fail."""

    act_pressed = Signal(str, str)
    back_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._cards = grid(gap=12)
        self._shown: tuple[StatusPart, ...] = ()
        self.keys: dict[tuple[str, str], Key] = {}
        back = Key("", icon="chevron-left", height=50)
        back.setAccessibleName(say("status.back"))
        back.set_shortcut("Esc")
        back.clicked.connect(self.back_pressed)
        head = row(gap=12)
        head.addWidget(back)
        head.addWidget(ShortText(say("status.title"), size=24, weight=700), 1)
        content = QWidget()
        inside = column()
        inside.addLayout(self._cards)
        inside.addStretch(1)
        content.setLayout(inside)
        whole = column(edge=16, gap=12)
        whole.addLayout(head)
        whole.addWidget(scrolled(content), 1)
        self.setLayout(whole)

    def show_parts(self, parts: Sequence[StatusPart]) -> None:
        """How everything is right now; nothing moves when nothing changed."""
        if tuple(parts) == self._shown:
            return
        self._shown = tuple(parts)
        clear(self._cards)
        self.keys = {}
        for column_number in (0, 1):
            self._cards.setColumnStretch(column_number, 1)
        for number, part in enumerate(parts):
            self._cards.addWidget(self._card(part), number // 2, number % 2)

    def _card(self, part: StatusPart) -> QWidget:
        card = Card(edge=18, gap=8)
        head = row(gap=10)
        head.addWidget(ShortText(part.title, size=20, weight=700))
        head.addWidget(Badge(part.badge, part.tone))
        head.addStretch(1)
        card.column.addLayout(head)
        for name, value in part.facts:
            line = row(gap=12)
            line.addWidget(Text(name, tone="ink-2"))
            said = ShortText(value, weight=600)
            said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            line.addWidget(said, 1)
            card.column.addLayout(line)
        for words in part.advice:
            card.column.addWidget(Text(words, size=15, weight=600, wrap=True))
        card.column.addStretch(1)
        keys = row(gap=8)
        for code, words in part.acts:
            key = Key(words, height=56, size=16)
            pressed = (part.code, code)
            key.clicked.connect(lambda _=False, pressed=pressed: self.act_pressed.emit(*pressed))
            self.keys[pressed] = key
            keys.addWidget(key, 1)
        card.column.addLayout(keys)
        return card
