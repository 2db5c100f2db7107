"""Rows of which one is chosen: a title, a second line, and a badge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QSizePolicy, QWidget

from pos_app.ui.icons import paint_icon
from pos_app.ui.theme import colour, px
from pos_app.ui.widgets.cards import clear, grid
from pos_app.ui.widgets.keys import PressedArea, release
from pos_app.ui.widgets.painting import LEFT, MIDDLE, TOP, Pen, badge, badge_width, focus_ring, line, rounded


@dataclass(frozen=True, slots=True)
class Choice:
    """One row; a choice that is not `possible` says why in its detail."""

    code: str
    title: str
    detail: str = ""
    badge: str = ""
    badge_tone: str = "info"
    icon: str = ""
    possible: bool = True


class ChoiceRow(PressedArea):
    """One choice; green edge and bar when chosen."""

    def __init__(self, choice: Choice, *, height: float = 60) -> None:
        self.choice = choice
        self._height = height
        super().__init__(choice.title)
        self.setAccessibleName(", ".join(part for part in (choice.title, choice.badge) if part))
        self.setAccessibleDescription(choice.detail)
        self.setCheckable(True)
        self.setEnabled(choice.possible)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Touch height."""
        return QSize(px(200), px(self._height))

    def minimumSizeHint(self) -> QSize:
        """The title may be shortened."""
        return QSize(px(90), px(self._height))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Icon, title above detail, badge right."""
        painter = QPainter(self)
        chosen = self.isChecked()
        ground = (
            "ok-ground"
            if chosen
            else "press"
            if self.isDown()
            else "card"
            if self.isEnabled()
            else "disabled"
        )
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        rounded(painter, box, colour(ground))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("accent" if chosen else "line"), px(2) if chosen else 1))
        painter.drawRoundedRect(box, px(10), px(10))
        self._face(painter, self.rect().adjusted(px(14), 0, -px(12), 0))
        if self.ringed():
            focus_ring(painter, QRectF(self.rect()))
        painter.end()

    def _face(self, painter: QPainter, room: QRect) -> None:
        choice = self.choice
        ink = "ink" if self.isEnabled() else "ink-2"
        if choice.icon:
            side = px(22)
            place = QRectF(room.left(), room.center().y() - side / 2, side, side)
            paint_icon(painter, choice.icon, place, colour(ink))
            room = room.adjusted(side + px(10), 0, 0, 0)
        right = 0
        if choice.badge:
            badge(painter, room, choice.badge, choice.badge_tone)
            right = badge_width(choice.badge) + px(8)
        words = room.adjusted(0, 0, -right, 0)
        if not choice.detail:
            line(painter, words, choice.title, Pen(16, 600, ink), LEFT | MIDDLE)
            return
        middle = room.center().y()
        line(
            painter,
            QRect(words.left(), middle - px(20), words.width(), px(21)),
            choice.title,
            Pen(16, 600, ink),
        )
        below = QRect(words.left(), middle + px(2), words.width(), px(18))
        line(painter, below, choice.detail, Pen(13, 400, "ink-2"), LEFT | TOP)


class ChoiceList(QWidget):
    """Choices in one or more columns; exactly one can be chosen."""

    chosen = Signal(str)

    def __init__(self, name: str, *, columns: int = 1, row_height: float = 60) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._columns = columns
        self._row_height = row_height
        self._grid: QGridLayout = grid(gap=8)
        self.setLayout(self._grid)
        self._group = QButtonGroup(self)
        self._rows: dict[str, ChoiceRow] = {}
        self._shown: tuple[Choice, ...] = ()

    def show_choices(self, choices: Sequence[Choice], chosen: str = "") -> None:
        """Show these choices with one of them chosen; one that was chosen stays so."""
        wanted = chosen or self.current()
        if tuple(choices) != self._shown:
            self._build(choices)
        if wanted in self._rows:
            self._rows[wanted].setChecked(True)

    def current(self) -> str:
        """Code of what is chosen, empty when nothing is."""
        return next((code for code, row in self._rows.items() if row.isChecked()), "")

    def choose_none(self) -> None:
        """Nothing is chosen until somebody presses a row."""
        release(self._group)

    def row(self, code: str) -> ChoiceRow:
        """The row of that code."""
        return self._rows[code]

    def _build(self, choices: Sequence[Choice]) -> None:
        for row in self._rows.values():
            self._group.removeButton(row)
        clear(self._grid)
        self._rows = {}
        self._shown = tuple(choices)
        for number, choice in enumerate(choices):
            row = ChoiceRow(choice, height=self._row_height)
            row.clicked.connect(lambda _=False, code=choice.code: self.chosen.emit(code))
            self._group.addButton(row)
            self._grid.addWidget(row, number // self._columns, number % self._columns)
            self._rows[choice.code] = row
