"""With the filter installed, a scanner's burst becomes a code and a hand still types everything."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QVBoxLayout
from pytestqt.qtbot import QtBot

from pos_app.background.scanning import WedgeFilter
from pos_app.hardware.scanner import WedgeSettings

SCANNER_MS, HAND_MS = 6, 120


class Counter:
    """A dialog with a field and a default button, before a keyboard with a scanner behind the filter."""

    def __init__(self, qtbot: QtBot, settings: WedgeSettings) -> None:
        self.now_ms = 5_000
        self.dialog = QDialog()
        qtbot.addWidget(self.dialog)
        self.field = QLineEdit()
        self.other = QLineEdit()
        self.pay = QPushButton("Pay")
        self.pay.setDefault(True)
        self.paid: list[bool] = []
        self.pay.clicked.connect(lambda: self.paid.append(True))
        layout = QVBoxLayout(self.dialog)
        for widget in (self.field, self.other, self.pay):
            layout.addWidget(widget)
        self.dialog.show()
        self.field.setFocus()
        self.filter = WedgeFilter(settings, clock=lambda: self.now_ms / 1000)
        self.codes: list[str] = []
        self.filter.code.connect(self.codes.append)
        self.filter.install(self.application)

    @property
    def application(self) -> QCoreApplication:
        running = QApplication.instance()
        assert running is not None
        return running

    def keys(self, text: str, gap_ms: int) -> None:
        for key in text:
            self.now_ms += gap_ms
            QTest.keyClicks(self.field, key)

    def close(self) -> None:
        self.filter.remove(self.application)


Open = Callable[..., Counter]


@pytest.fixture
def counter(qtbot: QtBot) -> Iterator[Open]:
    opened: list[Counter] = []

    def open_counter(**settings: object) -> Counter:
        opened.append(Counter(qtbot, WedgeSettings(**settings)))  # type: ignore[arg-type]
        return opened[-1]

    yield open_counter
    for one in opened:
        one.close()


def test_a_burst_is_a_code_and_touches_neither_field_nor_default_button(counter: Open) -> None:
    desk = counter()
    desk.keys("CO1.S01-02-000318-4\r", SCANNER_MS)
    assert (desk.codes, desk.field.text(), desk.paid) == (["CO1.S01-02-000318-4"], "", [])


def test_hand_typing_arrives_with_its_enter(counter: Open, qtbot: QtBot) -> None:
    desk = counter()
    desk.keys("Jensen", HAND_MS)
    qtbot.waitUntil(lambda: desk.field.text() == "Jensen", timeout=2000)
    desk.keys("\r", HAND_MS)
    assert (desk.codes, desk.paid) == ([], [True])


def test_the_last_key_of_a_hand_arrives_without_another_key(counter: Open, qtbot: QtBot) -> None:
    desk = counter()
    desk.keys("J", HAND_MS)
    assert desk.field.text() == ""
    qtbot.waitUntil(lambda: desk.field.text() == "J", timeout=2000)


def test_a_short_burst_is_typed_after_all(counter: Open) -> None:
    desk = counter()
    desk.keys("12\r", SCANNER_MS)
    assert (desk.codes, desk.field.text(), desk.paid) == ([], "12", [True])


def test_a_scan_between_hand_typing_leaves_the_typing_alone(counter: Open, qtbot: QtBot) -> None:
    desk = counter()
    desk.keys("two ", HAND_MS)
    desk.now_ms += HAND_MS
    desk.keys("4006381333931\r", SCANNER_MS)
    desk.keys("socks", HAND_MS)
    qtbot.waitUntil(lambda: desk.field.text() == "two socks", timeout=2000)
    assert desk.codes == ["4006381333931"]


def test_without_suffix_the_timer_ends_the_code(counter: Open, qtbot: QtBot) -> None:
    desk = counter(suffix="")
    desk.keys("4006381333931", SCANNER_MS)
    qtbot.waitUntil(lambda: desk.codes == ["4006381333931"], timeout=2000)
    assert desk.field.text() == ""


def test_with_a_prefix_hand_keys_arrive_at_once(counter: Open) -> None:
    desk = counter(prefix="~")
    desk.keys("fast", SCANNER_MS)
    assert desk.field.text() == "fast"
    desk.keys("~4006381333931\r", SCANNER_MS)
    assert (desk.codes, desk.field.text()) == (["4006381333931"], "fast")


def test_a_command_key_is_passed_at_once_after_what_was_typed(counter: Open) -> None:
    desk = counter()
    desk.keys("ab", SCANNER_MS)
    QTest.keyClick(desk.field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert (desk.field.text(), desk.field.selectedText()) == ("ab", "ab")
    QTest.keyClick(desk.field, Qt.Key.Key_Backspace)
    assert desk.field.text() == ""


def test_inside_a_burst_no_shortcut_is_set_off(counter: Open, qtbot: QtBot) -> None:
    desk = counter()
    set_off: list[bool] = []
    QShortcut(QKeySequence("7"), desk.dialog, lambda: set_off.append(True))
    desk.pay.setFocus()
    with qtbot.waitActive(desk.dialog):
        desk.dialog.activateWindow()
    window = desk.dialog.windowHandle()
    for key in (Qt.Key.Key_1, Qt.Key.Key_7, Qt.Key.Key_7, Qt.Key.Key_1, Qt.Key.Key_Return):
        QTest.keyClick(window, key)
    assert (desk.codes, set_off) == (["1771"], [])
    QTest.keyClick(window, Qt.Key.Key_7)
    assert set_off == [True]


def test_keys_from_the_window_reach_the_focus_when_given_back(counter: Open, qtbot: QtBot) -> None:
    desk = counter()
    QTest.keyClick(desk.dialog.windowHandle(), Qt.Key.Key_X)
    desk.other.setFocus()
    qtbot.waitUntil(lambda: desk.other.text() == "x", timeout=2000)
    assert desk.field.text() == ""


def test_keys_for_a_field_that_is_gone_go_to_the_focus(counter: Open, qtbot: QtBot) -> None:
    desk = counter()
    passing = QLineEdit()
    passing.show()
    QTest.keyClicks(passing, "y")
    passing.deleteLater()
    desk.dialog.activateWindow()
    desk.field.setFocus()
    qtbot.waitUntil(lambda: desk.field.text() == "y", timeout=2000)


def test_the_tills_own_keys_are_not_looked_at(counter: Open) -> None:
    desk = counter()
    for digit in "1234":
        QCoreApplication.sendEvent(
            desk.field,
            QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_1, Qt.KeyboardModifier.NoModifier, digit),
        )
    assert (desk.field.text(), desk.codes) == ("1234", [])


def test_removed_it_gives_back_what_it_held(counter: Open) -> None:
    desk = counter()
    desk.keys("ab", SCANNER_MS)
    desk.close()
    assert desk.field.text() == "ab"
    desk.keys("4006381333931\r", SCANNER_MS)
    assert (desk.codes, desk.field.text()) == ([], "ab4006381333931")


def test_new_settings_hold_at_once(counter: Open) -> None:
    desk = counter()
    desk.filter.use(WedgeSettings(suffix="\t"))
    desk.keys("4006381333931\t", SCANNER_MS)
    assert desk.codes == ["4006381333931"]
    assert desk.dialog.focusWidget() is desk.field
