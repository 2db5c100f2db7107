"""Small signs: badges that say a state, and chips and dots to press in the top bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_app.ui.theme import colour, px
from pos_app.ui.widgets.keys import PressedArea
from pos_app.ui.widgets.painting import (
    BADGE_TONES,
    CENTRE,
    LEFT,
    MIDDLE,
    Pen,
    badge,
    badge_width,
    focus_ring,
    line,
    rounded,
    width_of,
)


class Badge(QWidget):
    """A word in a coloured pill: info, ok, warn, bad, quiet or count."""

    def __init__(self, text: str = "", tone: str = "info") -> None:
        super().__init__()
        self._text = ""
        self._tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_badge(text, tone)

    def show_badge(self, text: str, tone: str) -> None:
        """Show this word in this tone; an empty word hides the badge."""
        if tone not in BADGE_TONES:
            raise ValueError(f"a badge cannot be {tone}")
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        if not text:
            self.hide()
        elif self.parent() is not None:
            self.show()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Just the word and its ground."""
        return QSize(badge_width(self._text), px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The pill."""
        painter = QPainter(self)
        badge(painter, self.rect(), self._text, self._tone)
        painter.end()


class CounterChip(PressedArea):
    """A label and a live count on the top bar."""

    def __init__(self, code: str, text: str, count: int, tone: str = "ok") -> None:
        self._count = str(count)
        self._tone = tone
        super().__init__(text)
        self.code = code
        self.setAccessibleName(f"{text} {count}")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Text and count; as tall as the bar so that a finger finds it."""
        width = width_of(self.label, Pen(15)) + width_of(self._count, Pen(15, 700))
        return QSize(round(width) + px(34), px(56))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A pill of 32 px in the middle of the touch area."""
        painter = QPainter(self)
        box = self.rect().adjusted(0, (self.height() - px(32)) // 2, 0, -((self.height() - px(32)) // 2))
        rounded(painter, QRectF(box), colour("bar-2"), radius=16)
        inner = box.adjusted(px(14), 0, -px(14), 0)
        line(painter, inner, self.label, Pen(15, 400, "bar-ink"), LEFT | MIDDLE)
        left = round(width_of(self.label, Pen(15))) + px(6)
        token = "bar-warn" if self._tone == "warn" else "bar-count"
        line(painter, inner.adjusted(left, 0, px(4), 0), self._count, Pen(15, 700, token), LEFT | MIDDLE)
        if self.ringed():
            focus_ring(painter, QRectF(box), radius=16)
        painter.end()


class StatusDot(PressedArea):
    """A coloured dot with its words, which give way where the bar has no room for them."""

    def __init__(self, code: str, text: str, tone: str) -> None:
        self._tone = tone
        self._short = False
        super().__init__(text)
        self.code = code
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    @property
    def warns(self) -> bool:
        """Whether something is not as it should be."""
        return self._tone != "ok"

    def set_short(self, *, short: bool) -> None:
        """Show the dot alone."""
        self._short = short
        self.setToolTip(self.label if self._short else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Dot and word."""
        text = 0 if self._short else width_of(self.label, Pen(16)) + px(8)
        return QSize(max(px(26), round(text) + px(12)), px(56))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The dot left, its word beside it."""
        painter = QPainter(self)
        side = px(11)
        rounded(
            painter,
            QRectF(px(2), (self.height() - side) / 2, side, side),
            colour(f"bar-{self._tone}"),
            radius=6,
        )
        if not self._short:
            line(
                painter,
                self.rect().adjusted(px(19), 0, 0, 0),
                self.label,
                Pen(16, 400, "bar-ink"),
                LEFT | MIDDLE,
            )
        if self.ringed():
            focus_ring(painter, QRectF(self.rect()), radius=8)
        painter.end()


class BarText(PressedArea):
    """A word on the top bar that can be pressed, such as who is signed in."""

    def sizeHint(self) -> QSize:
        """The word."""
        return QSize(round(width_of(self.label, Pen(16))) + px(8), px(56))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The word alone."""
        painter = QPainter(self)
        line(painter, self.rect(), self.label, Pen(16, 400, "bar-ink"), CENTRE | MIDDLE)
        if self.ringed():
            focus_ring(painter, QRectF(self.rect()), radius=8)
        painter.end()
