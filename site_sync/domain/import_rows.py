"""What one row of a table of goods makes of an item and its stock, or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from site_sync.domain.catalogue import Item, ItemKind
from site_sync.domain.import_cells import LONGEST, POINT, Cell, Formula, Row, answer, number, scaled, text_of
from site_sync.domain.import_columns import STOCK_COLUMNS, Column
from site_sync.domain.money import ABSURD_AMOUNT, BASIS_POINTS, Money, minor_digits
from site_sync.domain.quantities import PIECE, Unit
from site_sync.domain.stock import StockLevel

LONGEST_SKU = 64
LONGEST_BARCODE = 48
MOST_BARCODES = 50
MOST_STOCK = 1_000_000_000
MOST_DECIMALS = 4
DECIMALS_OF = {"pcs": 0, "kg": 3, "m": 2, "l": 3}
_PIECES = frozenset(
    {"pcs", "pc", "piece", "pieces", "each", "ea", "unit", "stk", "stk.", "stück", "st", "styk"}
)
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_ROUNDED = re.compile(r"\d+([.,]\d+)?[eE]\+\d+", re.ASCII)


class Wrong(StrEnum):
    """What can be wrong with a row; words of the messages about it."""

    FORMULA = "formula"
    TOO_LONG = "too_long"
    UNPRINTABLE = "unprintable"
    SKU_MISSING = "sku_missing"
    SKU_ROUNDED = "sku_rounded"
    NEW_NEEDS = "new_needs"
    UNKNOWN_ITEM = "unknown_item"
    NOT_A_NUMBER = "not_a_number"
    TOO_FINE = "too_fine"
    OUT_OF_RANGE = "out_of_range"
    NOT_YES_OR_NO = "not_yes_or_no"
    RATE_UNKNOWN = "rate_unknown"
    KIND_UNKNOWN = "kind_unknown"
    COLOUR_UNKNOWN = "colour_unknown"
    BARCODE_INVALID = "barcode_invalid"
    BARCODE_TAKEN = "barcode_taken"
    UNIT_CHANGED = "unit_changed"
    STORE_UNKNOWN = "store_unknown"
    STORE_MISSING = "store_missing"
    NO_STOCK_HELD = "no_stock_held"
    TWICE = "twice"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row: the line, the column it is about (empty for the row), a code, its facts."""

    line: int
    column: str
    code: Wrong
    facts: Mapping[str, object] = field(default_factory=dict)


