"""The version of the till's database: made new, or moved forward in one transaction."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DatabaseError
from sqlalchemy.schema import CreateIndex, CreateTable

from pos_app.store import identity_file, order_rows
from pos_app.store.identity_file import LetIn
from pos_app.store.metadata import metadata
from pos_app.store.sales import note_returns, sale_returns
from pos_app.store.tables import SEARCH_TABLES, problems
from pos_app.store.till_file import TillFile
from site_sync.domain import deposits
from site_sync.domain.problems import ProblemRecord
from site_sync.forcing import keep_names
from site_sync.protocol.changes import RECORDS, Enrolled, RecordKind
from site_sync.protocol.codec import SALE, Malformed, sha256

VERSION = 6

Step = Callable[[TillFile], None]


def _items_and_requested(file: TillFile) -> None:
    """Orders are found by their items too; the moment a customer asked for is counted."""
    file.raw.execute("DROP INDEX IF EXISTS orders_now_by_stage")
    file.raw.execute("ALTER TABLE orders_now ADD COLUMN requested TEXT")
    record = RECORDS[RecordKind.ORDER]
    for place, body in file.raw.execute(_BODIES).fetchall():
        order = record.load(body).order
        listed = dict(zip(order_rows.COLUMNS, order_rows.columns(order), strict=True))
        file.raw.execute(_LISTED_ANEW, (listed["requested"], listed["search"], place))
    file.raw.execute("DELETE FROM orders_search")
    file.raw.execute("INSERT INTO orders_search (rowid, words) SELECT place, search FROM orders_now")


def _money_to_give_back(file: TillFile) -> None:
    """Orders are listed by the money that is to be given back."""
    columns = {str(row[1]) for row in file.raw.execute("PRAGMA table_info(orders_now)")}
    if "refund" not in columns:
        file.raw.execute("ALTER TABLE orders_now ADD COLUMN refund INTEGER NOT NULL DEFAULT 0")
    record = RECORDS[RecordKind.ORDER]
    for place, body in file.raw.execute(_BODIES).fetchall():
        surplus = deposits.surplus(record.load(body).order)
        file.raw.execute("UPDATE orders_now SET refund = ? WHERE place = ?", (surplus, place))


def _whole_problems(file: TillFile) -> None:
    """Problems are kept whole, as the site tells of them."""
    if "body" in {str(row[1]) for row in file.raw.execute("PRAGMA table_info(problems)")}:
        return
    columns = "id, at, command_id, order_id, act, code, facts, state, resolution"
    rows = file.raw.execute(f"SELECT {columns} FROM problems").fetchall()  # noqa: S608
    file.raw.execute("DROP TABLE problems")
    file.execute(CreateTable(problems))
    codec = RECORDS[RecordKind.PROBLEM]
    for problem_id, at, command_id, order_id, act, code, facts, state, resolution in rows:
        record = ProblemRecord(
            id=problem_id,
            at=datetime.fromisoformat(at),
            store="",
            code=code,
            facts=json.loads(facts),
            order_id=order_id or "",
            command_id=command_id,
            act=act,
            open=state == "open",
            resolution=resolution,
        )
        file.raw.execute(
            "INSERT INTO problems (id, at, command_id, order_id, act, code, state, body) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (problem_id, at, command_id, order_id, act, code, state, codec.text(record)),
        )


def _key_beside(file: TillFile) -> None:
    """The site's key is beside the file, not in it with the hashes of the PINs that it goes into."""
    if "code_key" not in {str(row[1]) for row in file.raw.execute("PRAGMA table_info(identity)")}:
        return
    names = (*Enrolled.model_fields, "site_url")
    row = file.raw.execute(f"SELECT {', '.join(names)} FROM identity WHERE code_key <> ''").fetchone()  # noqa: S608
    if row is not None:
        folder, told = file.path.parent, dict(zip(names, row, strict=True))
        beside = identity_file.read(folder)
        if beside is None or beside.enrolled.service != told["service"]:
            identity_file.keep(folder, LetIn(site_url=told.pop("site_url"), enrolled=Enrolled(**told)))
    file.raw.execute("ALTER TABLE identity DROP COLUMN code_key")


