"""What this till may do while it does not reach its site, and how much of each is left."""

from __future__ import annotations

from dataclasses import dataclass

from pos_app.operations.desk import Desk
from site_sync.domain import offline
from site_sync.domain.errors import Refusal
from site_sync.domain.money import Money
from site_sync.domain.offline import TABLE, Limit, OfflineAct, Standing, Verdict
from site_sync.domain.orders import Order, Stage


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit with what the shop has set (None: nothing) and what is left of it at this till (None: all)."""

    limit: Limit
    most: int | None
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One act: how it stands while the till is cut off, why not, within which bounds."""

    act: OfflineAct
    verdict: Verdict
    why: str
    bounds: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class WhatWorks:
    """The whole table with this till's figures."""

    online: bool
    lines: tuple[Line, ...]
    standing: Standing
    items: int
    units: int
    currency: str


def refusal(desk: Desk, act: OfflineAct, amount: Money | None = None) -> Refusal | None:
    """Why this till does not do it now; None while it reaches the site."""
    standing = desk.standing()
    return None if standing is None else offline.refusal(act, desk.policy(), standing, amount)


def collect_refusal(desk: Desk, order: Order) -> Refusal | None:
    """Why this till does not hand an order over now; None while it reaches the site."""
    standing = desk.standing(order.id)
    if standing is None or order.stage in (Stage.DONE, Stage.QUOTE):
        return None
    policy = desk.policy(order.work_store, order.delivery.method)
    return offline.collect_refusal(order, desk.identity.store, policy, standing)


def what_works(desk: Desk) -> WhatWorks:
    """What works while this till is cut off, whether it is now or not."""
    policy, standing = desk.policy(), desk.standing() or Standing()
    items, units = desk.store.leases.units_left()

    def bound(limit: Limit) -> Bound:
        most = offline.most(limit, policy)
        used = {Limit.ORDERS: standing.orders, Limit.HOURS: standing.hours}.get(limit)
        if limit is Limit.LEASES:
            return Bound(limit, units, units)
        return Bound(limit, most, None if most is None or used is None else max(0, most - used))

    lines = tuple(
        Line(act, offline.verdict(act, policy), row.why, tuple(bound(limit) for limit in row.limits))
        for act, row in TABLE.items()
    )
    return WhatWorks(desk.online(), lines, standing, items, units, desk.currency)
