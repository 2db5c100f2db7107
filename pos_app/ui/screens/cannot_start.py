"""Why a till does not start, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Card, column
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.labels import Text
from pos_app.ui.wording import say


class CannotStartScreen(QWidget):
    """One card in the middle; all that can be done here is to close the till."""

    closed = Signal()

    def __init__(self, why: str, what_to_do: str) -> None:
        super().__init__()
        card = Card(edge=28, gap=16)
        card.setMaximumWidth(px(720))
        card.column.addWidget(Text(why, size=24, weight=700, wrap=True))
        card.column.addWidget(Text(what_to_do, size=18, wrap=True))
        close = Key(say("start.close"), tone="dark", height=64)
        close.set_shortcut("Esc")
        close.clicked.connect(self.closed)
        card.column.addWidget(close)
        whole = column(edge=24)
        whole.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)
        self.setLayout(whole)
