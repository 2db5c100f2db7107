"""An item's picture: a drawing of its family in the item's colour."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from pos_app.ui.resources import TILL_RESOURCES
from pos_app.ui.theme import colour, px
from pos_app.ui.widgets.painting import rounded

PICTURES = TILL_RESOURCES.parent / "demo" / "pictures"
BODY = "#4a7a96"
"""The colour that stands for the item's own in every drawing."""


@lru_cache(maxsize=512)
def drawing(name: str, tint: str) -> QByteArray:
    """The SVG of a picture name in a colour (#rrggbb); empty when there is no such picture."""
    path = PICTURES / f"{name}.svg"
    if not name or not path.is_file():
        return QByteArray()
    text = path.read_text(encoding="utf-8")
    return QByteArray((text.replace(BODY, tint) if tint else text).encode())


def picture_pixmap(name: str, tint: str, side: int) -> QPixmap:
    """The picture as a pixmap of that many device pixels; null when there is none."""
    svg = drawing(name, tint)
    if svg.isEmpty():
        return QPixmap()
    pixmap = QPixmap(side, side)
    pixmap.fill("transparent")
    painter = QPainter(pixmap)
    QSvgRenderer(svg).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return pixmap


class ItemPicture(QWidget):
    """Shows the picture of one item on a quiet ground."""

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self._tint = ""

    def show_picture(self, name: str, tint: str) -> None:
        """Show a picture by name; an unknown one leaves the ground empty."""
        self._name, self._tint = name, tint
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground and drawing."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rounded(painter, QRectF(self.rect()), colour("ground"), radius=14)
        svg = drawing(self._name, self._tint)
        if not svg.isEmpty():
            edge = px(20)
            side = min(self.width(), self.height()) - 2 * edge
            place = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
            QSvgRenderer(svg).render(painter, place)
        painter.end()
