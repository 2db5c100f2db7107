"""Databases of the site, migrated and with a small shop in them, and sites put together on them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database, open_database
from site_sync.service.database.migrate import migrate
from site_sync.service.wiring import Site
from tests.fixtures.postgres import PostgresServer
from tests.service import shop
from tests.service.sites import Clock, make_site
from tests.service.tills import Till, enrol
from tests.service.web_shop import WebShop, served

EMPTYING = "; ".join(
    [
        *(f"DELETE FROM {table}" for table in t.metadata.tables),
        f"INSERT INTO {t.feed_head.name} (one, position) VALUES (1, 0)",
    ]
).encode()
"""Sent as one: a statement of its own for each of the tables takes five times as long."""


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer) -> Iterator[str]:
    """URL of a migrated PostgreSQL database, which each test finds empty."""
    name = postgres_server.create_database()
    migrate(postgres_server.url(name))
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to make others from."""
    path = tmp_path_factory.mktemp("migrated") / "site.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def empty_postgres(migrated_postgres: str) -> str:
    """URL of a migrated empty PostgreSQL database."""
    _empty(migrated_postgres)
    return migrated_postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a migrated empty database; the test runs once on each engine of the site."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), tmp_path / "site.sqlite")
        return f"sqlite:///{tmp_path / 'site.sqlite'}"
    url: str = request.getfixturevalue("empty_postgres")
    return url


def _empty(url: str) -> None:
    """Make a migrated database as it was at first; quicker than making a new one."""
    address = make_url(url).set(drivername="postgresql").render_as_string()
    with psycopg.connect(address) as connection:
        connection.execute(EMPTYING)


@pytest.fixture
def empty_database(database_url: str) -> Iterator[Database]:
    """A migrated database without a shop, once on each engine."""
    database = open_database(database_url)
    yield database
    database.close()


@pytest.fixture
def database(empty_database: Database) -> Database:
    """A database with the small shop, once on each engine."""
    empty_database.write(shop.fill)
    return empty_database


@pytest.fixture
def clock() -> Clock:
    """The site's clock."""
    return Clock()


@pytest.fixture
def site(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Site]:
    """A site with the small shop, once on each engine."""
    site = make_site(database_url, tmp_path, clock)
    site.database.write(shop.fill)
    yield site
    site.close()


@pytest.fixture
def till(site: Site) -> Till:
    """An enrolled till of the site, at S01 with number 02."""
    return enrol(site)


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """Where the site is served over HTTP."""
    with served(site) as address:
        yield address


@pytest.fixture
def web_shop(site: Site, address: str) -> Iterator[WebShop]:
    """A web shop with a key for everything."""
    shop = WebShop(address, site)
    yield shop
    shop.http.close()
