"""A card terminal that is not set up yet, asked how it is."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.background.card_line import CardLine
from pos_app.hardware.card_terminal import CardTerminal, TerminalSays

LOOK_MS = 100


class CardTrial(QObject):
    """`said(TerminalHealth)` once the terminal answered, or its line said why it does not."""

    said = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._terminal: CardTerminal | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    def start(self, terminal: CardTerminal) -> None:
        """Ask this one, and no longer the one before."""
        self.stop()
        self._terminal = terminal
        self._timer.start()
        self._look()

    def stop(self) -> None:
        """Ask nothing more."""
        self._timer.stop()
        if isinstance(self._terminal, CardLine):
            self._terminal.close()
        self._terminal = None

    def _look(self) -> None:
        if self._terminal is None:
            return
        health = self._terminal.health()
        if health.says is not TerminalSays.ASKING:
            self.stop()
            self.said.emit(health)
