"""Work that one process does for all of them: whose turn it is, and what came of the last one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database
from site_sync.service.database.transaction import Executor, Transaction

BACKUP, RETENTION, CHECKS = "backup", "retention", "checks"
"""Names of the turns of a site's care for itself."""
FORGOTTEN = "people forgotten"
"""No turn: under this name is kept when people were forgotten last."""
EPOCH = "epoch"
"""No turn either: when the epoch was begun that a restore brought."""
WAITS = "commands that wait"
"""Nor is this: since when, in which epoch, commands of tills wait for those of others."""
_U = t.upkeep.c


@dataclass(frozen=True, slots=True)
class Turn:
    """When some work is due again, when it was done last, and what it said then."""

    name: str
    next_at: datetime
    last_at: datetime | None
    outcome: Mapping[str, Any] = field(default_factory=dict)


def find(db: Executor, name: str) -> Turn | None:
    """How it stands with some work; None before its first turn was set."""
    return _turn(db.execute(select(t.upkeep).where(_U.name == name)).one_or_none())


def find_locked(tx: Transaction, name: str) -> Turn | None:
    """The same, held still until the transaction ends."""
    return _turn(tx.execute(select(t.upkeep).where(_U.name == name).with_for_update()).one_or_none())


def _turn(row: Any) -> Turn | None:
    return None if row is None else Turn(row.name, row.next_at, row.last_at, json.loads(row.outcome))


def take(database: Database, name: str, every: timedelta, now: datetime) -> bool:
    """Whether the work is due and this process is the one to do it; the first turn is due at once."""
    known = database.read(lambda db: find(db, name))
    if known is not None and known.next_at > now:
        return False
    return database.write(lambda tx: _take(tx, name, every, now))


def _take(tx: Transaction, name: str, every: timedelta, now: datetime) -> bool:
    insert_of = postgresql.insert if tx.postgres else sqlite.insert
    first = {"name": name, "next_at": now, "outcome": "{}"}
    tx.execute(insert_of(t.upkeep).values(first).on_conflict_do_nothing())
    mine = update(t.upkeep).where(_U.name == name, _U.next_at <= now).values(next_at=now + every)
    return bool(tx.execute(mine).rowcount)


def note(tx: Transaction, name: str, now: datetime, outcome: Mapping[str, Any]) -> None:
    """Write down what came of some work, which need not have been its turn."""
    insert_of = postgresql.insert if tx.postgres else sqlite.insert
    row = {"name": name, "next_at": now, "last_at": now, "outcome": json.dumps(outcome)}
    fresh = insert_of(t.upkeep).values(row)
    kept = {"last_at": fresh.excluded.last_at, "outcome": fresh.excluded.outcome}
    tx.execute(fresh.on_conflict_do_update(index_elements=["name"], set_=kept))


def again(tx: Transaction, name: str, at: datetime) -> None:
    """Let the next turn be at a time, sooner or later than planned."""
    tx.execute(update(t.upkeep).where(_U.name == name).values(next_at=at))
