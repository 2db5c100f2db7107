"""The till's own numpad inside the layout."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import grid
from pos_app.ui.widgets.keys import Key
from pos_app.ui.wording import decimal_sign, say

_ROWS = (("7", "8", "9"), ("4", "5", "6"), ("1", "2", "3"))


class Numpad(QWidget):
    """Digits, a decimal sign or a key that clears, erase, and Enter; it types into the field it was given."""

    pressed = Signal(str)
    erased = Signal()
    cleared = Signal()
    entered = Signal()

    def __init__(self, *, decimals: bool = True, enter: str = "", key_height: float = 56) -> None:
        super().__init__()
        self._field: QLineEdit | None = None
        self._grid = grid(gap=8)
        self.setLayout(self._grid)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        for line, digits in enumerate(_ROWS):
            for place, digit in enumerate(digits):
                self._add(digit, line, place, key_height)
        if decimals:
            self._add(decimal_sign(), 3, 0, key_height)
        else:
            self._add_clear(key_height)
        self._add("0", 3, 1, key_height)
        erase = self._key("", say("keys.erase"), key_height)
        erase.set_icon("delete")
        erase.clicked.connect(self._erase)
        self._grid.addWidget(erase, 3, 2)
        self.enter_key: Key | None = None
        if enter:
            self.enter_key = Key(enter, tone="dark", height=key_height)
            self.enter_key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.enter_key.clicked.connect(self.entered)
            self._grid.addWidget(self.enter_key, 4, 0, 1, 3)

    def type_into(self, field: QLineEdit | None) -> None:
        """Keys write into this field from now on; without one only the signals speak."""
        self._field = field

    def _key(self, text: str, name: str, height: float) -> Key:
        key = Key(text, height=height, size=22)
        key.setAccessibleName(name)
        key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        key.setMinimumWidth(px(56))
        key.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        return key

    def _add(self, text: str, line: int, place: int, height: float) -> None:
        key = self._key(text, text, height)
        key.clicked.connect(lambda _=False, typed=text: self._type(typed))
        self._grid.addWidget(key, line, place)

    def _add_clear(self, height: float) -> None:
        key = self._key("", say("keys.clear"), height)
        key.set_icon("x")
        key.clicked.connect(self._clear)
        self._grid.addWidget(key, 3, 0)

    def _clear(self) -> None:
        if self._field is not None:
            self._field.clear()
            self._field.textEdited.emit("")
        self.cleared.emit()

    def _type(self, text: str) -> None:
        if self._field is not None:
            self._field.insert(text)
            self._field.textEdited.emit(self._field.text())
        self.pressed.emit(text)

    def _erase(self) -> None:
        if self._field is not None:
            self._field.backspace()
            self._field.textEdited.emit(self._field.text())
        self.erased.emit()
