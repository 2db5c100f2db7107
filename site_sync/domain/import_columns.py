"""What a column of a table of goods can stand for, and what its heading makes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum


class Column(StrEnum):
    """What one column says of an item or of its stock at a store."""

    SKU = "sku"
    NAME = "name"
    PRICE = "price"
    TAX = "tax"
    BARCODES = "barcodes"
    CATEGORY = "category"
    UNIT = "unit"
    DECIMALS = "decimals"
    WEIGHED = "weighed"
    KIND = "kind"
    SHELF = "shelf"
    OPEN_PRICE = "open_price"
    COLOUR = "colour"
    PICTURE = "picture"
    FAVOURITE = "favourite"
    STORE = "store"
    ON_HAND = "on_hand"
    SAFETY = "safety"
    BACK_ORDER = "back_order"


STOCK_COLUMNS = frozenset({Column.ON_HAND, Column.SAFETY, Column.BACK_ORDER})
"""Columns about stock at one store."""

_HEADINGS: dict[Column, str] = {
    Column.SKU: (
        "sku item itemno itemnumber itemcode articleno articlenumber article artikel "
        "artikelnr artikelnummer varenr varenummer productcode productno code no id"
    ),
    Column.NAME: (
        "name itemname title description productname product bezeichnung artikelbezeichnung "
        "artikelname beschreibung navn varenavn beskrivelse varetekst text"
    ),
    Column.PRICE: (
        "price unitprice salesprice retailprice preis verkaufspreis vk vkbrutto bruttopreis "
        "einzelpreis pris salgspris udsalgspris stkpris"
    ),
    Column.TAX: (
        "tax taxrate vat vatrate vatpercent tax% vat% mwst mwstsatz ust ustsatz steuer "
        "steuersatz steuer% moms momssats moms%"
    ),
    Column.BARCODES: (
        "barcode barcodes ean eancode ean13 gtin upc strichcode strichcodes stregkode stregkoder"
    ),
    Column.CATEGORY: (
        "category group itemgroup productgroup department kategorie warengruppe artikelgruppe "
        "gruppe varegruppe kategori"
    ),
    Column.UNIT: "unit uom unitofmeasure einheit mengeneinheit enhed",
    Column.DECIMALS: "decimals unitdecimals dezimalstellen decimaler",
    Column.WEIGHED: "weighed weigh byweight soldbyweight scale waage gewogen wiegeartikel vejes vægtvare",
    Column.KIND: "kind type itemtype art typ varetype",
    Column.SHELF: "shelf bin binlocation location fach regal lagerplatz hylde lokation",
    Column.OPEN_PRICE: "openprice pricetyped freierpreis åbenpris",
    Column.COLOUR: "colour color tilecolour farbe farve",
    Column.PICTURE: "picture image bild billede",
    Column.FAVOURITE: "favourite favorite favorit tile place",
    Column.STORE: "store storecode shop branch filiale laden lager butik filial",
    Column.ON_HAND: (
        "onhand stock instock quantity qty inventory openingstock bestand lagerbestand menge "
        "anzahl beholdning antal lagerbeholdning"
    ),
    Column.SAFETY: "safety safetystock minimumstock sicherheitsbestand mindestbestand sikkerhedslager",
    Column.BACK_ORDER: "backorder allowedbackorder rückstand restordre",
}
_OF_HEADING = {word: column for column, words in _HEADINGS.items() for word in words.split()}


def heading(text: str) -> Column | None:
    """What a heading makes of its column, None when it says nothing known."""
    plain = "".join(letter for letter in text.casefold() if letter.isalnum() or letter == "%")
    return _OF_HEADING.get(plain)


def guessed(headings: Iterable[str]) -> tuple[Column | None, ...]:
    """What the headings of a table make of its columns; each is taken once, by the first that says it."""
    found: list[Column | None] = []
    for text in headings:
        column = heading(text)
        found.append(None if column in found else column)
    return tuple(found)


def doubled(columns: Sequence[Column | None]) -> Column | None:
    """A column that was chosen twice, None when none was."""
    chosen = [column for column in columns if column is not None]
    return next((column for column in chosen if chosen.count(column) > 1), None)
