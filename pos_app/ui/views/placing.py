"""What picking came to, in words, before the bags are put on their shelves."""

from __future__ import annotations

from pos_app.ui.wording import quantity, say
from site_sync.domain.left_out import left_out
from site_sync.domain.orders import Line, Order
from site_sync.domain.substitutes import Answer, Substitution


def outcome(order: Order) -> list[str]:
    """What is left out, what comes instead, and what other stores send."""
    missed = left_out(order)
    said = [_left_out(order.line(number), units) for number, units in missed.items()]
    said += [_instead(order, one) for one in order.substitutions if one.answer is Answer.YES]
    return said + [_awaited(line) for line in order.lines if line.quantities.to_pick and line.blocks]


def asked_words(order: Order, asked: Substitution) -> str:
    """A substitute the customer is asked about."""
    item, missing = order.line(asked.line).description, order.line(asked.instead_of).description
    return say("pick.is_asked", item=item, missing=missing)


def _left_out(line: Line, units: int) -> str:
    return say("pick.short_line", count=quantity(units, line.unit), item=line.description)


def _instead(order: Order, one: Substitution) -> str:
    item, missing = order.line(one.line).description, order.line(one.instead_of).description
    return say("pick.comes_instead", item=item, missing=missing)


def _awaited(line: Line) -> str:
    count = quantity(line.quantities.to_pick, line.unit)
    return say("pick.waits_for", count=count, item=line.description, store=line.source_store)
