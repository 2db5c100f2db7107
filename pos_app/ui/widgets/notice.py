"""Notices that slide in over the bar, never over the work, and go by themselves; undo instead of confirm."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QPoint, QPropertyAnimation, QRectF, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from pos_app.ui.icons import pixmap
from pos_app.ui.theme import colour, current, px
from pos_app.ui.widgets.cards import column, edges, row
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.labels import Text
from pos_app.ui.widgets.painting import rounded
from pos_app.ui.wording import say

MOST_AT_ONCE = 3
LONG = 140
"""Signs from which on a notice lies wider, to stay over the bar."""
_ICONS = {"info": "info", "ok": "circle-check", "warn": "triangle-alert", "bad": "circle-alert"}


class Notice(QFrame):
    """One notice: a sentence, perhaps an undo with its countdown, and a cross to put it away."""

    gone = Signal()
    undone = Signal()

    def __init__(self, text: str, *, tone: str = "info", seconds: int = 6, undo: str = "") -> None:
        super().__init__()
        self.setAccessibleName(text)
        self._left = seconds
        self._undo_text = undo
        self._undo: Key | None = None
        inside = row(gap=12)
        edges(inside, 16, 2, 4, 2)
        sign = QLabel()
        sign.setPixmap(pixmap(_ICONS[tone], 22, f"bar-{'ok' if tone == 'info' else tone}"))
        inside.addWidget(sign)
        words = Text(text, size=16, weight=500, tone="bar-ink", wrap=True)
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        inside.addWidget(words, 1)
        if undo:
            self._undo = Key(f"{undo} {seconds}", tone="dark", height=48, size=16)
            self._undo.clicked.connect(self.undone)
            self._undo.clicked.connect(self.gone)
            inside.addWidget(self._undo)
        away = Key("", tone="dark", icon="x", height=48)
        away.setAccessibleName(say("keys.close"))
        away.setFixedWidth(px(48))
        away.clicked.connect(self.gone)
        inside.addWidget(away)
        self.setLayout(inside)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._second)
        self._clock.start()

    @property
    def undo_key(self) -> Key | None:
        """The undo key, if this notice has one."""
        return self._undo

    def paintEvent(self, event: QPaintEvent) -> None:
        """A dark bar with round corners."""
        painter = QPainter(self)
        rounded(painter, QRectF(self.rect()), colour("bar-2"), edge=colour("bar-ink-2"), radius=12)
        painter.end()

    def _second(self) -> None:
        self._left -= 1
        if self._undo is not None:
            self._undo.set_label(f"{self._undo_text} {max(0, self._left)}")
        if self._left <= 0:
            self._clock.stop()
            self.gone.emit()


class NoticeArea(QWidget):
    """Lies over the top bar, so that no key of a screen is ever covered by a single notice."""

    said = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._notices: list[Notice] = []
        self._column = column(gap=8)
        self.setLayout(self._column)
        self._slide = QPropertyAnimation(self, b"pos", self)
        self._slide.setDuration(160)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.hide()

    def notify(
        self,
        text: str,
        *,
        tone: str = "info",
        seconds: int = 6,
        undo: Callable[[], None] | None = None,
        undo_text: str = "",
    ) -> Notice:
        """Say something without stopping anyone; with `undo` the notice offers it for these seconds."""
        label = (undo_text or say("keys.undo")) if undo is not None else ""
        notice = Notice(text, tone=tone, seconds=seconds, undo=label)
        if undo is not None:
            notice.undone.connect(undo)
        notice.gone.connect(lambda: self._drop(notice))
        for same in [one for one in self._notices if one.accessibleName() == text and undo is None]:
            self._drop(same)
        while len(self._notices) >= MOST_AT_ONCE:
            self._drop(self._notices[0])
        self._notices.append(notice)
        self._column.addWidget(notice)
        notice.show()  # else the layout gives it no room before the next event
        self.said.emit(text)
        self._arrange(sliding=True)
        return notice

    def texts(self) -> list[str]:
        """What the notices on screen say."""
        return [notice.accessibleName() for notice in self._notices]

    def put_away(self) -> None:
        """Take all notices off the screen."""
        for notice in list(self._notices):
            self._drop(notice)

    def place(self) -> None:
        """Keep to the middle of the bar after the window's size changed."""
        self._arrange(sliding=False)

    def _drop(self, notice: Notice) -> None:
        if notice not in self._notices:
            return
        self._notices.remove(notice)
        self._column.removeWidget(notice)
        notice.hide()
        notice.deleteLater()
        self._arrange(sliding=False)

    def _arrange(self, *, sliding: bool) -> None:
        window = self._window
        if not self._notices:
            self.hide()
            return
        long = any(len(words) > LONG for words in self.texts())
        width = min(px(940 if long else 620), window.width() - px(32))
        self.setFixedWidth(width)
        self.show()
        self._column.activate()
        self.resize(
            width,
            self._column.heightForWidth(width)
            if self._column.hasHeightForWidth()
            else self.sizeHint().height(),
        )
        end = QPoint((window.width() - width) // 2, px(2))
        self.raise_()
        self._slide.stop()
        if sliding and current().moving and window.isVisible():
            self._slide.setStartValue(end - QPoint(0, px(40)))
            self._slide.setEndValue(end)
            self._slide.start()
        else:
            self.move(end)
