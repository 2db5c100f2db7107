"""Rows that wait to go out: taken by one sender at a time, tried again later, dead after the last try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, func, or_, select, update

from site_sync.service.database.transaction import Executor, Transaction


class OutState(StrEnum):
    """Where a row stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"
    DEAD = "dead"


LEASE = timedelta(minutes=5)
"""How long a sender may hold a row before another one takes it over."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """A table of outgoing rows, its columns for the time and the answer, and the pauses between tries."""

    table: Table
    done_at: str
    answer: str
    pauses: tuple[timedelta, ...]

    def due(self, db: Executor, now: datetime, only: ColumnElement[bool] | None = None) -> bool:
        """Whether anything (of those) waits to be sent now; looked up without holding up those who write."""
        where = self._due(now) if only is None else and_(self._due(now), only)
        return db.execute(select(self.table.c.id).where(where).limit(1)).first() is not None

    def _due(self, now: datetime) -> ColumnElement[bool]:
        c = self.table.c
        return and_(c.state.in_((OutState.WAITING, OutState.SENDING)), c.next_try_at <= now)

    def take(
        self, tx: Transaction, now: datetime, limit: int, only: ColumnElement[bool] | None = None
    ) -> Sequence[Any]:
        """Take some due rows (of those) to send, counting the try; no other sender gets them meanwhile."""
        c = self.table.c
        due = self._due(now) if only is None else and_(self._due(now), only)
        ids = tx.execute(
            select(c.id)
            .where(due)
            .order_by(c.next_try_at, c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).scalars()
        taken = list(ids)
        if not taken:
            return []
        tx.execute(
            update(self.table)
            .where(c.id.in_(taken))
            .values(state=OutState.SENDING.value, tries=c.tries + 1, next_try_at=now + LEASE)
        )
        return tx.execute(select(self.table).where(c.id.in_(taken)).order_by(c.created_at, c.id)).all()

    def sent(self, tx: Transaction, row: Any, now: datetime, answer: str = "") -> None:
        """The row went out."""
        self._end(tx, row, OutState.SENT, answer, {self.done_at: now})

    def dropped(self, tx: Transaction, row: Any, why: str) -> None:
        """There is nothing to say any more."""
        self._end(tx, row, OutState.DROPPED, why, {})

    def failed(
        self, tx: Transaction, row: Any, now: datetime, answer: str, *, final: bool = False
    ) -> OutState:
        """The try failed: it waits for the next one, or is dead after the last."""
        if final or row.tries > len(self.pauses):
            self._end(tx, row, OutState.DEAD, answer, {})
            return OutState.DEAD
        pause = self.pauses[row.tries - 1]
        self._write(
            tx, row, {"state": OutState.WAITING.value, "next_try_at": now + pause, self.answer: answer}
        )
        return OutState.WAITING

    def drop_waiting(self, tx: Transaction, why: str) -> None:
        """Send nothing of what waits."""
        c = self.table.c
        values = {"state": OutState.DROPPED.value, "next_try_at": None, self.answer: why}
        tx.execute(update(self.table).where(c.state == OutState.WAITING.value).values(values))

    def replay(self, tx: Transaction, row_id: str, now: datetime, *only: ColumnElement[bool]) -> bool:
        """Let a dead row go out once more; False when there is no such row, or it is not one of `only`."""
        c = self.table.c
        values = {"state": OutState.WAITING.value, "tries": 0, "next_try_at": now}
        done = tx.execute(
            update(self.table).where(c.id == row_id, c.state == OutState.DEAD.value, *only).values(values)
        )
        return bool(done.rowcount)

    def hurry(self, tx: Transaction, now: datetime, only: ColumnElement[bool]) -> None:
        """Let those that wait for their next try be tried now, as what was in their way was put right."""
        c = self.table.c
        later = and_(c.state == OutState.WAITING.value, c.next_try_at > now)
        tx.execute(update(self.table).where(later, only).values(next_try_at=now))

    def waiting(self, db: Executor) -> tuple[int, int]:
        """How many rows wait, and how many are dead."""
        c = self.table.c
        waits = or_(c.state == OutState.WAITING.value, c.state == OutState.SENDING.value)
        rows: Any = db.execute(
            select(c.state, func.count()).where(or_(waits, c.state == OutState.DEAD.value)).group_by(c.state)
        )
        counts: dict[str, int] = {row[0]: row[1] for row in rows}
        dead = counts.pop(OutState.DEAD.value, 0)
        return sum(counts.values()), dead

    def _end(self, tx: Transaction, row: Any, state: OutState, answer: str, more: dict[str, Any]) -> None:
        self._write(tx, row, {"state": state.value, "next_try_at": None, self.answer: answer, **more})

    def _write(self, tx: Transaction, row: Any, values: dict[str, Any]) -> None:
        """Write the outcome, unless another sender took the row over because this one was too slow."""
        c = self.table.c
        tx.execute(update(self.table).where(c.id == row.id, c.tries == row.tries).values(values))
