"""The shift screen: figures, cash in and out, count and close, and approval where it is needed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from pos_app.ui.screens.shift.cash_page import CashPage
from pos_app.ui.screens.shift.count_page import CountPage
from pos_app.ui.screens.shift.figures_page import FiguresPage
from pos_app.ui.screens.shift.views import ShiftView
from pos_app.ui.widgets.approval import ApprovalPanel
from pos_app.ui.widgets.cards import Card, column, row
from pos_app.ui.widgets.keys import BigKey, Key
from pos_app.ui.widgets.labels import ShortText, Text
from pos_app.ui.widgets.tabs import SegmentTabs, Tab
from pos_app.ui.wording import say
from site_sync.domain.money import Money

FIGURES, CASH, COUNT = "figures", "cash", "count"


class ShiftScreen(QWidget):
    """One shift from its X report to its Z report."""

    cash_entered = Signal(str, Money, str)
    drawer_pressed = Signal(str)
    close_pressed = Signal(Money)
    report_pressed = Signal()
    approved = Signal(str, str, str)
    approval_left = Signal()
    done_pressed = Signal()
    back_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title = ShortText("", size=24, weight=700)
        self._opened = ShortText("", size=16, tone="ink-2")
        self._open_keys = SegmentTabs(
            [Tab(code, say(f"shift.tab_{code}")) for code in (FIGURES, CASH, COUNT)]
        )
        self.report = Key(say("shift.print_x"), icon="printer", height=50, size=16)
        self.report.set_shortcut("F9")
        self.figures = FiguresPage()
        self.cash = CashPage()
        self.count = CountPage()
        self.approval = ApprovalPanel()
        self.none = Text(say("shift.none"), size=20, tone="ink-2", wrap=True)
        self.done = BigKey(say("shift.sign_out"))
        self.done.set_shortcut("F12")
        self.done.hide()
        self.parts = QStackedWidget()
        self._lay_out()
        self._wire()

    def _lay_out(self) -> None:
        self.back = Key("", icon="chevron-left", height=50)
        self.back.setAccessibleName(say("shift.back"))
        self.back.set_shortcut("Esc")
        head = row(gap=12)
        head.addWidget(self.back)
        head.addWidget(self.title)
        head.addWidget(self._opened, 1)
        head.addWidget(self.report)
        asked = Card(edge=16)
        asked.column.addWidget(self.approval)
        for part in (self.figures, self.cash, self.count, asked, self.none):
            self.parts.addWidget(part)
        whole = column(edge=16, gap=12)
        whole.addLayout(head)
        whole.addWidget(self._open_keys)
        whole.addWidget(self.parts, 1)
        whole.addWidget(self.done)
        self.setLayout(whole)

    def _wire(self) -> None:
        self._open_keys.chosen.connect(self.choose)
        self.cash.entered.connect(self.cash_entered)
        self.cash.drawer_pressed.connect(self.drawer_pressed)
        self.count.close_pressed.connect(self.close_pressed)
        self.report.clicked.connect(self.report_pressed)
        self.approval.approved.connect(self.approved)
        self.approval.cancelled.connect(self.approval_left)
        self.done.clicked.connect(self.done_pressed)
        self.back.clicked.connect(self.back_pressed)

    def choose(self, code: str) -> None:
        """Show figures, cash or count."""
        self._open_keys.choose(code)
        page = {FIGURES: self.figures, CASH: self.cash, COUNT: self.count}[code]
        self.parts.setCurrentWidget(page)
        page.setFocus()

    def show_shift(self, view: ShiftView, pieces: Sequence[Money]) -> None:
        """The open shift as it is now; the page that is shown stays."""
        self._head(view, closed=False)
        self.figures.show_figures(view)
        self.cash.ready(view.expected.currency, view.locked)
        self.count.ready(pieces, view.expected, locked="close" in view.locked)
        self.choose(self._open_keys.current())

    def show_closed(self, view: ShiftView) -> None:
        """The Z report of the shift that was just closed."""
        self._head(view, closed=True)
        self.figures.show_figures(view)
        self.count.start_over()
        self._open_keys.choose(FIGURES)
        self.parts.setCurrentWidget(self.figures)
        self.done.setFocus()

    def show_none(self) -> None:
        """No shift is open at this till."""
        self.title.say(say("shift.title"))
        self._opened.say("")
        self._open_keys.hide()
        self.report.hide()
        self.back.show()
        self.done.show()
        self.parts.setCurrentWidget(self.none)

    def _head(self, view: ShiftView, *, closed: bool) -> None:
        self.title.say(view.title)
        self._opened.say(view.opened)
        self.report.set_label(say("shift.print_z" if closed else "shift.print_x"))
        self.report.show()
        self.back.setVisible(not closed)
        self._open_keys.setVisible(not closed)
        self.done.setVisible(closed)

    def ask_approval(self, title: str, approvers: Sequence[tuple[str, str, str]], *, reason: bool) -> None:
        """Ask one of (staff id, name, role) to approve, in place of the page."""
        self.approval.ask(title, say("shift.needs_approval"), approvers, reason_needed=reason)
        self.parts.setCurrentIndex(3)
        self.approval.setFocus()
