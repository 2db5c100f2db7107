"""Items that can be sold or promised."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from site_sync.domain.money import Money
from site_sync.domain.quantities import PIECE, Unit


class ItemKind(StrEnum):
    """What a line stands for; only goods hold stock and keep an order open."""

    GOODS = "goods"
    SERVICE = "service"
    GIFT_CARD = "gift_card"
    COMMENT = "comment"
    FEE = "fee"


@dataclass(frozen=True, slots=True)
class Item:
    """One item (SKU): its price per whole unit, tax rate in basis points, bar codes and where it lies."""

    __pydantic_config__ = {"extra": "forbid"}

    sku: str
    name: str
    price: Money
    tax_rate: int
    barcodes: tuple[str, ...] = ()
    unit: Unit = PIECE
    kind: ItemKind = ItemKind.GOODS
    category: str = ""
    shelf: str = ""
    picture: str = ""
    colour: str = ""
    favourite: int | None = None
    open_price: bool = False


@dataclass(frozen=True, slots=True)
class Category:
    """A group of items on the till's tiles, with its name per language."""

    __pydantic_config__ = {"extra": "forbid"}

    code: str
    names: dict[str, str]
    order: int = 0
    icon: str = ""
    colour: str = ""
