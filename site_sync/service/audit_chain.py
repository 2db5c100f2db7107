"""The site's audit as one chain: each entry's hash covers the entry and the hash before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from site_sync.service.database import tables as t
from site_sync.service.database.audit_content import chained
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.sentences import said

AT_ONCE = 2000
_C = t.settings_changes.c


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends: how many entries it has, the id and the hash of the last one."""

    rows: int = 0
    last: int = 0
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that does not fit the one before it; id 0 where the end of the chain is gone."""

    id: int
    at: datetime | None
    name: str
    subject: str

    @property
    def words(self) -> str:
        """Which entry it is, in words."""
        if self.at is None:
            return said("the newest entries are gone: the chain ends before its head")
        return said(f"entry {self.id} of {self.at:%Y-%m-%d %H:%M} UTC, {self.name}: {self.subject}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look through the chain came to; `met` tells whether a head noted earlier is in it."""

    head: Head
    broken: Broken | None
    met: bool

    @property
    def words(self) -> str:
        """The same in words."""
        if self.broken is not None:
            return f"the audit was changed or has a gap: {self.broken.words}"
        count = f"{self.head.rows} {'entry' if self.head.rows == 1 else 'entries'}"
        return f"the audit is whole: {count}, head {self.head.hash or '–'}"


def head(db: Executor) -> Head:
    """Where the chain ends now."""
    row = db.execute(select(t.audit_head)).one_or_none()
    return Head() if row is None else Head(row.rows, row.last, row.hash)


def _held(tx: Transaction) -> Head:
    """The head, held until this transaction ends, so that the chain stays one line for all processes."""
    query = select(t.audit_head).with_for_update()
    row = tx.execute(query).one_or_none()
    if row is None:
        insert_of = postgresql.insert if tx.postgres else sqlite.insert
        tx.execute(insert_of(t.audit_head).values(_first(tx)).on_conflict_do_nothing())
        row = tx.execute(query).one()
    return Head(row.rows, row.last, row.hash)


def _first(tx: Transaction) -> dict[str, Any]:
    """A head where there is none: that of the entries there are."""
    row = tx.execute(select(_C.id, _C.hash).order_by(_C.id.desc()).limit(1)).one_or_none()
    count = tx.execute(select(func.count()).select_from(t.settings_changes)).scalar_one()
    return {"one": 1, "rows": count, "last": row.id if row else 0, "hash": row.hash if row else ""}


def append(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write entries at the end of the chain."""
    at = _held(tx)
    previous, last = at.hash, at.last
    told: list[dict[str, Any]] = []
    for place, row in enumerate(rows, 1):
        previous = chained(previous, row)
        told.append({**row, "id": last + place, "hash": previous})
    tx.execute(insert(t.settings_changes), told)
    moved = {"rows": at.rows + len(told), "last": last + len(told), "hash": previous}
    tx.execute(update(t.audit_head).values(moved))


def _rows(db: Executor, up_to: int) -> Iterator[Row[tuple[object, ...]]]:
    """Entries up to an id as they were written, some at a time."""
    query = select(t.settings_changes).where(_C.id <= up_to).order_by(_C.id).limit(AT_ONCE)
    found = db.execute(query).all()
    while found:
        yield from found
        found = db.execute(query.where(_C.id > found[-1].id)).all()


def verify(db: Executor, noted: str = "") -> Verdict:
    """Look the whole chain through, and whether a head noted earlier (on paper, in a log) is in it."""
    end = head(db)
    previous, count, met = "", 0, not noted
    for row in _rows(db, end.last):
        hashed = chained(previous, row._asdict())
        if hashed != row.hash:
            return Verdict(end, _named(row), met)
        previous, count, met = hashed, count + 1, met or hashed == noted
    if (previous, count) != (end.hash, end.rows) or _beyond(db, end):
        return Verdict(end, Broken(0, None, "", ""), met)
    return Verdict(end, None, met)


def _beyond(db: Executor, end: Head) -> bool:
    """Whether there is an entry after the head that no head tells of."""
    query = select(_C.id).where(_C.id > end.last).limit(1)
    return db.execute(query).first() is not None and head(db) == end


def _named(row: Row[tuple[object, ...]]) -> Broken:
    return Broken(row.id, row.at, row.name or row.staff, f"{row.kind} {row.key}")
