"""What the database says of how the site is doing: the same from whichever process it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Table, func, make_url, select, text

from site_sync.service import changes, turns
from site_sync.service.connectors import receipts
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor
from site_sync.service.enrolment import DeviceState
from site_sync.service.meters import TillSaid
from site_sync.service.metric_series import ALONE, Labels, Values, series
from site_sync.service.outbox import OutState

ONLINE = timedelta(minutes=2)
_UNDONE = (OutState.WAITING.value, OutState.SENDING.value, OutState.DEAD.value)


def _counted(db: Executor, *columns: ColumnElement[Any], where: ColumnElement[bool] | None = None) -> Values:
    query = select(*columns, func.count().label("many")).group_by(*columns)
    rows = db.execute(query if where is None else query.where(where))
    names = [str(column.key) for column in columns]
    return {tuple(zip(names, map(str, row[:-1]), strict=True)): int(row.many) for row in rows}


def _outgoing(db: Executor, table: Table) -> Values:
    """Outgoing rows by state; those to look at with their count, also where it is none."""
    none: dict[Labels, float] = {(("state", state),): 0 for state in _UNDONE}
    return none | dict(_counted(db, table.c.state))


def _received(db: Executor) -> Values:
    found = receipts.counts(db).items()
    return {(("connector", connector), ("state", state)): count for (connector, state), count in found}


def _repeated(db: Executor) -> Values:
    r = t.webhook_receipts.c
    rows = db.execute(select(r.connector, func.sum(r.duplicates).label("many")).group_by(r.connector))
    return {(("connector", row.connector),): int(row.many) for row in rows}


def _failing(db: Executor) -> Values:
    """How many shops could not be asked the last time."""
    polls = t.connector_polls
    query = select(func.count()).select_from(polls).where(polls.c.failures > 0)
    return {ALONE: int(db.execute(query).scalar_one())}


def database_bytes(db: Executor, url: str) -> int:
    """How large the database is, in bytes; nothing for one in memory."""
    place = make_url(url)
    if place.get_backend_name() == "postgresql":
        return int(db.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    files = [Path(f"{place.database}{ending}") for ending in ("", "-wal")]
    return sum(file.stat().st_size for file in files if place.database and file.exists())


def shop_lines(db: Executor) -> Iterator[str]:
    """Orders, messages and webhooks."""
    orders = _counted(db, t.orders.c.stage, where=t.STILL_OPEN)
    yield from series("handover_orders", "gauge", "Open orders by stage.", orders)
    problems = _counted(db, t.problems.c.state)
    yield from series("handover_problems", "gauge", "Problems by state.", problems)
    yield from series("handover_holds", "gauge", "Checkout holds by state.", _counted(db, t.holds.c.state))
    for name, what, table in (
        ("handover_messages", "Messages", t.messages),
        ("handover_webhooks_out", "Outgoing webhooks", t.webhook_deliveries),
        ("handover_shop_reports", "What shops are told of their orders", t.shop_reports),
    ):
        yield from series(name, "gauge", f"{what} by state.", _outgoing(db, table))
    yield from series(
        "handover_webhooks_in", "gauge", "Webhooks received, by connector and state.", _received(db)
    )
    yield from series("handover_shop_polls_failing", "gauge", "Shops that did not answer last.", _failing(db))
    yield from series("handover_webhooks_in_repeated", "counter", "Webhooks that came again.", _repeated(db))


def till_lines(db: Executor, said: Mapping[str, TillSaid], now: datetime) -> Iterator[str]:
    """Tills by state, who calls, what waits at them, how far behind the feed each store is."""
    d = t.devices.c
    states = _counted(db, d.state)
    yield from series("handover_tills", "gauge", "Tills by state.", states)
    active = d.state == DeviceState.ACTIVE.value
    rows = db.execute(select(d.id, d.store, d.last_seen, d.waiting).where(active)).all()
    online: dict[Labels, float] = {(("store", row.store),): 0 for row in rows}
    pending, oldest, head = dict(online), 0.0, changes.head(db)
    lag: dict[Labels, float] = {}
    for row in rows:
        store: Labels = (("store", row.store),)
        online[store] += row.last_seen is not None and row.last_seen > now - ONLINE
        pending[store] += row.waiting
        here = said.get(row.id)
        since = here.waits_since if here and here.waits_since else row.last_seen
        if row.waiting and since is not None:
            oldest = max(oldest, (now - since).total_seconds())
        if here is not None:
            lag[store] = max(lag.get(store, 0), head - here.position)
    yield from series("handover_tills_online", "gauge", "Tills that called within two minutes.", online)
    yield from series("handover_tills_pending", "gauge", "Commands that wait at tills.", pending)
    longest: dict[Labels, float] = {ALONE: oldest}
    yield from series("handover_tills_pending_seconds", "gauge", "The longest that commands wait.", longest)
    yield from series("handover_feed_position", "counter", "Changes told so far.", {ALONE: head})
    yield from series(
        "handover_feed_lag", "gauge", "Changes that the furthest till of a store has not asked for.", lag
    )


def care_lines(db: Executor, url: str, now: datetime) -> Iterator[str]:
    """Backups, what the last look through the books found, how large the database is."""
    backup, looked = turns.find(db, turns.BACKUP), turns.find(db, turns.CHECKS)
    failed = int(backup is not None and "trouble" in backup.outcome)
    age: dict[Labels, float] = {}
    if backup is not None and backup.last_at is not None and not failed:
        age[ALONE] = (now - backup.last_at).total_seconds()
    yield from series("handover_backup_age_seconds", "gauge", "Since the last backup was made.", age)
    yield from series("handover_backup_failed", "gauge", "Whether the last backup failed.", {ALONE: failed})
    found: dict[Labels, float] = {}
    if looked is not None and looked.last_at is not None:
        found[ALONE] = int(looked.outcome.get("count", 0))
    yield from series("handover_checks_found", "gauge", "What the last look through the books found.", found)
    size: dict[Labels, float] = {ALONE: database_bytes(db, url)}
    yield from series("handover_database_bytes", "gauge", "How large the database is.", size)
