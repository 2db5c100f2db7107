"""Fields to type in: search, text with its label and error, and amounts."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from pos_app.ui.icons import paint_icon
from pos_app.ui.theme import colour, font, px
from pos_app.ui.widgets.cards import column
from pos_app.ui.widgets.keys import PressedArea
from pos_app.ui.widgets.labels import FieldError, Text, captioned
from pos_app.ui.wording import say

NUMBERS_ONLY = "numbers_only"
"""Property of a field that has its own numpad, so that no keyboard is shown for it."""
LONGEST_SEARCH = 120
KEYBOARD_ASKED = QEvent.Type(QEvent.registerEventType())
"""Posted to the window when a finger touched a field that needs letters."""


class Entry(QLineEdit):
    """A line to type in, of touch size, in the till's font."""

    def __init__(self, name: str, *, hint: str = "", size: float = 16, numbers: bool = False) -> None:
        super().__init__()
        self.setFont(font(size))
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setMinimumHeight(px(48))
        self.setProperty(NUMBERS_ONLY, numbers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A touched field asks for the keyboard; one that merely has the focus does not."""
        super().mouseReleaseEvent(event)
        if not self.property(NUMBERS_ONLY):
            QCoreApplication.postEvent(self.window(), QEvent(KEYBOARD_ASKED))

    def mark_wrong(self, *, wrong: bool) -> None:
        """Draw the edge in the colour of a mistake."""
        self.setProperty("wrong", "true" if wrong else "false")
        self.style().unpolish(self)
        self.style().polish(self)


class SearchField(Entry):
    """Searches while typing: `searched` after a short rest, `entered` on Enter, `left_down` by arrow."""

    searched = Signal(str)
    entered = Signal(str)
    left_down = Signal()

    def __init__(self, hint: str, *, name: str = "", rest_ms: int = 60) -> None:
        super().__init__(name or hint, hint=hint)
        self.setMaxLength(LONGEST_SEARCH)
        self.setProperty("tall", "true")
        self.setTextMargins(px(34), 0, px(44), 0)
        self._empty = _Empty(self)
        self._empty.clicked.connect(self.clear)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(rest_ms)
        self._rest.timeout.connect(self._searched)
        self.textChanged.connect(self._typed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter enters, Escape empties, the arrow goes to the results."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._rest.stop()
            if self.text().strip():
                self.entered.emit(self.text().strip())
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.left_down.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line with a magnifying glass before it."""
        super().paintEvent(event)
        painter = QPainter(self)
        side = px(22)
        place = QRectF(px(16), (self.height() - side) / 2, side, side)
        paint_icon(painter, "search", place, colour("ink-2"))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The key that empties keeps to the right end."""
        super().resizeEvent(event)
        side = max(px(48), self.height())
        self._empty.setGeometry(self.width() - side, (self.height() - side) // 2, side, side)

    def _typed(self, text: str) -> None:
        self._empty.setVisible(bool(text))
        if text.strip():
            self._rest.start()
        else:
            self._rest.stop()
            self.searched.emit("")

    def _searched(self) -> None:
        self.searched.emit(self.text().strip())


class _Empty(PressedArea):
    """Empties the search."""

    def __init__(self, field: QLineEdit) -> None:
        super().__init__(say("keys.clear"), field)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A cross."""
        painter = QPainter(self)
        side = px(20)
        place = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        paint_icon(painter, "x", place, colour("ink-2"))
        painter.end()


class TextField(QWidget):
    """A labelled line with the words of its mistake right below it."""

    changed = Signal(str)
    entered = Signal()

    def __init__(self, label: str, *, hint: str = "", needed: bool = False, numbers: bool = False) -> None:
        super().__init__()
        self._caption = Text(captioned(label, needed=needed), size=14, weight=500, tone="ink-2")
        self.entry = Entry(label, hint=hint, numbers=numbers)
        self._error = FieldError()
        self._caption.setBuddy(self.entry)
        inside = column(gap=4)
        inside.addWidget(self._caption)
        inside.addWidget(self.entry)
        inside.addWidget(self._error)
        self.setLayout(inside)
        self.setFocusProxy(self.entry)
        self.entry.textEdited.connect(self._edited)
        self.entry.returnPressed.connect(self.entered)

    def text(self) -> str:
        """What stands in the field, without blanks around it."""
        return self.entry.text().strip()

    def set_text(self, text: str) -> None:
        """Fill the field; its mistake is forgotten."""
        self.entry.setText(text)
        self.show_error("")

    def rename(self, label: str) -> None:
        """Give the field another label and name."""
        self._caption.say(label)
        self.entry.setAccessibleName(label)

    def error(self) -> str:
        """The words of the mistake, empty when there is none."""
        return self._error.text()

    def show_error(self, words: str) -> None:
        """Say what is wrong beside the field and to a screen reader; nothing when empty."""
        self._error.say(words)
        self.entry.mark_wrong(wrong=bool(words))
        self.entry.setAccessibleDescription(words)

    def _edited(self, text: str) -> None:
        if self.error():
            self.show_error("")
        self.changed.emit(text.strip())


class AmountField(TextField):
    """A field for an amount, large and right aligned; it belongs to a numpad."""

    def __init__(self, label: str, *, size: float = 28) -> None:
        super().__init__(label, numbers=True)
        self.entry.setFont(font(size, 600))
        self.entry.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.entry.setProperty("tall", "true")
        self.entry.setMaxLength(16)
