"""Every screen by keyboard alone: Tab reaches every control, as one reads, and shows where it is."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QApplication, QWidget
from pytestqt.qtbot import QtBot

from pos_app.ui.window import Window
from tests.screens.hand import settle, unnamed
from tests.screens.render import SCREENS, window_with

MOST_STOPS = 120


def controls(window: Window) -> set[QWidget]:
    """What Tab has to reach: visible, enabled, and wanting the keyboard."""
    found = set()
    for widget in window.findChildren(QWidget):
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
        frame = isinstance(widget, QAbstractScrollArea) and not isinstance(widget, QAbstractItemView)
        if takes and not frame and widget.isVisible() and widget.isEnabled():
            found.add(widget)
    return found


def walk(window: Window) -> dict[QWidget, QImage]:
    """Where Tab goes, once round, and how each stop looks with the keyboard on it."""
    stops: dict[QWidget, QImage] = {}
    for _ in range(MOST_STOPS):
        QTest.keyClick(window, Qt.Key.Key_Tab)
        here = QApplication.focusWidget()
        assert here is not None, "the keyboard is nowhere"
        if here in stops:
            return stops
        stops[here] = here.grab().toImage()
    raise AssertionError(f"Tab never comes round: {[named(stop) for stop in stops]}")


def named(widget: QWidget) -> str:
    """A control as a failed test calls it."""
    return f"{type(widget).__name__} {widget.accessibleName()!r}"


def backwards(stops: list[QWidget]) -> list[str]:
    """Steps between neighbours of one surface that go against reading order."""
    wrong = []
    for before, after in pairwise(stops):
        if before.parentWidget() is not after.parentWidget():
            continue
        first, second = before.geometry(), after.geometry()
        above = second.bottom() <= first.top()
        left = (
            second.right() <= first.left() and second.top() < first.bottom() and first.top() < second.bottom()
        )
        if above or left:
            wrong.append(f"{named(before)} → {named(after)}")
    return wrong


def without_focus(widget: QWidget) -> QImage:
    """The same control after the keyboard went on."""
    widget.clearFocus()
    settle()
    return widget.grab().toImage()


@pytest.mark.parametrize("name", SCREENS)
def test_tab_reaches_every_control_and_shows_where_it_is(qtbot: QtBot, name: str) -> None:
    window = window_with(SCREENS[name], 1366, 768)
    window.activateWindow()
    stops = walk(window)
    missed = controls(window) - set(stops)
    assert not missed, [named(widget) for widget in missed]
    assert backwards(list(stops)) == []
    assert unnamed(window) == []
    assert [named(stop) for stop, focused in stops.items() if focused == without_focus(stop)] == []
    window.close()
    window.deleteLater()
