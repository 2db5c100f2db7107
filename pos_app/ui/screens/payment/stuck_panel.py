"""Money was taken and the act was refused: what was refused, and what can be done with the money."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from pos_app.ui.icons import pixmap
from pos_app.ui.widgets.cards import column, row
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.labels import Text
from pos_app.ui.wording import say


class StuckPanel(QWidget):
    """The money stays in sight on the left; nothing is lost by either key."""

    tried_again = Signal()
    given_back = Signal()

    def __init__(self) -> None:
        super().__init__()
        sign = QLabel()
        sign.setPixmap(pixmap("circle-question-mark", 84, "warn"))
        sign.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        title = Text(say("payment.stuck"), size=26, weight=700, wrap=True)
        self._why = Text("", size=18, weight=600, tone="bad", wrap=True)
        hint = Text(say("payment.stuck_hint"), size=16, tone="ink-2", wrap=True)
        back = Key(say("payment.stuck_back"), height=72)
        back.clicked.connect(self.given_back)
        self.again = Key(say("payment.try_again"), tone="dark", height=72)
        self.again.clicked.connect(self.tried_again)
        keys = row(gap=10)
        keys.addWidget(back)
        keys.addWidget(self.again)
        inside = column(gap=12)
        inside.addStretch(1)
        inside.addWidget(sign)
        for words in (title, self._why, hint):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            inside.addWidget(words)
        inside.addStretch(2)
        inside.addLayout(keys)
        self.setLayout(inside)
        self.setFocusProxy(self.again)

    def show_why(self, words: str) -> None:
        """What was refused."""
        self._why.say(words)
