"""Grounds that hold other widgets: cards, rows, columns and the card of a bag."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QScroller,
    QVBoxLayout,
    QWidget,
)

from pos_app.ui.icons import paint_icon
from pos_app.ui.theme import colour, px
from pos_app.ui.widgets.keys import PressedArea
from pos_app.ui.widgets.painting import LEFT, MIDDLE, Pen, focus_ring, line, rounded, width_of


class Surface(QFrame):
    """A ground of the style sheet, such as ground, card, bar, panel (a card with an edge), note or warn."""

    def __init__(self, surface: str) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", surface)


class Card(Surface):
    """A white card with an edge and a column inside."""

    def __init__(self, *, edge: int = 16, gap: int = 8, surface: str = "panel") -> None:
        super().__init__(surface)
        self.column = column(edge=edge, gap=gap)
        self.setLayout(self.column)


def column(*, edge: int = 0, gap: int = 8) -> QVBoxLayout:
    """A column with this edge and gap in design pixels."""
    layout = QVBoxLayout()
    _spaced(layout, edge, gap)
    return layout


def row(*, edge: int = 0, gap: int = 8) -> QHBoxLayout:
    """A row with this edge and gap in design pixels."""
    layout = QHBoxLayout()
    _spaced(layout, edge, gap)
    return layout


def grid(*, edge: int = 0, gap: int = 8) -> QGridLayout:
    """A grid with this edge and gap in design pixels."""
    layout = QGridLayout()
    _spaced(layout, edge, gap)
    return layout


def _spaced(layout: QLayout, edge: int, gap: int) -> None:
    inset = px(edge) if edge else 0
    layout.setContentsMargins(inset, inset, inset, inset)
    layout.setSpacing(px(gap) if gap else 0)


def edges(layout: QLayout, left: int, top: int, right: int, bottom: int) -> None:
    """Margins of a layout in design pixels."""
    layout.setContentsMargins(*(px(side) if side else 0 for side in (left, top, right, bottom)))


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let go of it."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        inner = item.layout()
        if widget is not None:
            widget.hide()  # and keep its parent: without one Python frees it, perhaps inside its own click
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def laid_out(layout: QLayout) -> list[QWidget]:
    """The widgets of a layout in its order.

    Asked of the widgets, not of `itemAt`: PySide keeps every item it ever showed, also when Qt has freed it,
    and then takes whatever comes to lie at that address for the old item, which ends the till.
    """
    around = layout.parentWidget()
    inside = around.children() if around is not None else []
    placed = [(layout.indexOf(one), one) for one in inside if isinstance(one, QWidget)]
    return [one for place, one in sorted(placed, key=lambda each: each[0]) if place >= 0]


def scrolled(content: QWidget) -> QScrollArea:
    """The content in an area that scrolls by finger and wheel, never sideways."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    content.setProperty("surface", content.property("surface") or "clear")
    area.setWidget(content)
    QScroller.grabGesture(area.viewport(), QScroller.ScrollerGestureType.TouchGesture)
    return area


class BagCard(PressedArea):
    """A bag with its shelf; green and ticked once it was scanned."""

    def __init__(self, code: str, shelf: str, text: str, *, scanned: bool = False) -> None:
        self.code = code
        self._shelf = shelf
        self.scanned = scanned
        super().__init__(text)
        self.setAccessibleName(f"{shelf} {text}")
        self.setMinimumHeight(px(52))

    def sizeHint(self) -> QSize:
        """Shelf and text."""
        width = width_of(self._shelf, Pen(18, 700)) + width_of(self.label, Pen(18)) + px(80)
        return QSize(round(width), px(52))

    def minimumSizeHint(self) -> QSize:
        """A narrow card still shows the shelf."""
        return QSize(px(140), px(52))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Shelf bold, text beside it, a tick when scanned."""
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        rounded(painter, box, colour("ok-ground" if self.scanned else "card"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("accent" if self.scanned else "line"), px(2)))
        painter.drawRoundedRect(box, px(10), px(10))
        room = self.rect().adjusted(px(18), 0, -px(18), 0)
        line(painter, room, self._shelf, Pen(18, 700), LEFT | MIDDLE)
        left = round(width_of(self._shelf, Pen(18, 700))) + (px(14) if self._shelf else 0)
        line(painter, room.adjusted(left, 0, -px(30), 0), self.label, Pen(18), LEFT | MIDDLE)
        if self.scanned:
            side = px(22)
            place = QRectF(room.right() - side, (self.height() - side) / 2, side, side)
            paint_icon(painter, "circle-check", place, colour("ok"))
        if self.ringed():
            focus_ring(painter, QRectF(self.rect()))
        painter.end()
