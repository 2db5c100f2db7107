"""Units that were missed and for which nothing else of the order stands in."""

from __future__ import annotations

from collections import defaultdict

from site_sync.domain.orders import Line, Order
from site_sync.domain.substitutes import Answer


def left_out(order: Order) -> dict[int, int]:
    """Missed units by line number, without those that a substitute or another store's goods stand for."""
    missed = {line.id: line.quantities.short for line in order.lines if line.quantities.short}
    replaced: dict[int, int] = defaultdict(int)
    for one in order.substitutions:
        if one.answer is not Answer.NO:
            replaced[one.instead_of] += one.quantity
    instead = {one.line for one in order.substitutions}
    for line in order.lines:
        if line.id in instead:
            continue
        units = line.quantities.ordered
        for first in _sent_for(order, line):
            taken = min(units, missed.get(first.id, 0) - replaced[first.id])
            if taken > 0:
                replaced[first.id] += taken
                units -= taken
    rest = {number: short - replaced[number] for number, short in missed.items()}
    return {number: units for number, units in rest.items() if units > 0}


def _sent_for(order: Order, line: Line) -> list[Line]:
    """Earlier lines of the same goods that were to come from elsewhere."""
    return [
        one
        for one in order.lines
        if one.id < line.id and one.sku == line.sku and one.source_store != line.source_store
    ]
