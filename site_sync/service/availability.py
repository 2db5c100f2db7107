"""Which stores could hand some items over, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import asin, cos, radians, sin, sqrt
from typing import Literal

from site_sync.domain.catalogue import Item, ItemKind
from site_sync.domain.errors import Code, Refused
from site_sync.domain.policies import Policies
from site_sync.domain.shop import Store
from site_sync.domain.sourcing import Sourcing, ready_after_transfer
from site_sync.protocol.changes import RecordKind
from site_sync.protocol.web_shop import AvailabilityLine, AvailabilityRequest
from site_sync.protocol.web_shop_answers import moment_text, opening_hours
from site_sync.protocol.web_shop_shapes import LineAvailability, StoreAnswer, StoreAvailability
from site_sync.service import reservations, soft_reservations
from site_sync.service.database import records
from site_sync.service.database.transaction import Executor
from site_sync.service.reservations import Key
from site_sync.service.transfers import by_priority

EARTH_KM = 6371.0
COLLECT = "collect"
Place = tuple[float, float]
"""Latitude and longitude in degrees."""


def known_items(db: Executor, skus: Iterable[str]) -> dict[str, Item]:
    """The items of some SKUs; refused with those nobody knows."""
    wanted = list(dict.fromkeys(skus))
    found: dict[str, Item] = records.some(db, RecordKind.ITEM, wanted)
    if unknown := [sku for sku in wanted if sku not in found]:
        raise Refused(Code.ITEM_UNKNOWN, skus=unknown)
    return found


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked about, and what is known of it."""

    lines: tuple[AvailabilityLine, ...]
    items: Mapping[str, Item]
    free: Mapping[Key, int]
    stores: Mapping[str, Store]
    policies: Policies
    now: datetime


def availability(db: Executor, request: AvailabilityRequest, now: datetime) -> list[StoreAvailability]:
    """What the store named, or each store that offers collection, can hand over.

    Where goods may be brought from other stores, what all of a line can be had from counts too. What staff
    promised softly in a quote is not offered.
    """
    stores = _stores(db, request.store)
    items = known_items(db, (line.sku for line in request.lines))
    every = {store.code: store for store in records.every(db, RecordKind.STORE)}
    policies = records.policies(db)
    brought = any(policies.for_order(store.code, COLLECT).transfer_hours for store in stores)
    codes = every if brought else [store.code for store in stores]
    levels = reservations.levels(db, [(code, sku) for code in codes for sku in items])
    free = soft_reservations.unpromised_of(db, levels, now, policies)
    asked = _Asked(request.lines, items, free, every, policies, now)
    return [_at(store, asked) for store in stores]


def _stores(db: Executor, named: str | None) -> list[Store]:
    if named is None:
        return [store for store in records.every(db, RecordKind.STORE) if store.click_and_collect]
    store = records.find(db, RecordKind.STORE, named)
    if store is None:
        raise Refused(Code.STORE_UNKNOWN, store=named)
    return [store]


def _at(store: Store, asked: _Asked) -> StoreAvailability:
    policy = asked.policies.for_order(store.code, COLLECT)
    others = by_priority(asked.stores.values()) if policy.transfer_hours else []
    sourcing = Sourcing(store.code, others, asked.free)
    found = [_line(line, store.code, sourcing, asked) for line in asked.lines]
    lines = [line for line, _ in found]
    missing = sum(line["short"] for line in lines)
    wanted = sum(line["requested"] for line in lines)
    can: Literal["all", "some", "none"] = "all" if not missing else "some" if missing < wanted else "none"
    if not store.click_and_collect:
        can = "none"
    senders = [asked.stores[code].calendar for _, code in found if code != store.code]
    ready = ready_after_transfer(
        asked.now, policy.preparation_minutes, policy.transfer_hours, store.calendar, senders
    )
    when = None if can == "none" else moment_text(ready)
    return {"store": store.code, "can_collect": can, "ready_at": when, "lines": lines}


def _line(
    line: AvailabilityLine, home: str, sourcing: Sourcing, asked: _Asked
) -> tuple[LineAvailability, str]:
    """Availability of one line, and the store its goods come from; a SKU is given out only once."""
    free, store = line.quantity, home
    if asked.items[line.sku].kind is ItemKind.GOODS:
        here = sourcing.free(home, line.sku)
        store, taken = sourcing.take(line.sku, line.quantity)
        free = here if store == home else taken
    short = max(0, line.quantity - free)
    told: LineAvailability = {
        "sku": line.sku,
        "requested": line.quantity,
        "available": free,
        "short": short,
    }
    return told, store


def stores_by_distance(db: Executor, near: Place | None, *, collect: bool | None) -> list[StoreAnswer]:
    """Stores for a web shop's choice of shop: the nearest first, else by the shop's own priority."""
    policies = records.policies(db)
    stores = [s for s in records.every(db, RecordKind.STORE) if collect in (None, s.click_and_collect)]
    answers = [(_far(store, near), store) for store in stores]
    answers.sort(key=lambda pair: (pair[0] is None, pair[0] or 0.0, pair[1].priority, pair[1].code))
    return [_store(store, policies, far) for far, store in answers]


def _far(store: Store, near: Place | None) -> float | None:
    if near is None or store.latitude is None or store.longitude is None:
        return None
    return distance_km(near, (store.latitude, store.longitude))


def distance_km(a: Place, b: Place) -> float:
    """Great-circle distance in kilometres."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(radians, place)) for place in (a, b))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def _store(store: Store, policies: Policies, far: float | None) -> StoreAnswer:
    policy = policies.for_order(store.code, COLLECT)
    return {
        "code": store.code,
        "name": store.name,
        "address": store.address,
        "phone": store.phone,
        "latitude": store.latitude,
        "longitude": store.longitude,
        "timezone": store.calendar.timezone,
        "click_and_collect": store.click_and_collect,
        "opening_hours": opening_hours(store),
        "closed_days": [day.isoformat() for day in store.calendar.closed],
        "hours_to_collect": policy.deadline.hours,
        "preparation_minutes": policy.preparation_minutes,
        "distance_km": None if far is None else round(far, 1),
    }
