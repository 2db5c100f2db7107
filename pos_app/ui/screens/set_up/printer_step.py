"""The receipt printer: where it is, how wide its paper, and a test page."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pos_app.ui.screens.set_up.steps import Step, heading
from pos_app.ui.widgets.cards import Card, column, row, scrolled
from pos_app.ui.widgets.choices import Choice, ChoiceList
from pos_app.ui.widgets.fields import TextField
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.labels import Text
from pos_app.ui.widgets.tabs import SegmentTabs, Tab
from pos_app.ui.wording import say

KINDS = ("network", "device", "preview")
_HINTS = {"network": "192.168.1.50", "device": "/dev/usb/lp0", "preview": ""}
_SCHEMES = {"network": "tcp://", "device": "file://", "preview": "preview://"}


class PrinterStep(QWidget):
    """An address is composed of the kind of printer and what is typed."""

    test_pressed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._typed = dict.fromkeys(KINDS, "")
        self.kinds = SegmentTabs([Tab(kind, say(f"set_up.printer_{kind}")) for kind in KINDS])
        self.place = TextField("", needed=True)
        self.papers = ChoiceList(say("set_up.paper"), columns=2, row_height=48)
        self.test = Key(say("set_up.test_page"), icon="printer", height=64)
        self.test.set_shortcut("F9")
        self.result = Text("", size=16, weight=500, wrap=True)
        self._lay_out()
        self._turn("network")
        self.setFocusProxy(self.place)
        self.kinds.chosen.connect(self._turn)
        self.place.entry.textChanged.connect(self._keep)
        self.place.entered.connect(self._test)
        self.test.clicked.connect(self._test)

    def _lay_out(self) -> None:
        card = Card(edge=20, gap=12)
        card.column.addWidget(self.kinds)
        card.column.addWidget(self.place)
        card.column.addWidget(Text(say("set_up.paper"), size=14, weight=500, tone="ink-2"))
        card.column.addWidget(self.papers)
        test = row(gap=16)
        test.addWidget(self.test)
        test.addWidget(self.result, 1)
        card.column.addLayout(test)
        content = QWidget()
        inside = column()
        inside.addWidget(card)
        inside.addStretch(1)
        content.setLayout(inside)
        whole = column(gap=16)
        whole.addWidget(heading(Step.PRINTER))
        whole.addWidget(scrolled(content), 1)
        self.setLayout(whole)

    def offer(self, papers: Mapping[str, str], folder: str) -> None:
        """The profiles by key, and where pictures of papers would go."""
        self._typed["preview"] = folder
        self.papers.show_choices([Choice(key, name) for key, name in papers.items()], "80")
        self._turn(self.kinds.current())

    def show_address(self, address: str, paper: str) -> None:
        """What this till uses now."""
        for kind, scheme in _SCHEMES.items():
            if address.startswith(scheme):
                self._typed[kind] = address.removeprefix(scheme)
                self.kinds.choose(kind)
                self._turn(kind)
        self.papers.row(paper).setChecked(True)

    def address(self) -> str:
        """The printer's address, empty when none was typed."""
        typed = self.place.text()
        return f"{_SCHEMES[self.kinds.current()]}{typed}" if typed else ""

    def paper(self) -> str:
        """The profile that was chosen."""
        return self.papers.current()

    def show_result(self, words: str, tone: str = "ink-2") -> None:
        """How the test page went."""
        self.result.set_tone(tone)
        self.result.say(words)

    def show_wrong(self, words: str) -> None:
        """The address is none."""
        self.place.show_error(words)
        self.place.setFocus()

    def _turn(self, kind: str) -> None:
        self.place.rename(say(f"set_up.place_{kind}"))
        self.place.entry.setPlaceholderText(_HINTS[kind])
        self.place.set_text(self._typed[kind])
        self.show_result("")

    def _keep(self, text: str) -> None:
        self._typed[self.kinds.current()] = text.strip()

    def _test(self) -> None:
        if not self.address():
            self.show_wrong(say("set_up.place_needed"))
            return
        self.test_pressed.emit(self.address(), self.paper())
