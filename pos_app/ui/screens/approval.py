"""A short question over the work: who approves with a PIN, or only why."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from pos_app.ui.theme import px
from pos_app.ui.widgets.approval import ApprovalPanel
from pos_app.ui.widgets.cards import Card, Surface, clear, column, row
from pos_app.ui.widgets.fields import TextField
from pos_app.ui.widgets.keys import BigKey, Key
from pos_app.ui.widgets.labels import Text
from pos_app.ui.wording import say


class SayPanel(Surface):
    """Asks for a few words: usual ones at one touch, or typed."""

    said = Signal(str)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__("card")
        self._title = Text("", size=19, weight=700, wrap=True)
        self._why = Text("", size=15, tone="ink-2", wrap=True)
        self._usual: QVBoxLayout = column(gap=8)
        self.words = TextField(say("approval.reason"))
        self.words.entered.connect(self._said)
        self._go_on = BigKey(say("keys.ok"))
        self._go_on.set_shortcut("F12")
        self._go_on.clicked.connect(self._said)
        cancel = Key(say("keys.cancel"))
        cancel.set_shortcut("Esc")
        cancel.clicked.connect(self.cancelled)
        inside = column(gap=10)
        inside.addWidget(self._title)
        inside.addWidget(self._why)
        inside.addLayout(self._usual)
        inside.addWidget(self.words)
        inside.addWidget(self._go_on)
        inside.addStretch(1)
        inside.addWidget(cancel)
        self.setLayout(inside)
        self.setFocusProxy(self.words)

    def ask(self, title: str, why: str, field: str, usual: Sequence[str] = ()) -> None:
        """Ask; `usual` are answers at one touch."""
        self._title.say(title)
        self._why.say(why)
        self.words.rename(field)
        self.words.set_text("")
        self.words.show_error("")
        clear(self._usual)
        for words in usual:
            key = Key(words, height=56)
            key.clicked.connect(lambda _=False, words=words: self.said.emit(words))
            self._usual.addWidget(key)

    def show_refused(self, words: str) -> None:
        """What is wrong with the answer."""
        self.words.show_error(words)
        self.words.setFocus()

    def _said(self) -> None:
        words = self.words.text().strip()
        if words:
            self.said.emit(words)
        else:
            self.show_refused(say("approval.say_why"))


class ApprovalScreen(Surface):
    """Shows one question at a time."""

    approved = Signal(str, str, str)
    said = Signal(str)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__("ground")
        self.approval = ApprovalPanel()
        self.approval.approved.connect(self.approved)
        self.approval.cancelled.connect(self.cancelled)
        self.words = SayPanel()
        self.words.said.connect(self.said)
        self.words.cancelled.connect(self.cancelled)
        self._places = QStackedWidget()
        self._places.addWidget(self.approval)
        self._places.addWidget(self.words)
        card = Card(edge=24)
        card.column.addWidget(self._places)
        card.setMaximumSize(px(900), px(620))
        inside = row(edge=24)
        inside.addWidget(card)
        self.setLayout(inside)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves the question unanswered."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def ask_approval(
        self, title: str, why: str, approvers: Sequence[tuple[str, str, str]], *, reason_needed: bool
    ) -> None:
        """Somebody who holds the right approves; approvers are (staff id, name, role)."""
        self.approval.ask(title, why, approvers, reason_needed=reason_needed)
        self._places.setCurrentWidget(self.approval)
        self.setFocusProxy(self.approval)
        self.approval.setFocus()

    def ask_words(self, title: str, why: str, field: str, usual: Sequence[str] = ()) -> None:
        """The person alone says why, or types a number."""
        self.words.ask(title, why, field, usual)
        self._places.setCurrentWidget(self.words)
        self.setFocusProxy(self.words)
        self.words.setFocus()
