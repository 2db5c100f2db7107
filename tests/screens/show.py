"""Shows one screen in a window of the shop for as long as a test runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from pos_app.ui.window import Window
from tests.screens.render import window_with

Show = Callable[[QWidget], Window]


@pytest.fixture
def show(qtbot: QtBot) -> Iterator[Show]:
    """Show a screen; the window is held here, or the collector would take it away under the test."""
    windows: list[Window] = []

    def shown(screen: QWidget) -> Window:
        window = window_with(lambda: screen, 1366, 768)
        windows.append(window)
        qtbot.addWidget(window)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield shown
    windows.clear()
