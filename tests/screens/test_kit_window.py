"""The window shows screens by name, a keyboard when asked for, and notices that never block."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from pos_app.ui.navigation import Page
from pos_app.ui.widgets.chips import StatusDot
from pos_app.ui.widgets.fields import AmountField, TextField
from pos_app.ui.widgets.keyboard import OnScreenKeyboard
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.top_bar import Counter, Dot
from pos_app.ui.window import Window
from tests.screens.hand import press


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    made = Window()
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_screens_are_built_once_shown_with_facts_and_left_by_back(window: Window) -> None:
    told: list[object] = []
    built: list[str] = []

    def page(name: str) -> Page:
        built.append(name)
        return Page(
            QWidget(), arrive=lambda **facts: told.append((name, facts)), leave=lambda: told.append(name)
        )

    navigation = window.navigation
    navigation.register("sale", lambda: page("sale"))
    navigation.register("orders", lambda: page("orders"))
    navigation.register("collect", lambda: page("collect"))
    navigation.home("sale")
    navigation.navigate("orders", stage="to_pick")
    navigation.navigate("collect")
    navigation.navigate("orders")
    navigation.back()
    assert navigation.current == "sale"
    assert built == ["sale", "orders", "collect"]
    assert ("orders", {"stage": "to_pick"}) in told
    before = navigation.page("sale").widget
    navigation.rebuild()
    assert built[-1] == "sale"
    assert navigation.page("sale").widget is not before
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert isValid(before), "an answer on its way must still find the old page"
    navigation.rebuild()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not isValid(before)
    with pytest.raises(ValueError, match="sale"):
        navigation.register("sale", lambda: page("sale"))


def test_a_key_may_take_away_its_own_screen(window: Window) -> None:
    def page() -> Page:
        key = Key("Deutsch")
        key.clicked.connect(window.rebuild)
        key.clicked.connect(gc.collect)
        return Page(key)

    window.navigation.register("sign_in", page)
    window.navigation.home("sign_in")
    for _ in range(20):
        shown = window.navigation.page("sign_in").widget
        press(shown)
        assert window.navigation.page("sign_in").widget is not shown


def test_a_notice_offers_undo_and_stays_off_the_screen_below(qtbot: QtBot, window: Window) -> None:
    undone: list[bool] = []
    window.navigation.register("sale", lambda: Page(QPushButton("Pay")))
    window.navigation.home("sale")
    notice = window.notices.notify("Order saved.", tone="ok", seconds=30, undo=lambda: undone.append(True))
    assert window.notices.texts() == ["Order saved."]
    assert window.notices.geometry().bottom() <= window.top_bar.geometry().bottom() + 8
    assert notice.undo_key is not None
    assert notice.undo_key.label == "Undo 30"
    press(notice.undo_key)
    assert undone == [True]
    assert window.notices.texts() == []


def test_a_notice_goes_by_itself_and_three_are_enough(qtbot: QtBot, window: Window) -> None:
    for number in range(5):
        window.notices.notify(f"Notice {number}", seconds=1)
    assert window.notices.texts() == ["Notice 2", "Notice 3", "Notice 4"]
    qtbot.waitUntil(lambda: window.notices.texts() == [], timeout=3000)


def test_the_keyboard_comes_when_a_text_field_is_touched_and_types(qtbot: QtBot, window: Window) -> None:
    text, amount = TextField("Name"), AmountField("Amount")
    holder = QWidget()
    text.setParent(holder)
    amount.setParent(holder)
    amount.move(0, 100)
    window.navigation.register("customer", lambda: Page(holder))
    window.navigation.home("customer")
    window.set_keyboard_on_screen(wanted=True)
    text.entry.setFocus()
    QApplication.processEvents()
    assert window.findChildren(OnScreenKeyboard) == []
    press(text.entry)
    qtbot.waitUntil(lambda: window.keyboard is not None)
    assert window.keyboard is not None
    for label in ("m", "a"):
        press(next(k for k in window.keyboard.findChildren(Key) if k.label == label))
    shift = next(k for k in window.keyboard.findChildren(Key) if k.accessibleName() == "Capital letters")
    press(shift)
    press(next(k for k in window.keyboard.findChildren(Key) if k.label == "X"))
    assert text.text() == "maX"
    assert QApplication.focusWidget() is text.entry
    amount.entry.setFocus()
    assert window.keyboard is None


def test_a_bar_with_much_to_say_makes_no_window_wider_and_says_first_how_it_stands_to_the_site(
    window: Window,
) -> None:
    bar = window.top_bar
    bar.show_place("S01 Hafenstraße · Kasse 02")
    names = ("Zu holen", "Abzuholen", "Zurücklegen")
    bar.show_counters([Counter(name, name, 12) for name in names])
    bar.show_staff("Christiane L.")
    bar.show_time("14:32")
    window.resize(1024, 768)
    QApplication.processEvents()
    dots = (("sync", "Offline · 12 warten", "warn"), ("clock", "Uhr geht 14 Min nach", "warn"))
    well = (("printer", "Drucker", "ok"), ("camera", "Kamera", "ok"))
    bar.show_dots([Dot(*one) for one in (*dots, *well)])
    QApplication.processEvents()
    assert (window.width(), bar.minimumSizeHint().width() <= 1024) == (1024, True)
    wide = {one.code: one.width() for one in bar.findChildren(StatusDot)}
    assert wide["sync"] > 100 > wide["clock"]
    window.resize(1366, 768)
    QApplication.processEvents()
    assert next(one for one in bar.findChildren(StatusDot) if one.code == "clock").width() > 100


def test_a_long_notice_lies_wider_so_that_it_covers_no_key_below(window: Window) -> None:
    window.resize(1024, 768)
    window.notices.notify("Two tills run with one identity, so both were stopped. " * 4, tone="bad")
    assert window.notices.geometry().bottom() <= window.top_bar.geometry().bottom() + 24


@pytest.mark.parametrize("width", [1024, 1366, 1920])
def test_the_bar_shows_everything_at_every_width(qtbot: QtBot, window: Window, width: int) -> None:
    bar = window.top_bar
    bar.show_place("S01 Harbour Street · Till 2")
    bar.show_counters(
        [Counter("pick", "To pick", 4), Counter("collect", "To collect", 12), Counter("back", "Put back", 2)]
    )
    bar.show_dots([Dot("sync", "Offline 3 min · 2 waiting", "warn"), Dot("printer", "Printer", "ok")])
    bar.show_staff("Anna K.")
    bar.show_time("14:32")
    window.resize(width, 768)
    QApplication.processEvents()
    assert window.width() == width
    pressed: list[str] = []
    bar.counter_pressed.connect(pressed.append)
    bar.dot_pressed.connect(pressed.append)
    for name in ("To collect 12", "Offline 3 min · 2 waiting"):
        part = next(w for w in bar.findChildren(QWidget) if w.accessibleName() == name)
        assert part.width() >= part.sizeHint().width()
        assert part.geometry().right() <= width
        press(part)
    assert pressed == ["collect", "sync"]
