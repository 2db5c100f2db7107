"""Looking at a database, whatever its tables are like, to say what is in it."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text
from sqlalchemy.sql import quoted_name

from site_sync.service.backup.manifest import Described
from site_sync.service.database import tables as t
from site_sync.service.database.migrate import current_revision

VERSION = "alembic_version"


def site_tables(connection: Connection) -> dict[str, tuple[str, ...]]:
    """The site's tables that there are with their columns, by name; other programs' tables are left out."""
    looking = inspect(connection)
    here = sorted(set(looking.get_table_names()) & set(t.metadata.tables))
    found = looking.get_multi_columns(filter_names=here)
    columns = {name: tuple(column["name"] for column in of) for (_, name), of in found.items()}
    return {name: columns[name] for name in here}


def quoted(connection: Connection, name: str) -> str:
    """A name as it stands in a statement."""
    return connection.dialect.identifier_preparer.quote(quoted_name(name, None))


def counts(connection: Connection, names: tuple[str, ...]) -> dict[str, int]:
    """Rows by table."""
    return {
        name: int(connection.execute(text(f"SELECT count(*) FROM {quoted(connection, name)}")).scalar_one())  # noqa: S608
        for name in names
    }


def describe(connection: Connection) -> Described:
    """What is known of a site's database."""
    service, epoch = connection.execute(text("SELECT service, epoch FROM site")).one()
    head = connection.execute(text("SELECT position FROM feed_head")).scalar_one()
    found = counts(connection, tuple(site_tables(connection)))
    revision = current_revision(connection) or ""
    return Described(connection.dialect.name, service, epoch, revision, int(head), found)
