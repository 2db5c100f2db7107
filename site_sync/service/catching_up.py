"""After a restore: a command waits while other tills have still to bring what it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from site_sync.protocol.changes import RecordKind
from site_sync.protocol.envelope import PROTOCOL, Envelope, PayloadKind
from site_sync.service import enrolment, turns
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.enrolment import Device

PATIENCE = timedelta(minutes=10)
"""So long after the first command had to wait none waits any longer, whoever has not called by then."""
CALL_AGAIN_SECONDS = 2.0
AT_NEW = -1
"""Where a till stands that has brought back all that a site had taken of it."""
AT_PARKED = -2
"""Where one waits with what was parked before: as it never counted, it goes first where all wait."""

_VERSION = select(t.orders.c.version).where(t.orders.c.id == bindparam("of_id"))
_ORDERS_MOVED = (
    select(t.changes.c.position)
    .where(t.changes.c.kind == RecordKind.ORDER.value)
    .order_by(t.changes.c.position.desc())
    .limit(1)
)


def is_on(db: Executor, epoch: str, now: datetime) -> bool:
    """Whether commands may have to wait at all; once they need not, they never do again in this epoch."""
    if not enrolment.awaited(db):
        return False
    begun = turns.find(db, turns.WAITS)
    return begun is None or begun.outcome["epoch"] != epoch or now < _until(begun)


def is_new(envelope: Envelope) -> bool:
    """Whether no site has taken this before; tills bring back what one had taken first, and then such."""
    if envelope.schema_version < PROTOCOL or envelope.payload_kind is not PayloadKind.ORDER:
        return False
    return envelope.applied_as is None and not envelope.parked_before


@dataclass(frozen=True, slots=True)
class Try:
    """One try of a command: whether it is new or was parked, and how far orders had moved before the look."""

    new: bool
    parked: bool
    moved: int

    @property
    def place(self) -> int:
        """Where its till stands while it waits."""
        if self.new:
            return AT_NEW
        return AT_PARKED if self.parked else self.moved


def begun_try(db: Executor, envelope: Envelope) -> Try:
    """What has to be known before a command is looked at, as others go on meanwhile."""
    return Try(is_new(envelope), envelope.parked_before, _moved(db))


def _moved(db: Executor) -> int:
    return db.execute(_ORDERS_MOVED).scalar_one_or_none() or 0


def is_early(db: Executor, envelope: Envelope, order_id: str) -> bool:
    """Whether its order is not yet as it was when the site took this, or when the till decided it."""
    if envelope.payload_kind is not PayloadKind.ORDER:
        return False
    stood_on = envelope.base_version or 0 if envelope.applied_as is None else envelope.applied_as - 1
    version = db.execute(_VERSION, {"of_id": order_id}).scalar_one_or_none() or 0
    return version < stood_on


def must_wait(tx: Transaction, device: Device, epoch: str, now: datetime, tried: Try) -> bool:
    """Whether another till may still bring what a command of this one lacks, or what comes before a new one.

    It may not when every other one that is awaited has come to its new ones, or waits too and no order has
    moved since it looked: then they wait for each other, or for what nobody brings. This one goes, and it
    alone.
    """
    others = [one for one in enrolment.awaited(tx) if one != device.id]
    begun = _begun(tx, epoch, now)
    if not others or now >= _until(begun):
        return False
    places = dict(begun.outcome["waiting"])
    nobody = {AT_NEW} if tried.new else {AT_NEW, _moved(tx)}
    if tried.parked:
        nobody.add(AT_PARKED)
    waits = not all(places.get(one) in nobody for one in others)
    places.pop(device.id, None)
    if tried.new or waits:
        places[device.id] = tried.place
    if places != begun.outcome["waiting"]:
        turns.note(tx, turns.WAITS, now, {**begun.outcome, "waiting": places})
    return waits


def _begun(tx: Transaction, epoch: str, now: datetime) -> turns.Turn:
    """Since when commands wait in this epoch, and how far orders had moved as each till looked; locked.

    Begun anew when it lies ahead: a clock that ran ahead and was set back would let them wait for days.
    """
    known = turns.find_locked(tx, turns.WAITS)
    if known is not None and known.outcome["epoch"] == epoch and now >= _since(known):
        return known
    turns.note(tx, turns.WAITS, now, {"epoch": epoch, "since": now.isoformat(), "waiting": {}})
    fresh = turns.find_locked(tx, turns.WAITS)
    if fresh is None:
        raise LookupError(turns.WAITS)
    return fresh


def _until(begun: turns.Turn) -> datetime:
    return _since(begun) + PATIENCE


def _since(begun: turns.Turn) -> datetime:
    return datetime.fromisoformat(begun.outcome["since"])


def is_told(db: Executor, envelope: Envelope, at: datetime) -> bool:
    """Whether a command's customer has heard of it, as the site had taken it before it was restored.

    Tills of an older protocol do not say so: of theirs, what was done before the restore counts as told.
    """
    if envelope.applied_as is not None or envelope.schema_version >= PROTOCOL:
        return envelope.applied_as is not None
    begun = turns.find(db, turns.EPOCH)
    return begun is not None and begun.last_at is not None and at < begun.last_at
