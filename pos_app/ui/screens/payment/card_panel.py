"""The card terminal: waiting, approved, declined, or not known, each with its choices."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from pos_app.ui.icons import pixmap
from pos_app.ui.screens.payment.views import CardState, CardView
from pos_app.ui.widgets.cards import clear, column, row
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.labels import MoneyLabel, Text
from pos_app.ui.wording import say

_SIGNS = {
    CardState.WAITING: ("credit-card", "info"),
    CardState.APPROVED: ("circle-check", "ok"),
    CardState.DECLINED: ("circle-x", "bad"),
    CardState.CANCELLED: ("ban", "ink-2"),
    CardState.UNKNOWN: ("circle-question-mark", "warn"),
}


Choice = tuple[str, Callable[[], None], str]
"""Words, act and tone of a key."""


class CardPanel(QWidget):
    """Says what the terminal does; an unknown outcome is asked again or decided, never guessed."""

    cancelled = Signal()
    asked_again = Signal()
    tried_again = Signal()
    other_tender = Signal()
    decided = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._sign = QLabel()
        self._sign.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._title = _centred("", 26, 700, "ink")
        self._detail = _centred("", 16, 400, "ink-2")
        self._amount = MoneyLabel(size=44, weight=700)
        self._amount.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._keys: QHBoxLayout = row(gap=10)
        inside = column(gap=12)
        inside.addStretch(1)
        for widget in (self._sign, self._title, self._amount, self._detail):
            inside.addWidget(widget)
        inside.addStretch(2)
        inside.addLayout(self._keys)
        self.setLayout(inside)

    def show_card(self, card: CardView) -> None:
        """The state of the attempt and what can be done about it."""
        icon, tone = _SIGNS[card.state]
        self._sign.setPixmap(pixmap(icon, 84, tone))
        self._title.say(say(f"payment.card_{card.state}"))
        self._detail.say(card.detail or say(f"payment.card_{card.state}_hint"))
        self._amount.show_amount(card.amount)
        clear(self._keys)
        for text, act, tone in self._choices(card):
            key = Key(text, tone=tone, height=72)
            key.clicked.connect(act)
            self._keys.addWidget(key)

    def _choices(self, card: CardView) -> list[Choice]:
        other = (say("payment.other_tender"), self.other_tender.emit, "plain")
        if card.state is CardState.WAITING:
            stop = [(say("payment.card_cancel"), self.cancelled.emit, "plain")] if card.may_cancel else []
            return stop + (self._decisions() if card.may_decide else [])
        if card.state in (CardState.DECLINED, CardState.CANCELLED):
            return [other, (say("payment.try_again"), self.tried_again.emit, "dark")]
        if card.state is CardState.UNKNOWN:
            choices: list[Choice] = [
                (say("payment.ask_terminal"), self.asked_again.emit, "dark"),
                other,
            ]
            if card.may_decide:
                choices += self._decisions()
            return choices
        return []

    def _decisions(self) -> list[Choice]:
        return [
            (say("payment.was_not_paid"), lambda: self.decided.emit(False), "plain"),
            (say("payment.was_paid"), lambda: self.decided.emit(True), "plain"),
        ]


def _centred(text: str, size: float, weight: int, tone: str) -> Text:
    label = Text(text, size=size, weight=weight, tone=tone, wrap=True)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return label
