"""The card terminal: a separate one, a Stripe reader, or one for training, and whether it answers."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from pos_app.hardware.card_terminal_address import MANUAL, SIMULATOR, STRIPE
from pos_app.ui.screens.set_up.steps import Step, heading
from pos_app.ui.widgets.cards import Card, column, row
from pos_app.ui.widgets.fields import TextField
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.labels import Text
from pos_app.ui.widgets.tabs import SegmentTabs, Tab
from pos_app.ui.wording import say

KINDS = (MANUAL, STRIPE, SIMULATOR)


class CardStep(QWidget):
    """An address is composed of the kind of terminal and its reader; the key goes its own way."""

    test_pressed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.kinds = SegmentTabs([Tab(kind, say(f"set_up.card_{kind}")) for kind in KINDS])
        self.hint = Text("", size=16, tone="ink-2", wrap=True)
        self.reader = TextField(say("set_up.reader"), hint="tmr_…", needed=True)
        self.key = TextField(say("set_up.card_key"), hint="sk_live_…")
        self.key.entry.setEchoMode(QLineEdit.EchoMode.Password)
        self.test = Key(say("set_up.test_terminal"), icon="credit-card", height=64)
        self.test.set_shortcut("F9")
        self.result = Text("", size=16, weight=500, wrap=True)
        self._lay_out()
        self._turn(MANUAL)
        self.kinds.chosen.connect(self._turn)
        self.test.clicked.connect(self._test)

    def _lay_out(self) -> None:
        card = Card(edge=20, gap=12)
        for part in (self.kinds, self.hint, self.reader, self.key):
            card.column.addWidget(part)
        test = row(gap=16)
        test.addWidget(self.test)
        test.addWidget(self.result, 1)
        card.column.addLayout(test)
        whole = column(gap=16)
        whole.addWidget(heading(Step.CARD))
        whole.addWidget(card)
        whole.addStretch(1)
        self.setLayout(whole)

    def show_address(self, address: str) -> None:
        """What this till uses now."""
        kind, _, rest = (address or MANUAL).partition(":")
        self.kinds.choose(kind)
        self._turn(kind)
        if kind == STRIPE:
            self.reader.set_text(rest)

    def address(self) -> str:
        """The terminal's address; empty for a separate one."""
        kind = self.kinds.current()
        if kind == STRIPE:
            return f"{STRIPE}:{self.reader.text().strip()}"
        return SIMULATOR if kind == SIMULATOR else ""

    def secret(self) -> str:
        """The key as it was typed, empty when the one before stays."""
        return self.key.text().strip()

    def show_wrong(self, words: str) -> None:
        """The reader is none."""
        self.reader.show_error(words)
        self.reader.setFocus()

    def show_result(self, words: str, tone: str = "ink-2") -> None:
        """What the terminal says of itself."""
        self.result.set_tone(tone)
        self.result.say(words)

    def _turn(self, kind: str) -> None:
        self.hint.say(say(f"set_up.card_{kind}_hint"))
        for part in (self.reader, self.key, self.test):
            part.setVisible(kind == STRIPE)
        self.show_result("")

    def _test(self) -> None:
        self.test_pressed.emit(self.address(), self.secret())
