"""A site on PostgreSQL: copied in one snapshot with COPY, and put back in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, text

from site_sync.service.backup import archive
from site_sync.service.backup.archive import ArchiveWriter
from site_sync.service.backup.describing import VERSION, counts, describe, quoted, site_tables
from site_sync.service.backup.manifest import BackupDamaged, Described, Manifest
from site_sync.service.backup.sqlite_copy import Renew
from site_sync.service.database.migrate import LOCK_KEY, lay_tables, upgrade
from site_sync.service.database.transaction import Transaction

LOCK_TIMEOUT = "10s"
"""How long a restore waits for another program's hand on a table before it says so."""


def copy_out(url: str, writer: ArchiveWriter) -> Described:
    """Copy all tables as they are at one moment; whoever writes meanwhile is not held up."""
    engine = create_engine(url, isolation_level="REPEATABLE READ", hide_parameters=True)
    try:
        with engine.connect().execution_options(postgresql_readonly=True) as connection:
            described = describe(connection)
            for name, columns in site_tables(connection).items():
                with writer.part(f"{name}.copy", columns) as sink:
                    for data in _copy(connection, f"COPY {_place(connection, name, columns)} TO STDOUT"):
                        sink.write(data)
            return described
    finally:
        engine.dispose()


def _place(connection: Connection, name: str, columns: tuple[str, ...]) -> str:
    listed = ", ".join(quoted(connection, column) for column in columns)
    return f"{quoted(connection, name)} ({listed})"


def _copy(connection: Connection, statement: str) -> Any:
    """The driver's own COPY, which SQLAlchemy does not know."""
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copying:
        yield from copying


def lay_in(url: str, backup: Path, found: Manifest, renew: Renew) -> None:
    """Put the backup in the place of the site's tables: all in one transaction, or nothing at all."""
    engine = create_engine(url, hide_parameters=True)
    try:
        with engine.begin() as connection:
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
            _clear(connection)
            lay_tables(connection, found.of.revision)
            _fill(connection, backup, found)
            _check(connection, found.of.counts)
            upgrade(connection)
            tx = Transaction(connection)
            renew(tx)
            tx.number_changes()
    finally:
        engine.dispose()


def _clear(connection: Connection) -> None:
    for name in (*site_tables(connection), VERSION):
        connection.execute(text(f"DROP TABLE IF EXISTS {quoted(connection, name)} CASCADE"))


def _fill(connection: Connection, backup: Path, found: Manifest) -> None:
    driver: Any = connection.connection.driver_connection
    there = site_tables(connection)
    for part in found.parts:
        name = part.name.removesuffix(".copy")
        if not set(part.columns) <= set(there.get(name, ())):
            raise BackupDamaged(f"the backup has a table or columns that {name} has not")
        connection.execute(text(f"DELETE FROM {quoted(connection, name)}"))  # noqa: S608  of the manifest's own
        statement = f"COPY {_place(connection, name, part.columns)} FROM STDIN"
        with driver.cursor() as cursor, cursor.copy(statement) as copying:
            for data in archive.chunks(backup, part.name):
                copying.write(data)
    _follow(connection)


def _follow(connection: Connection) -> None:
    """Let the tables' own counters of ids go on behind the ids that came in."""
    counted = connection.execute(
        text(
            "SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_name), column_name) "
            "FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND column_default LIKE 'nextval(%'"
        )
    )
    for name, column, counter in counted.all():
        highest = f"SELECT max({quoted(connection, column)}) FROM {quoted(connection, name)}"  # noqa: S608
        following = text(f"SELECT setval(CAST(:counter AS regclass), coalesce(({highest}), 0) + 1, false)")
        connection.execute(following, {"counter": counter})


def _check(connection: Connection, wanted: Mapping[str, int]) -> None:
    if counts(connection, tuple(wanted)) != dict(wanted):
        raise BackupDamaged("the rows in the backup are not those it says it has")
