"""What the service writes to the database for each order, as recorded once, to be replayed bare."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, event

NOT_DATA = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")


@dataclass(slots=True)
class Recorded:
    """One order: its request body, the statements with their values, the answer."""

    body: bytes
    statements: list[tuple[str, Any, bool]] = field(default_factory=list)
    answer: bytes = b""


Hear = Callable[[str, Any, bool], None]


def _sqlite_connection(hear: Hear) -> type[sqlite3.Connection]:
    class Cursor(sqlite3.Cursor):
        def execute(self, statement: str, values: Any = (), /) -> Any:
            hear(statement, values, False)
            return super().execute(statement, values)

        def executemany(self, statement: str, values: Any, /) -> Any:
            hear(statement, values, True)
            return super().executemany(statement, values)

    class Connection(sqlite3.Connection):
        def cursor(self, _factory: Any = None) -> Any:
            return super().cursor(Cursor)

        def execute(self, statement: str, values: Any = (), /) -> sqlite3.Cursor:
            return super().execute(statement.replace("synchronous=FULL", "synchronous=OFF"), values)

    return Connection


def _postgres_cursor(hear: Hear) -> type[psycopg.Cursor[Any]]:
    class Cursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **given: Any) -> Any:
            hear(str(query), params, False)
            return super().execute(query, params, **given)

        def executemany(self, query: Any, params_seq: Any, **given: Any) -> None:
            rows = list(params_seq)
            hear(str(query), rows, True)
            super().executemany(query, rows, **given)

    return Cursor


@contextmanager
def recording(into: list[Recorded]) -> Iterator[None]:
    """Everything that the driver of a database opened meanwhile executes goes to the last of `into`.

    Nothing waits for the disk meanwhile, as only the words count.
    """

    def hear(statement: str, values: Any, many: bool) -> None:
        if into and not statement.lstrip().upper().startswith(NOT_DATA):
            into[-1].statements.append((statement, values, many))

    def connect(dialect: Any, _record: Any, _words: Any, given: dict[str, Any]) -> None:
        if dialect.name == "sqlite":
            given["factory"] = _sqlite_connection(hear)
        else:
            given["cursor_factory"] = _postgres_cursor(hear)
            given["options"] = "-c synchronous_commit=off"

    event.listen(Engine, "do_connect", connect)
    try:
        yield
    finally:
        event.remove(Engine, "do_connect", connect)


def keep(orders: list[Recorded], path: Path) -> None:
    """Write them where the bare server finds them."""
    path.write_bytes(pickle.dumps([(one.body, one.statements, one.answer) for one in orders]))


def read(path: Path) -> list[Recorded]:
    """Read what `keep` wrote."""
    return [Recorded(*one) for one in pickle.loads(path.read_bytes())]