def _returns_by_receipt(file: TillFile) -> None:
    """What took goods of a receipt back is found by that receipt; of one that cannot be read nothing is."""
    file.execute(CreateTable(sale_returns, if_not_exists=True))
    known = {str(row[0]) for row in file.raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in known & {"sales", "foreign_sales"}:
        found = file.raw.execute(f"SELECT body FROM {table} WHERE body LIKE '%\"return:%'")  # noqa: S608
        for (body,) in found.fetchall():
            with suppress(Malformed):
                note_returns(file.raw, SALE.load(body))


_BODIES = (
    "SELECT n.place, coalesce(n.body, s.body) FROM orders_now n LEFT JOIN site_orders s ON s.id = n.id "
    "WHERE coalesce(n.body, s.body) IS NOT NULL"
)
_LISTED_ANEW = "UPDATE orders_now SET requested = ?, search = ? WHERE place = ?"

STEPS: dict[int, Step] = {
    1: _items_and_requested,
    2: _money_to_give_back,
    3: _whole_problems,
    4: _key_beside,
    5: _returns_by_receipt,
}
"""What moves a file from version n to n + 1; one entry per version that was ever released."""


class SchemaTooNew(Exception):
    """The file was written by a newer till; it is left untouched."""


class UpgradeFailed(Exception):
    """The file could not be moved forward; it is as the version before left it, which can go on with it."""


def version_of(file: TillFile) -> int:
    """The version the file says it has; 0 for a new one."""
    return int(file.raw.execute("PRAGMA user_version").fetchone()[0])


def bring_up(file: TillFile) -> None:
    """Make the tables of a new file, or move an older one forward after copying it beside itself.

    Nothing is moved unless the copy is whole, and nothing stays moved unless every command is what it was.
    """
    found = version_of(file)
    if found > VERSION:
        raise SchemaTooNew(f"version {found}, this till knows {VERSION}")
    if found in (0, VERSION):
        with file.transaction():
            _make_missing(file)
            file.raw.execute(f"PRAGMA user_version = {VERSION}")
        return
    try:
        _copy_aside(file)
        _move_forward(file, found)
    except (sqlite3.DatabaseError, DatabaseError, OSError, ValueError) as error:
        raise UpgradeFailed(f"from version {found} to {VERSION}: {error}") from error


def _move_forward(file: TillFile, found: int) -> None:
    with file.transaction():
        before = _seals(file.raw)
        for step in range(found, VERSION):
            STEPS[step](file)
        _make_missing(file)
        if _seals(file.raw) != before:
            raise UpgradeFailed("commands that wait for the site would not be what they were")
        file.raw.execute(f"PRAGMA user_version = {VERSION}")
    file.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what was taken out is not left in the log


def _copy_aside(file: TillFile) -> None:
    """Copy the file, forced to the disk, and make sure that the copy holds the same commands."""
    file.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = file.path.with_suffix(f".before-{VERSION}.sqlite")
    half = copy.with_suffix(".half")
    try:
        _copy_whole(file, half)
    except BaseException:
        if half.is_file():
            half.unlink()  # on a full disk it would take the room that the version before needs to go on
        raise
    os.replace(half, copy)
    keep_names(copy.parent)


def _copy_whole(file: TillFile, target: Path) -> None:
    shutil.copy2(file.path, target)
    with target.open("rb") as stream:
        os.fsync(stream.fileno())
    with closing(sqlite3.connect(f"file:{target}?mode=ro&immutable=1", uri=True)) as copied:
        if _seals(copied) != _seals(file.raw):
            raise UpgradeFailed("the copy made before it does not hold what the file holds")


def _seals(raw: sqlite3.Connection) -> str:
    """One hash over every command as it was sealed, and over what its payload says now."""
    rows = raw.execute(
        "SELECT command_id, incarnation, seq, state, payload_hash, previous_hash, chain_hash, payload "
        "FROM outbox ORDER BY place"
    )
    return sha256(*(sha256(*map(str, row)) for row in rows))


def _make_missing(file: TillFile) -> None:
    """Every table and index that is not there yet; print jobs and others register theirs on import."""
    for table in metadata.sorted_tables:
        file.execute(CreateTable(table, if_not_exists=True))
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            file.execute(CreateIndex(index, if_not_exists=True))
    for statement in SEARCH_TABLES:
        file.raw.execute(statement)
