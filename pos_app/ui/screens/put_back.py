"""The put-back screen: what nobody fetched, by shelf, back to the shop with a scan for each unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Card, Surface, clear, column, row, scrolled
from pos_app.ui.widgets.chips import Badge
from pos_app.ui.widgets.keys import BigKey, Key
from pos_app.ui.widgets.labels import ShortText, Text
from pos_app.ui.wording import say


@dataclass(frozen=True, slots=True)
class PutBackRow:
    """Units of one line to put back: from which collect shelf to which shop shelf."""

    key: str
    order: str
    customer: str
    name: str
    quantity: str
    from_shelf: str
    to_shelf: str
    reason: str
    order_id: str


class PutBackScreen(QWidget):
    """One list; scan an item to put it back, or press it."""

    row_pressed = Signal(str)
    order_pressed = Signal(str)
    all_pressed = Signal()
    list_pressed = Signal()
    back_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title = ShortText(say("put_back.title"), size=24, weight=700)
        self.hint = Text(say("put_back.hint"), tone="ink-2")
        self.refusal = Text("", size=20, weight=700, tone="bad", wrap=True)
        self._alarm = Surface("bad")
        self._rows = column(gap=10)
        self.keys: dict[str, Key] = {}
        self.all = BigKey(say("put_back.all"))
        self.all.set_shortcut("F12")
        self.paper = Key(say("put_back.list"), icon="printer", height=72)
        self._lay_out()
        self.all.clicked.connect(self.all_pressed)
        self.paper.clicked.connect(self.list_pressed)

    def _lay_out(self) -> None:
        back = Key("", icon="chevron-left", height=50)
        back.setAccessibleName(say("put_back.back"))
        back.set_shortcut("Esc")
        back.clicked.connect(self.back_pressed)
        head = row(gap=12)
        head.addWidget(back)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.hint)
        alarm = column(edge=14)
        alarm.addWidget(self.refusal)
        self._alarm.setLayout(alarm)
        self._alarm.hide()
        content = QWidget()
        content.setLayout(self._rows)
        foot = row(gap=8)
        foot.addWidget(self.paper)
        foot.addWidget(self.all, 1)
        whole = column(edge=16, gap=12)
        whole.addLayout(head)
        whole.addWidget(self._alarm)
        whole.addWidget(scrolled(content), 1)
        whole.addLayout(foot)
        self.setLayout(whole)

    def show_rows(self, rows: Sequence[PutBackRow]) -> None:
        """What is to be put back, in the order of the shelves."""
        clear(self._rows)
        self.keys = {}
        if not rows:
            empty = Text(say("put_back.nothing"), size=20, tone="ink-2", wrap=True)
            empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._rows.addWidget(empty)
        for shown in rows:
            self._rows.addWidget(self._card(shown))
        self._rows.addStretch(1)
        self.all.setEnabled(bool(rows))
        self.paper.setEnabled(bool(rows))

    def _card(self, shown: PutBackRow) -> QWidget:
        card = Card(edge=14, gap=4)
        line = row(gap=16)
        for place, width in ((shown.from_shelf, 64), ("→", 28), (shown.to_shelf, 112)):
            shelf = Text(place, size=26, weight=700) if place != "→" else Text(place, size=22, tone="ink-2")
            shelf.setMinimumWidth(px(width))
            line.addWidget(shelf)
        words = column(gap=2)
        words.addWidget(ShortText(f"{shown.quantity} × {shown.name}", size=19, weight=600))
        words.addWidget(ShortText(f"{shown.order} · {shown.customer}", size=15, tone="ink-2"))
        line.addLayout(words, 1)
        line.addWidget(Badge(shown.reason, "warn"))
        key = Key(say("put_back.done"), height=56)
        key.setAccessibleName(say("put_back.done_item", item=shown.name))
        key.clicked.connect(lambda _=False: self.row_pressed.emit(shown.key))
        self.keys[shown.key] = key
        line.addWidget(key)
        card.column.addLayout(line)
        return card

    def show_refusal(self, words: str) -> None:
        """A wrong scan, loudly; empty takes it away."""
        self.refusal.say(words)
        self._alarm.setVisible(bool(words))
