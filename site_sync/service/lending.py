"""Lending stock to tills and asking it back, as the shop's settings and what is available say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import case, insert, or_, select, update

from site_sync.domain.leases import Key, Lease, Terms, plan
from site_sync.domain.policies import Policies
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RecordKind
from site_sync.service import changes, leases, reservations
from site_sync.service.changes import FeedEntry
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.enrolment import Device, DeviceState

READER = "leases"
"""The name under which the feed's place is kept up to which stock was looked at."""
_F = t.feed_readers.c
_POSITION = select(_F.position).where(_F.name == READER)
_LENT_TO = select(t.devices.c.store, t.devices.c.id).where(
    t.devices.c.state == DeviceState.ACTIVE.value, t.devices.c.takes_leases.is_(True)
)
_MOVES = frozenset({RecordKind.STOCK.value})
_SETTLES = frozenset({RecordKind.POLICIES.value, RecordKind.STORE.value})


@dataclass(frozen=True, slots=True)
class Look:
    """What has to be looked at since a place in the feed: items at stores, up to another place.

    `since` is None or below 0 where everything is looked at; `more` says that there is more to look at.
    """

    keys: tuple[Key, ...]
    since: int | None
    position: int
    more: bool = False


def look(db: Executor) -> Look:
    """Items whose stock moved; all that there are or are lent once terms, stores or tills changed."""
    head = changes.head(db)
    since = position(db)
    found: list[FeedEntry] | None = None
    if since is not None and since >= 0:
        found = changes.entries_from(db, since, head)
    if found is None or any(entry.kind in _SETTLES for entry in found):
        return Look(_everything(db), since, head)
    keys = {_key(entry.key) for entry in found if entry.kind in _MOVES}
    reached = found[-1].position if found else head
    return Look(tuple(sorted(keys)), since, reached, more=len(found) == changes.BATCH)


def _key(text: str) -> Key:
    store, _, sku = text.partition("/")
    return store, sku


def _everything(db: Executor) -> tuple[Key, ...]:
    s = t.stock.c
    query = select(s.store, s.sku).where(or_(s.on_hand > 0, s.leased > 0)).order_by(s.store, s.sku)
    return tuple((row.store, row.sku) for row in db.execute(query))


def position(db: Executor) -> int | None:
    """The place in the feed up to which stock was looked at; below 0 when all of it is to be looked at."""
    found = db.execute(_POSITION).scalar_one_or_none()
    return None if found is None else int(found)


def looked(tx: Transaction, seen: Look) -> None:
    """That was looked at; nothing is noted where somebody asked meanwhile to look again."""
    if seen.since is not None:
        here = (_F.name == READER, _F.position == seen.since)
        tx.execute(update(t.feed_readers).where(*here).values(position=seen.position))
    elif position(tx) is None:
        tx.execute(insert(t.feed_readers), {"name": READER, "position": seen.position})


def look_again(tx: Transaction) -> None:
    """Tills came or went: everything is looked at the next time, also where it is being looked at now."""
    other = case((_F.position < 0, _F.position - 1), else_=-1)
    if not tx.execute(update(t.feed_readers).where(_F.name == READER).values(position=other)).rowcount:
        tx.execute(insert(t.feed_readers), {"name": READER, "position": -1})


def tell(tx: Transaction, device: Device, *, takes_leases: bool) -> None:
    """Remember whether a starting till knows leases; one that does not gives back what it had."""
    if device.takes_leases == takes_leases:
        return
    d = t.devices.c
    tx.execute(update(t.devices).where(d.id == device.id).values(takes_leases=takes_leases))
    if not takes_leases:
        leases.end(tx, device.id)
    look_again(tx)


@dataclass(frozen=True, slots=True)
class Lenders:
    """Who can be lent to, by store, and how much."""

    tills: dict[str, tuple[str, ...]]
    policies: Policies

    def terms(self, store: str) -> Terms:
        """How much a store lends to its tills."""
        policy = self.policies.for_order(store, "")
        return Terms(policy.lease_percent, policy.lease_most)

    def of(self, store: str) -> tuple[str, ...]:
        """The tills of a store that can be lent to."""
        return self.tills.get(store, ())

    @property
    def lend(self) -> bool:
        """Whether any store with tills lends at all."""
        return any(self.terms(store).lends for store in self.tills)


def lenders(db: Executor) -> Lenders:
    """Tills that take part and know leases, with the terms of their stores."""
    tills: dict[str, list[str]] = defaultdict(list)
    for row in db.execute(_LENT_TO):
        tills[row.store].append(row.id)
    return Lenders({store: tuple(sorted(ids)) for store, ids in tills.items()}, records.policies(db))


def anything_to_do(db: Executor) -> bool:
    """Whether any store lends, or some till still holds anything."""
    lent = select(t.stock.c.sku).where(t.stock.c.leased > 0).limit(1)
    return lenders(db).lend or db.execute(lent).first() is not None


def unsettled(db: Executor, keys: Sequence[Key], to: Lenders) -> tuple[Key, ...]:
    """Those of some items of which more is to be lent or asked back."""
    found: list[Key] = []
    for start in range(0, len(keys), leases.PART):
        part = keys[start : start + leases.PART]
        levels = reservations.levels(db, part)
        held = _held(db, part)
        found += [key for key in part if key in levels and _steps(levels[key], held.get(key, []), to)]
    return tuple(found)


def _held(db: Executor, keys: Iterable[Key]) -> dict[Key, list[Lease]]:
    wanted = set(keys)
    found: dict[Key, list[Lease]] = defaultdict(list)
    for lease in leases.of_items(db, {sku for _, sku in wanted}):
        if lease.key in wanted:
            found[lease.key].append(lease)
    return found


def _steps(level: StockLevel, held: Sequence[Lease], to: Lenders) -> tuple[tuple[str, int, int], ...]:
    own = {lease.device: (lease.left, lease.wanted) for lease in held}
    steps = plan(level, to.terms(level.store), own, to.of(level.store))
    return tuple((step.device, step.grant, step.wanted) for step in steps)


def settle(tx: Transaction, keys: Sequence[Key], new_id: Callable[[], str]) -> int:
    """Lend and ask back of some items what is due now; returns how many leases moved.

    Everything is read again with the stock held still. A till that takes no part any more gives back at once.
    """
    levels = reservations.lock_levels(tx, keys)
    to, held, moved = lenders(tx), _held(tx, keys), 0
    for key, level in sorted(levels.items()):
        own = {lease.device: lease for lease in held.get(key, ())}
        for device, units, wanted in _steps(level, list(own.values()), to):
            lease = own.get(device) or Lease("", device, *key)
            if device in to.of(level.store):
                lease = lease if lease.id else leases.begin(tx, Lease(new_id(), device, *key))
                leases.grant(tx, lease, units, wanted)
            else:
                leases.end_one(tx, lease)
            moved += 1
    return moved
