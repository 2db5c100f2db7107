"""Quantities as integers of an item's smallest sale unit."""

from __future__ import annotations

from dataclasses import dataclass

from site_sync.domain.money import Money, Rounding, divide

MOST = 1_000_000
"""The largest quantity, in smallest units, that one line may hold."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of sale; `decimals` says how many digits of it a quantity counts (pieces 0, kg 3)."""

    __pydantic_config__ = {"extra": "forbid"}

    code: str = "pcs"
    decimals: int = 0

    @property
    def scale(self) -> int:
        """Smallest sale units in one whole unit."""
        return int(10**self.decimals)


PIECE = Unit("pcs", 0)


def value_of(unit_price: Money, quantity: int, unit: Unit) -> Money:
    """Price of a quantity (smallest units) at a price per whole unit."""
    if unit.decimals == 0:
        return Money(unit_price.amount * quantity, unit_price.currency)
    return Money(divide(unit_price.amount * quantity, unit.scale, Rounding.HALF_UP), unit_price.currency)


def text_of(quantity: int, unit: Unit, decimal_point: str = ".") -> str:
    """A quantity as people write it: `3` pieces, `0.250` kg."""
    if unit.decimals == 0:
        return str(quantity)
    sign = "-" if quantity < 0 else ""
    whole, part = divmod(abs(quantity), unit.scale)
    return f"{sign}{whole}{decimal_point}{part:0{unit.decimals}d}"


def parse(text: str, unit: Unit) -> int:
    """A typed quantity in smallest units; ValueError when it is no number or finer than the unit allows."""
    cleaned = text.strip().replace(",", ".")
    whole, point, part = cleaned.partition(".")
    digits = part.rstrip("0") if point else ""
    if not (whole or digits) or not (whole or "0").isascii() or not (whole or "0").isdigit():
        raise ValueError(f"{text!r} is not a quantity")
    if digits and not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"{text!r} is not a quantity")
    if len(digits) > unit.decimals:
        raise ValueError(f"{unit.code} is counted with {unit.decimals} decimals")
    return int(whole or "0") * unit.scale + int((digits or "0").ljust(unit.decimals, "0") or "0")
