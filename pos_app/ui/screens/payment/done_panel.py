"""Paid: the change very large, and which receipt."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from pos_app.ui.icons import pixmap
from pos_app.ui.screens.payment.views import Receipt
from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import column, row
from pos_app.ui.widgets.choices import Choice, ChoiceList
from pos_app.ui.widgets.fields import TextField
from pos_app.ui.widgets.keys import BigKey
from pos_app.ui.widgets.labels import MoneyLabel, Text
from pos_app.ui.wording import say
from site_sync.domain.money import Money
from site_sync.domain.receipt_mail import is_address


class DonePanel(QWidget):
    """Hands over the receipt wanted and, for e-mail, the address; then the next customer."""

    finished = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._sign = QLabel()
        self._sign.setPixmap(pixmap("circle-check", 48, "ok"))
        self._title = Text("", size=26, weight=700, wrap=True)
        self._change_words = Text(say("payment.change"), size=22, weight=600)
        self._change = MoneyLabel(size=72, weight=700)
        self.receipt = ChoiceList(say("payment.receipt"), columns=3, row_height=72)
        self.receipt.chosen.connect(self._receipt)
        self.email = TextField(say("customer.email"))
        self.email.entered.connect(self._next)
        self.next_key = BigKey(say("payment.next"), height=80)
        self.next_key.set_shortcut("F12")
        self.next_key.clicked.connect(self._next)
        head = row(gap=14)
        head.addWidget(self._sign)
        head.addWidget(self._title, 1)
        change = row(gap=12)
        change.addWidget(self._change_words)
        change.addStretch(1)
        change.addWidget(self._change)
        inside = column(gap=12)
        inside.addLayout(head)
        inside.addStretch(1)
        inside.addLayout(change)
        inside.addStretch(2)
        self._receipt_words = Text(say("payment.receipt"), size=15, weight=600)
        inside.addWidget(self._receipt_words)
        inside.addWidget(self.receipt)
        inside.addWidget(self.email)
        inside.addSpacing(px(8))
        inside.addWidget(self.next_key)
        self.setLayout(inside)
        self._title.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self.setFocusProxy(self.next_key)

    def show_done(
        self, title: str, change: Money, *, email: str = "", wanted: Receipt | None = Receipt.PRINT
    ) -> None:
        """What was done, the change to give, and the receipt usually wanted; None when there is no choice."""
        self._title.say(title)
        self._change.show_amount(change)
        for widget in (self._change, self._change_words):
            widget.setVisible(bool(change))
        icons = {Receipt.PRINT: "printer", Receipt.EMAIL: "mail", Receipt.NONE: "x"}
        self.receipt.setVisible(wanted is not None)
        self._receipt_words.setVisible(wanted is not None)
        self.receipt.show_choices(
            [Choice(kind, say(f"payment.receipt_{kind}"), icon=icon) for kind, icon in icons.items()],
            wanted or Receipt.PRINT,
        )
        self.email.set_text(email)
        self.email.setVisible(wanted is Receipt.EMAIL)

    def say_title(self, title: str) -> None:
        """What is so instead."""
        self._title.say(title)

    def show_email_error(self, words: str) -> None:
        """What is wrong with the address."""
        self.email.show_error(words)

    def _receipt(self, kind: str) -> None:
        self.email.setVisible(kind == Receipt.EMAIL)
        if kind == Receipt.EMAIL:
            self.email.setFocus()

    def _next(self) -> None:
        kind = self.receipt.current()
        if kind == Receipt.EMAIL and not is_address(self.email.text().strip()):
            self.email.show_error(say("customer.email_wrong"))
            self.email.setFocus()
            return
        self.finished.emit(kind, self.email.text().strip() if kind == Receipt.EMAIL else "")
