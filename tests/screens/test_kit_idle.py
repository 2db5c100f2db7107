"""Nobody at the till for a while is noticed; any touch counts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from pos_app.ui.idle import Idle
from tests.screens.hand import heard, press, strike
from tests.screens.show import Show

_LONG = 60_000


def test_it_is_told_once_and_again_only_after_the_next_touch(show: Show, qtbot: QtBot) -> None:
    widget = QWidget()
    show(widget)
    idle = Idle(_LONG, widget)
    told = heard(idle.idle)
    with qtbot.waitSignal(idle.idle):
        idle.wait(1)
    assert told == [()]
    assert not idle.waiting
    strike(widget, Qt.Key.Key_A)
    assert idle.waiting


def test_a_touch_begins_the_time_anew(show: Show) -> None:
    widget = QWidget()
    show(widget)
    idle = Idle(_LONG, widget)
    idle.wait(_LONG // 2)
    press(widget)
    assert idle.waiting
    assert idle.left_ms > _LONG // 2
