"""The audit as people look for it: filtered, the newest first, page after page however long it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, func, or_, select

from site_sync.service import paging
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor
from site_sync.service.settings_audit import Did, SettingsChange

PAGE = 50
READ_FOR_WORDS = 20_000
"""So many entries, the newest that fit otherwise, are searched for a typed word."""
OPERATOR = "-"
"""Stands for the command line, which has no staff id, where somebody is chosen."""
_C = t.settings_changes.c


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries; empty fields do not narrow. A page begins below the id `before`, at the newest for 0."""

    kind: str = ""
    staff: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A page of entries, the newest first; `count` is at most one beyond `paging.MOST`."""

    entries: tuple[SettingsChange, ...]
    count: int
    older: int
    """The id below which the next page begins, 0 when there is none."""


def _where(wanted: Wanted) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.kind:
        where.append(_C.kind == wanted.kind)
    if wanted.staff:
        where.append(_C.staff == ("" if wanted.staff == OPERATOR else wanted.staff))
    if wanted.since is not None:
        where.append(_C.at >= wanted.since)
    if wanted.until is not None:
        where.append(_C.at < wanted.until)
    if typed := wanted.text.strip().replace("\x00", ""):
        newest = select(_C.id).where(*where).order_by(_C.id.desc()).limit(READ_FOR_WORDS)
        fields = (_C.key, _C.before, _C.after, _C.why)
        where.append(_C.id.in_(newest))
        where.append(or_(*(field.icontains(typed, autoescape=True) for field in fields)))
    return where


def found(db: Executor, wanted: Wanted) -> Found:
    """A page of the entries that are wanted, and how many there are as far as they are counted."""
    where = _where(wanted)
    some = select(_C.id).where(*where).order_by(_C.id.desc()).limit(paging.MOST + 1).subquery()
    count = db.execute(select(func.count()).select_from(some)).scalar_one()
    query = select(t.settings_changes).where(*where).order_by(_C.id.desc()).limit(PAGE + 1)
    if wanted.before > 0:
        query = query.where(_C.id < wanted.before)
    rows = db.execute(query).all()
    older = rows[PAGE - 1].id if len(rows) > PAGE else 0
    return Found(tuple(_entry(row) for row in rows[:PAGE]), count, older)


def further(db: Executor, wanted: Wanted, after: int, size: int) -> list[tuple[int, SettingsChange]]:
    """Entries wanted with their ids, so many after an id, the oldest first."""
    query = select(t.settings_changes).where(_C.id > after, *_where(wanted)).order_by(_C.id).limit(size)
    return [(row.id, _entry(row)) for row in db.execute(query)]


def _entry(row: Any) -> SettingsChange:
    before, after = json.loads(row.before), json.loads(row.after)
    changed = tuple((name, before.get(name), after.get(name)) for name in {**before, **after})
    return SettingsChange(
        row.at, row.staff, row.name, row.kind, row.key, Did(row.act), changed, row.why
    )  # fmt: skip


def _each(db: Executor, column: Column[Any], told: Callable[[str], None]) -> None:
    """Every value of a column that begins an index, each found by one step in it."""
    value = db.execute(select(func.min(column))).scalar_one()
    while value is not None:
        told(value)
        value = db.execute(select(func.min(column)).where(column > value)).scalar_one()


def kinds(db: Executor) -> tuple[str, ...]:
    """What was ever changed, by name."""
    every: list[str] = []
    _each(db, _C.kind, every.append)
    return tuple(every)


def people(db: Executor) -> dict[str, str]:
    """Everybody who ever changed something, by id, with the name they had last."""
    every: list[str] = []
    _each(db, _C.staff, every.append)
    names: dict[str, str] = {}
    for staff in every:
        newest = select(_C.name).where(_C.staff == staff).order_by(_C.id.desc()).limit(1)
        names[staff or OPERATOR] = db.execute(newest).scalar_one()
    return names
