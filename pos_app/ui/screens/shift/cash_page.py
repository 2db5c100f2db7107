"""Cash in or out of the drawer: which way, how much, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pos_app.ui.widgets.cards import Card, clear, column, grid, row
from pos_app.ui.widgets.fields import AmountField, TextField
from pos_app.ui.widgets.keys import BigKey, Key
from pos_app.ui.widgets.labels import Text
from pos_app.ui.widgets.numpad import Numpad
from pos_app.ui.widgets.tabs import SegmentTabs, Tab
from pos_app.ui.wording import NotAnAmount, amount_typed, money, say
from site_sync.domain.money import ABSURD_AMOUNT, Money

IN, OUT, DRAWER = "in", "out", "drawer"


class CashPage(QWidget):
    """Hands over direction, amount and reason; each act is one line on the report."""

    entered = Signal(str, Money, str)
    drawer_pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._currency = ""
        self.ways = SegmentTabs([Tab(way, say(f"shift.cash_{way}")) for way in (IN, OUT)])
        self.ways.chosen.connect(self._turned)
        self.amount = AmountField(say("shift.amount"))
        self.reason = TextField(say("shift.reason"), hint=say("shift.reason_hint"), needed=True)
        self._reasons = grid(gap=8)
        self._usual: Mapping[str, Sequence[str]] = {}
        self.reason_keys: dict[str, Key] = {}
        self._locked = Text("", size=15, tone="warn", weight=500, wrap=True)
        self.main = BigKey("")
        self.main.set_shortcut("F12")
        self.drawer = Key(say("shift.open_drawer"), icon="inbox", height=72)
        self.drawer.set_shortcut("F6")
        self._pad = Numpad(key_height=64)
        self._pad.type_into(self.amount.entry)
        self._lay_out()
        for field in (self.amount, self.reason):
            field.entered.connect(self._done)
            field.changed.connect(self._label)
        self.main.clicked.connect(self._done)
        self.drawer.clicked.connect(self._open)
        self.setFocusProxy(self.amount)
        self._turned(IN)

    def _lay_out(self) -> None:
        left = Card(edge=16, gap=12)
        left.column.addLayout(self._left(), 1)
        right = Card(edge=16, gap=12)
        right.column.addWidget(self.amount)
        right.column.addWidget(self._pad, 1)
        inside = row(gap=12)
        inside.addWidget(left, 3)
        inside.addWidget(right, 2)
        self.setLayout(inside)

    def _left(self) -> QVBoxLayout:
        left = column(gap=12)
        left.addWidget(self.ways)
        left.addWidget(self.reason)
        left.addLayout(self._reasons)
        left.addStretch(1)
        left.addWidget(self._locked)
        keys = row(gap=8)
        keys.addWidget(self.drawer)
        keys.addWidget(self.main, 1)
        left.addLayout(keys)
        return left

    def ready(self, currency: str, locked: frozenset[str]) -> None:
        """Start anew in this currency; what is locked is asked for by approval."""
        self._currency = currency
        self._locked.say(say("shift.needs_approval") if locked & {"cash", "drawer"} else "")
        self.amount.set_text("")
        self.reason.set_text("")
        self._label()

    def show_reasons(self, usual: Mapping[str, Sequence[str]]) -> None:
        """The shop's reasons by direction; "drawer" are those for opening it without a movement."""
        if usual != self._usual:
            self._usual = usual
            self._turned(self.ways.current())

    def _turned(self, way: str) -> None:
        clear(self._reasons)
        self.reason_keys = {}
        for number, words in enumerate((*self._usual.get(way, ()), *self._usual.get(DRAWER, ()))):
            key = Key(words, height=52, size=15)
            key.clicked.connect(lambda _=False, words=words: self._because(words))
            self._reasons.addWidget(key, number // 2, number % 2)
            self.reason_keys[words] = key
        self._label()

    def _because(self, words: str) -> None:
        self.reason.set_text(words)
        self.amount.setFocus()

    def _label(self) -> None:
        way = self.ways.current()
        amount = self._typed()
        if amount is None or amount.amount <= 0:
            self.main.set_label(say(f"shift.cash_{way}"))
        else:
            self.main.set_label(say(f"shift.record_{way}", amount=money(amount)))

    def _typed(self) -> Money | None:
        try:
            return amount_typed(self.amount.text(), self._currency) if self._currency else None
        except NotAnAmount:
            return None

    def _done(self) -> None:
        amount, reason = self._typed(), self.reason.text()
        if amount is None or amount.amount <= 0:
            self.amount.show_error(say("shift.amount_wrong"))
            self.amount.setFocus()
        elif amount.amount > ABSURD_AMOUNT:
            self.amount.show_error(say("refusal.amount_absurd"))
            self.amount.setFocus()
        elif not reason:
            self._say_why()
        else:
            self.entered.emit(self.ways.current(), amount, reason)

    def _open(self) -> None:
        if self.reason.text():
            self.drawer_pressed.emit(self.reason.text())
        else:
            self._say_why()

    def _say_why(self) -> None:
        self.reason.show_error(say("shift.say_why"))
        self.reason.setFocus()
