"""A snapshot of the site as a file: all records of a till's scope at one cursor."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from site_sync.protocol.changes import Change, RecordKind
from site_sync.worker.ports import SnapshotBroken


class Snapshot:
    """Tables `records(kind, key, version, body)` and `head(epoch, cursor)`, read only."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        row = connection.execute("SELECT epoch, cursor FROM head").fetchone()
        if row is None:
            raise SnapshotBroken("no head")
        self.epoch, self.cursor = str(row[0]), str(row[1])

    def records(self, kind: RecordKind) -> Iterator[Change]:
        """Every record of a kind by its key."""
        rows = self._connection.execute(
            "SELECT key, version, body FROM records WHERE kind = ? ORDER BY key", (kind.value,)
        )
        for key, version, body in rows:
            yield Change.model_construct(kind=kind, key=key, version=version, body=body)


@contextmanager
def open_snapshot(file: Path) -> Iterator[Snapshot]:
    """The snapshot in a file; SnapshotBroken when it is none."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        try:
            yield Snapshot(connection)
        except sqlite3.DatabaseError as error:
            raise SnapshotBroken(str(error)) from error
