"""Damage that leaves the structure of the till's file whole: text that cannot be read, commands that changed.

What the site can send again is taken out, so that it comes anew; what only this till has makes the file
unsound as a whole, for `recovery` to save its commands into a new one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.exc import DatabaseError

from site_sync.protocol.changes import RECORDS, RecordKind
from site_sync.protocol.codec import sha256

UNREADABLE = (sqlite3.DatabaseError, DatabaseError, UnicodeDecodeError)
"""How damage shows; SQLite quotes damaged bytes in its message, which Python then cannot read."""


class Look(StrEnum):
    """How closely: the small tables; all text (after a crash); every record read as what it is."""

    SMALL = "small"
    WHOLE = "whole"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class _Table:
    """Where records of the site lie: their key columns, their kind (None: in a column of the key)."""

    name: str
    keys: tuple[str, ...]
    kind: RecordKind | None
    small: bool = False
    where: str = ""


_TABLES = (
    _Table("shop_records", ("kind", "key"), None, small=True),
    _Table("problems", ("id",), RecordKind.PROBLEM, small=True),
    _Table("orders_now", ("id",), RecordKind.ORDER, small=True, where="WHERE body IS NOT NULL"),
    _Table("site_orders", ("id",), RecordKind.ORDER),
    _Table("items", ("sku",), RecordKind.ITEM),
    _Table("customers", ("id",), RecordKind.CUSTOMER),
)
_OWN = ("identity", "settings", "counters", "shifts", "card_attempts")
"""Small tables that nobody but this till has."""
_WAITING = (
    "SELECT command_id, staff, till_time, payload_kind, chain_hash, payload_hash, payload FROM outbox "
    "WHERE state IN ('pending', 'parked')"
)


@contextmanager
def _as_bytes(connection: sqlite3.Connection) -> Iterator[None]:
    """Text comes as the bytes that are in the file."""
    usual = connection.text_factory
    connection.text_factory = bytes
    try:
        yield
    finally:
        connection.text_factory = usual


def commands_sound(connection: sqlite3.Connection) -> bool:
    """Whether what only this till has can be read, and every command that waits is what was sealed."""
    known = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    with _as_bytes(connection):
        for table in (name for name in _OWN if name in known):
            if not all(map(_readable, connection.execute(f"SELECT * FROM {table}"))):  # noqa: S608
                return False
        if "outbox" not in known:
            return True
        return all(_readable(row) and _sealed(row[-1], row[-2]) for row in connection.execute(_WAITING))


def _readable(row: tuple[object, ...]) -> bool:
    try:
        for value in row:
            if isinstance(value, bytes):
                value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _sealed(payload: bytes, payload_hash: bytes) -> bool:
    return sha256(payload.decode()) == payload_hash.decode()


def take_out(connection: sqlite3.Connection, look: Look) -> tuple[str, ...]:
    """Take out the records of the site that cannot be read; the tables they were in, once each."""
    found: dict[str, None] = {}
    with _as_bytes(connection):
        for table in _TABLES:
            if look is Look.SMALL and not table.small:
                continue
            for key in _damaged(connection, table, look):
                found[table.name] = None
                named = " AND ".join(f"CAST({name} AS BLOB) = ?" for name in table.keys)
                connection.execute(f"DELETE FROM {table.name} WHERE {named}", key)  # noqa: S608
    return tuple(found)


def _damaged(connection: sqlite3.Connection, table: _Table, look: Look) -> list[tuple[bytes, ...]]:
    columns = ", ".join((*table.keys, "body", "json_valid(body)"))
    rows = connection.execute(f"SELECT {columns} FROM {table.name} {table.where}")  # noqa: S608
    close = look is Look.CLOSE or table.small
    return [
        tuple(row[: len(table.keys)])
        for row in rows
        if not (row[-1] and _readable(row) and (not close or _reads(table, row[:-1])))
    ]


def _reads(table: _Table, row: tuple[bytes, ...]) -> bool:
    """Whether the text is a record of its kind."""
    try:
        kind = table.kind or RecordKind(row[0].decode())
        for key in row[:-1]:
            key.decode()
        RECORDS[kind].load(row[-1].decode())
    except ValueError:  # Malformed is one
        return False
    return True
