"""The collect screen: read the customer's code, find the bags, take what is due, hand over."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedWidget, QWidget

from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import BagCard, Card, clear, column, edges, row, scrolled
from pos_app.ui.widgets.chips import Badge
from pos_app.ui.widgets.collect_parts import CollectView, FoundOrder, Reader, Waiting
from pos_app.ui.widgets.keys import ActionTile, BigKey, Key
from pos_app.ui.widgets.labels import MoneyLabel, Rule, ShortText, Text
from pos_app.ui.widgets.quantity_row import QuantityRow
from pos_app.ui.widgets.signature import SignaturePad
from pos_app.ui.wording import say


class CollectScreen(QWidget):
    """The counter's one screen, for every way a customer can be known by."""

    typed = Signal(str)
    match_chosen = Signal(str)
    bag_pressed = Signal(str)
    quantity_changed = Signal(int, int)
    part_pressed = Signal()
    add_items_pressed = Signal()
    not_today_pressed = Signal()
    identity_chosen = Signal(str)
    hand_over_pressed = Signal()
    back_pressed = Signal()
    signed = Signal(str)
    signing_left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.reader = Reader()
        self.waiting = Waiting()
        self._right = QStackedWidget()
        self._order = column(gap=12)
        self._choices = column(gap=10)
        self._signing = column(gap=14)
        self.pad = SignaturePad(say("collect.sign_pad"))
        self.hand_over = BigKey("")
        self.bags: dict[str, BagCard] = {}
        self.rows: dict[int, QuantityRow] = {}
        self.identity: dict[str, ActionTile] = {}
        self._right.addWidget(self.waiting)
        for part in (self._order, self._choices, self._signing):
            page = QWidget()
            page.setLayout(part)
            edges(part, 24, 20, 24, 20)
            self._right.addWidget(page)
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(0)
        self._whole.addWidget(self.reader)
        self._whole.addWidget(self._right, 1)
        self.setLayout(self._whole)
        self.reader.typed.connect(self.typed)
        self.reader.match_chosen.connect(self.match_chosen)
        self.reader.back_pressed.connect(self.back_pressed)
        self.waiting.chosen.connect(self.match_chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Upright screens have the reader above the order, wide ones beside it."""
        super().resizeEvent(event)
        upright = self.height() > self.width()
        direction = QBoxLayout.Direction.TopToBottom if upright else QBoxLayout.Direction.LeftToRight
        self._whole.setDirection(direction)
        self.reader.stand(upright=upright)

    def show_waiting(self, people: Sequence[FoundOrder]) -> None:
        """Nobody is served: who is here, longest first."""
        self.waiting.show_people(people)
        self._right.setCurrentIndex(0)

    def show_order(self, view: CollectView) -> None:
        """The order whose goods are fetched."""
        clear(self._order)
        self._head(view)
        self._bag_row(view)
        self._order.addWidget(self._lines(view), 1)
        if view.warning:
            self._order.addWidget(Text(view.warning, size=17, weight=600, tone="warn", wrap=True))
        self._sums(view)
        self._foot(view)
        self._right.setCurrentIndex(1)

    def show_choices(self, title: str, hint: str, choices: Sequence[tuple[str, str, str]]) -> None:
        """Without a code: (code, title, detail) of the ways to be sure who it is."""
        clear(self._choices)
        self._choices.addWidget(Text(title, size=28, weight=700, wrap=True))
        self._choices.addWidget(Text(hint, size=18, tone="ink-2", wrap=True))
        self.identity = {}
        for code, words, detail in choices:
            tile = ActionTile(words, detail=detail)
            tile.setMaximumHeight(px(96))
            tile.clicked.connect(lambda _=False, code=code: self.identity_chosen.emit(code))
            self._choices.addWidget(tile)
            self.identity[code] = tile
        self._choices.addStretch(1)
        self._choices.addLayout(self._lower_keys(part=False))
        self._right.setCurrentIndex(2)

    def show_signing(self, hint: str) -> None:
        """The customer signs with a finger; what is written is kept with the hand-over."""
        clear(self._signing)
        self.pad = SignaturePad(say("collect.sign_pad"))
        self._signing.addWidget(Text(say("collect.sign"), size=28, weight=700))
        self._signing.addWidget(Text(hint, size=18, tone="ink-2", wrap=True))
        self._signing.addWidget(self.pad, 1)
        keys = row(gap=10)
        for words, act in (("sign_back", self.signing_left.emit), ("sign_again", self.pad.clear)):
            key = Key(say(f"collect.{words}"), height=84)
            key.clicked.connect(act)
            keys.addWidget(key, 2)
        done = BigKey(say("collect.sign_done"), height=84)
        done.setEnabled(False)
        done.set_shortcut("F12")
        done.clicked.connect(lambda: self.signed.emit(self.pad.text()))
        self.pad.changed.connect(done.setEnabled)
        keys.addWidget(done, 4)
        self._signing.addLayout(keys)
        self._right.setCurrentIndex(3)

    def _head(self, view: CollectView) -> None:
        top = row(gap=14)
        top.addWidget(ShortText(view.customer, size=28, weight=700))
        top.addWidget(Badge(view.badge, view.badge_tone))
        top.addStretch(1)
        top.addWidget(Text(view.deadline, size=16, tone=view.deadline_tone))
        self._order.addLayout(top)
        self._order.addWidget(Text(view.subtitle, size=16, tone="ink-2", wrap=True))

    def _bag_row(self, view: CollectView) -> None:
        self.bags = {}
        line = row(gap=12)
        for bag in view.bags:
            card = BagCard(bag.code, bag.shelf, bag.text, scanned=bag.scanned)
            card.clicked.connect(lambda _=False, code=bag.code: self.bag_pressed.emit(code))
            self.bags[bag.code] = card
            line.addWidget(card, 1)
        self._order.addLayout(line)

    def _lines(self, view: CollectView) -> QWidget:
        card = Card(edge=12, gap=0)
        self.rows = {}
        for number, shown in enumerate(view.lines):
            if number:
                card.column.addWidget(Rule())
            line = QuantityRow(shown, editing=view.editing)
            line.changed.connect(self.quantity_changed)
            self.rows[shown.line] = line
            card.column.addWidget(line)
        content = QWidget()
        inside = column(gap=0)
        inside.addWidget(card)
        inside.addStretch(1)
        content.setLayout(inside)
        return scrolled(content)

    def _sums(self, view: CollectView) -> None:
        self._order.addWidget(Text(view.sums, size=18))
        due = row()
        due.addWidget(Text(say("collect.to_pay_now"), size=20))
        due.addWidget(MoneyLabel(view.due, size=52, weight=700), 1)
        self._order.addLayout(due)

    def _lower_keys(self, *, part: bool) -> QHBoxLayout:
        keys = row(gap=10)
        pressed = [("collect.not_today", self.not_today_pressed)]
        if part:
            pressed = [
                ("collect.part_only", self.part_pressed),
                ("collect.add_items", self.add_items_pressed),
                *pressed,
            ]
        for words, signal in pressed:
            key = Key(say(words), height=84)
            key.clicked.connect(signal)
            keys.addWidget(key, 2)
        return keys

    def _foot(self, view: CollectView) -> None:
        keys = self._lower_keys(part=True)
        self.hand_over = BigKey(view.main, height=84)
        self.hand_over.setEnabled(view.ready)
        self.hand_over.set_shortcut("F12")
        self.hand_over.clicked.connect(self.hand_over_pressed)
        keys.addWidget(self.hand_over, 4)
        self._order.addLayout(keys)
