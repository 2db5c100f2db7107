"""How money held for an order is spread over its lines, and what is due when."""

from __future__ import annotations

from collections.abc import Mapping

from site_sync.domain.money import BASIS_POINTS, divide, split
from site_sync.domain.orders import DeliveryMode, Line, Order
from site_sync.domain.policies import DepositPolicy, Policy, Prepay
from site_sync.domain.totals import line_total, paid, settled, total_of


def minimum(total: int, policy: DepositPolicy, mode: DeliveryMode) -> int:
    """The least to be paid for an order of that total, in minor units."""
    if policy.prepay is Prepay.ALWAYS or mode is DeliveryMode.SHIP:
        return total
    if not policy.allowed:
        return 0
    asked = max(divide(total * policy.minimum_percent, BASIS_POINTS), policy.minimum_amount)
    return min(total, asked)


def minimum_due(order: Order, policy: DepositPolicy) -> int:
    """What is missing to the minimum: max(0, minimum(total of live lines) - paid)."""
    return max(0, minimum(total_of(order), policy, order.delivery.mode) - paid(order))


def converted_minimum_due(order: Order, policy: Policy) -> int:
    """What is missing when a quote becomes an order: as for any order, or what is set for quotes if more."""
    return max(minimum_due(order, policy.deposit), minimum_due(order, policy.quote_deposit))


def asks_to_prepay(order: Order, policy: DepositPolicy) -> bool:
    """Whether staff ask if the customer pays in full beforehand; what must be prepaid is not asked."""
    return policy.prepay is Prepay.ASK and balance(order) > minimum_due(order, policy)


def balance(order: Order) -> int:
    """What is left to pay in minor units."""
    return max(0, total_of(order) - paid(order))


def surplus(order: Order) -> int:
    """What no line can hold and may be given back, in minor units."""
    return max(0, paid(order) - total_of(order))


def held(order: Order) -> int:
    """What was paid and not yet used up by hand-overs; negative when goods left unpaid."""
    return paid(order) - settled(order)


def _value(order: Order, line: Line, start: int, end: int) -> int:
    including = order.prices_include_tax
    last = line_total(line, end, prices_include_tax=including)
    first = line_total(line, start, prices_include_tax=including)
    return last.amount - first.amount


def open_values(order: Order) -> list[int]:
    """What the open units of each line cost, in the order of the lines."""
    return [_value(order, line, line.quantities.collected, line.quantities.live) for line in order.lines]


def shares(order: Order) -> dict[int, int]:
    """The deposit share of each line (by number), spread over open lines by value."""
    values = open_values(order)
    spread = split(min(held(order), sum(values)), values)
    return {line.id: share for line, share in zip(order.lines, spread, strict=True)}


def value_now(order: Order, quantities: Mapping[int, int]) -> int:
    """What these further units (line → quantity) cost, tax included."""
    return sum(
        _value(order, line, line.quantities.collected, line.quantities.collected + quantities.get(line.id, 0))
        for line in order.lines
    )


def due_now(order: Order, quantities: Mapping[int, int]) -> int:
    """To pay when these units (line → quantity) are handed over: their value less their share of the deposit.

    Handing over all that is open makes the balance due.
    """
    now: list[int] = []
    rest: list[int] = []
    for line in order.lines:
        start = line.quantities.collected
        middle = start + quantities.get(line.id, 0)
        now.append(_value(order, line, start, middle))
        rest.append(_value(order, line, middle, line.quantities.live))
    open_total = sum(now) + sum(rest)
    share = min(held(order), open_total)
    if open_total == 0:
        return max(0, -share)
    return sum(now) - sum(split(share, now + rest)[: len(now)])


def paid_of(order: Order, quantities: Mapping[int, int]) -> int:
    """What of the price of these further units (line → quantity) was paid before: their deposit share."""
    return value_now(order, quantities) - due_now(order, quantities)
