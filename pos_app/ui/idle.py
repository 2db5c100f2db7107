"""Tells when nobody has touched the till for a while."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QInputEvent
from PySide6.QtWidgets import QApplication

_TOUCHES = frozenset(
    {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin, QEvent.Type.Wheel}
)


class Idle(QObject):
    """`idle` once, so many milliseconds after the last touch or key; the next touch starts it anew."""

    idle = Signal()

    def __init__(self, after_ms: int, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._after_ms = after_ms
        self._timer.timeout.connect(self.idle)
        self._timer.start(after_ms)
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    @property
    def waiting(self) -> bool:
        """Whether the time is running."""
        return self._timer.isActive()

    @property
    def left_ms(self) -> int:
        """How long until it is told, in milliseconds."""
        return self._timer.remainingTime()

    def wait(self, after_ms: int) -> None:
        """This time so long; the next touch begins the usual time anew."""
        self._timer.start(after_ms)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Every touch counts, wherever it goes."""
        if isinstance(event, QInputEvent) and event.type() in _TOUCHES:  # a type costs more than a class
            self._timer.start(self._after_ms)
        return False
