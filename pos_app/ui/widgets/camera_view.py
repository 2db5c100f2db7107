"""What the camera sees, with a frame where the code belongs."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QLinearGradient, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_app.ui.icons import paint_icon
from pos_app.ui.theme import colour, px

FRAME_TONES = {"waiting": "bar-ink-2", "read": "bar-ok", "refused": "bar-bad"}


class CameraView(QWidget):
    """Newest picture of the camera, cropped to fill, with a frame that turns green when a code was read."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._picture = QImage()
        self._state = "waiting"
        self.setMinimumSize(px(160), px(120))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_frame(self, picture: QImage) -> None:
        """Show a picture; a null one says that there is no camera."""
        self._picture = picture
        self.update()

    def show_state(self, state: str) -> None:
        """waiting, read or refused."""
        if state not in FRAME_TONES:
            raise ValueError(f"a camera view cannot be {state}")
        self._state = state
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Picture and frame."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect())
        clip = QPainterPath()
        clip.addRoundedRect(box, px(10), px(10))
        painter.setClipPath(clip)
        if self._picture.isNull():
            self._empty(painter, box)
        else:
            self._crop(painter, box)
        self._frame(painter, box)
        painter.end()

    def _empty(self, painter: QPainter, box: QRectF) -> None:
        shade = QLinearGradient(box.topLeft(), box.bottomRight())
        shade.setColorAt(0, colour("bar-2").lighter(125))
        shade.setColorAt(1, colour("bar"))
        painter.fillRect(box, shade)
        side = px(40)
        middle = box.center()
        place = QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)
        paint_icon(painter, "qr-code", place, colour("bar-ink-2"))

    def _crop(self, painter: QPainter, box: QRectF) -> None:
        width, height = self._picture.width(), self._picture.height()
        factor = max(box.width() / width, box.height() / height)
        seen = QRectF(0, 0, box.width() / factor, box.height() / factor)
        seen.moveCenter(QPointF(width / 2, height / 2))
        painter.drawImage(box, self._picture, seen)

    def _frame(self, painter: QPainter, box: QRectF) -> None:
        side = min(box.width(), box.height()) * 0.6
        place = QRectF(0, 0, side, side)
        place.moveCenter(box.center())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour(FRAME_TONES[self._state]), px(4)))
        if self._state == "waiting":
            self._corners(painter, place)
        else:
            painter.drawRoundedRect(place, px(14), px(14))

    def _corners(self, painter: QPainter, place: QRectF) -> None:
        arm = place.width() * 0.2
        for right in (False, True):
            for low in (False, True):
                x = place.right() if right else place.left()
                y = place.bottom() if low else place.top()
                inward_x = -arm if right else arm
                inward_y = -arm if low else arm
                painter.drawPolyline([QPointF(x + inward_x, y), QPointF(x, y), QPointF(x, y + inward_y)])
