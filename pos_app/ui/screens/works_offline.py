"""What works offline: every act with how it stands while the till is cut off, and what is left of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Card, Surface, clear, column, grid, row, scrolled
from pos_app.ui.widgets.chips import Badge
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.labels import Rule, ShortText, Text
from pos_app.ui.wording import say


@dataclass(frozen=True, slots=True)
class WorksView:
    """One act: its name, the badge that says how it stands, and why or within which bounds."""

    act: str
    badge: str
    tone: str
    detail: str = ""


class WorksOfflineScreen(Surface):
    """The table in one column of rows; the state of the line on top."""

    back_pressed = Signal()

    def __init__(self) -> None:
        super().__init__("ground")
        back = Key("", icon="chevron-left", height=50)
        back.setAccessibleName(say("offline.back"))
        back.set_shortcut("Esc")
        back.clicked.connect(self.back_pressed)
        self._now = Badge("", "quiet")
        self._figures = Text("", size=16, tone="ink-2", wrap=True)
        head = row(gap=12)
        head.addWidget(back)
        head.addWidget(ShortText(say("offline.title"), size=24, weight=700))
        head.addWidget(self._now)
        head.addStretch(1)
        self._rows: QGridLayout = grid(gap=10)
        self._rows.setColumnStretch(2, 1)
        card = Card(edge=18, gap=10)
        card.column.addLayout(self._rows)
        content = QWidget()
        inside = column(gap=12)
        inside.addWidget(card)
        inside.addStretch(1)
        content.setLayout(inside)
        whole = column(edge=16, gap=12)
        whole.addLayout(head)
        whole.addWidget(self._figures)
        whole.addWidget(scrolled(content), 1)
        self.setLayout(whole)
        self._shown: tuple[WorksView, ...] = ()

    def show_state(self, badge: str, tone: str, figures: str) -> None:
        """Whether the site is reached now, and what this till has left."""
        self._now.show_badge(badge, tone)
        self._figures.say(figures)

    def show_rows(self, rows: Sequence[WorksView]) -> None:
        """Every act; nothing moves when nothing changed."""
        if tuple(rows) == self._shown:
            return
        self._shown = tuple(rows)
        clear(self._rows)
        for number, one in enumerate(rows):
            place = 2 * number
            if number:
                self._rows.addWidget(Rule(), place - 1, 0, 1, 3)
            act = Text(one.act, size=18, weight=600)
            act.setMinimumHeight(px(34))
            detail = Text(one.detail, size=16, tone="ink-2", wrap=True)
            self._rows.addWidget(act, place, 0)
            self._rows.addWidget(Badge(one.badge, one.tone), place, 1, Qt.AlignmentFlag.AlignVCenter)
            self._rows.addWidget(detail, place, 2)
