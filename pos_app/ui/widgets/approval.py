"""Approval on the spot: who approves, why, and their PIN, inside the layout."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout

from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Surface, clear, column, edges, grid, row, scrolled
from pos_app.ui.widgets.choices import Choice, ChoiceList
from pos_app.ui.widgets.fields import TextField
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.labels import FieldError, Text
from pos_app.ui.widgets.pin_pad import PinPad
from pos_app.ui.wording import say


class ApprovalPanel(Surface):
    """Asks one of the approvers for a reason and a PIN; hands over who, PIN and reason."""

    approved = Signal(str, str, str)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__("card")
        self._reason_needed = True
        self._title = Text("", size=19, weight=700, wrap=True)
        self._why = Text("", size=15, tone="ink-2", wrap=True)
        self._who_error = FieldError()
        self._who = ChoiceList(say("approval.who"), row_height=56)
        self._who.chosen.connect(lambda _: self._who_error.say(""))
        self._reason = TextField(say("approval.reason"), hint=say("approval.reason_hint"))
        self._usual: QGridLayout = grid(gap=6)
        self._pin = PinPad(key_height=50)
        self._pin.setFixedWidth(px(264))
        self._pin.entered.connect(self._entered)
        cancel = Key(say("keys.cancel"))
        cancel.clicked.connect(self.cancelled)
        inside = row(gap=24)
        inside.addLayout(self._left(cancel), 1)
        inside.addWidget(self._pin)
        self.setLayout(inside)

    def _left(self, cancel: Key) -> QVBoxLayout:
        left = column(gap=10)
        edges(left, 0, 0, 0, 0)
        left.addWidget(self._title)
        left.addWidget(self._why)
        holder = Surface("card")
        names = column(gap=4)
        names.addWidget(self._who)
        names.addStretch(1)
        holder.setLayout(names)
        left.addWidget(scrolled(holder), 1)
        left.addWidget(self._who_error)
        left.addWidget(self._reason)
        left.addLayout(self._usual)
        left.addWidget(cancel)
        return left

    def ask(
        self, title: str, why: str, approvers: Sequence[tuple[str, str, str]], *, reason_needed: bool
    ) -> None:
        """Ask for this approval; approvers are (staff id, name, role)."""
        self._reason_needed = reason_needed
        self._title.say(title)
        self._why.say(why)
        self._reason.set_text("")
        self._who_error.say("")
        self.show_usual(())
        self._who.show_choices(
            [Choice(staff, name, role, icon="user") for staff, name, role in approvers],
            approvers[0][0] if len(approvers) == 1 else "",
        )
        self._pin.forget()
        self.setFocusProxy(self._reason if reason_needed else self._pin)

    def show_usual(self, words: Sequence[str]) -> None:
        """Usual reasons at one touch."""
        clear(self._usual)
        for number, one in enumerate(words):
            key = Key(one, height=48, size=14)
            key.clicked.connect(lambda _=False, one=one: self._because(one))
            self._usual.addWidget(key, number // 2, number % 2)

    def _because(self, words: str) -> None:
        self._reason.set_text(words)
        self._pin.setFocus()

    def reason(self) -> str:
        """What was said as the reason so far."""
        return self._reason.text()

    def show_wrong(self, words: str) -> None:
        """Say that the PIN or the person was refused."""
        self._pin.show_wrong(words)

    def show_wait(self, seconds: int) -> None:
        """Too many wrong tries."""
        self._pin.show_wait(seconds)

    def _entered(self, pin: str) -> None:
        who, reason = self._who.current(), self._reason.text()
        if not who:
            self._who_error.say(say("approval.choose"))
        elif self._reason_needed and not reason:
            self._reason.show_error(say("approval.say_why"))
            self._reason.setFocus()
        else:
            self.approved.emit(who, pin, reason)
