"""The first step: try the demo shop, or join a shop's site with a one-time code."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from pos_app.ui.icons import pixmap
from pos_app.ui.screens.set_up.steps import Step, heading
from pos_app.ui.widgets.cards import Card, clear, column, row, scrolled
from pos_app.ui.widgets.fields import TextField
from pos_app.ui.widgets.keys import BigKey, Key
from pos_app.ui.widgets.labels import FieldError, Text
from pos_app.ui.wording import say

_PROGRESS = {"done": ("circle-check", "ok"), "now": ("hourglass", "ink"), "next": ("clock", "ink-2")}


class SiteStep(QWidget):
    """Hands over address and code, or that the demo shop is wanted; then shows how far it has come."""

    demo_pressed = Signal()
    join_pressed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.address = TextField(say("set_up.address"), hint="https://site.example.org", needed=True)
        self.code = TextField(say("set_up.code"), hint="ABCD-EFGH", needed=True)
        self.error = FieldError()
        self.join = BigKey(say("set_up.join"))
        self.join.set_shortcut("F12")
        self.demo = Key(say("set_up.demo"), tone="dark", height=72, size=18)
        self._progress = column(gap=18)
        self._parts = QStackedWidget()
        choices = QWidget()
        side_by_side = row(gap=16)
        side_by_side.addWidget(self._join_card(), 3)
        side_by_side.addWidget(self._demo_card(), 2)
        choices.setLayout(side_by_side)
        self._parts.addWidget(scrolled(choices))
        self._parts.addWidget(self._progress_card())
        whole = column(gap=16)
        whole.addWidget(heading(Step.SITE))
        whole.addWidget(self._parts, 1)
        self.setLayout(whole)
        self.setFocusProxy(self.address)
        self.address.entered.connect(self.code.setFocus)
        self.code.entered.connect(self._join)
        self.join.clicked.connect(self._join)
        self.demo.clicked.connect(self.demo_pressed)

    def _join_card(self) -> Card:
        card = Card(edge=20, gap=12)
        card.column.addWidget(Text(say("set_up.join_title"), size=20, weight=700, wrap=True))
        card.column.addWidget(self.address)
        card.column.addWidget(self.code)
        card.column.addWidget(Text(say("set_up.scan_hint"), size=15, tone="ink-2", wrap=True))
        card.column.addWidget(self.error)
        card.column.addStretch(1)
        card.column.addWidget(self.join)
        return card

    def _demo_card(self) -> Card:
        card = Card(edge=20, gap=12)
        card.column.addWidget(Text(say("set_up.demo_title"), size=20, weight=700, wrap=True))
        card.column.addWidget(Text(say("set_up.demo_hint"), size=16, tone="ink-2", wrap=True))
        card.column.addStretch(1)
        card.column.addWidget(self.demo)
        return card

    def _progress_card(self) -> QWidget:
        page = QWidget()
        card = Card(edge=28, gap=18)
        card.column.addLayout(self._progress)
        card.column.addStretch(1)
        inside = column()
        inside.addWidget(card)
        page.setLayout(inside)
        return page

    def fill(self, address: str, code: str) -> None:
        """What a QR code said; empty parts stay as they are."""
        if address:
            self.address.set_text(address)
        if code:
            self.code.set_text(code)
        self.error.say("")

    def show_form(self, words: str = "") -> None:
        """Ask again, with what went wrong."""
        self.error.say(words)
        self._parts.setCurrentIndex(0)
        self.address.setFocus()

    def show_progress(self, lines: Sequence[tuple[str, str]]) -> None:
        """(words, done, now or next) of everything that has to happen."""
        clear(self._progress)
        for words, state in lines:
            icon, tone = _PROGRESS[state]
            line = row(gap=14)
            sign = QLabel()
            sign.setPixmap(pixmap(icon, 28, tone))
            line.addWidget(sign)
            weight = 700 if state == "now" else 500
            line.addWidget(Text(words, size=20, weight=weight, tone=tone, wrap=True), 1)
            self._progress.addLayout(line)
        self._parts.setCurrentIndex(1)

    def _join(self) -> None:
        for field, words in ((self.address, "set_up.address_needed"), (self.code, "set_up.code_needed")):
            if not field.text():
                field.show_error(say(words))
                field.setFocus()
                return
        self.error.say("")
        self.join_pressed.emit(self.address.text(), self.code.text())
