"""Rows of a table of goods: what headings and cells mean, what they make of an item, what is refused."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from site_sync.domain.catalogue import Item, ItemKind
from site_sync.domain.import_cells import (
    COMMA,
    POINT,
    Cell,
    Formula,
    Row,
    decimal_sign,
    number,
    scaled,
    text_of,
)
from site_sync.domain.import_columns import Column, doubled, guessed
from site_sync.domain.import_rows import (
    RowRefused,
    Terms,
    Wrong,
    place_of,
    wish_of,
    wished_item,
    wished_level,
)
from site_sync.domain.money import Money
from site_sync.domain.quantities import Unit
from site_sync.domain.stock import StockLevel

JACKET = Item("JKT", "Trail jacket", Money(12_900, "EUR"), 2500, ("5799410001114",), category="jackets")
TERMS = Terms((), "EUR", stores=frozenset({"S01", "S02"}))


def terms(*columns: Column, **changed: object) -> Terms:
    return replace(TERMS, columns=columns, **changed)  # type: ignore[arg-type]


def made(told: Terms, *cells: Cell, known: Item | None = None) -> Item:
    return wished_item(wish_of(Row(2, cells), told), known, "", told)


def taken(told: Terms, cells: tuple[Cell, ...], known: Item | None) -> None:
    """Take a row in, its stock too."""
    item = made(told, *cells, known=known)
    wished_level(wish_of(Row(2, cells), told), item, None, told)


def wrong(told: Terms, *cells: Cell, known: Item | None = None) -> Wrong:
    with pytest.raises(RowRefused) as refused:
        taken(told, cells, known)
    assert refused.value.problem.line == 2
    return refused.value.problem.code


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        (["12,50", "1.250"], COMMA),
        (["1,234.50"], POINT),
        (["1.234.567"], COMMA),
        (["€ 12.5", "7"], POINT),
        (["1.250", "3.999"], ""),
        (["12.5", "12,5"], ""),
        ([], ""),
    ],
)
def test_the_decimal_sign_shows_where_it_leaves_no_doubt(texts: list[str], sign: str) -> None:
    assert decimal_sign(texts) == sign


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [
        ("1.234,50", COMMA, "1234.50"),
        ("kr. 12,5", COMMA, "12.5"),
        ("1 234.5 EUR", POINT, "1234.5"),
        ("1'234.50", POINT, "1234.50"),
        ("−3", POINT, "-3"),
        ("12,-", POINT, "12"),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, sign: str, value: str) -> None:
    assert number(text, sign) == Decimal(value)


@pytest.mark.parametrize("text", ["", "abc", "1.2.3,4", "12,34", "1e5", "٣", "1..2", "--1", "=1", "9" * 40])
def test_what_is_no_number_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ValueError):
        number(text, POINT)


def test_the_noise_of_binary_numbers_is_no_part_of_a_price() -> None:
    assert scaled(Decimal("12.899999999999999"), 2) == 1290
    with pytest.raises(ValueError):
        scaled(Decimal("12.899"), 2)
    assert text_of(Decimal("5701234567899")) == "5701234567899"
    assert text_of(Decimal("12.50")) == "12.5"


def test_headings_in_three_languages_say_what_columns_hold() -> None:
    assert guessed(["Varenr.", "Varenavn", "Udsalgspris", "Stregkode", "Beholdning", "Foo"]) == (
        Column.SKU, Column.NAME, Column.PRICE, Column.BARCODES, Column.ON_HAND, None,
    )  # fmt: skip
    assert guessed(["Artikelnummer", "Bezeichnung", "VK-Brutto", "MwSt %", "Name"])[3:] == (None, None)
    assert guessed(["SKU", "Item no", "Tax %"]) == (Column.SKU, None, Column.TAX)
    assert doubled((Column.SKU, None, None, Column.SKU)) is Column.SKU
    assert doubled((Column.SKU, None, None)) is None


def test_a_new_item_needs_a_name_a_price_and_a_rate() -> None:
    told = terms(Column.SKU, Column.NAME, Column.PRICE, Column.TAX, Column.WEIGHED, Column.BARCODES)
    item = made(told, "NUTS", "Nuts", "24.50", "12 %", "yes", "4006381333931|123; 123")
    assert (item.price, item.tax_rate, item.unit) == (Money(2450, "EUR"), 1200, Unit("kg", 3))
    assert item.barcodes == ("4006381333931", "123")
    assert wrong(told, "NUTS", "Nuts", "", "12 %") is Wrong.NEW_NEEDS
    assert wrong(told, "NUTS", "Nuts", "1", "") is Wrong.NEW_NEEDS
    assert made(replace(told, default_rate=2500), "NUTS", "Nuts", "1").tax_rate == 2500
    assert wrong(replace(told, new_items=False), "NUTS", "Nuts", "1", "0") is Wrong.UNKNOWN_ITEM
    asked = terms(Column.SKU, Column.NAME, Column.TAX, Column.OPEN_PRICE)
    assert made(asked, "RPR", "Repair", "25", "ja").open_price


def test_what_a_row_does_not_name_stays_and_a_repeat_changes_nothing() -> None:
    told = terms(Column.SKU, Column.PRICE, Column.NAME)
    assert made(told, "JKT", "99", "", known=JACKET) == replace(JACKET, price=Money(9_900, "EUR"))
    once = made(told, "JKT", "99", "Jacket", known=JACKET)
    assert made(told, "JKT", "99", "Jacket", known=once) == once


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        (Column.PRICE, "12.345", Wrong.TOO_FINE),
        (Column.PRICE, "1.250", Wrong.TOO_FINE),
        (Column.PRICE, "-1", Wrong.OUT_OF_RANGE),
        (Column.PRICE, "99999999999", Wrong.OUT_OF_RANGE),
        (Column.PRICE, "dear", Wrong.NOT_A_NUMBER),
        (Column.PRICE, Formula(), Wrong.FORMULA),
        (Column.TAX, "24", Wrong.RATE_UNKNOWN),
        (Column.TAX, "101", Wrong.OUT_OF_RANGE),
        (Column.KIND, "thing", Wrong.KIND_UNKNOWN),
        (Column.COLOUR, "red", Wrong.COLOUR_UNKNOWN),
        (Column.OPEN_PRICE, "perhaps", Wrong.NOT_YES_OR_NO),
        (Column.UNIT, "kg", Wrong.UNIT_CHANGED),
        (Column.BARCODES, "5.70123E+12", Wrong.SKU_ROUNDED),
        (Column.BARCODES, "5,70123E+12", Wrong.SKU_ROUNDED),
        (Column.BARCODES, "ä1234", Wrong.BARCODE_INVALID),
        (Column.BARCODES, " ".join(str(1000 + n) for n in range(60)), Wrong.TOO_LONG),
        (Column.NAME, "x" * 501, Wrong.TOO_LONG),
        (Column.NAME, "bell\x07", Wrong.UNPRINTABLE),
        (Column.ON_HAND, "-3", Wrong.OUT_OF_RANGE),
        (Column.ON_HAND, "1.5", Wrong.TOO_FINE),
    ],
)
def test_a_cell_that_cannot_be_is_refused_with_its_column(column: Column, cell: Cell, code: Wrong) -> None:
    told = terms(Column.SKU, column, rates={"Standard": 2500, "None": 0}, store="S01")
    assert wrong(told, "JKT", cell, known=JACKET) is code


def test_a_row_without_a_sku_or_with_a_rounded_one_is_refused() -> None:
    told = terms(Column.SKU, Column.NAME)
    for sku, code in (("", Wrong.SKU_MISSING), ("5.7E+12", Wrong.SKU_ROUNDED), ("x" * 65, Wrong.TOO_LONG)):
        assert wrong(told, sku, "Jacket") is code


def test_rates_go_by_name_or_by_percent_and_an_old_one_stays() -> None:
    told = terms(Column.SKU, Column.TAX, rates={"Reduced": 1200})
    assert made(told, "JKT", "reduced", known=JACKET).tax_rate == 1200
    assert made(told, "JKT", Decimal("12"), known=JACKET).tax_rate == 1200
    assert made(told, "JKT", "25,00 %".replace(",", "."), known=JACKET).tax_rate == 2500


def test_stock_is_counted_in_the_units_of_the_item_at_the_store_that_is_named() -> None:
    told = terms(Column.SKU, Column.ON_HAND, Column.STORE, Column.SAFETY)
    wish = wish_of(Row(2, ("JKT", "7", "S02", "2")), told)
    known = StockLevel("JKT", "S02", 3, 2, 0, 5)
    assert wished_level(wish, JACKET, known, told) == replace(known, on_hand=7, safety=2)
    nuts = replace(JACKET, unit=Unit("kg", 3))
    assert wished_level(wish_of(Row(2, ("JKT", "1.250", "S02")), told), nuts, None, told) == StockLevel(
        "JKT", "S02", 1250
    )
    below = StockLevel("JKT", "S02", -2)
    assert wished_level(wish_of(Row(2, ("JKT", "-2", "S02")), told), JACKET, below, told) == below
    assert wrong(told, "JKT", "7", "S09", known=JACKET) is Wrong.STORE_UNKNOWN
    assert wrong(told, "JKT", "7", "", known=JACKET) is Wrong.STORE_MISSING
    service = replace(JACKET, kind=ItemKind.SERVICE)
    assert wrong(told, "JKT", "7", "S01", known=service) is Wrong.NO_STOCK_HELD
    assert wished_level(wish_of(Row(2, ("JKT", "", "S09")), told), JACKET, None, told) is None


def test_a_row_tells_what_it_is_about() -> None:
    told = replace(terms(Column.SKU, Column.NAME), columns=(Column.SKU, None, Column.NAME, Column.STORE))
    wish = wish_of(Row(3, ("JKT", "not looked at", "Jacket", "S02")), told)
    assert wish.about_item == ((Column.NAME, "Jacket"),)
    assert (place_of(wish, told), wish.stock) == ("", {})
    assert Row(1, ("", " ")).blank
    assert not Row(1, ("", Formula())).blank
    assert text_of(Formula()) == "=…"
    asked = terms(Column.SKU, Column.OPEN_PRICE)
    assert not made(asked, "JKT", "nej", known=replace(JACKET, open_price=True)).open_price
