"""Enrolling a till again that its site no longer lets in: why, what waits, and the new code."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Card, Surface, column, row
from pos_app.ui.widgets.fields import TextField
from pos_app.ui.widgets.keys import BigKey, Key
from pos_app.ui.widgets.labels import FieldError, Text
from pos_app.ui.wording import say


class EnrolAgainScreen(Surface):
    """Hands over address and code."""

    enrol_pressed = Signal(str, str)
    back_pressed = Signal()

    def __init__(self) -> None:
        super().__init__("ground")
        self._why = Text("", size=18, weight=600, wrap=True)
        self._kept = Text("", size=16, wrap=True)
        self._hint = Text("", size=15, tone="ink-2", wrap=True)
        self._of_code = ""
        self.address = TextField(say("enrol.address"), needed=True)
        self.code = TextField(say("enrol.code"), hint="ABCD-EFGH", needed=True)
        self.code.entered.connect(self._enrol)
        self._error = FieldError()
        card = Card(edge=24, gap=12)
        for part in (self._why, self._kept, self.address, self.code, self._hint, self._error):
            card.column.addWidget(part)
        card.setMaximumWidth(px(900))
        inside = column(edge=20, gap=14)
        inside.addWidget(Text(say("enrol.title"), size=24, weight=700))
        inside.addWidget(card)
        inside.addStretch(1)
        inside.addLayout(self._foot())
        self.setLayout(inside)
        self.setFocusProxy(self.code)

    def _foot(self) -> QHBoxLayout:
        back = Key(say("keys.back"), icon="chevron-left", height=72)
        back.set_shortcut("Esc")
        back.clicked.connect(self.back_pressed)
        self.done = BigKey(say("status.enrol"))
        self.done.set_shortcut("F12")
        self.done.clicked.connect(self._enrol)
        self.done.setMinimumWidth(self.done.sizeHint().width() * 3 // 2)
        foot = row(gap=12)
        foot.addWidget(back)
        foot.addStretch(1)
        foot.addWidget(self.done)
        return foot

    def show_standing(self, why: str, kept: str, hint: str, address: str) -> None:
        """Why it was stopped, what waits, and for which till the code has to be."""
        self._of_code = hint
        for label, words in ((self._why, why), (self._kept, kept), (self._hint, hint)):
            label.say(words)
            label.setVisible(bool(words))
        self.address.set_text(address)
        self.code.set_text("")
        self.show_error("")

    def fill(self, address: str, code: str) -> None:
        """What a QR code said; empty parts stay as they are."""
        if address:
            self.address.set_text(address)
        if code:
            self.code.set_text(code)
        self.show_error("")

    def show_error(self, words: str) -> None:
        """Why the site did not let it in; nothing when empty."""
        self._error.say(words)
        self._hint.say(self._of_code)
        self.done.setEnabled(True)

    def error(self) -> str:
        """What is said about the last try."""
        return self._error.text()

    def hint(self) -> str:
        """What is said about the code, or that the site is being asked."""
        return self._hint.text()

    def show_asking(self, words: str) -> None:
        """The site is being asked."""
        self._error.say("")
        self._hint.say(words)
        self.done.setEnabled(False)

    def _enrol(self) -> None:
        for field, words in ((self.address, "set_up.address_needed"), (self.code, "set_up.code_needed")):
            if not field.text():
                field.show_error(say(words))
                field.setFocus()
                return
        self.enrol_pressed.emit(self.address.text(), self.code.text())
