"""Python's garbage is collected in Qt's own thread only."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 250


class Tidying(QObject):
    """Collects on a timer in the thread it was made in.

    Left to itself Python collects in whatever thread happens to allocate. A widget that is freed in the
    database or camera thread waits for Qt's thread for ever, or brings the till down.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.collect()
        gc.freeze()  # what is there at the start stays; later collections need not look at it
        gc.disable()
        self._limits = gc.get_threshold()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.tidy)
        self._timer.start()

    def tidy(self) -> None:
        """Collect the oldest generation that is due, as Python itself would have."""
        counts = gc.get_count()
        due = [number for number, limit in enumerate(self._limits) if counts[number] > limit]
        if due:
            gc.collect(max(due))

    def stop(self) -> None:
        """Hand collecting back to Python, when the last window is gone."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
