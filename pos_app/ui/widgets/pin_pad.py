"""A PIN pad: dots for digits, wrong tries in words, and a wait that counts itself down."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.theme import colour, px
from pos_app.ui.widgets.cards import column
from pos_app.ui.widgets.labels import Text
from pos_app.ui.widgets.numpad import Numpad
from pos_app.ui.widgets.painting import rounded
from pos_app.ui.wording import say, span

SHORTEST_PIN = 4
LONGEST_PIN = 8


class PinDots(QWidget):
    """As many dots as digits were typed."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 0
        self._wrong = False
        self.setMinimumHeight(px(34))

    def show_count(self, count: int, *, wrong: bool = False) -> None:
        """Show this many digits; red after a wrong try."""
        self._count, self._wrong = count, wrong
        self.setAccessibleName(say("pin.digits", count=count))
        self.update()

    def sizeHint(self) -> QSize:
        """A row of dots."""
        return QSize(px(200), px(34))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Full dots for digits, rings for those still missing."""
        painter = QPainter(self)
        side, gap = px(16), px(14)
        shown = max(SHORTEST_PIN, self._count)
        left = (self.width() - shown * side - (shown - 1) * gap) / 2
        for number in range(shown):
            place = QRectF(left + number * (side + gap), (self.height() - side) / 2, side, side)
            full = number < self._count
            edge = "bad" if self._wrong else "ink-2"
            rounded(painter, place, colour("ink" if full else "card"), edge=colour(edge), radius=8)
        painter.end()


class PinPad(QWidget):
    """Digits by finger or keyboard; Enter hands the PIN over and forgets it."""

    entered = Signal(str)

    def __init__(self, *, key_height: float = 60) -> None:
        super().__init__()
        self._digits = ""
        self._wait = 0
        self.setAccessibleName(say("pin.pad"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._dots = PinDots()
        self._words = Text("", size=15, weight=500, tone="bad", wrap=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._words.setMinimumHeight(px(24))
        self.pad = Numpad(decimals=False, enter=say("pin.enter"), key_height=key_height)
        self.pad.pressed.connect(self._typed)
        self.pad.erased.connect(self._erased)
        self.pad.cleared.connect(self.forget)
        self.pad.entered.connect(self._entered)
        inside = column(gap=8)
        inside.addWidget(self._dots)
        inside.addWidget(self._words)
        inside.addWidget(self.pad, 1)
        self.setLayout(inside)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._second)
        self.forget()

    def forget(self) -> None:
        """Forget what was typed and said."""
        self._digits = ""
        self._words.say("")
        self._dots.show_count(0)

    def show_wrong(self, words: str) -> None:
        """Say in words what was wrong."""
        self._digits = ""
        self._dots.show_count(0, wrong=True)
        self._words.say(words)

    def show_wait(self, seconds: int) -> None:
        """Take no digits for so long, and say so every second."""
        self._wait = seconds
        self._digits = ""
        self._dots.show_count(0, wrong=True)
        self.pad.setEnabled(False)
        self._say_wait()
        self._clock.start()

    def words(self) -> str:
        """What the pad says below the dots."""
        return self._words.text()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits, erase and Enter of the keyboard."""
        if event.text().isascii() and event.text().isdigit():
            self._typed(event.text())
        elif event.key() == Qt.Key.Key_Backspace:
            self._erased()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._entered()
        else:
            super().keyPressEvent(event)

    def _typed(self, digits: str) -> None:
        if self._wait or len(self._digits) + len(digits) > LONGEST_PIN:
            return
        self._digits += digits
        self._words.say("")
        self._dots.show_count(len(self._digits))

    def _erased(self) -> None:
        self._digits = self._digits[:-1]
        self._dots.show_count(len(self._digits))

    def _entered(self) -> None:
        if self._wait:
            return
        if len(self._digits) < SHORTEST_PIN:
            self.show_wrong(say("pin.too_short", count=SHORTEST_PIN))
            return
        digits = self._digits
        self._digits = ""
        self._dots.show_count(0)
        self.entered.emit(digits)

    def _second(self) -> None:
        self._wait -= 1
        if self._wait > 0:
            self._say_wait()
            return
        self._wait = 0
        self._clock.stop()
        self.pad.setEnabled(True)
        self.forget()

    def _say_wait(self) -> None:
        self._words.say(say("pin.wait", span=span(self._wait)))
