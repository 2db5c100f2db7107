"""Databases of the site, migrated and with a small shop in them."""

from collections.abc import Iterator

import pytest

from site_sync.service.database.engine import Database, open_database
from site_sync.service.database.migrate import migrate
from tests.service import shop


@pytest.fixture
def empty_database(database_url: str) -> Iterator[Database]:
    """A migrated database without a shop, once on each engine."""
    migrate(database_url)
    database = open_database(database_url)
    yield database
    database.close()


@pytest.fixture
def database(empty_database: Database) -> Database:
    """A database with the small shop, once on each engine."""
    empty_database.write(shop.fill)
    return empty_database
