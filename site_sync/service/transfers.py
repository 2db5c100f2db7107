"""Lines of a new web order that its collect store cannot serve, taken from stores that can."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from site_sync.domain.catalogue import ItemKind
from site_sync.domain.commands import Create
from site_sync.domain.deadlines import Calendar
from site_sync.domain.orders import DeliveryMode
from site_sync.domain.shop import Store
from site_sync.domain.sourcing import Sourcing, ready_after_transfer
from site_sync.service import reservations
from site_sync.service.database.records import Settled
from site_sync.service.database.transaction import Executor


def by_priority(stores: Iterable[Store]) -> list[str]:
    """Codes of stores in the order in which goods are taken from them."""
    return [store.code for store in sorted(stores, key=lambda one: (one.priority, one.code))]


def sourcing(db: Executor, home: str, stores: Iterable[Store], skus: Iterable[str]) -> Sourcing:
    """What is free of some items at a store and at those that may send to it."""
    others = by_priority(stores)
    keys = [(store, sku) for store in dict.fromkeys((home, *others)) for sku in dict.fromkeys(skus)]
    levels = reservations.levels(db, keys)
    return Sourcing(home, others, {key: level.available for key, level in levels.items()})


def brought(db: Executor, act: Create, settled: Settled, now: datetime) -> Create:
    """The order with lines sourced at other stores and promised later, where the shop's policy allows it."""
    delivery = act.delivery
    home = settled.stores.get(delivery.store)
    policy = settled.policies.for_order(delivery.store, delivery.method)
    if home is None or delivery.mode is not DeliveryMode.COLLECT or not policy.transfer_hours:
        return act
    skus = [line.sku for line in act.lines if line.kind is ItemKind.GOODS]
    found = sourcing(db, home.code, settled.stores.values(), skus)
    lines, senders = [], set()
    for line in act.lines:
        store, _ = found.take(line.sku, line.quantity) if line.kind is ItemKind.GOODS else (home.code, 0)
        if store != home.code and not line.source_store:
            line = replace(line, source_store=store)
            senders.add(store)
        lines.append(line)
    if not senders:
        return act
    there = _calendars(settled, senders)
    ready = ready_after_transfer(now, policy.preparation_minutes, policy.transfer_hours, home.calendar, there)
    promised = max(ready, delivery.requested_at) if delivery.requested_at else ready
    return replace(act, lines=tuple(lines), promised_at=promised)


def _calendars(settled: Settled, stores: Iterable[str]) -> list[Calendar]:
    return [settled.stores[store].calendar for store in stores]
