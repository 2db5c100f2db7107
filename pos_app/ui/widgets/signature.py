"""A signature: written with a finger, and shown again."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_app.ui.theme import colour, px
from pos_app.ui.widgets.painting import rounded
from site_sync.domain.signatures import HEIGHT, WIDTH, Stroke, signature_text, strokes_of


class SignatureView(QWidget):
    """A signature as it was written, to fit."""

    def __init__(self, name: str, text: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._strokes: list[Stroke] = list(strokes_of(text)) if text else []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A line of writing."""
        return QSize(px(250), px(100))

    def _box(self) -> QRectF:
        """The largest box of a signature's shape in the middle."""
        factor = min(self.width() / WIDTH, self.height() / HEIGHT)
        box = QRectF(0, 0, WIDTH * factor, HEIGHT * factor)
        box.moveCenter(QRectF(self.rect()).center())
        return box

    def paintEvent(self, event: QPaintEvent) -> None:
        """The strokes in ink."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self._box()
        self._ground(painter, box)
        factor = box.width() / WIDTH
        width = max(1.5, box.width() / 260)
        ink = QPen(colour("ink"), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        ink.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(ink)
        for stroke in self._strokes:
            points = [box.topLeft() + QPointF(x * factor, y * factor) for x, y in stroke]
            painter.drawPolyline(points if len(points) > 1 else points * 2)
        painter.end()

    def _ground(self, painter: QPainter, box: QRectF) -> None:
        """Nothing behind a signature that is only shown."""


class SignaturePad(SignatureView):
    """Takes strokes of a finger, a pen or the mouse; `changed` says whether there are any."""

    changed = Signal(bool)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._writing = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(px(220))

    def text(self) -> str:
        """What was written; empty while nothing is."""
        return signature_text(self._strokes)

    def clear(self) -> None:
        """An empty line again."""
        self._strokes, self._writing = [], False
        self.changed.emit(False)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A stroke begins."""
        self._writing = True
        self._strokes.append((self._place(event),))
        self.changed.emit(True)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The stroke goes on."""
        if self._writing and self._strokes[-1][-1] != (place := self._place(event)):
            self._strokes[-1] = (*self._strokes[-1], place)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The stroke ends."""
        self._writing = False

    def _place(self, event: QMouseEvent) -> tuple[int, int]:
        """Where the finger is, in the signature's own box."""
        box = self._box()
        at = event.position() - box.topLeft()
        factor = WIDTH / box.width() if box.width() else 1
        return (
            max(0, min(WIDTH, round(at.x() * factor))),
            max(0, min(HEIGHT, round(at.y() * factor))),
        )

    def _ground(self, painter: QPainter, box: QRectF) -> None:
        rounded(painter, box, colour("card"), radius=10, edge=colour("line"))
        painter.setPen(QPen(colour("line"), px(2)))
        low = box.bottom() - box.height() * 0.22
        painter.drawLine(QPointF(box.left() + px(24), low), QPointF(box.right() - px(24), low))
