"""What only this till has and no command tells of, brought along out of a damaged file if it is legible."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from pos_app.store import tables as t
from pos_app.store.card_attempts import AttemptState
from pos_app.store.cash import EntryKind
from pos_app.store.journal_file import JournalLine
from pos_app.store.print_jobs import INTERRUPTED, JobState, print_jobs
from pos_app.store.soundness import UNREADABLE
from pos_app.store.store import Store
from pos_app.store.support import SETTINGS
from site_sync.protocol.codec import SALE, Malformed
from site_sync.protocol.envelope import PayloadKind

_OWN_SETTINGS = " OR ".join(f"key LIKE '{one}%'" for one in SETTINGS)
_UNDER_WAY = (JobState.HELD, JobState.QUEUED, JobState.SENDING, JobState.FAILED)
_PAPERS = ", ".join(f"'{state.value}'" for state in _UNDER_WAY)
_COMMANDS = "SELECT CAST(command_id AS TEXT) FROM outbox ORDER BY place DESC"

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    """A table, how one of its rows is read once it is in the new file, and which are wanted."""

    table: Table
    read: Callable[[Store, str], object]
    where: str = ""


_KINDS = (
    _Kind(t.settings, lambda store, key: store.settings.get(key), f"WHERE {_OWN_SETTINGS}"),
    _Kind(t.staff_tries, lambda store, key: store.sign_in_tries.of(key)),
    _Kind(t.card_attempts, lambda store, key: store.card_attempts.get(key)),
    _Kind(t.sales, lambda store, key: _receipt(store, key)),
    _Kind(t.parked_sales, lambda store, _key: [json.loads(one.body) for one in store.sales.parked()]),
    _Kind(print_jobs, lambda store, key: _paper(store, key), f"WHERE state IN ({_PAPERS})"),
)


def legible(path: Path) -> sqlite3.Connection:
    """A damaged file with the log that lies beside it, to be read alone; its text comes as bytes."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    connection.text_factory = bytes
    return connection


class _Damaged:
    """The damaged file, read as far as it goes; `lost` are the tables of which not all could be read."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._raw = connection
        self.lost: dict[str, None] = {}

    def read(self, table: str, query: str, *values: str) -> Iterator[Row]:
        """The rows of a query up to where the damage begins."""
        try:
            yield from self._raw.execute(query, values)
        except UNREADABLE:
            self.lost[table] = None

    def rows(self, table: Table, where: str, *values: str) -> Iterator[Row]:
        """Rows that are what their columns hold, the newest first: what is under way counts most."""
        names = ", ".join(column.name for column in table.columns)
        order = "ORDER BY rowid DESC" if table.dialect_options["sqlite"]["with_rowid"] else ""
        query = f"SELECT {names} FROM {table.name} {where} {order}"  # noqa: S608
        for row in self.read(table.name, query, *values):
            told = _told(table, row)
            if told is None:
                self.lost[table.name] = None
            else:
                yield told


def bring_along(store: Store, path: Path, saved: Sequence[JournalLine]) -> tuple[str, ...]:
    """Fill the new file from the damaged one; the tables of which not all could be read.

    `saved` are its commands in the order made.
    """
    lost: tuple[str, ...] = ()
    if path.exists():
        with closing(legible(path)) as connection:
            old = _Damaged(connection)
            for kind in _KINDS:
                _bring(store, old, kind)
            behind = _behind(old, saved)
            if behind is not None and not behind:
                _bring_shift(store, old)
        _stand_in_acts(store, behind or ())
        lost = tuple(old.lost)
    _keep_sales(store, saved)
    return lost


def _bring(store: Store, old: _Damaged, kind: _Kind) -> None:
    key = next(iter(kind.table.primary_key.columns)).name
    for row in old.rows(kind.table, kind.where):
        _insert(store, kind.table, row)
        try:
            kind.read(store, row[0])
        except ValueError:  # damage that is text all the same
            store.file.raw.execute(f"DELETE FROM {kind.table.name} WHERE {key} = ?", row[:1])  # noqa: S608
            old.lost[kind.table.name] = None


def _told(table: Table, row: Row) -> Row | None:
    """The row with its text decoded; None where it is not what its columns hold."""
    told: list[Any] = []
    for column, value in zip(table.columns, row, strict=True):
        kind = str if column.type.python_type is str else int
        try:
            read = value.decode() if isinstance(value, bytes) else value
        except UnicodeDecodeError:
            return None
        if not isinstance(read, kind) and not (read is None and column.nullable):
            return None
        told.append(read)
    return tuple(told)


def _insert(store: Store, table: Table, row: Row) -> None:
    marks = ", ".join("?" * len(row))
    store.file.raw.execute(f"INSERT OR IGNORE INTO {table.name} VALUES ({marks})", row)  # noqa: S608


def _receipt(store: Store, sale_id: str) -> None:
    """A receipt, with whose goods it took back."""
    sale = store.sales.get(sale_id)
    if sale is not None:
        store.sales.note_returns(sale)


def _paper(store: Store, job_id: str) -> None:
    """A paper that waits to be chosen goes on waiting; of others nobody knows what was printed since."""
    job = store.print_jobs.get(job_id)
    if job is not None and job.document and job.state is not JobState.HELD:
        store.print_jobs.finish(job_id, JobState.FAILED, INTERRUPTED, job.updated_at)


def _behind(old: _Damaged, saved: Sequence[JournalLine]) -> Sequence[JournalLine] | None:
    """Commands newer than what is legible of the file; None where it does not tell of any it has."""
    known = {row[0].decode(errors="replace") for row in old.read("outbox", _COMMANDS)}
    for place, line in enumerate(reversed(saved)):
        if line.command_id in known:
            return saved[len(saved) - place :]
    return None if "outbox" in old.lost else saved


def _bring_shift(store: Store, old: _Damaged) -> None:
    """The open shift with all that moved in its drawer, or nothing of it: a part is not counted against."""
    for shift in list(old.rows(t.shifts, "WHERE closed_at IS NULL"))[:1]:
        entries = list(old.rows(t.drawer_entries, "NOT INDEXED WHERE shift = ?", shift[0]))
        if old.lost.keys() & {"shifts", "drawer_entries"} or not all(map(_moves_money, entries)):
            return
        _insert(store, t.shifts, shift)
        for entry in entries:
            _insert(store, t.drawer_entries, entry)


def _moves_money(entry: Row) -> bool:
    """Whether a movement of the drawer is of a kind that there is."""
    return entry[t.drawer_entries.columns.keys().index("kind")] in set(EntryKind)


def _keep_sales(store: Store, saved: Sequence[JournalLine]) -> None:
    """Receipts that the file does not tell of, as their commands do."""
    for line in saved:
        if line.payload_kind != PayloadKind.SALE:
            continue
        try:
            sale = SALE.load(line.payload)
        except Malformed:
            continue  # told of when its number was looked for
        if store.sales.get(sale.id) is None and store.sales.by_number(sale.number) is None:
            store.sales.keep(sale)


def _stand_in_acts(store: Store, behind: Sequence[JournalLine]) -> None:
    """Card attempts whose money stands in acts that the file did not know of yet."""
    attempts = store.card_attempts
    for attempt in (*attempts.unsettled(), *attempts.unused()):
        if any(f'"id":"{attempt.id}"' in line.payload for line in behind):
            attempts.settle(replace(attempt, state=AttemptState.APPROVED))
            attempts.use((attempt.id,))
