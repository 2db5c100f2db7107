"""What a store's scales print: settings as people type them, and the units a printed value stands for."""

from __future__ import annotations

from site_sync.domain.codes import EmbeddedMeasure, EmbeddedValue, MeasuredBarcode
from site_sync.domain.money import Money, divide
from site_sync.domain.quantities import Unit


def scales_text(scales: tuple[MeasuredBarcode, ...]) -> str:
    """One form a line: prefix, `weight` or `price`, decimals."""
    return "\n".join(f"{form.prefix} {form.measure.value} {form.decimals}" for form in scales)


def scales_typed(text: str) -> tuple[MeasuredBarcode, ...]:
    """The forms of such a text; ValueError says what a line should look like."""
    return tuple(_form(line) for line in text.splitlines() if line.strip())


def _form(line: str) -> MeasuredBarcode:
    parts = line.lower().split()
    if len(parts) != 3 or parts[1] not in list(EmbeddedMeasure) or parts[2] not in set("0123"):
        typed = line.strip()
        raise ValueError(f"Write prefix, weight or price, and decimals, as in 21 weight 3; not {typed}.")
    return MeasuredBarcode(parts[0], EmbeddedMeasure(parts[1]), int(parts[2]))


def units_of(value: EmbeddedValue, unit: Unit, unit_price: Money) -> int:
    """Smallest sale units that a printed weight or price stands for; at least one."""
    if value.measure is EmbeddedMeasure.PRICE:
        return max(1, divide(value.amount * unit.scale, unit_price.amount)) if unit_price.amount else 1
    return max(1, value.amount * unit.scale // int(10**value.decimals))
