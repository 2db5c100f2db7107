"""What a line's discount comes to when its quantity changes: the same share for each unit."""

from __future__ import annotations

from dataclasses import replace

from site_sync.domain.money import Money, divide
from site_sync.domain.orders import Bucket, Line
from site_sync.domain.quantities import value_of


def with_more(line: Line, more: int) -> Line:
    """The line with more units to pick, each at the same discount; what was handed over keeps its price."""
    grown = replace(line, quantities=line.quantities.add(Bucket.TO_PICK, more))
    before, after = line.quantities.ordered, grown.quantities.ordered
    if not line.discount or not before:
        return grown
    fair = divide(line.discount.amount * after, before)
    near = [fair]
    for step in range(1, after // max(1, line.quantities.collected) + 2):
        near += [fair - step, fair + step]
    tries = (replace(grown, discount=Money(amount, line.discount.currency)) for amount in near if amount >= 0)
    same = (one for one in tries if _settled(one) == _settled(line))
    return next(same, replace(grown, discount=Money(fair, line.discount.currency)))


def _settled(line: Line) -> tuple[Money, Money]:
    return line.value(line.quantities.collected), line.value(line.returned)


def with_live(line: Line, live: int) -> Line:
    """The line as a change to that many live units leaves its discount; fewer units leave it as it is."""
    more = live - line.quantities.live
    return with_more(line, more) if more > 0 else line


def discount_at(line: Line, live: int) -> int:
    """Minor units off what the customer pays for when so many units are live."""
    changed = with_live(line, live)
    gross = value_of(line.unit_price, live - line.returned, line.unit)
    return (gross - (changed.value(live) - changed.value(line.returned))).amount


def discount_for(line: Line, live: int, wanted: int) -> int:
    """The discount of the whole line by which so much comes off so many live units."""
    charged = live - line.returned
    ordered = with_live(line, live).quantities.ordered
    return divide(wanted * ordered, charged) if charged else wanted
