"""Counting a drawer by denomination: a tile for each note and coin, typed or counted up."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QWidget

from pos_app.ui.theme import colour, px
from pos_app.ui.widgets.cards import clear, grid
from pos_app.ui.widgets.keys import PressedArea
from pos_app.ui.widgets.painting import LEFT, MIDDLE, RIGHT, Pen, focus_ring, line, rounded
from pos_app.ui.wording import money, say
from site_sync.domain.money import Money

MOST_PIECES = 9999
_STEPS = {
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Up: (-1, 0),
}


class PieceTile(PressedArea):
    """One note or coin and how many of it there are; dark edge while it is being counted."""

    def __init__(self, piece: Money) -> None:
        self.piece = piece
        self._count = 0
        super().__init__(money(piece))
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.show_count(0)

    def show_count(self, count: int) -> None:
        """How many of it were counted."""
        self._count = count
        self.setAccessibleName(say("counting.piece", value=self.piece, number=count))
        self.update()

    def sizeHint(self) -> QSize:
        """Room for a finger and two figures."""
        return QSize(px(170), px(76))

    def minimumSizeHint(self) -> QSize:
        """Five rows of it fit the smallest screen."""
        return QSize(px(120), px(56))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Value left; number and sum right."""
        painter = QPainter(self)
        chosen = self.isChecked()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        ground = "press" if self.isDown() else "ok-ground" if chosen else "card"
        rounded(painter, box, colour(ground))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("accent" if chosen else "line"), px(2) if chosen else 1))
        painter.drawRoundedRect(box, px(10), px(10))
        room = self.rect().adjusted(px(14), px(4), -px(14), -px(4))
        tone = "ink" if self._count or chosen else "ink-2"
        line(painter, room, self.label, Pen(18, 600, "ink"), LEFT | MIDDLE)
        top = room.adjusted(0, 0, 0, -room.height() // 2) if self._count else room
        line(painter, top, f"× {self._count}", Pen(18, 700 if self._count else 400, tone), RIGHT | MIDDLE)
        if self._count:
            total = Money(self.piece.amount * self._count, self.piece.currency)
            below = room.adjusted(0, room.height() // 2, 0, 0)
            line(painter, below, money(total), Pen(14, 400, "ink-2"), RIGHT | MIDDLE)
        if self.ringed():
            focus_ring(painter, QRectF(self.rect()))
        painter.end()


class CountingGrid(QWidget):
    """All notes and coins; one is chosen, digits count it, Enter goes to the next."""

    changed = Signal(Money)

    def __init__(self, name: str, *, columns: int = 3) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._columns = columns
        self._grid = grid(gap=8)
        self.setLayout(self._grid)
        self._group = QButtonGroup(self)
        self._pieces: tuple[Money, ...] = ()
        self._counts: list[int] = []
        self._tiles: list[PieceTile] = []
        self._fresh = True

    def count_pieces(self, pieces: Sequence[Money]) -> None:
        """Begin to count these from nothing."""
        for tile in self._tiles:
            self._group.removeButton(tile)
        clear(self._grid)
        self._pieces = tuple(pieces)
        self._counts = [0] * len(pieces)
        self._tiles = [PieceTile(piece) for piece in pieces]
        rows = -(-len(pieces) // self._columns)
        for number, tile in enumerate(self._tiles):
            tile.clicked.connect(lambda _=False, number=number: self.choose(number))
            self._group.addButton(tile)
            self._grid.addWidget(tile, number % rows, number // rows)
        if pieces:
            self.choose(0)

    def tile(self, piece: Money) -> PieceTile:
        """The tile of a note or coin."""
        return self._tiles[self._pieces.index(piece)]

    def counts(self) -> dict[Money, int]:
        """What was counted, without what there is none of."""
        return {piece: count for piece, count in zip(self._pieces, self._counts, strict=True) if count}

    def total(self) -> Money:
        """What it all comes to."""
        amount = sum(piece.amount * count for piece, count in zip(self._pieces, self._counts, strict=True))
        return Money(amount, self._pieces[0].currency)

    def current(self) -> int:
        """Place of the note or coin being counted."""
        return next((place for place, tile in enumerate(self._tiles) if tile.isChecked()), 0)

    def choose(self, place: int) -> None:
        """Count this one now; the next digit starts its number anew."""
        self._tiles[place].setChecked(True)
        self._fresh = True

    def type_digit(self, digit: str) -> None:
        """A digit of the number."""
        before = "" if self._fresh else str(self._counts[self.current()])
        self._set(min(MOST_PIECES, int(before + digit)))
        self._fresh = False

    def erase(self) -> None:
        """Take the last digit away."""
        self._set(self._counts[self.current()] // 10)
        self._fresh = False

    def forget(self) -> None:
        """There is none of the chosen one."""
        self._set(0)
        self._fresh = True

    def step(self, by: int) -> None:
        """One more or one less."""
        self._set(min(MOST_PIECES, max(0, self._counts[self.current()] + by)))
        self._fresh = True

    def next(self) -> None:
        """Go on to the next note or coin, from the last to the first."""
        self.choose((self.current() + 1) % len(self._pieces))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits, plus, minus, Backspace, Enter and arrows."""
        key = Qt.Key(event.key())
        if event.text().isascii() and event.text().isdigit():
            self.type_digit(event.text())
        elif key == Qt.Key.Key_Backspace:
            self.erase()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self.step(1 if key == Qt.Key.Key_Plus else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.next()
        elif key in _STEPS:
            self._wander(*_STEPS[key])
        else:
            super().keyPressEvent(event)

    def _wander(self, down: int, right: int) -> None:
        rows = -(-len(self._pieces) // self._columns)
        place = self.current() + down + right * rows
        if 0 <= place < len(self._pieces):
            self.choose(place)

    def _set(self, count: int) -> None:
        place = self.current()
        self._counts[place] = count
        self._tiles[place].show_count(count)
        self.changed.emit(self.total())
