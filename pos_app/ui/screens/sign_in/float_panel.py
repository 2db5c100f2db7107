"""The cash in the drawer when the shift opens."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pos_app.ui.widgets.cards import column
from pos_app.ui.widgets.fields import AmountField
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.labels import Text
from pos_app.ui.widgets.numpad import Numpad
from pos_app.ui.wording import NotAnAmount, amount_typed, money, say
from site_sync.domain.money import ABSURD_AMOUNT, Money


class FloatPanel(QWidget):
    """Asks for one amount, zero or more."""

    entered = Signal(Money)

    def __init__(self) -> None:
        super().__init__()
        self._currency = ""
        self._amount = AmountField(say("sign_in.float"))
        self._amount.entered.connect(self._done)
        pad = Numpad(key_height=56)
        pad.type_into(self._amount.entry)
        done = Key(say("sign_in.open_shift"), tone="dark", height=64)
        done.clicked.connect(self._done)
        inside = column(gap=8)
        inside.addWidget(Text(say("sign_in.float_title"), size=22, weight=700, wrap=True))
        inside.addWidget(Text(say("sign_in.float_hint"), size=15, tone="ink-2", wrap=True))
        inside.addWidget(self._amount)
        inside.addWidget(pad, 1)
        inside.addWidget(done)
        self.setLayout(inside)
        self.setFocusProxy(self._amount)

    def ask(self, expected: Money) -> None:
        """Ask, with the amount left by the last shift already there."""
        self._currency = expected.currency
        self._amount.set_text(money(expected))
        self._amount.entry.selectAll()
        self._amount.setFocus()

    def _done(self) -> None:
        try:
            amount = amount_typed(self._amount.text(), self._currency)
        except NotAnAmount:
            self._amount.show_error(say("refusal.amount_invalid"))
            return
        if amount.amount < 0:
            self._amount.show_error(say("sign_in.float_negative"))
        elif amount.amount > ABSURD_AMOUNT:
            self._amount.show_error(say("refusal.amount_absurd"))
        else:
            self.entered.emit(amount)
