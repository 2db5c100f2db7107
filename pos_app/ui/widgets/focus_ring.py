"""A ring over a list or pad the keyboard is on, for those that paint none of their own."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from pos_app.ui.widgets.keys import PressedArea
from pos_app.ui.widgets.painting import focus_ring


def needs_ring(widget: QWidget) -> bool:
    """Whether nothing else shows that the keyboard is there: keys paint it, fields change their edge."""
    return not isinstance(widget, PressedArea | QLineEdit | QPlainTextEdit)


class FocusRing(QWidget):
    """Lies over its widget, lets every touch through, and goes when the keyboard goes on."""

    def __init__(self, around: QWidget) -> None:
        super().__init__(around)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setGeometry(around.rect())
        around.installEventFilter(self)
        self.raise_()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the widget's size; go with its focus."""
        if event.type() is QEvent.Type.FocusOut:
            self.hide()
            self.deleteLater()
        elif event.type() is QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ring of every key."""
        painter = QPainter(self)
        focus_ring(painter, QRectF(self.rect()))
        painter.end()
