"""The collect counter: reading a code, finding bags, part of an order, identity, and handing over."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QAbstractScrollArea, QWidget
from pytestqt.qtbot import QtBot

from pos_app.ui.screens.collect import CollectScreen
from pos_app.ui.widgets.labels import MoneyLabel
from tests.screens import sample_floor
from tests.screens.hand import heard, key, named, press, settle, strike, type_text, unnamed
from tests.screens.render import SCREENS, window_with
from tests.screens.show import Show

COLLECT = [name for name in SCREENS if name.startswith("collect")]


def _shown(show: Show, screen: CollectScreen) -> CollectScreen:
    show(screen)
    return screen


def test_the_order_is_handed_over_by_the_money_key_or_f12(show: Show) -> None:
    screen = _shown(show, sample_floor.collect())
    done = heard(screen.hand_over_pressed)
    press(key(screen, "Take 49.90 and hand over"))
    strike(screen, Qt.Key.Key_F12)
    assert done == [(), ()]
    screen.show_order(replace(sample_floor.COLLECT, ready=False))
    strike(screen, Qt.Key.Key_F12)
    press(screen.hand_over)
    assert done == [(), ()]


def test_what_is_to_pay_stands_very_large(show: Show) -> None:
    screen = _shown(show, sample_floor.collect())
    due = [label for label in screen.findChildren(MoneyLabel) if label.font().pixelSize() >= 50]
    assert [label.text() for label in due] == ["49.90"]


def test_bags_say_their_shelf_and_whether_they_were_scanned(show: Show) -> None:
    screen = _shown(show, sample_floor.collect())
    pressed = heard(screen.bag_pressed)
    press(screen.bags["BG1.o1.2"])
    assert pressed == [("BG1.o1.2",)]
    assert screen.bags["BG1.o1.2"].accessibleName() == "B3 Bag 2 of 2 — scan it"


def test_part_of_an_order_is_chosen_line_by_line(show: Show) -> None:
    screen = _shown(show, sample_floor.collect())
    part = heard(screen.part_pressed)
    press(key(screen, "Part only"))
    assert part == [()]
    screen.show_order(replace(sample_floor.COLLECT, editing=True))
    settle()
    changed = heard(screen.quantity_changed)
    press(named(screen.rows[2], "One less Merino socks 39–42"))
    press(named(screen.rows[2], "One more Merino socks 39–42"))
    assert changed == [(2, -1), (2, 1)]
    assert not [w for w in screen.rows[3].findChildren(QWidget) if "One less" in w.accessibleName()]


def test_other_ways_out_of_the_counter(show: Show) -> None:
    screen = _shown(show, sample_floor.collect())
    added, later, left = (
        heard(screen.add_items_pressed),
        heard(screen.not_today_pressed),
        heard(screen.back_pressed),
    )
    press(key(screen, "Add items"))
    press(key(screen, "Not today"))
    strike(screen, Qt.Key.Key_Escape)
    assert (added, later, left) == ([()], [()], [()])


def test_without_a_code_the_order_is_found_by_typing(show: Show, qtbot: QtBot) -> None:
    screen = _shown(show, sample_floor.collect_waiting())
    typed, chosen = heard(screen.typed), heard(screen.match_chosen)
    strike(screen, Qt.Key.Key_F3)
    qtbot.waitUntil(screen.reader.search.hasFocus)
    type_text(screen.reader.search, "4471")
    qtbot.waitUntil(lambda: ("4471",) in typed)
    screen.reader.show_matches(sample_floor.FOUND)
    settle()
    press(named(screen.reader, "Ole Brandt, 0.00"))
    press(named(screen.waiting, "Maria Jensen, 49.90"))
    assert chosen == [("o2",), ("o1",)]
    screen.reader.close_search()
    assert screen.reader.camera.isVisible()
    assert not screen.reader.search.isVisible()


def test_what_was_checked_is_said_with_the_choice(show: Show) -> None:
    screen = _shown(show, sample_floor.collect_identity())
    chosen = heard(screen.identity_chosen)
    for code, _, _ in sample_floor.CHECKS:
        press(screen.identity[code])
    assert chosen == [(code,) for code, _, _ in sample_floor.CHECKS]
    assert screen.identity["document"].accessibleDescription() == "name seen, nothing is stored"


def test_the_camera_shows_its_picture_and_what_was_read(show: Show) -> None:
    screen = _shown(show, sample_floor.collect_waiting())
    picture = QImage(64, 48, QImage.Format.Format_RGB32)
    picture.fill(QColor("#ff00ff"))
    screen.reader.show_frame(picture)
    screen.reader.show_state("read", "Code read: W-100482-9")
    settle()
    seen = screen.reader.camera.grab().toImage()
    assert seen.pixelColor(seen.width() // 2, seen.height() // 2) == QColor("#ff00ff")
    assert named(screen, "Code read: W-100482-9").isVisible()


@pytest.mark.parametrize("name", COLLECT)
def test_an_upright_counter_shows_everything(qtbot: QtBot, name: str) -> None:
    window = window_with(SCREENS[name], 768, 1024)
    qtbot.addWidget(window)
    assert (window.width(), window.height()) == (768, 1024)
    outside = [
        widget.accessibleName()
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and not _scrolls(widget)
        and not window.rect().contains(QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()))
    ]
    assert outside == []
    assert unnamed(window) == []
    for label in window.findChildren(MoneyLabel):
        needed = label.fontMetrics().horizontalAdvance(label.text())
        assert not label.isVisible() or label.width() >= needed


def test_turning_the_screen_moves_the_reader_above_and_beside(qtbot: QtBot) -> None:
    window = window_with(SCREENS["collect"], 1366, 768)
    qtbot.addWidget(window)
    screen = window.findChildren(CollectScreen)[0]
    assert screen.reader.width() < screen.width() // 2
    window.resize(768, 1024)
    settle()
    assert screen.reader.width() == screen.width()
    assert screen.reader.height() < screen.height() // 2
    window.resize(1366, 768)
    settle()
    assert screen.reader.height() == screen.height()


def _scrolls(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, QAbstractScrollArea):
        parent = parent.parentWidget()
    return parent is not None
