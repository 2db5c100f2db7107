"""Migrations lead to the tables that the code works with."""

from __future__ import annotations

import threading

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database
from site_sync.service.database.migrate import current_revision, head_revision, migrate
from tests.fixtures.postgres import PostgresServer


def differences(connection: Connection) -> list[object]:
    """What the tables of a database lack of those in the code, or have too many."""
    return list(compare_metadata(MigrationContext.configure(connection), t.metadata))


def test_migrations_make_the_tables_of_the_code(empty_database: Database) -> None:
    assert empty_database.read(current_revision) == head_revision()
    assert empty_database.read(differences) == []


def test_migrating_twice_or_at_once_changes_nothing_more(postgres_server: PostgresServer) -> None:
    name = postgres_server.create_database()
    url = postgres_server.url(name)
    threads = [threading.Thread(target=migrate, args=(url,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    migrate(url)
    postgres_server.drop_database(name)
