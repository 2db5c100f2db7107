"""Bringing a database to the tables that this version works with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect, make_url, select, text

from site_sync.service.database import tables as t
from site_sync.service.database.sqlite import file_lock, sqlite_engine

T = TypeVar("T")

MIGRATIONS = Path(__file__).with_name("migrations")
LOCK_KEY = 4_726_001
"""The advisory lock under which processes that start together migrate one after another."""


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration for the migrations shipped here."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


@cache
def head_revision() -> str:
    """The revision this version works with; the migrations shipped do not change while it runs."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    if head is None:
        raise RuntimeError("no migrations are shipped")
    return head


def knows(revision: str) -> bool:
    """Whether this version can work with tables of that revision, by migrating them forward if need be."""
    scripts = ScriptDirectory.from_config(configuration())
    return revision in {script.revision for script in scripts.walk_revisions()}


def current_revision(connection: Connection) -> str | None:
    """The revision the database is at, None when it was never migrated."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return MigrationContext.configure(connection).get_current_revision()


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        return sqlite_engine(url, reader=False)
    return create_engine(url, hide_parameters=True)


def look_at(url: str, look: Callable[[Connection], T | None]) -> tuple[str | None, T | None]:
    """The revision of a database that may not be there yet, and what a look at it finds if it has tables."""
    place = make_url(url)
    if place.get_backend_name() == "sqlite" and not Path(place.database or "").exists():
        return None, None
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            revision = current_revision(connection)
            return revision, look(connection) if revision is not None else None
    finally:
        engine.dispose()


def migrate(url: str) -> None:
    """Bring the database of that URL to this version's tables, in one transaction."""
    sqlite = make_url(url).get_backend_name() == "sqlite"
    engine = _engine(url)
    with file_lock(url) if sqlite else nullcontext():
        with engine.begin() as connection:
            if not sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
            upgrade(connection)
        engine.dispose()


def lay_tables(connection: Connection, revision: str) -> None:
    """Make the tables of a revision on an open connection that has none."""
    command.upgrade(configuration(connection), revision)


def upgrade(connection: Connection) -> None:
    """Run the missing migrations on an open connection and lay the feed's first row."""
    if current_revision(connection) != head_revision():
        command.upgrade(configuration(connection), "head")
    if connection.execute(select(t.feed_head.c.one)).first() is None:
        connection.execute(t.feed_head.insert(), {"one": 1, "position": 0})
