"""A hand at the till: it touches, types and scans by real events on the real widgets, and takes pictures."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QScrollArea, QWidget

from pos_app.ui.widgets.cart_list import CartList
from pos_app.ui.widgets.keys import PressedArea
from pos_app.ui.widgets.notice import Notice
from pos_app.ui.widgets.order_table import ORDER, TICK, OrderTable
from pos_app.ui.widgets.tile_grid import TileGrid
from pos_app.ui.window import Window
from pos_app.walk_through.account import StoryBroken

BETWEEN_KEYS_MS = 60
"""A hand is slower than a scanner, which is how the till tells them apart."""
LOOK_EVERY_MS = 10
NOTICE_SLIDES_MS = 260
PATIENCE_S = 30.0

Kind = TypeVar("Kind", bound=QWidget)


class Hand:
    """`settled` waits until the till has done what it was asked for; pictures are numbered as taken."""

    def __init__(self, window: Window, pictures: Path, settled: Callable[[], None]) -> None:
        self.window = window
        self._pictures = pictures
        self._settled = settled
        self.taken: list[Path] = []

    # waiting

    def until(self, holds: Callable[[], bool], what: str, seconds: float = PATIENCE_S) -> None:
        """Let the till work until something holds; StoryBroken when it does not come true in time."""
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                self.picture("where-it-stopped")
                raise StoryBroken(f"waited {seconds:.0f} s for this in vain: {what}")
            QTest.qWait(LOOK_EVERY_MS)

    def settle(self) -> None:
        """Let the till finish what was begun and paint it."""
        for _ in range(3):
            self._settled()
            QTest.qWait(LOOK_EVERY_MS)

    def until_on(self, screen: str) -> None:
        """Wait for a screen."""
        self.until(lambda: self.window.navigation.current == screen, f"the {screen} screen is shown")
        self.settle()

    def screen(self, name: str) -> QWidget:
        """The page of that name, which must be the one shown."""
        self.until_on(name)
        return self.window.navigation.page(name).widget

    # finding

    def all_of(self, kind: type[Kind]) -> list[Kind]:
        """Every visible widget of a kind."""
        return [found for found in self.window.findChildren(kind) if found.isVisible()]

    def key(self, label: str) -> PressedArea:
        """The visible key with this on it, or with this name."""

        def found() -> list[PressedArea]:
            return [key for key in self.all_of(PressedArea) if label in (key.label, key.accessibleName())]

        self.until(lambda: bool(found()), f"a key “{label}” can be pressed")
        return found()[0]

    # touching

    def press(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Touch a widget in its middle, or at a point of it."""
        self.until(widget.isEnabled, f"“{widget.accessibleName()}” can be pressed")
        _bring_into_view(widget)
        point = at if at is not None else widget.rect().center()
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
        self.settle()

    def press_key(self, label: str) -> None:
        """Touch the key with this on it."""
        self.press(self.key(label))

    def press_tile(self, code: str) -> None:
        """Touch a tile of any grid in sight."""

        def grids() -> list[TileGrid]:
            return [g for g in self.all_of(TileGrid) if code in {tile.code for tile in g.tiles()}]

        self.until(lambda: bool(grids()), f"there is a tile {code}")
        grid = grids()[0]
        model = grid.model()
        place = next(i for i, tile in enumerate(grid.tiles()) if tile.code == code)
        grid.scrollTo(model.index(place, 0))
        self._press_in(grid, grid.place_of(code))

    def press_row(self, row_id: str) -> None:
        """Touch a line of any list in sight."""

        def lists() -> list[CartList]:
            return [found for found in self.all_of(CartList) if row_id in {r.line_id for r in found.rows()}]

        self.until(lambda: bool(lists()), f"there is a line {row_id}")
        rows = lists()[0]
        place = next(i for i, row in enumerate(rows.rows()) if row.line_id == row_id)
        rows.scrollTo(rows.model().index(place, 0))
        self._press_in(rows, rows.place_of(row_id))

    def press_order(self, order_id: str, *, tick: bool = False) -> None:
        """Touch an order of the list in sight, or its box."""

        def tables() -> list[OrderTable]:
            return [table for table in self.all_of(OrderTable) if table.orders.place_of(order_id) >= 0]

        self.until(lambda: bool(tables()), f"order {order_id} is in the list")
        table = tables()[0]
        index = table.orders.index(table.orders.place_of(order_id), TICK if tick else ORDER)
        table.scrollTo(index)
        self._press_in(table, table.visualRect(index))

    def _press_in(self, view: QAbstractItemView, place: QRect) -> None:
        self.press(view.viewport(), place.center())

    # typing

    def type(self, text: str, into: QWidget) -> None:
        """Type letter by letter, as a person does."""
        self.press(into)
        for letter in text:
            QTest.keyClicks(into, letter, Qt.KeyboardModifier.NoModifier, BETWEEN_KEYS_MS)
        QTest.qWait(2 * BETWEEN_KEYS_MS)
        self.settle()

    def strike(self, widget: QWidget, key: Qt.Key) -> None:
        """Strike one key."""
        QTest.keyClick(widget, key, Qt.KeyboardModifier.NoModifier, BETWEEN_KEYS_MS)
        QTest.qWait(2 * BETWEEN_KEYS_MS)
        self.settle()

    def type_digits(self, digits: str) -> None:
        """Touch the digits of the pad in sight."""
        for digit in digits:
            self.press_key(digit)

    def scan(self, code: str) -> None:
        """Hold a code before the hand scanner, which types it in a burst wherever the focus is."""
        receiver = QApplication.focusWidget() or self.window.focusWidget() or self.window
        QTest.keyClicks(receiver, code)
        QTest.keyClick(receiver, Qt.Key.Key_Return)
        self.settle()

    def put_notices_away(self) -> None:
        """Touch the cross of every notice."""
        while notices := self.all_of(Notice):
            crosses = [key for key in notices[0].findChildren(PressedArea) if not key.label]
            self.press(crosses[-1])

    # pictures

    def picture(self, name: str) -> Path:
        """Take a picture of the window as it is now."""
        self.settle()
        if self.window.notices.texts():
            QTest.qWait(NOTICE_SLIDES_MS)
        path = self._pictures / f"{len(self.taken) + 1:02d}-{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not self.window.grab().save(str(path)):
            raise StoryBroken(f"the picture {path} cannot be written")
        self.taken.append(path)
        return path

    def notices(self) -> str:
        """What the till says in passing now."""
        return "\n".join(self.window.notices.texts())


def _bring_into_view(widget: QWidget) -> None:
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(widget)
            return
        around = around.parentWidget()
