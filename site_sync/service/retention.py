"""Forgetting what nobody needs any more, a few rows at a time, by the site's settings."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, insert, select, tuple_, update

from site_sync.service import changes
from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database
from site_sync.service.database.transaction import Transaction
from site_sync.service.outbox import OutState
from site_sync.service.settings import Settings

BATCH = 500
"""Rows of one transaction, so that nobody waits for it."""
MOST_BATCHES = 400
"""Batches of one kind in one turn; what is left comes with the next one."""
ANSWERED = timedelta(days=1)
"""A till sends in order: what came a day before another of its commands, itself a day old, was answered."""
_OVER = (OutState.SENT.value, OutState.DROPPED.value, OutState.DEAD.value)
Step = Callable[[Transaction], int]
"""Forgets one batch; tells how many rows that were."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """Rows of a table that may go."""

    name: str
    table: Table
    gone: ColumnElement[bool]

    def step(self, tx: Transaction) -> int:
        """Forget one batch."""
        key = tuple(self.table.primary_key.columns)
        some = select(*key).where(self.gone).limit(BATCH)
        place = tuple_(*key) if len(key) > 1 else key[0]
        return int(tx.execute(delete(self.table).where(place.in_(some))).rowcount)


def _rules(settings: Settings, now: datetime) -> Iterator[_Rule]:
    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    yield _Rule("sessions", t.sessions, t.sessions.c.expires_at < now)
    yield _Rule("enrolment codes", t.enrolment_codes, t.enrolment_codes.c.expires_at < before(1))
    yield _Rule("presence", t.order_presence, t.order_presence.c.until < before(1))
    yield _Rule(
        "idempotency keys", t.idempotency, t.idempotency.c.at < before(settings.keep_idempotency_days)
    )
    m, d = t.messages.c, t.webhook_deliveries.c
    yield _Rule(
        "messages", t.messages, m.state.in_(_OVER) & (m.created_at < before(settings.keep_messages_days))
    )
    yield _Rule(
        "deliveries",
        t.webhook_deliveries,
        d.state.in_(_OVER) & (d.created_at < before(settings.keep_deliveries_days)),
    )
    yield _Rule("commands", t.commands, _answered_long_ago(before(settings.keep_commands_days), now))


def _answered_long_ago(cutoff: datetime, now: datetime) -> ColumnElement[bool]:
    """Commands that no till can send again: old, and their till has sent others well after them."""
    c, later = t.commands.c, t.commands.alias("later")
    since = later.c.at > cutoff + ANSWERED, later.c.at < now - ANSWERED
    heard = select(later.c.device).where(*since)
    return (c.at < cutoff) & c.device.in_(heard)


def _emptied_results(cutoff: datetime) -> Step:
    """Take the facts out of results no till asks for any more; id, hash and kind stay."""
    c = t.commands.c

    def step(tx: Transaction) -> int:
        full = select(c.command_id, c.result).where(c.at < cutoff, c.result.not_like('%"facts": {}%'))
        rows = tx.execute(full.limit(BATCH)).all()
        for row in rows:
            told = json.loads(row.result) | {"facts": {}}
            emptied = update(t.commands).where(c.command_id == row.command_id)
            tx.execute(emptied.values(result=json.dumps(told)))
        return len(rows)

    return step


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
    steps: dict[str, Step] = {rule.name: rule.step for rule in _rules(settings, now)}
    steps["results"] = _emptied_results(now - timedelta(days=settings.keep_results_days))
    steps["changes"] = lambda tx: _pruned_feed(settings, now, tx)
    counted = {name: _repeated(database, step) for name, step in steps.items()}
    return {name: count for name, count in counted.items() if count}


def _repeated(database: Database, step: Callable[[Any], int]) -> int:
    total = 0
    for _ in range(MOST_BATCHES):
        done = database.write(step)
        total += done
        if done < BATCH:
            break
    return total
