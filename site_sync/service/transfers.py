"""Lines of a web order that its collect store cannot serve, taken from stores that can."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from site_sync.domain.catalogue import ItemKind
from site_sync.domain.commands import Amend, Create
from site_sync.domain.orders import Delivery, DeliveryMode, Line, Order
from site_sync.domain.particulars import LineSource, NewLine
from site_sync.domain.shop import Store
from site_sync.domain.sourcing import Sourcing, moving, ready_after_transfer
from site_sync.service import reservations, soft_reservations
from site_sync.service.database.records import Settled
from site_sync.service.database.transaction import Executor


def by_priority(stores: Iterable[Store]) -> list[str]:
    """Codes of stores in the order in which goods are taken from them."""
    return [store.code for store in sorted(stores, key=lambda one: (one.priority, one.code))]


def _sourcing(db: Executor, home: str, settled: Settled, skus: Iterable[str], now: datetime) -> Sourcing:
    """What is free of some items at a store and at those that may send to it; what is in no quote first."""
    others = by_priority(settled.stores.values())
    keys = [(store, sku) for store in dict.fromkeys((home, *others)) for sku in dict.fromkeys(skus)]
    levels = reservations.levels(db, keys)
    free = {key: level.available for key, level in levels.items()}
    unpromised = soft_reservations.unpromised_of(db, levels, now, settled.policies)
    return Sourcing(home, others, free, {key: free[key] - units for key, units in unpromised.items()})


def brought(db: Executor, act: Create, settled: Settled, now: datetime) -> Create:
    """The order with lines sourced at other stores and promised later, where the shop's policy allows it."""
    home = _bringing(act.delivery, settled)
    if home is None:
        return act
    skus = [line.sku for line in act.lines if line.kind is ItemKind.GOODS]
    found = _sourcing(db, home.code, settled, skus, now)
    lines = tuple(_sourced(found, home.code, line) for line in act.lines)
    senders = {new.source_store for old, new in zip(act.lines, lines, strict=True) if new != old}
    if not senders:
        return act
    return replace(act, lines=lines, promised_at=_promise(act.delivery, settled, senders, now))


def brought_later(db: Executor, act: Amend, order: Order, settled: Settled, now: datetime) -> Amend:
    """The change with new lines, and those that move to another store, sourced as those of a new order."""
    delivery = act.delivery or order.delivery
    home = _bringing(delivery, settled)
    if home is None:
        return act
    skus = [line.sku for line in act.add if line.kind is ItemKind.GOODS]
    skus += [line.sku for line in order.lines if line.stocked]
    found = _sourcing(db, home.code, settled, skus, now)
    sources = _kept(found, home.code, order, act)
    add = tuple(_sourced(found, home.code, line) for line in act.add)
    senders = {one.store for one in sources} | {line.source_store for line in add} - {""}
    senders.discard(home.code)
    if not senders:
        return act
    promise = _promise(delivery, settled, senders, now)
    later = order.promised_at is None or promise > order.promised_at
    return replace(act, add=add, sources=sources, promised_at=promise if later else None)


def _bringing(delivery: Delivery, settled: Settled) -> Store | None:
    """The collect store, when goods of other stores may be brought there."""
    brings = settled.policies.for_order(delivery.store, delivery.method).transfer_hours
    return settled.stores.get(delivery.store) if brings and delivery.mode is DeliveryMode.COLLECT else None


def _sourced(found: Sourcing, home: str, line: NewLine) -> NewLine:
    """A new line with the store its goods come from, when that is another one than home."""
    store, _ = found.take(line.sku, line.quantity) if line.kind is ItemKind.GOODS else (home, 0)
    return line if store == home or line.source_store else replace(line, source_store=store)


def _kept(found: Sourcing, home: str, order: Order, act: Amend) -> tuple[LineSource, ...]:
    """Where lines get their goods that move to another store; units added to any line are given out."""
    wanted = {change.line: change.quantity for change in act.change if change.quantity is not None}
    moves = moving(order, order.work_store) if home != order.work_store else {}
    sources = []
    for line in order.lines:
        more = max(0, wanted.get(line.id, 0) - line.quantities.live)
        if line.id in moves and line.id not in act.void:
            sources.append(LineSource(line.id, _source(found, home, line, (moves[line.id], more))))
        elif line.stocked:
            found.give(line.source_store, line.sku, more)
    return tuple(sources)


def _source(found: Sourcing, home: str, line: Line, units: tuple[int, int]) -> str:
    """Home when it has all units, moved and added; else where the moved ones are, to be sent from there."""
    moved, more = units
    here, untouched = line.source_store, moved == line.quantities.to_pick
    if untouched and found.free(home, line.sku) < moved + more and found.free(here, line.sku) >= more:
        found.give(here, line.sku, more)
        return here
    store, _ = found.take(line.sku, moved + more)
    return store


def _promise(delivery: Delivery, settled: Settled, senders: Iterable[str], now: datetime) -> datetime:
    """When the goods should be ready that other stores send, or later if so requested."""
    policy = settled.policies.for_order(delivery.store, delivery.method)
    here, there = settled.stores[delivery.store].calendar, [settled.stores[one].calendar for one in senders]
    ready = ready_after_transfer(now, policy.preparation_minutes, policy.transfer_hours, here, there)
    return max(ready, delivery.requested_at) if delivery.requested_at else ready
