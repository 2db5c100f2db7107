"""Drawing shared by the till's own widgets and list delegates."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from pos_app.ui.theme import colour, font, px

LEFT = Qt.AlignmentFlag.AlignLeft
RIGHT = Qt.AlignmentFlag.AlignRight
CENTRE = Qt.AlignmentFlag.AlignHCenter
TOP = Qt.AlignmentFlag.AlignTop
MIDDLE = Qt.AlignmentFlag.AlignVCenter
BOTTOM = Qt.AlignmentFlag.AlignBottom
SMALLEST_TEXT = 12
BADGE_TONES = {
    "ok": ("ok", "ok-ground"),
    "warn": ("warn-deep", "warn-ground"),
    "bad": ("bad", "bad-ground"),
    "info": ("info", "info-ground"),
    "count": ("bar-ink", "bar"),
    "quiet": ("ink-2", "disabled"),
}


@dataclass(frozen=True, slots=True)
class Pen:
    """How a text is written: design pixels, weight and colour token."""

    size: float = 16
    weight: int = 400
    ink: str = "ink"


def rounded(
    painter: QPainter, box: QRectF, fill: QColor, *, edge: QColor | None = None, radius: float = 10
) -> None:
    """A filled box with round corners and, if given, an edge of one pixel."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill)
    painter.setPen(QPen(edge, 1) if edge is not None else Qt.PenStyle.NoPen)
    inner = box.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(inner, px(radius), px(radius))


def focus_ring(painter: QPainter, box: QRectF, *, radius: float = 10) -> None:
    """The ring that shows where the keyboard is."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour("card"), px(4)))
    painter.drawRoundedRect(box.adjusted(3, 3, -3, -3), px(radius) - 2, px(radius) - 2)
    painter.setPen(QPen(colour("focus"), px(2)))
    painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), px(radius) - 1, px(radius) - 1)


def width_of(text: str, pen: Pen) -> float:
    """Width of one line of text in pixels."""
    return QFontMetricsF(font(pen.size, pen.weight)).horizontalAdvance(text)


def line(painter: QPainter, box: QRect, text: str, pen: Pen, align: Qt.AlignmentFlag = LEFT | MIDDLE) -> None:
    """One line of text; where it does not fit it becomes a little smaller, then gets an ellipsis."""
    painter.setFont(font(pen.size, pen.weight))
    painter.setPen(colour(pen.ink))
    wished = pen.size
    while (
        wished > max(SMALLEST_TEXT, pen.size - 3)
        and painter.fontMetrics().horizontalAdvance(text) > box.width()
    ):
        wished -= 1
        painter.setFont(font(wished, pen.weight))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, int(align | Qt.TextFlag.TextSingleLine), shown)


def fitted(painter: QPainter, box: QRect, text: str, pen: Pen, align: Qt.AlignmentFlag = LEFT | TOP) -> None:
    """Text wrapped into a box; it becomes smaller before a word of it is cut."""
    chosen = fitting_font(box, text, pen)
    painter.setFont(chosen)
    painter.setPen(colour(pen.ink))
    painter.drawText(box, int(align | Qt.TextFlag.TextWordWrap), text)


def fitting_font(box: QRect, text: str, pen: Pen) -> QFont:
    """The largest font, at most the pen's, at which the wrapped text fits the box."""
    wished = pen.size
    while wished > SMALLEST_TEXT:
        tried = font(wished, pen.weight)
        metrics = QFontMetricsF(tried)
        needed = metrics.boundingRect(QRectF(box), int(Qt.TextFlag.TextWordWrap), text)
        longest = max((metrics.horizontalAdvance(word) for word in text.split()), default=0)
        if needed.height() <= box.height() + 1 and longest <= box.width():
            return tried
        wished -= 1
    return font(SMALLEST_TEXT, pen.weight)


def badge_width(text: str) -> int:
    """Width of a badge with this text."""
    return round(width_of(text, Pen(13, 600))) + px(20)


def badge(painter: QPainter, box: QRect, text: str, tone: str) -> QRect:
    """A badge at the right end of a box, in the middle; answers the place it took."""
    ink, ground = BADGE_TONES[tone]
    width = min(badge_width(text), box.width())
    height = px(22)
    place = QRect(box.right() + 1 - width, box.center().y() - height // 2 + 1, width, height)
    rounded(painter, QRectF(place), colour(ground), radius=11)
    line(painter, place.adjusted(px(6), 0, -px(6), 0), text, Pen(13, 600, ink), CENTRE | MIDDLE)
    return place


def tick_box(painter: QPainter, place: QRectF, *, ticked: bool) -> None:
    """A tick box as large as its place."""
    if not ticked:
        rounded(painter, place, colour("card"), edge=colour("ink-2"), radius=6)
        return
    rounded(painter, place, colour("accent"), radius=6)
    pen = QPen(colour("accent-ink"), px(2.4))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    left, top, side = place.left(), place.top(), place.width()
    painter.drawPolyline(
        [
            QPointF(left + side * 0.27, top + side * 0.52),
            QPointF(left + side * 0.44, top + side * 0.68),
            QPointF(left + side * 0.74, top + side * 0.34),
        ]
    )
