"""Changing the amount of an action between its least and its most."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from pos_app.ui.screens.payment_actions.views import ActionView
from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import column, row
from pos_app.ui.widgets.fields import AmountField
from pos_app.ui.widgets.keys import BigKey, Key
from pos_app.ui.widgets.labels import Text
from pos_app.ui.widgets.numpad import Numpad
from pos_app.ui.wording import NotAnAmount, amount_typed, money, say
from site_sync.domain.money import ABSURD_AMOUNT, Money


class AmountPanel(QWidget):
    """Asks how much; what is typed is refused in words beside the field."""

    confirmed = Signal(str, Money)
    below_minimum = Signal(str, Money)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._action: ActionView | None = None
        self._title = Text("", size=20, weight=700, wrap=True)
        self._bounds = Text("", size=15, tone="ink-2", wrap=True)
        self._override = Key(say("payment_actions.override"), icon="lock")
        self._override.clicked.connect(self._overridden)
        self._override.hide()
        self.amount = AmountField(say("payment_actions.amount"))
        self.amount.entered.connect(self._confirm)
        self.amount.changed.connect(lambda _: self._override.hide())
        pad = Numpad(key_height=60)
        pad.type_into(self.amount.entry)
        self.confirm_key = BigKey(say("payment_actions.take"))
        self.confirm_key.set_shortcut("F12")
        self.confirm_key.clicked.connect(self._confirm)
        cancel = Key("", icon="chevron-left", height=72)
        cancel.setAccessibleName(say("keys.back"))
        cancel.clicked.connect(self.cancelled)
        left = column(gap=10)
        for widget in (self._title, self._bounds, self.amount, self._override):
            left.addWidget(widget)
        left.addStretch(1)
        keys = row(gap=8)
        keys.addWidget(cancel, 1)
        keys.addWidget(self.confirm_key, 2)
        left.addLayout(keys)
        inside = row(gap=24)
        inside.addLayout(left, 1)
        pad.setMinimumWidth(px(216))
        inside.addWidget(pad, 0, Qt.AlignmentFlag.AlignTop)
        self.setLayout(inside)

    def ask(self, action: ActionView) -> None:
        """Ask for the amount of this action, with the proposed one ready to be overwritten."""
        self._action = action
        self._title.say(action.title)
        least, most = action.least, action.most
        if least is not None and most is not None:
            self._bounds.say(say("payment_actions.bounds", least=least, most=most))
        self.amount.set_text(money(action.amount) if action.amount is not None else "")
        self.amount.entry.selectAll()
        self._override.hide()
        self.amount.setFocus()

    def _typed(self, action: ActionView) -> Money | None:
        currency = action.most.currency if action.most is not None else ""
        try:
            return amount_typed(self.amount.text(), currency)
        except NotAnAmount:
            self.amount.show_error(say("refusal.amount_invalid"))
            return None

    def _confirm(self) -> None:
        action = self._action
        amount = self._typed(action) if action is not None else None
        if action is None or amount is None or action.least is None or action.most is None:
            return
        if amount.amount <= 0:
            self.amount.show_error(say("payment_actions.not_negative"))
        elif amount.amount > ABSURD_AMOUNT:
            self.amount.show_error(say("refusal.amount_absurd"))
        elif amount > action.most:
            self.amount.show_error(say("payment_actions.over", most=action.most))
        elif amount < action.least:
            self.amount.show_error(say("payment_actions.below", least=action.least))
            self._override.show()
        else:
            self.confirmed.emit(action.code, amount)

    def _overridden(self) -> None:
        action = self._action
        amount = self._typed(action) if action is not None else None
        if action is not None and amount is not None:
            self.below_minimum.emit(action.code, amount)
