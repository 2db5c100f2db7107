"""The till's own keyboard inside the layout, for fields without a physical keyboard."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Surface, clear, column, row
from pos_app.ui.widgets.fields import NUMBERS_ONLY
from pos_app.ui.widgets.keys import Key
from pos_app.ui.wording import Language, language, say

_LETTERS = {
    Language.ENGLISH: ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    Language.GERMAN: ("qwertzuiopü", "asdfghjklöä", "yxcvbnmß"),
    Language.DANISH: ("qwertyuiopå", "asdfghjklæø", "zxcvbnm"),
}
_FIGURES = ("1234567890", "@#/&()-+:;", ".,'\"!?%_*")


class OnScreenKeyboard(Surface):
    """Types into whatever field has the focus; never takes the focus itself."""

    closed = Signal()

    def __init__(self) -> None:
        super().__init__("card")
        self._upper = False
        self._figures = False
        self._letters: list[Key] = []
        self._rows = column(edge=8, gap=6)
        self.setLayout(self._rows)
        self.setAccessibleName(say("keys.keyboard"))
        self._build()

    def _build(self) -> None:
        layout = _FIGURES if self._figures else _LETTERS[language()]
        self._letters = []
        for number, letters in enumerate(layout):
            line = row(gap=6)
            if number == 2:
                line.addWidget(self._special("arrow-big-up", say("keys.shift"), self._shift), 2)
            for letter in letters:
                line.addWidget(self._letter(letter), 2)
            if number == 2:
                line.addWidget(self._special("delete", say("keys.erase"), self._erase), 3)
            self._rows.addLayout(line)
        self._rows.addLayout(self._last_row())

    def _last_row(self) -> QHBoxLayout:
        line = row(gap=6)
        line.addWidget(self._special("", "abc" if self._figures else "123", self._swap), 3)
        for sign in ("@", "-"):
            line.addWidget(self._letter(sign), 2)
        line.addWidget(self._special("space", say("keys.space"), lambda: self._send(" ")), 9)
        line.addWidget(self._letter("."), 2)
        line.addWidget(self._special("corner-down-left", say("keys.enter"), self._enter), 4)
        line.addWidget(self._special("chevron-down", say("keys.hide"), self.closed.emit), 2)
        return line

    def _letter(self, letter: str) -> Key:
        key = self._key(letter)
        key.clicked.connect(lambda: self._send(key.label))
        self._letters.append(key)
        return key

    def _special(self, icon: str, name: str, act: Callable[[], object]) -> Key:
        key = self._key("" if icon else name)
        if icon:
            key.set_icon(icon)
        key.setAccessibleName(name)
        key.clicked.connect(lambda: act())
        return key

    def _key(self, text: str) -> Key:
        key = Key(text, height=50, size=19)
        key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        key.setMinimumWidth(px(40))
        return key

    def _send(self, text: str) -> None:
        field = QApplication.focusWidget()
        if isinstance(field, QLineEdit):
            field.insert(text)
            field.textEdited.emit(field.text())
        elif isinstance(field, QPlainTextEdit):
            field.insertPlainText(text)
        if self._upper:
            self._shift()

    def _erase(self) -> None:
        self._press(Qt.Key.Key_Backspace)

    def _enter(self) -> None:
        self._press(Qt.Key.Key_Return)

    def _press(self, key: Qt.Key) -> None:
        field = QApplication.focusWidget()
        if field is not None:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(field, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier))

    def _shift(self) -> None:
        self._upper = not self._upper
        for key in self._letters:
            key.set_label(key.label.upper() if self._upper else key.label.lower())

    def _swap(self) -> None:
        self._figures = not self._figures
        self._upper = False
        clear(self._rows)
        self._build()


def wants_keyboard(field: QWidget | None) -> bool:
    """Whether a field needs letters; one with its own numpad does not."""
    return isinstance(field, QLineEdit | QPlainTextEdit) and not field.property(NUMBERS_ONLY)
