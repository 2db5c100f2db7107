"""What others changed of the order in the sale, in words."""

from __future__ import annotations

from pos_app.operations.meanwhile import CaughtUp, LineDifference
from pos_app.ui.wording import money, quantity, say


def changed_meanwhile(found: CaughtUp) -> str:
    """One sentence: which order, what differs, and that one's own changes are kept."""
    parts = [_line(one) for one in found.lines]
    if found.paid[0] != found.paid[1]:
        paid = {"old": money(found.paid[0]), "new": money(found.paid[1])}
        parts.append(say("order.meanwhile_paid", **paid))
    if found.delivery:
        parts.append(say("order.meanwhile_delivery"))
    number = found.cart.base.number if found.cart.base else ""
    return say("order.meanwhile", number=number, changes="; ".join(parts))


def _line(one: LineDifference) -> str:
    if one.units[0] != one.units[1]:
        old, new = (quantity(count, one.unit) for count in one.units)
    else:
        old, new = (money(price) for price in one.prices)
    return f"{one.name} {old} → {new}"
