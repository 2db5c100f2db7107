"""Tabs in a row, with live counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QSizePolicy, QWidget

from pos_app.ui.theme import colour, current, px
from pos_app.ui.widgets.cards import clear, grid
from pos_app.ui.widgets.keys import PressedArea, release
from pos_app.ui.widgets.painting import (
    CENTRE,
    MIDDLE,
    RIGHT,
    TOP,
    Pen,
    fitted,
    focus_ring,
    line,
    rounded,
    width_of,
)


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab; without a count only its text is shown; `tone` bad writes it in red."""

    code: str
    text: str
    count: int | None = None
    tone: str = "ink"


class TabKey(PressedArea):
    """One tab of a row; the chosen one is dark."""

    def __init__(self, tab: Tab, *, weight: int, firm: bool) -> None:
        self.tab = tab
        self._firm = firm
        self._weight = weight
        super().__init__(tab.text if tab.count is None else f"{tab.text} {tab.count}")
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def _size(self) -> int:
        """Tabs with a shortcut are many; their text is a little smaller."""
        return 15 if self.shortcut_text() else 16

    def sizeHint(self) -> QSize:
        """The text and room for a finger."""
        around = px(20) if self.shortcut_text() else px(28)
        return QSize(round(width_of(self.label, Pen(self._size, self._weight))) + around, px(50))

    def minimumSizeHint(self) -> QSize:
        """Shortened when the row is narrow, unless it is firm because the row scrolls."""
        return self.sizeHint() if self._firm else QSize(px(56), px(48))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows belong to the row."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dark when chosen, white otherwise."""
        painter = QPainter(self)
        chosen = self.isChecked()
        ground = "chosen" if chosen else "press" if self.isDown() else "card"
        if not self.isEnabled():
            ground = "disabled"
        rounded(painter, QRectF(self.rect()), colour(ground), edge=None if chosen else colour("line"))
        ink = "chosen-ink" if chosen else self.tab.tone if self.isEnabled() else "ink-2"
        fitted(
            painter,
            self.rect().adjusted(px(6), px(2), -px(6), -px(2)),
            self.label,
            Pen(self._size, self._weight, ink),
            CENTRE | MIDDLE,
        )
        if self.shortcut_text() and current().shortcut_hints and self.width() >= self.sizeHint().width():
            above = self.rect().adjusted(0, px(2), -px(7), 0)
            quiet = "chosen-ink" if chosen else "ink-2"
            line(painter, above, self.shortcut_text(), Pen(10, 500, quiet), RIGHT | TOP)
        if self.ringed():
            focus_ring(painter, QRectF(self.rect()))
        painter.end()


class SegmentTabs(QWidget):
    """A row of tabs of which one is chosen; arrows move between them."""

    chosen = Signal(str)

    def __init__(
        self,
        tabs: Sequence[Tab] = (),
        *,
        weight: int = 600,
        firm: bool = False,
        columns: int = 0,
        shortcuts: bool = False,
    ) -> None:
        """`firm` tabs keep their width, for a row that scrolls; `columns` breaks them into lines.

        With `shortcuts` Alt and the tab's number press it.
        """
        super().__init__()
        self._shortcuts = shortcuts
        self._weight = weight
        self._firm = firm
        self._columns = columns
        self._row: QGridLayout = grid(gap=8)
        self.setLayout(self._row)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._keys: dict[str, TabKey] = {}
        self.show_tabs(tabs)

    def show_tabs(self, tabs: Sequence[Tab]) -> None:
        """Show these tabs; the chosen one stays chosen when it is still there."""
        was = self.current()
        if [key.tab for key in self._keys.values()] == list(tabs):
            return
        for key in self._keys.values():
            self._group.removeButton(key)
        clear(self._row)
        for column in range(self._row.columnCount()):
            self._row.setColumnStretch(column, 0)
        self._keys = {}
        for tab in tabs:
            key = TabKey(tab, weight=self._weight, firm=self._firm)
            key.clicked.connect(lambda _=False, code=tab.code: self.chosen.emit(code))
            if self._shortcuts:
                key.set_shortcut(f"Alt+{len(self._keys) + 1}")
            self._group.addButton(key)
            place = len(self._keys)
            self._row.addWidget(key, *divmod(place, self._columns or len(tabs)))
            self._keys[tab.code] = key
        if not self._columns:
            self._row.setColumnStretch(len(tabs), 1)
        if tabs:
            self.choose(was if was in self._keys else tabs[0].code)

    def current(self) -> str:
        """Code of the chosen tab, empty without tabs."""
        return next((code for code, key in self._keys.items() if key.isChecked()), "")

    def choose(self, code: str) -> None:
        """Choose a tab without telling anyone."""
        self._keys[code].setChecked(True)

    def choose_none(self) -> None:
        """Nothing is chosen until somebody presses a tab."""
        release(self._group)

    def key(self, code: str) -> TabKey:
        """The tab of that code."""
        return self._keys[code]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go to the neighbour."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        codes = list(self._keys)
        if step is None or not codes:
            super().keyPressEvent(event)
            return
        code = codes[(codes.index(self.current()) + step) % len(codes)]
        self._keys[code].setFocus(Qt.FocusReason.TabFocusReason)
        self._keys[code].click()
