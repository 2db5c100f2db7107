"""Measuring how long picking takes in each store, for the promise clock of its queue."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from site_sync.domain.events import Recorded, UnitsMoved
from site_sync.domain.orders import Bucket
from site_sync.domain.pace import UnitsPicked, seconds_per_line
from site_sync.domain.shop import Store
from site_sync.protocol.changes import RecordKind
from site_sync.protocol.codec import RECORDED
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.wiring import Site

MEASURED_DAYS = 28
MOST_ORDERS, MOST_MOVES = 5_000, 20_000
"""Orders changed last, and moved units of theirs, looked at for one store; more would say the same."""


def _picked(recorded: Recorded) -> UnitsPicked | None:
    event = recorded.event
    if not isinstance(event, UnitsMoved) or event.target is not Bucket.PICKED or event.sent_from:
        return None
    found = event.source is Bucket.TO_PICK and event.bag > 0
    return UnitsPicked(recorded.by.id, recorded.at, recorded.order_id, event.line) if found else None


def _pace(db: Executor, site: Site, store: Store) -> tuple[int, ...]:
    h, o = t.history.c, t.orders.c
    since = site.now() - timedelta(days=MEASURED_DAYS)
    # An expression, so that the index of time is walked, not that of a store which may have most orders.
    latest = select(o.id).where(o.work_store.concat("") == store.code, o.updated_at >= since)
    changed = latest.order_by(o.updated_at.desc()).limit(MOST_ORDERS).subquery()
    query = (
        select(h.body)
        .join_from(changed, t.history, changed.c.id == h.order_id)
        .where(h.kind == "units_moved", h.at >= since)
        .order_by(h.at.desc())
        .limit(MOST_MOVES)
    )
    moves = (_picked(RECORDED.load(body)) for body in db.execute(query).scalars())
    return seconds_per_line((one for one in moves if one is not None), store.calendar)


def _measured(db: Executor, site: Site) -> dict[str, tuple[int, ...]]:
    stores: list[Store] = records.every(db, RecordKind.STORE)
    found = {store.code: (_pace(db, site, store), store.pick_seconds) for store in stores}
    return {code: pace for code, (pace, known) in found.items() if pace != known and (any(pace) or known)}


def measure_picking(site: Site) -> int:
    """Keep each store's pace with its record, so that its tills know it.

    Nothing is left to do at once, whatever was found: the next look is at the next interval.
    """
    measured = site.database.read(lambda db: _measured(db, site))

    def keep(tx: Transaction) -> None:
        stores: list[Store] = records.every(tx, RecordKind.STORE)
        changed = [replace(one, pick_seconds=measured[one.code]) for one in stores if one.code in measured]
        records.save(tx, RecordKind.STORE, *changed)

    if measured:
        site.database.write(keep)
    return 0
