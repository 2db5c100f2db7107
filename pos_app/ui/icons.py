"""Line icons in the colours of the look."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from pos_app.ui import theme
from pos_app.ui.resources import resource


@cache
def _drawing(name: str, colour: str) -> QSvgRenderer:
    source = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(source.replace("currentColor", colour).encode()))
    if not renderer.isValid():
        raise ValueError(f"the icon {name} cannot be drawn")
    return renderer


def paint_icon(painter: QPainter, name: str, box: QRectF, colour: QColor) -> None:
    """Draw an icon inside a square box."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _drawing(name, colour.name()).render(painter, box)
    painter.restore()


def pixmap(name: str, side: float, ink: str = "ink") -> QPixmap:
    """An icon as a picture, `side` design pixels square, in a colour of the look."""
    pixels = theme.px(side)
    picture = QPixmap(pixels * 2, pixels * 2)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint_icon(painter, name, QRectF(0, 0, pixels, pixels), theme.colour(ink))
    painter.end()
    return picture


def icon(name: str, side: float = 20, ink: str = "ink") -> QIcon:
    """An icon for Qt's own widgets."""
    return QIcon(pixmap(name, side, ink))
