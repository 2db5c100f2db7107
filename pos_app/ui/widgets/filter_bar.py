"""Filters of a list as a row of chips; a pressed chip opens its choices below the row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_app.ui.icons import paint_icon
from pos_app.ui.theme import colour, current, px
from pos_app.ui.widgets.cards import Surface, clear, column, edges, grid, row
from pos_app.ui.widgets.fields import TextField
from pos_app.ui.widgets.keys import Key, PressedArea
from pos_app.ui.widgets.painting import LEFT, MIDDLE, Pen, fitted, focus_ring, line, rounded, width_of
from pos_app.ui.wording import say

BETWEEN = "between"
CHOICE_WIDTH, NARROW = 168, 740


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter: what may be chosen (code, words), what is, and what stands on its chip then.

    With `days` it also takes a first and a last day.
    """

    code: str
    title: str
    choices: tuple[tuple[str, str], ...]
    chosen: str = ""
    shown: str = ""
    days: bool = False


class FilterChip(PressedArea):
    """The name of a filter, or what is chosen in it."""

    def __init__(self, shown: Filter, number: int) -> None:
        self.filter = shown
        super().__init__(shown.shown or shown.title)
        words = f"{shown.title}: {shown.shown}" if shown.shown else shown.title
        self.set_shortcut(f"Ctrl+{number}")
        self.setAccessibleName(words)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """The words and an arrow, tall enough for a finger."""
        return QSize(round(width_of(self.label, Pen(15, 600))) + px(46), px(48))

    def minimumSizeHint(self) -> QSize:
        """The words may become smaller."""
        return QSize(px(64), px(48))

    def paintEvent(self, event: QPaintEvent) -> None:
        """White; green with a firm edge while something is chosen."""
        painter = QPainter(self)
        chosen = bool(self.filter.shown)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        rounded(
            painter, box, colour("ok-ground" if chosen else "press" if self.isDown() else "card"), radius=24
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("accent" if chosen else "line"), px(2) if chosen else 1))
        painter.drawRoundedRect(box, px(24), px(24))
        room = self.rect().adjusted(px(14), px(4), -px(30), -px(4))
        fitted(painter, room, self.label, Pen(15, 600), LEFT | MIDDLE)
        side = px(16)
        place = QRectF(self.width() - px(14) - side, (self.height() - side) / 2, side, side)
        paint_icon(painter, "chevron-down", place, colour("ink-2"))
        if current().shortcut_hints and self.hasFocus():
            hint = QRect(0, px(2), self.width() - px(16), px(14))
            line(painter, hint, self.shortcut_text(), Pen(10, 500, "ink-2"), Qt.AlignmentFlag.AlignRight)
        if self.ringed():
            focus_ring(painter, QRectF(self.rect()), radius=24)
        painter.end()


class FilterBar(QWidget):
    """The row of chips, and below it the choices of the one that was pressed."""

    chosen = Signal(str, str)
    days_typed = Signal(str, str)
    cleared = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._filters: tuple[Filter, ...] = ()
        self.chips: dict[str, FilterChip] = {}
        self.keys: dict[str, Key] = {}
        self._open = ""
        self._row = row(gap=8)
        self._strip = Surface("panel")
        self._grid = grid(gap=8)
        self._dates = _Days()
        self._dates.typed.connect(self._typed)
        inside = column(gap=8)
        edges(inside, 12, 12, 12, 12)
        inside.addLayout(self._grid)
        inside.addWidget(self._dates)
        self._strip.setLayout(inside)
        self._strip.hide()
        self.clear_key = Key(say("filters.clear"), icon="x", height=48, size=15)
        self.clear_key.set_shortcut("Ctrl+0")
        self.clear_key.clicked.connect(self.cleared)
        whole = column(gap=8)
        top = row(gap=8)
        top.addLayout(self._row)
        top.addWidget(self.clear_key)
        top.addStretch(1)
        whole.addLayout(top)
        whole.addWidget(self._strip)
        self.setLayout(whole)

    def show_filters(self, filters: Sequence[Filter]) -> None:
        """Show these filters as they stand; the one that is open stays open."""
        if tuple(filters) == self._filters:
            return
        self._filters = tuple(filters)
        clear(self._row)
        self.chips = {}
        for number, one in enumerate(filters, start=1):
            chip = FilterChip(one, number)
            chip.clicked.connect(lambda _=False, code=one.code: self.toggle(code))
            self._row.addWidget(chip)
            self.chips[one.code] = chip
        self.clear_key.setVisible(any(one.shown for one in filters))
        if self._open:
            self._show_choices()

    def is_open(self) -> bool:
        """Whether the choices of a filter are shown."""
        return bool(self._open)

    def toggle(self, code: str) -> None:
        """Open the choices of a filter, or put them away."""
        if self._open == code:
            self.close_choices()
            return
        self._open = code
        self._show_choices()
        self._strip.show()
        key = self.keys.get(self._filter().chosen) or next(iter(self.keys.values()))
        key.setFocus(Qt.FocusReason.TabFocusReason)

    def close_choices(self) -> None:
        """Put the choices away; the keyboard goes back to the chip."""
        if self._open in self.chips:
            self.chips[self._open].setFocus(Qt.FocusReason.TabFocusReason)
        self._open = ""
        self._strip.hide()
        self.closed.emit()

    def show_days_error(self, words: str) -> None:
        """Say what is wrong with the typed days."""
        self._dates.show_error(words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many choices beside each other as there is room for; a narrow bar clears by its cross alone."""
        super().resizeEvent(event)
        self.clear_key.set_label("" if self.width() < px(NARROW) else say("filters.clear"))
        self.clear_key.setAccessibleName(say("filters.clear"))
        if self._open and event.oldSize().width() != event.size().width():
            self._show_choices()

    def _filter(self) -> Filter:
        return next(one for one in self._filters if one.code == self._open)

    def _show_choices(self) -> None:
        shown = self._filter()
        clear(self._grid)
        self.keys = {}
        columns = max(2, self.width() // px(CHOICE_WIDTH))
        for number, (code, words) in enumerate((("", say("filters.any")), *shown.choices)):
            key = Key(words, height=48, size=15, tone="chosen" if code == shown.chosen else "plain")
            key.clicked.connect(lambda _=False, code=code: self._choose(code))
            self._grid.addWidget(key, *divmod(number, columns))
            self.keys[code] = key
        self._dates.setVisible(shown.days)

    def _choose(self, option: str) -> None:
        code = self._open
        self.close_choices()
        self.chosen.emit(code, option)

    def _typed(self, first: str, last: str) -> None:
        self.days_typed.emit(first, last)


class _Days(QWidget):
    """A first and a last day to type."""

    typed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.first = TextField(say("filters.first_day"), hint=say("filters.day_hint"))
        self.last = TextField(say("filters.last_day"), hint=say("filters.day_hint"))
        show = Key(say("filters.show_days"), height=48, size=15)
        show.clicked.connect(self._show)
        for one in (self.first, self.last):
            one.entered.connect(self._show)
        inside = row(gap=8)
        inside.addWidget(self.first, 1)
        inside.addWidget(self.last, 1)
        inside.addWidget(show, 0, Qt.AlignmentFlag.AlignBottom)
        self.setLayout(inside)

    def show_error(self, words: str) -> None:
        """Below the first field, where people look."""
        self.first.show_error(words)

    def _show(self) -> None:
        self.show_error("")
        self.typed.emit(self.first.text(), self.last.text())
