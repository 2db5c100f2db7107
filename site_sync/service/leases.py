"""Stock lent to tills: granted, spent by their commands, given back by themselves, ended with the till."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, insert, select, true, tuple_, update

from site_sync.domain.leases import Drawn, Key, Lease
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RECORDS, RecordKind
from site_sync.service import reservations
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Changed, Executor, Transaction

PART = 200
"""Items whose stock is locked and settled together."""
_L = t.leases.c
_FIELDS = tuple(Lease.__dataclass_fields__)
_SELECT = select(*(_L[name] for name in _FIELDS))
_OF_DEVICE = _SELECT.where(
    _L.device == bindparam("of_device"), _L.sku.in_(bindparam("of_skus", expanding=True))
)
_OF_ITEMS = _SELECT.where(_L.sku.in_(bindparam("of_skus", expanding=True))).order_by(
    _L.store, _L.sku, _L.device
)
_LEFT = _L.granted - _L.spent - _L.returned
_WRITE = (
    update(t.leases)
    .where(_L.device == bindparam("of_device"), _L.sku == bindparam("of_sku"))
    .values({name: bindparam(f"new_{name}") for name in _FIELDS if name not in ("device", "sku")})
)
_MORE_LEASED = (
    update(t.stock)
    .where(t.stock.c.store == bindparam("at_store"), t.stock.c.sku == bindparam("of_sku"))
    .values(leased=t.stock.c.leased + bindparam("more"), version=t.stock.c.version + 1)
)
_CODEC = RECORDS[RecordKind.LEASE]


def _lease(row: Any) -> Lease:
    return Lease(*row)


def of_device(db: Executor, device: str, skus: Iterable[str]) -> dict[str, Lease]:
    """A till's leases of some items by SKU, ended ones included."""
    wanted = sorted(set(skus))
    if not wanted or not device:
        return {}
    rows = db.execute(_OF_DEVICE, {"of_device": device, "of_skus": wanted})
    return {lease.sku: lease for lease in map(_lease, rows)}


def found(db: Executor, where: ColumnElement[bool]) -> list[Lease]:
    """Leases that fit, ended ones included."""
    return [_lease(row) for row in db.execute(_SELECT.where(where))]


def of_items(db: Executor, skus: Iterable[str]) -> list[Lease]:
    """Every till's lease of some items, at every store."""
    return [_lease(row) for row in db.execute(_OF_ITEMS, {"of_skus": sorted(set(skus))})]


@dataclass(frozen=True, slots=True)
class Honoured:
    """What of a command's draws its till really holds, by store and SKU, with the leases they are of."""

    leases: Mapping[Key, Lease]
    units: Mapping[Key, int]

    def within(self, levels: Mapping[Key, StockLevel]) -> dict[Key, StockLevel]:
        """The levels as the command may use them: what it draws is no longer kept from it."""
        return {
            key: replace(level, leased=level.leased - self.units.get(key, 0)) for key, level in levels.items()
        }


NONE = Honoured({}, {})


def honoured(tx: Transaction, device: str, drawn: Iterable[Drawn]) -> Honoured:
    """What a command may draw; units of a lease that ended, or that was never this till's, are not among it.

    The stock rows of the items must be held already: they guard the leases.
    """
    parts = tuple(drawn)
    good: dict[Key, Lease] = {}
    units: dict[Key, int] = {}
    for lease in of_device(tx, device, (part.sku for part in parts)).values():
        asked = sum(part.quantity for part in parts if (part.sku, part.lease) == (lease.sku, lease.id))
        if lease.left > 0 and asked > 0:
            good[lease.key], units[lease.key] = lease, min(lease.left, asked)
    return Honoured(good, units)


def spend(tx: Transaction, held: Honoured, drawn: Mapping[Key, int]) -> None:
    """Book what a decision promised out of leases; what it reserves is booked in the same transaction."""
    for key, units in sorted(drawn.items()):
        lease = held.leases[key]
        _write(tx, replace(lease, spent=lease.spent + units))
        _lend(tx, key, -units)


def give_back(tx: Transaction, device: str, parts: Iterable[Drawn]) -> None:
    """Take back what a till returns; what is of an ended lease came back when that ended."""
    given = sorted(parts, key=lambda part: part.sku)
    held = of_device(tx, device, [part.sku for part in given])
    reservations.lock_levels(tx, [lease.key for lease in held.values()])
    units = honoured(tx, device, given)
    for key, count in sorted(units.units.items()):
        lease = units.leases[key]
        _write(tx, replace(lease, returned=lease.returned + count))
        _lend(tx, key, -count)


