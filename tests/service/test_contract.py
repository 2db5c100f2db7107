"""The public API held to its own description by calls nobody thought of, as anybody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from site_sync.service.database.migrate import migrate
from site_sync.service.wiring import Site
from tests.fixtures.postgres import PostgresServer
from tests.service import shop
from tests.service.contract import CALLS, NEEDED, World, campaign, needed, world
from tests.service.sites import Clock, make_site
from tests.service.web_shop import SCOPES, WebShop

EXAMPLES = 14
"""Calls of each operation; `python -m tests.service.contract_campaign 500` makes more of them."""


@pytest.fixture(scope="module")
def kept_postgres(postgres_server: PostgresServer) -> Iterator[str]:
    """A migrated PostgreSQL database that no other test empties."""
    name = postgres_server.create_database()
    migrate(postgres_server.url(name))
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture(scope="module")
def kept_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated SQLite file."""
    folder = tmp_path_factory.mktemp("contract")
    shutil.copyfile(migrated_sqlite, folder / "site.sqlite")
    return f"sqlite:///{folder / 'site.sqlite'}"


@pytest.fixture(scope="module", params=["kept_sqlite", "kept_postgres"])
def there(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One site for all operations, on each engine."""
    url = request.getfixturevalue(request.param)
    site = make_site(url, tmp_path_factory.mktemp("contract"), Clock())
    site.database.write(shop.fill)
    with world(site) as made:
        yield made
    site.close()


@pytest.mark.parametrize(("path", "method"), CALLS)
def test_no_call_by_anybody_breaks_what_is_described(there: World, path: str, method: str) -> None:
    campaign(there, path, method, EXAMPLES)


def test_every_call_described_is_tried(web_shop: WebShop) -> None:
    paths = web_shop.get("openapi.json").json()["paths"]
    assert sorted(CALLS) == sorted((path, method.upper()) for path in paths for method in paths[path])
    assert {needed(path, method) for path, method in CALLS} == set(SCOPES)
    assert all(any(path.startswith(start) for path, _ in CALLS) for start in NEEDED)


def test_each_scope_opens_its_calls_and_no_other(web_shop: WebShop, site: Site) -> None:
    order = web_shop.created()["id"]
    for scope in SCOPES:
        narrow = WebShop(web_shop.address, site, scopes=(scope,))
        for path, method in CALLS:
            address = path.format(order=order, hold="none", endpoint="none")
            status = narrow.http.request(method, address, json={}).status_code
            assert (status == 403) == (scope != needed(path, method)), (scope, path, method, status)
        narrow.http.close()


def test_statuses_of_problems_are_described(web_shop: WebShop) -> None:
    paths = web_shop.get("openapi.json").json()["paths"]
    creating = paths["/api/v1/orders"]["post"]["responses"]
    assert {"200", "201", "400", "401", "403", "409", "413", "415", "422", "429", "503"} == set(creating)
    assert "application/problem+json" in creating["409"]["content"]
