"""Every selling screen fits every screen size, in the language of long words, and can be read aloud."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QAbstractScrollArea, QWidget
from pytestqt.qtbot import QtBot

from pos_app.ui import wording
from pos_app.ui.theme import px
from pos_app.ui.widgets.keys import ActionTile, BigKey, Key, PressedArea
from pos_app.ui.widgets.labels import ShortText, Text
from pos_app.ui.widgets.painting import Pen, fitting_font
from pos_app.ui.window import Window
from tests.screens.hand import unnamed
from tests.screens.render import SCREENS, window_with

SIZES = [(1024, 768), (1366, 768), (1920, 1080)]


def _visible(window: Window) -> list[QWidget]:
    return [widget for widget in window.findChildren(QWidget) if widget.isVisible()]


def _scrolls(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def _outside(window: Window) -> list[str]:
    found = []
    for widget in _visible(window):
        place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
        if not _scrolls(widget) and not window.rect().contains(place):
            found.append(f"{type(widget).__name__} {widget.accessibleName()!r} {place}")
    return found


def _cut(window: Window) -> list[str]:
    found = []
    for widget in _visible(window):
        if isinstance(widget, Text) and not isinstance(widget, ShortText) and widget.text():
            metrics = QFontMetricsF(widget.font())
            width = float(widget.width()) if widget.wordWrap() else 100_000.0
            flags = int(Qt.TextFlag.TextWordWrap) if widget.wordWrap() else 0
            needed = metrics.boundingRect(QRectF(0, 0, width, 100_000), flags, widget.text())
            if needed.width() > widget.width() + 2 or needed.height() > widget.height() + 2:
                found.append(widget.text())
        if isinstance(widget, Key) and widget.label:
            room = widget.rect().adjusted(px(8), px(4), -px(8), -px(4))
            chosen = QFontMetricsF(fitting_font(room, widget.label, Pen(17, 600)))
            if max(chosen.horizontalAdvance(word) for word in widget.label.split()) > widget.width():
                found.append(widget.label)
    return found


def _small(window: Window) -> list[str]:
    keys = [
        widget
        for widget in _visible(window)
        if isinstance(widget, PressedArea) and not _in_bar(widget, window)
    ]
    small = [k.accessibleName() for k in keys if k.width() < px(48) or k.height() < px(48)]
    return small + [k.accessibleName() for k in keys if isinstance(k, BigKey) and not 64 <= k.height() <= 96]


def _in_bar(widget: QWidget, window: Window) -> bool:
    return window.top_bar.isAncestorOf(widget)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
def test_nothing_is_cut_off_too_small_or_nameless(qtbot: QtBot, name: str, size: tuple[int, int]) -> None:
    wording.speak(wording.Language.GERMAN, ZoneInfo("Europe/Berlin"))
    window = window_with(SCREENS[name], *size)
    qtbot.addWidget(window)
    assert (window.width(), window.height()) == size
    assert _outside(window) == []
    assert _cut(window) == []
    assert _small(window) == []
    assert unnamed(window) == []


@pytest.mark.parametrize("name", SCREENS)
def test_no_label_reads_markup(qtbot: QtBot, name: str) -> None:
    window = window_with(SCREENS[name], 1366, 768)
    qtbot.addWidget(window)
    labels = [widget for widget in _visible(window) if isinstance(widget, Text)]
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)


def test_on_an_upright_screen_tenders_keep_the_room_for_their_names(qtbot: QtBot) -> None:
    window = window_with(SCREENS["payment"], 768, 1366)
    qtbot.addWidget(window)
    tiles = [tile for tile in _visible(window) if isinstance(tile, ActionTile)]
    assert len(tiles) > 3
    assert all(tile.width() >= tile.minimumSizeHint().width() for tile in tiles)
