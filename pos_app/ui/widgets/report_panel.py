"""What became of several orders in one act: each with its mark and, when refused, its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.icons import paint_icon
from pos_app.ui.theme import colour, px
from pos_app.ui.widgets.cards import Surface, clear, column, edges, row, scrolled
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.labels import Rule, Text
from pos_app.ui.wording import say


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One order: what was done with it, or why it was not."""

    order_id: str
    title: str
    words: str
    done: bool


class ReportPanel(Surface):
    """Stays until it is closed or another order is looked at."""

    order_chosen = Signal(str)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__("card")
        self._inside = column(gap=10)
        edges(self._inside, 20, 16, 20, 16)
        self.setLayout(self._inside)
        self.close_key: Key | None = None

    def show_report(self, title: str, summary: str, lines: Sequence[ReportLine]) -> None:
        """Those that were not done stand first, as somebody has to do something about them."""
        clear(self._inside)
        self._inside.addWidget(Text(title, size=20, weight=700, wrap=True))
        failed = [one for one in lines if not one.done]
        self._inside.addWidget(Text(summary, tone="warn" if failed else "ok", weight=600, wrap=True))
        self._inside.addWidget(Rule())
        content = QWidget()
        inside = column(gap=8)
        for one in (*failed, *(one for one in lines if one.done)):
            inside.addWidget(_Line(one))
            inside.addWidget(Rule())
        inside.addStretch(1)
        content.setLayout(inside)
        self._inside.addWidget(scrolled(content), 1)
        self.close_key = Key(say("orders.report_close"), height=56)
        self.close_key.clicked.connect(self.closed)
        self._inside.addWidget(self.close_key)


class _Line(QWidget):
    """A tick or a cross, the order's number, and the words below it."""

    def __init__(self, shown: ReportLine) -> None:
        super().__init__()
        inside = row(gap=10)
        inside.addWidget(_Mark(done=shown.done))
        words = column(gap=2)
        words.addWidget(Text(shown.title, size=15, weight=600, wrap=True))
        words.addWidget(Text(shown.words, size=14, tone="ink-2" if shown.done else "bad", wrap=True))
        inside.addLayout(words, 1)
        self.setLayout(inside)
        self.setAccessibleName(f"{shown.title}: {shown.words}")


class _Mark(QWidget):
    """Done or not, by shape and colour."""

    def __init__(self, *, done: bool) -> None:
        super().__init__()
        self._done = done
        self.setFixedSize(QSize(px(24), px(24)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The sign."""
        painter = QPainter(self)
        name, tone = ("circle-check", "ok") if self._done else ("x", "bad")
        paint_icon(painter, name, QRectF(self.rect()), colour(tone))
        painter.end()