def grant(tx: Transaction, lease: Lease, units: int, wanted: int) -> None:
    """Lend more to a till (or nothing), and say what it should hold at most; its stock row is held."""
    _write(tx, replace(lease, granted=lease.granted + units, wanted=wanted))
    if units:
        _lend(tx, lease.key, units)


def begin(tx: Transaction, lease: Lease) -> Lease:
    """A first lease of an item to a till, or one anew under a new id after the last one ended, as kept."""
    known = of_device(tx, lease.device, [lease.sku]).get(lease.sku)
    if known is None:
        tx.execute(insert(t.leases), {name: getattr(lease, name) for name in _FIELDS})
        return lease
    return _write(tx, replace(lease, version=known.version))


def end(tx: Transaction, device: str) -> None:
    """Everything that a till still holds comes back.

    Each lease is void from now on: a command that draws on it is decided as an ordinary one.
    """
    _end(tx, _L.device == device)


def end_every(tx: Transaction) -> None:
    """The same of every till."""
    _end(tx, true())


def _end(tx: Transaction, where: ColumnElement[bool]) -> None:
    """What the job lends at this very moment keeps its id, so that it is not forgotten; the job ends it.

    A lease with nothing left ends like any other, by a new version: an older answer would bring its id back.
    """
    query = select(_L.store, _L.sku, _L.device).where(where, _L.id != "")
    held = tx.execute(query.order_by(_L.store, _L.sku, _L.device)).all()
    for start in range(0, len(held), PART):
        part = held[start : start + PART]
        reservations.lock_levels(tx, [(row.store, row.sku) for row in part])
        for lease in found(tx, tuple_(_L.device, _L.sku).in_([(row.device, row.sku) for row in part])):
            end_one(tx, lease)


def end_one(tx: Transaction, lease: Lease) -> None:
    """One lease comes back at once and is void; its stock row is held."""
    units = lease.left
    _write(tx, replace(lease, id="", returned=lease.returned + units, wanted=0))
    if units:
        _lend(tx, lease.key, -units)


def _write(tx: Transaction, lease: Lease) -> Lease:
    lease = replace(lease, version=lease.version + 1)
    given = {f"new_{name}": getattr(lease, name) for name in _FIELDS if name not in ("device", "sku")}
    tx.execute(_WRITE, given | {"of_device": lease.device, "of_sku": lease.sku})
    tx.changed(Changed(RecordKind.LEASE.value, key_of(lease), lease.version, (lease.store,)))
    return lease


def _lend(tx: Transaction, key: Key, more: int) -> None:
    tx.execute(_MORE_LEASED, {"at_store": key[0], "of_sku": key[1], "more": more})
    tx.changed(reservations.stock_changed(*key))


def key_of(lease: Lease) -> str:
    """The key under which a lease travels to the tills."""
    return f"{lease.device}/{lease.sku}"


def as_facts(db: Executor, device: str, skus: Iterable[str]) -> dict[str, object]:
    """A till's leases of some items as the answer to its command tells them."""
    held = of_device(db, device, skus)
    return {"leases": [_CODEC.data(lease) for _, lease in sorted(held.items())]} if held else {}


@dataclass(frozen=True, slots=True)
class Uneven:
    """An item whose stock row says something else to be lent than its leases do."""

    store: str
    sku: str
    leased: int
    by_leases: int


def uneven(db: Executor) -> list[Uneven]:
    """All pairs of store and item where stock and leases disagree; normally none."""
    lent = select(_L.store, _L.sku, func.sum(_LEFT).label("units")).group_by(_L.store, _L.sku).subquery()
    units = func.coalesce(lent.c.units, 0).label("by_leases")
    s = t.stock.c
    joined = t.stock.outerjoin(lent, (s.store == lent.c.store) & (s.sku == lent.c.sku))
    query = select(s.store, s.sku, s.leased, units).select_from(joined).where(s.leased != units)
    return [Uneven(row.store, row.sku, row.leased, int(row.by_leases)) for row in db.execute(query)]


def even_out(tx: Transaction, store: str, sku: str) -> None:
    """Set what an item's stock row says is lent to what the leases say; looked at again with the row held."""
    reservations.lock_levels(tx, [(store, sku)])
    for found in uneven(tx):
        if (found.store, found.sku) == (store, sku):
            _lend(tx, (store, sku), found.by_leases - found.leased)
