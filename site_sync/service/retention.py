"""Forgetting what nobody needs any more, a few rows at a time, by the site's settings."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Table,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    true,
    tuple_,
    update,
)

from site_sync.service import changes
from site_sync.service.balances import HoldState
from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database
from site_sync.service.database.transaction import Transaction
from site_sync.service.outbox import OutState
from site_sync.service.returned_goods import ReturnState
from site_sync.service.settings import Settings

BATCH = 500
"""Rows of one transaction, so that nobody waits for it; what is to go is looked for outside of it."""
MOST_BATCHES = 400
"""Batches of one kind in one turn; what is left comes with the next one."""
ANSWERED = timedelta(days=1)
"""A till sends in order: what came a day before another of its commands, itself a day old, was answered."""
_OVER = (OutState.SENT.value, OutState.DROPPED.value, OutState.DEAD.value)


@dataclass(frozen=True, slots=True)
class _Rule:
    """Rows of a table that may go, and what must still be true of those found when they are taken away."""

    name: str
    table: Table
    gone: ColumnElement[bool]
    still: ColumnElement[bool]

    def forget(self, database: Database) -> int:
        """Look for them while others write, then take them away some at a time."""
        key = tuple(self.table.primary_key.columns)
        some = select(*key).where(self.gone).limit(BATCH * MOST_BATCHES)
        return _in_batches(database, database.read(lambda db: db.execute(some).all()), self._take_away)

    def _take_away(self, tx: Transaction, found: Sequence[Any]) -> int:
        mine = tuple_(*self.table.primary_key.columns).in_([tuple(row) for row in found])
        return int(tx.execute(delete(self.table).where(mine, self.still)).rowcount)


def _in_batches(
    database: Database, found: Sequence[Any], work: Callable[[Transaction, Sequence[Any]], int]
) -> int:
    """Do something to rows that were found, some in each transaction; to how many it was done."""
    parts = (found[start : start + BATCH] for start in range(0, len(found), BATCH))
    return sum(database.write(lambda tx, part=part: work(tx, part)) for part in parts)  # type: ignore[misc]


def _rules(settings: Settings, now: datetime) -> Iterator[_Rule]:
    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    m, d, h, r = t.messages.c, t.webhook_deliveries.c, t.balance_holds.c, t.return_lines.c
    for name, table, gone in (
        ("sessions", t.sessions, t.sessions.c.expires_at < now),
        ("enrolment codes", t.enrolment_codes, t.enrolment_codes.c.expires_at < before(1)),
        ("presence", t.order_presence, t.order_presence.c.until < before(1)),
        (
            "claims of goods",
            t.return_lines,
            (r.state == ReturnState.CLAIMED.value) & (r.expires_at < before(1)),
        ),
        ("money set aside", t.balance_holds, (h.state != HoldState.USED.value) & (h.expires_at < before(1))),
        ("idempotency keys", t.idempotency, t.idempotency.c.at < before(settings.keep_idempotency_days)),
        ("messages", t.messages, m.state.in_(_OVER) & (m.created_at < before(settings.keep_messages_days))),
        (
            "deliveries",
            t.webhook_deliveries,
            d.state.in_(_OVER) & (d.created_at < before(settings.keep_deliveries_days)),
        ),
    ):
        yield _Rule(name, table, gone, still=gone)
    # A command that was answered stays so, and finding out takes long.
    answered = _answered_long_ago(before(settings.keep_commands_days), now)
    yield _Rule("commands", t.commands, answered, still=true())


def _answered_long_ago(cutoff: datetime, now: datetime) -> ColumnElement[bool]:
    """Commands that no till can send again: old, and their till has sent others well after them."""
    c, later, d = t.commands.c, t.commands.alias("later").c, t.devices.c
    since = later.device == d.id, later.at > cutoff + ANSWERED, later.at < now - ANSWERED
    heard = select(d.id).where(exists().where(*since))
    return (c.at < cutoff) & c.device.in_(heard)


def _empty_results(database: Database, cutoff: datetime) -> int:
    """Take the facts out of results no till asks for any more; id, hash and kind stay."""
    c = t.commands.c
    full = select(c.command_id).where(c.at < cutoff, c.result.not_like('%"facts": {}%'))
    bare = update(t.commands).where(c.command_id == bindparam("of_id")).values(result=bindparam("bare"))

    def empty(tx: Transaction, ids: Sequence[str]) -> int:
        found = tx.execute(select(c.command_id, c.result).where(c.command_id.in_(ids))).all()
        told = ((row.command_id, json.loads(row.result) | {"facts": {}}) for row in found)
        tx.execute(bare, [{"of_id": one, "bare": json.dumps(result)} for one, result in told])
        return len(found)

    found = database.read(lambda db: db.execute(full.limit(BATCH * MOST_BATCHES)).scalars().all())
    return _in_batches(database, found, empty)


def _pruned_feed(settings: Settings, now: datetime, tx: Transaction) -> int:
    """Forget a batch of changes older than the mark that is old enough; what is further back loads afresh."""
    c, m = t.changes.c, t.feed_marks.c
    since = now - timedelta(days=settings.keep_feed_days)
    mark = tx.execute(select(func.max(m.position)).where(m.at <= since)).scalar_one()
    first = tx.execute(select(func.min(c.position))).scalar_one()
    if mark is None or first is None or first > mark:
        tx.execute(delete(t.feed_marks).where(m.position < (mark or 0)))
        return 0
    below = min(int(mark), int(first) + BATCH - 1)
    changes.prune(tx, below)
    return below - int(first) + 1


def mark_feed(tx: Transaction, now: datetime) -> None:
    """Note where the feed stands now, once for a time."""
    if tx.execute(select(t.feed_marks.c.at).where(t.feed_marks.c.at == now)).first() is None:
        tx.execute(insert(t.feed_marks), {"at": now, "position": changes.head(tx)})


def forget(database: Database, settings: Settings, now: datetime) -> dict[str, int]:
    """Forget everything that is over its time; how many rows of each kind that were."""
    database.write(lambda tx: mark_feed(tx, now))
    counted = {rule.name: rule.forget(database) for rule in _rules(settings, now)}
    counted["results"] = _empty_results(database, now - timedelta(days=settings.keep_results_days))
    counted["changes"] = _prune_feed(database, settings, now)
    return {name: count for name, count in counted.items() if count}


def _prune_feed(database: Database, settings: Settings, now: datetime) -> int:
    total = 0
    for _ in range(MOST_BATCHES):
        done = database.write(partial(_pruned_feed, settings, now))
        total += done
        if done < BATCH:
            break
    return total
