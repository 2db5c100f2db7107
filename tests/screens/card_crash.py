"""A till that dies while the card terminal works, as a process of its own: FOLDER SCRIPT."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from pos_app.hardware.card_terminal import TerminalResult
from pos_app.ui import theme
from tests.desks import CASHIER
from tests.screens.counter import open_counter


def main(folder: str, script: str) -> None:
    """Ask for a card and die by the first word of the terminal, before anything more is written."""
    app = QApplication([])
    theme.apply(app, theme.load_look(theme.ThemeName.LIGHT, moving=False))
    counter = open_counter(Path(folder), card=script)
    counter.till.sign_in(CASHIER)
    counter.rest()
    counter.devices.card.said.connect(_die)
    counter.scan("JKT-1")
    counter.pay()
    counter.tile("card")


def _die(_result: TerminalResult) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
