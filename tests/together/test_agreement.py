"""A till that holds something else than its site: found by counting, put right kind by kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pos_app.store.site_side import SiteSide
from pos_app.store.store import Store
from site_sync.domain.customers import Customer
from site_sync.protocol.changes import Enrolled, RecordKind
from site_sync.protocol.checks import Tally
from site_sync.service.app import create_app
from site_sync.service.wiring import Site
from site_sync.worker.client import SiteClient
from tests.service import shop
from tests.service.serving import served
from tests.service.shop import JACKET, NOON, Commands
from tests.service.sites import Clock, make_site
from tests.service.test_orders import apply
from tests.service.tills import Till, enrol


@pytest.fixture
def site(sqlite_database: str, tmp_path: Path) -> Iterator[Site]:
    """A site with the small shop; what it counts on each engine is tried with the service."""
    site = make_site(sqlite_database, tmp_path, Clock())
    site.database.write(shop.fill)
    yield site
    site.close()


@pytest.fixture
def till(site: Site) -> Till:
    """An enrolled till of the site."""
    return enrol(site)


def loaded(site: Site, till: Till, client: SiteClient, folder: Path) -> Store:
    """A till's store, loaded from the site's snapshot."""
    store = Store(folder)
    who = site.identity
    words = Enrolled(
        service=who.service, epoch=who.epoch, device=till.device, token=till.token, store="S01", till="02",
        profile="till", code_key="11" * 32,
    )  # fmt: skip
    store.identity.enrol(words, "http://127.0.0.1:9")
    client.snapshot(folder / "whole.sqlite", who.epoch)
    store.site_side.take_snapshot(folder / "whole.sqlite", NOON)
    return store


def differing(client: SiteClient, side: SiteSide) -> set[RecordKind]:
    """Kinds of which a till holds something else than its site says it should."""
    sums, found = client.sums(side.place().cursor, "n"), set()
    for one in sums.sums:
        tally = Tally()
        assert not side.tally(one.kind, sums.closed_after, "", tally)
        if (tally.count, tally.text()) != (one.count, one.total):
            found.add(one.kind)
    return found


SPOILED = [
    (RecordKind.ITEM, "DELETE FROM items WHERE sku = 'JKT'"),
    (RecordKind.ITEM, "UPDATE items SET version = version - 1, body = 'old' WHERE sku = 'JKT'"),
    (RecordKind.STOCK, "INSERT INTO stock VALUES ('GONE', 'S01', 3, 1, 0, 0, 0)"),
    (RecordKind.STOCK, "DELETE FROM stock WHERE sku = 'STV' AND store = 'S02'"),
    (RecordKind.STAFF, "DELETE FROM shop_records WHERE kind = 'staff' AND key = 'ben'"),
    (RecordKind.CUSTOMER, "DELETE FROM customers"),
    (RecordKind.ORDER, "DELETE FROM site_orders WHERE id IN (SELECT id FROM site_orders LIMIT 1)"),
    (RecordKind.ORDER, "UPDATE site_orders SET version = 0"),
]


def test_whatever_went_wrong_at_a_till_is_found_and_put_right(site: Site, till: Till, tmp_path: Path) -> None:
    for number in ("03", "04"):
        apply(
            site.database,
            Commands("S01", number).create(customer=Customer("c9", "Anna", phone="+4520304050")),
        )
    with served(create_app(site)) as address, closing(SiteClient(address, till.token, "")) as client:
        store = loaded(site, till, client, tmp_path / "till")
        assert differing(client, store.site_side) == set()
        for kind, spoil in SPOILED:
            store.file.raw.execute(spoil)
            assert differing(client, store.site_side) == {kind}, spoil
            cursor = store.site_side.place().cursor
            client.snapshot(tmp_path / "kinds.sqlite", site.identity.epoch, {kind}, cursor)
            applied = store.site_side.take_kinds(tmp_path / "kinds.sqlite", frozenset({kind}), NOON)
            assert applied.reloaded == {kind}
            assert store.site_side.place().cursor == cursor
            assert differing(client, store.site_side) == set(), spoil
        assert store.catalogue.item("JKT") == JACKET
        assert store.site_side.reloaded().keys() == {kind for kind, _ in SPOILED}
        store.close()