class RowRefused(Exception):
    """Carries a problem out of nested reading."""

    def __init__(self, row: Row, column: Column | str, code: Wrong, **facts: object) -> None:
        super().__init__(code.value)
        self.problem = RowProblem(row.line, str(column), code, facts)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a table is read: what its columns are, its decimal sign, and what the shop knows.

    `rates` are tax rates in basis points by name; without any, each rate is taken. `store` is where stock of
    rows without a store lies, `default_rate` the tax of new items whose row names none.
    """

    columns: tuple[Column | None, ...]
    currency: str
    sign: str = POINT
    rates: Mapping[str, int] = field(default_factory=dict)
    default_rate: int | None = None
    stores: frozenset[str] = frozenset()
    store: str = ""
    new_items: bool = True


@dataclass(frozen=True, slots=True)
class Wish:
    """What a row wants of an item and of stock at a store; an empty cell wants nothing."""

    row: Row
    sku: str
    given: Mapping[Column, Cell]
    category: str = ""

    @property
    def stock(self) -> dict[Column, Cell]:
        """What is wanted of stock."""
        return {column: cell for column, cell in self.given.items() if column in STOCK_COLUMNS}

    @property
    def about_item(self) -> tuple[tuple[Column, str], ...]:
        """What is wanted of the item itself, to compare rows of one item by."""
        about = {c: text_of(cell) for c, cell in self.given.items() if c not in STOCK_COLUMNS}
        about.pop(Column.STORE, None)
        return tuple(sorted(about.items()))


def barcodes_in(text: str) -> tuple[str, ...]:
    """The bar codes of one cell, parted by blanks, bars, commas, semicolons or slashes."""
    return tuple(dict.fromkeys(code for code in re.split(r"[\s|;,/]+", text) if code))


def wish_of(row: Row, terms: Terms) -> Wish:
    """What a row wants; RowRefused when a cell cannot be taken."""
    given: dict[Column, Cell] = {}
    for column, cell in zip(terms.columns, row.cells, strict=False):
        if column is None:
            continue
        if isinstance(cell, Formula):
            raise RowRefused(row, column, Wrong.FORMULA)
        text = text_of(cell)
        if len(text) > LONGEST:
            raise RowRefused(row, column, Wrong.TOO_LONG, most=LONGEST)
        if not text.isprintable():
            raise RowRefused(row, column, Wrong.UNPRINTABLE)
        if text:
            given[column] = cell
    sku = text_of(given.pop(Column.SKU, ""))
    if not sku:
        raise RowRefused(row, Column.SKU, Wrong.SKU_MISSING)
    if len(sku) > LONGEST_SKU:
        raise RowRefused(row, Column.SKU, Wrong.TOO_LONG, most=LONGEST_SKU)
    if _ROUNDED.fullmatch(sku):
        raise RowRefused(row, Column.SKU, Wrong.SKU_ROUNDED, text=sku)
    return Wish(row, sku, given, text_of(given.get(Column.CATEGORY, "")))


def wished_item(wish: Wish, known: Item | None, category: str, terms: Terms) -> Item:
    """The item as it will be, `category` being the code of the one named; RowRefused when it cannot be."""
    read = _Read(wish, terms)
    if known is None:
        known = _new(read)
    unit = read.unit(known)
    item = replace(
        known,
        name=read.text(Column.NAME, known.name),
        price=Money(read.amount(known.price.amount), terms.currency),
        tax_rate=read.rate(known.tax_rate),
        barcodes=read.barcodes(known.barcodes),
        unit=unit,
        kind=read.kind(known.kind),
        category=category if Column.CATEGORY in wish.given else known.category,
        shelf=read.text(Column.SHELF, known.shelf),
        picture=read.text(Column.PICTURE, known.picture),
        colour=read.colour(known.colour),
        favourite=read.whole(Column.FAVOURITE, known.favourite, 9_999),
        open_price=read.yes(Column.OPEN_PRICE, known.open_price),
    )
    return item


def wished_level(wish: Wish, item: Item, known: StockLevel | None, terms: Terms) -> StockLevel | None:
    """The stock as counted, None when the row says nothing of stock; RowRefused when it cannot be."""
    if not wish.stock:
        return None
    store = place_of(wish, terms)
    if item.kind is not ItemKind.GOODS:
        raise RowRefused(wish.row, Column.ON_HAND, Wrong.NO_STOCK_HELD)
    read, level = _Read(wish, terms), known or StockLevel(item.sku, store)
    return replace(
        level,
        on_hand=read.stock(Column.ON_HAND, level.on_hand, item.unit),
        safety=read.stock(Column.SAFETY, level.safety, item.unit),
        back_order=read.stock(Column.BACK_ORDER, level.back_order, item.unit),
    )


def place_of(wish: Wish, terms: Terms) -> str:
    """The store whose stock a row is about, empty when it is about none."""
    if not wish.stock:
        return ""
    store = text_of(wish.given.get(Column.STORE, "")) or terms.store
    if not store:
        raise RowRefused(wish.row, Column.STORE, Wrong.STORE_MISSING)
    if store not in terms.stores:
        raise RowRefused(wish.row, Column.STORE, Wrong.STORE_UNKNOWN, store=store)
    return store


def _new(read: _Read) -> Item:
    """What a new item begins with; it needs a name, a tax rate, and a price unless the till asks for it."""
    wish, terms = read.wish, read.terms
    if not terms.new_items:
        raise RowRefused(wish.row, Column.SKU, Wrong.UNKNOWN_ITEM, sku=wish.sku)
    needed = {Column.NAME, Column.PRICE} | (set() if terms.default_rate is not None else {Column.TAX})
    if read.yes(Column.OPEN_PRICE, False):
        needed.discard(Column.PRICE)
    if missing := sorted(column.value for column in needed - set(wish.given)):
        raise RowRefused(wish.row, missing[0], Wrong.NEW_NEEDS, columns=tuple(missing), sku=wish.sku)
    return Item(wish.sku, "", Money(0, terms.currency), terms.default_rate or 0)


@dataclass(frozen=True, slots=True)
class _Read:
    """A row that is read column by column; what it does not name stays as it was."""

    wish: Wish
    terms: Terms

    def wrong(self, column: Column, code: Wrong, **facts: object) -> RowRefused:
        """The refusal of one cell."""
        return RowRefused(self.wish.row, column, code, **facts)

    def text(self, column: Column, known: str) -> str:
        """A text."""
        return text_of(self.wish.given[column]) if column in self.wish.given else known

    def yes(self, column: Column, known: bool) -> bool:
        """Yes or no."""
        if column not in self.wish.given:
            return known
        try:
            return answer(self.wish.given[column])
        except ValueError:
            raise self.wrong(column, Wrong.NOT_YES_OR_NO, text=self.text(column, "")) from None

    def number(self, column: Column, cell: Cell) -> Decimal:
        """A number as it is typed."""
        try:
            return number(cell, self.terms.sign)
        except ValueError:
            raise self.wrong(column, Wrong.NOT_A_NUMBER, text=text_of(cell)) from None

    def scaled(self, column: Column, cell: Cell, digits: int, limits: tuple[int, int]) -> int:
        """A number in units of its last digit, within limits."""
        value = self.number(column, cell)
        try:
            found = scaled(value, digits)
        except ValueError:
            raise self.wrong(column, Wrong.TOO_FINE, text=text_of(cell), digits=digits) from None
        fraction = text_of(cell).rpartition(self.terms.sign)[2] if isinstance(cell, str) else ""
        if isinstance(cell, str) and self.terms.sign in cell and len(fraction.strip(" €$£")) == 3 > digits:
            raise self.wrong(column, Wrong.TOO_FINE, text=text_of(cell), digits=digits)
        if not limits[0] <= found <= limits[1]:
            raise self.wrong(column, Wrong.OUT_OF_RANGE, text=text_of(cell))
        return found

    def amount(self, known: int) -> int:
        """The price in minor units."""
        cell = self.wish.given.get(Column.PRICE)
        if cell is None:
            return known
        return self.scaled(Column.PRICE, cell, minor_digits(self.terms.currency), (0, ABSURD_AMOUNT))

    def whole(self, column: Column, known: int | None, most: int) -> int | None:
        """A whole number."""
        cell = self.wish.given.get(column)
        return known if cell is None else self.scaled(column, cell, 0, (0, most))

    def rate(self, known: int) -> int:
        """The tax rate in basis points: by its name, or as a percentage."""
        cell = self.wish.given.get(Column.TAX)
        if cell is None:
            return known
        named = {name.casefold(): rate for name, rate in self.terms.rates.items()}
        text = text_of(cell)
        if text.casefold() in named:
            return named[text.casefold()]
        bare = text.removesuffix("%").strip() if isinstance(cell, str) else cell
        rate = self.scaled(Column.TAX, bare, 2, (0, BASIS_POINTS))
        if named and rate not in named.values() and rate != known:
            raise self.wrong(Column.TAX, Wrong.RATE_UNKNOWN, text=text)
        return rate

    def barcodes(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """All bar codes of a cell, parted by anything but letters and digits that codes have."""
        if Column.BARCODES not in self.wish.given:
            return known
        text = self.text(Column.BARCODES, "")
        for one in re.split(r"[\s|;/]+", text):  # a comma may be the decimal sign of what was rounded
            if _ROUNDED.fullmatch(one):
                raise self.wrong(Column.BARCODES, Wrong.SKU_ROUNDED, text=one)
        codes = barcodes_in(text)
        for code in codes:
            if not code.isascii() or not code.isprintable() or len(code) > LONGEST_BARCODE or len(code) < 3:
                raise self.wrong(Column.BARCODES, Wrong.BARCODE_INVALID, text=code[:LONGEST_BARCODE])
        if len(codes) > MOST_BARCODES:
            raise self.wrong(Column.BARCODES, Wrong.TOO_LONG, most=MOST_BARCODES)
        return codes

    def unit(self, known: Item) -> Unit:
        """The unit of sale; how finely an item is counted cannot change once it is there."""
        code = self.text(Column.UNIT, known.unit.code)
        code = PIECE.code if code.casefold() in _PIECES else code
        if self.yes(Column.WEIGHED, False) and (Column.UNIT not in self.wish.given or code == PIECE.code):
            code = "kg"
        usual = known.unit.decimals if code == known.unit.code else DECIMALS_OF.get(code.casefold(), 0)
        decimals = self.whole(Column.DECIMALS, usual, MOST_DECIMALS)
        unit = Unit(code, usual if decimals is None else decimals)
        if known.name and unit.decimals != known.unit.decimals:
            raise self.wrong(Column.UNIT, Wrong.UNIT_CHANGED, text=unit.code)
        return unit

    def kind(self, known: ItemKind) -> ItemKind:
        """What the item is."""
        text = self.text(Column.KIND, known.value).casefold().replace(" ", "_")
        if text not in set(ItemKind):
            raise self.wrong(Column.KIND, Wrong.KIND_UNKNOWN, text=text)
        return ItemKind(text)

    def colour(self, known: str) -> str:
        """The colour of its tile."""
        text = self.text(Column.COLOUR, known)
        if text and text != known and not _COLOUR.fullmatch(text):
            raise self.wrong(Column.COLOUR, Wrong.COLOUR_UNKNOWN, text=text)
        return text

    def stock(self, column: Column, known: int, unit: Unit) -> int:
        """A quantity in smallest units; below zero only where it was so already."""
        cell = self.wish.given.get(column)
        if cell is None:
            return known
        found = self.scaled(column, cell, unit.decimals, (-MOST_STOCK, MOST_STOCK))
        if found < 0 and found != known:
            raise self.wrong(column, Wrong.OUT_OF_RANGE, text=text_of(cell))
        return found
