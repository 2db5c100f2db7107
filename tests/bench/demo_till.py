"""The real till on the demo shop, without a display, for measurements of its screens."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from PySide6.QtWidgets import QApplication

from pos_app import arguments
from pos_app.assembly import TillProgram, wait_for
from pos_app.ui import theme
from pos_app.ui.window import Window
from site_sync.domain.money import Money

STAFF, PIN = "105", "684029"
FLOAT = Money(20_000, "EUR")
PATIENCE = 180.0
ANSWERED = 5.0
"""Staff that come from the site meanwhile ask for the name once more: then the PIN is typed again."""
OFFSCREEN = os.environ | {"QT_QPA_PLATFORM": "offscreen"}


def until(app: QApplication, check: Callable[[], bool], what: str) -> None:
    """Let the till work until something holds."""
    if not wait_for(check, app, PATIENCE):
        raise TimeoutError(f"waited {PATIENCE:.0f} s in vain: {what}")


@contextmanager
def open_till(folder: Path, app: QApplication | None = None) -> Iterator[tuple[QApplication, TillProgram]]:
    """The till with its embedded site and the demo shop, at the sign-in screen."""
    app = app or QApplication([])
    theme.apply(app, theme.load_look(theme.ThemeName.LIGHT, scale_percent=100))
    window = Window()
    window.resize(1366, 768)
    program = TillProgram(app, arguments.read(["--demo", "--data", str(folder)]), window)
    try:
        program.start()
        window.show()
        until(app, lambda: program.floor is not None, "the shop is loaded")
        until(app, program.sync.is_online, "the site is reached")
        yield app, program
    finally:
        program.close()


def sign_in(app: QApplication, program: TillProgram) -> None:
    """The store's manager with a PIN, and a shift with a float where none is open."""
    pages, started = program.window.navigation, monotonic()
    screen = pages.page("sign_in").widget
    while pages.current != "sale":
        if monotonic() > started + PATIENCE:
            raise TimeoutError(f"nobody was signed in within {PATIENCE:.0f} s")
        screen.pin_entered.emit(STAFF, PIN)  # type: ignore[attr-defined]
        if not wait_for(lambda: pages.current == "sale", app, ANSWERED / 2):
            screen.float_entered.emit(FLOAT)  # type: ignore[attr-defined]
            wait_for(lambda: pages.current == "sale", app, ANSWERED / 2)
