"""The sale: the cart left, everything that finds or edits right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.screens.sale.cart import Cart
from pos_app.ui.screens.sale.finder import Finder
from pos_app.ui.screens.sale.line_editor import DISCOUNT, PRICE, QUANTITY
from pos_app.ui.screens.sale.views import SaleCustomer, SaleLineView, SaleOrder, SaleTotals, SearchHit
from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import row
from pos_app.ui.widgets.labels import Rule
from pos_app.ui.widgets.tile_grid import Tile
from pos_app.ui.wording import say
from site_sync.domain.money import Money

FUNCTIONS = (
    ("orders", "inbox"),
    ("collect", "package-check"),
    ("pick", "list"),
    ("put_back", "archive-restore"),
    ("quotes", "file-text"),
)
MORE_FUNCTIONS = (
    ("park", "pause"),
    ("reprice", "tag"),
    ("resume", "play"),
    ("return", "rotate-ccw"),
    ("sale_discount", "percent"),
    ("price_check", "search"),
    ("balance", "gift"),
    ("void_sale", "trash-2"),
    ("drawer", "banknote"),
    ("reprint", "printer"),
    ("problems", "triangle-alert"),
    ("shift", "calculator"),
    ("status", "settings"),
    ("sign_out", "log-out"),
)


class SaleScreen(QWidget):
    """Shows the sale it is given and says what the person did."""

    customer_pressed = Signal()
    order_pressed = Signal()
    pay_pressed = Signal()
    line_chosen = Signal(str)
    item_pressed = Signal(str)
    function_pressed = Signal(str)
    more_chosen = Signal(str)
    category_chosen = Signal(str)
    searched = Signal(str)
    entered = Signal(str)
    hit_chosen = Signal(str, str)
    quantity_typed = Signal(str, int)
    price_typed = Signal(str, Money)
    discount_typed = Signal(str, int)
    note_typed = Signal(str, str)
    void_pressed = Signal(str)
    mark_pressed = Signal(str)
    way_pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._lines: dict[str, SaleLineView] = {}
        self._just_chosen = ""
        self.cart = Cart()
        self.finder = Finder()
        self._connect()
        inside = row(gap=0)
        inside.addWidget(self.cart)
        inside.addWidget(Rule(upright=True))
        inside.addWidget(self.finder, 1)
        self.setLayout(inside)
        self.setFocusProxy(self.finder.search)
        self.show_functions({})

    def _connect(self) -> None:
        cart, finder, editor = self.cart, self.finder, self.finder.editor
        cart.customer_pressed.connect(self.customer_pressed)
        cart.order_pressed.connect(self.order_pressed)
        cart.pay_pressed.connect(self.pay_pressed)
        cart.line_chosen.connect(self._line_chosen)
        cart.line_pressed.connect(self._line_pressed)
        cart.quantity_pressed.connect(lambda: self._edit(QUANTITY))
        cart.discount_pressed.connect(lambda: self._edit(DISCOUNT))
        cart.more_pressed.connect(self.show_more)
        finder.searched.connect(self.searched)
        finder.entered.connect(self.entered)
        finder.category_chosen.connect(self.category_chosen)
        finder.item_pressed.connect(self.item_pressed)
        finder.function_pressed.connect(self.function_pressed)
        finder.more_chosen.connect(self._more)
        finder.hit_chosen.connect(self.hit_chosen)
        editor.quantity_typed.connect(self.quantity_typed)
        editor.price_typed.connect(self.price_typed)
        editor.discount_typed.connect(self.discount_typed)
        editor.note_typed.connect(self.note_typed)
        editor.void_pressed.connect(self.void_pressed)
        editor.mark_pressed.connect(self.mark_pressed)
        editor.way_pressed.connect(self.way_pressed)

    def show_customer(self, customer: SaleCustomer | None) -> None:
        """Who the sale is for."""
        self.cart.customer.show_customer(customer)

    def show_order(self, order: SaleOrder | None) -> None:
        """The customer order or quote in the sale."""
        self.cart.show_order(order)

    def show_lines(self, lines: Sequence[SaleLineView], chosen: str = "") -> None:
        """The lines; `chosen` is looked at, else what was looked at stays."""
        self._lines = {line.line_id: line for line in lines}
        self.cart.show_lines(lines, chosen)
        edited = self.finder.editor.line_id()
        if self.finder.editing() and edited not in self._lines:
            self.finder.show_tiles_again()

    def show_totals(self, totals: SaleTotals) -> None:
        """The sums."""
        self.cart.show_totals(totals)

    def show_functions(self, details: dict[str, str]) -> None:
        """The dark tiles; `details` are second lines by code, such as how many orders wait."""
        tiles = [
            Tile(
                code,
                say(f"sale.function_{code}"),
                details.get(code, say(f"sale.detail_{code}")),
                icon,
                dark=True,
            )
            for code, icon in FUNCTIONS
        ]
        self.finder.show_functions(tiles)

    def show_categories(self, categories: Sequence[tuple[str, str]], chosen: str = "") -> None:
        """Categories as (code, text)."""
        self.finder.show_categories(categories, chosen)

    def show_items(self, tiles: Sequence[Tile]) -> None:
        """The tiles of the chosen category; `count` says how many are in the sale."""
        self.finder.show_items(tiles)

    def show_hits(self, hits: Sequence[SearchHit], *, words: str = "") -> None:
        """Results of the search, or parked sales."""
        self.finder.show_hits(hits, words=words)

    def show_more(self) -> None:
        """Further functions."""
        self.finder.show_more(
            [Tile(code, say(f"sale.more_{code}"), icon=icon) for code, icon in MORE_FUNCTIONS]
        )

    def show_tiles(self) -> None:
        """Tiles in place of results or editor, the search empty and ready."""
        self.finder.show_tiles_again()

    def edit_price(self, line_id: str) -> None:
        """Ask what a line costs, as of something sold at an open price."""
        if line_id in self._lines:
            self.finder.show_editor()
            self.finder.editor.edit(self._lines[line_id], PRICE)

    def show_line_error(self, words: str) -> None:
        """What was refused about the line being edited."""
        self.finder.editor.show_error(words)

    def line_edited(self) -> None:
        """What was typed for the line was accepted: back to the tiles."""
        self.finder.show_tiles_again()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The cart keeps its width; on a narrow screen it gives a little."""
        super().resizeEvent(event)
        self.cart.setFixedWidth(min(px(430), max(px(340), round(self.width() * 0.37))))

    def _line_pressed(self, line_id: str) -> None:
        """The first touch chooses a line, the next one edits it."""
        if line_id != self._just_chosen:
            self._edit(QUANTITY)
        self._just_chosen = ""

    def _line_chosen(self, line_id: str) -> None:
        self._just_chosen = line_id
        if self.finder.editing():
            self.finder.editor.edit(self._lines[line_id])
        self.line_chosen.emit(line_id)

    def _edit(self, part: str) -> None:
        line_id = self.cart.lines.chosen() or next(reversed(self._lines), "")
        if line_id:
            self.finder.show_editor()
            self.finder.editor.edit(self._lines[line_id], part)

    def _more(self, code: str) -> None:
        self.finder.show_tiles_again()
        self.more_chosen.emit(code)
