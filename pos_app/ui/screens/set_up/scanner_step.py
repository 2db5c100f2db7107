"""The scanner: whatever is scanned is shown with what the till takes it for."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from pos_app.ui.icons import pixmap
from pos_app.ui.screens.set_up.steps import Step, heading
from pos_app.ui.widgets.cards import Card, clear, column, row
from pos_app.ui.widgets.chips import Badge
from pos_app.ui.widgets.labels import ShortText, Text
from pos_app.ui.wording import say

SHOWN = 5


class ScannerStep(QWidget):
    """Newest scan first."""

    def __init__(self) -> None:
        super().__init__()
        self._scans: list[tuple[str, str, bool]] = []
        self._rows = column(gap=12)
        card = Card(edge=28, gap=14)
        sign = QLabel()
        sign.setPixmap(pixmap("scan-barcode", 72, "ink-2"))
        sign.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        card.column.addWidget(sign)
        self.state = Text(say("set_up.scan_now"), size=22, weight=700, wrap=True)
        self.state.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        card.column.addWidget(self.state)
        card.column.addLayout(self._rows)
        card.column.addStretch(1)
        whole = column(gap=16)
        whole.addWidget(heading(Step.SCANNER))
        whole.addWidget(card, 1)
        self.setLayout(whole)

    def show_scan(self, kind: str, shown: str, *, known: bool) -> None:
        """One more scan: what it is and what of it may be shown."""
        self._scans = [(kind, shown, known), *self._scans][:SHOWN]
        self.state.say(say("set_up.scan_works"))
        self.state.set_tone("ok")
        clear(self._rows)
        for words, text, told_apart in self._scans:
            line = row(gap=12)
            line.addWidget(Badge(words, "ok" if told_apart else "warn"))
            line.addWidget(ShortText(text, size=18, weight=600), 1)
            self._rows.addLayout(line)
