"""The right side of the sale: search, categories, tiles, and whatever takes their place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QScroller, QStackedWidget, QWidget

from pos_app.ui.screens.sale.line_editor import LineEditor
from pos_app.ui.screens.sale.views import SearchHit
from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Card, Surface, column, edges, row
from pos_app.ui.widgets.cart_list import CartList, CartRow
from pos_app.ui.widgets.fields import SearchField
from pos_app.ui.widgets.keys import Key
from pos_app.ui.widgets.labels import Text
from pos_app.ui.widgets.tabs import SegmentTabs, Tab
from pos_app.ui.widgets.tile_grid import GAP, SCROLL_BAR, Tile, TileGrid
from pos_app.ui.wording import say

TILES, RESULTS, EDITOR, MORE = range(4)
_HIT_ICONS = {
    "item": "tag", "customer": "user", "order": "package", "parked": "pause",
    "receipt": "receipt", "receipt_back": "rotate-ccw", "receipt_copy": "printer",
    "order_back": "rotate-ccw",
}  # fmt: skip


class Finder(Surface):
    """Search on top; below it tiles, results, the line editor or more functions."""

    searched = Signal(str)
    entered = Signal(str)
    category_chosen = Signal(str)
    item_pressed = Signal(str)
    function_pressed = Signal(str)
    more_chosen = Signal(str)
    hit_chosen = Signal(str, str)

    def __init__(self) -> None:
        super().__init__("ground")
        self._functions: tuple[Tile, ...] = ()
        self._items: tuple[Tile, ...] = ()
        self._hits: dict[str, SearchHit] = {}
        self.search = SearchField(say("sale.search"))
        self.search.searched.connect(self._searched)
        self.search.entered.connect(self.entered)
        self.search.left_down.connect(self._into_results)
        self.categories = SegmentTabs(weight=400, firm=True)
        self.categories.chosen.connect(self.category_chosen)
        self.tiles = TileGrid(say("sale.tiles"), tile_width=150)
        self.tiles.tile_pressed.connect(self._tile)
        self.results = CartList(say("sale.results"), quantity_width=38)
        self.results.line_pressed.connect(self._hit)
        self._nothing = Text("", size=16, tone="ink-2", wrap=True)
        self.editor = LineEditor()
        self.editor.closed.connect(self.show_tiles_again)
        self.more = TileGrid(say("sale.more"), tile_height=92)
        self.more.tile_pressed.connect(self.more_chosen)
        self._places = QStackedWidget()
        for place in (self._tiles_place(), self._results_place(), self._editor_place(), self._more_place()):
            self._places.addWidget(place)
        inside = column(gap=0)
        edges(inside, 0, 14, 0, 0)
        inside.addLayout(_inset(self.search))
        inside.addSpacing(px(10))
        inside.addWidget(self._places, 1)
        self.setLayout(inside)

    def _tiles_place(self) -> QWidget:
        place = QWidget()
        inside = column(gap=4)
        strip = QScrollArea()
        strip.setWidgetResizable(True)
        strip.setFrameShape(QFrame.Shape.NoFrame)
        strip.setFixedHeight(px(52))
        QScroller.grabGesture(strip.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        strip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        strip.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        strip.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.categories.setProperty("surface", "clear")
        strip.setWidget(self.categories)
        inside.addLayout(_inset(strip))
        grid = row(gap=0)
        edges(grid, 16 - GAP, 0, 16 - GAP - SCROLL_BAR, 0)
        grid.addWidget(self.tiles)
        inside.addLayout(grid, 1)
        place.setLayout(inside)
        return place

    def _results_place(self) -> QWidget:
        place = QWidget()
        inside = column(gap=0)
        edges(inside, 16, 0, 16, 16)
        card = Card(edge=0, gap=0)
        edges(card.column, 1, 6, 1, 6)
        card.column.addWidget(self.results, 1)
        inner = row(edge=16)
        inner.addWidget(self._nothing)
        card.column.addLayout(inner)
        inside.addWidget(card)
        place.setLayout(inside)
        return place

    def _editor_place(self) -> QWidget:
        place = QWidget()
        inside = column(gap=0)
        edges(inside, 16, 0, 16, 16)
        inside.addWidget(self.editor)
        place.setLayout(inside)
        return place

    def _more_place(self) -> QWidget:
        place = QWidget()
        inside = column(gap=8)
        head = row(gap=8)
        edges(head, 16, 0, 16, 0)
        back = Key(say("keys.back"), icon="chevron-left", height=48)
        back.set_shortcut("Esc")
        back.clicked.connect(self.show_tiles_again)
        head.addWidget(back)
        head.addStretch(1)
        inside.addLayout(head)
        grid = row(gap=0)
        edges(grid, 16 - GAP, 0, 16 - GAP - SCROLL_BAR, 0)
        grid.addWidget(self.more)
        inside.addLayout(grid, 1)
        place.setLayout(inside)
        return place

    def show_categories(self, categories: Sequence[tuple[str, str]], chosen: str = "") -> None:
        """Categories as (code, text)."""
        self.categories.show_tabs([Tab(code, text) for code, text in categories])
        if chosen:
            self.categories.choose(chosen)

    def show_functions(self, functions: Sequence[Tile]) -> None:
        """The dark tiles of the first row."""
        self._functions = tuple(functions)
        self.tiles.show_tiles([*self._functions, *self._items])

    def show_items(self, items: Sequence[Tile]) -> None:
        """The tiles of the chosen category."""
        self._items = tuple(items)
        self.tiles.show_tiles([*self._functions, *self._items])

    def show_hits(self, hits: Sequence[SearchHit], *, words: str = "") -> None:
        """Results in place of the tiles; without any, words that say so."""
        self._hits = {f"{hit.kind}:{hit.code}": hit for hit in hits}
        self.results.show_rows([_hit_row(key, hit) for key, hit in self._hits.items()])
        self._nothing.say(words or ("" if hits else say("sale.nothing", text=self.search.text().strip())))
        self._nothing.setVisible(bool(self._nothing.text()))
        self.results.setVisible(bool(hits))
        self._places.setCurrentIndex(RESULTS)

    def show_more(self, functions: Sequence[Tile]) -> None:
        """Further functions in place of the tiles."""
        self.more.show_tiles(functions)
        self._places.setCurrentIndex(MORE)
        self.more.setFocus()

    def show_editor(self) -> None:
        """The line editor in place of the tiles."""
        self._places.setCurrentIndex(EDITOR)

    def editing(self) -> bool:
        """Whether a line is being edited."""
        return self._places.currentIndex() == EDITOR

    def show_tiles_again(self) -> None:
        """Back to the tiles, with an empty search."""
        self.search.clear()
        self._places.setCurrentIndex(TILES)
        self.search.setFocus()

    def _searched(self, text: str) -> None:
        if not text and self._places.currentIndex() == RESULTS:
            self._places.setCurrentIndex(TILES)
        self.searched.emit(text)

    def _into_results(self) -> None:
        if self._places.currentIndex() == RESULTS and self._hits:
            self.results.setFocus()
            self.results.setCurrentIndex(self.results.model().index(0, 0))

    def _hit(self, key: str) -> None:
        hit = self._hits[key]
        self.hit_chosen.emit(hit.kind, hit.code)

    def _tile(self, code: str) -> None:
        if code in {tile.code for tile in self._functions}:
            self.function_pressed.emit(code)
        else:
            self.item_pressed.emit(code)


def _inset(widget: QWidget) -> QHBoxLayout:
    line = row(gap=0)
    edges(line, 16, 0, 16, 0)
    line.addWidget(widget)
    return line


def _hit_row(key: str, hit: SearchHit) -> CartRow:
    return CartRow(
        line_id=key,
        quantity="",
        name=hit.title,
        detail=hit.detail,
        detail_tone=hit.detail_tone,
        amount=hit.amount,
        badge=hit.badge,
        badge_tone=hit.badge_tone,
        icon=_HIT_ICONS[hit.kind],
    )
