"""The demo shop laid into a site: every order as its row says, and every number right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from site_sync.domain.orders import Stage
from site_sync.protocol.changes import RecordKind
from site_sync.protocol.pins import pin_matches
from site_sync.service import demo, order_search, reservations, sign_in
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.demo_orders import DemoBroken, ago
from site_sync.service.order_search import Search
from site_sync.service.wiring import Site
from tests.service.sites import Clock, make_site

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "demo"


@pytest.fixture(scope="module")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with the demo shop."""
    folder = tmp_path_factory.mktemp("demo")
    site = make_site(f"sqlite:///{folder / 'site.sqlite'}", folder, Clock())
    demo.load(site, FOLDER)
    yield site
    site.close()


def test_every_order_stands_where_its_row_says(demo_site: Site) -> None:
    orders = demo_site.database.read(lambda db: order_search.search(db, Search(limit=200)))
    assert len(orders) == 34
    assert {order.stage for order in orders} == set(Stage)
    assert len({order.number for order in orders}) == 34


def test_the_demo_shops_numbers_add_up(demo_site: Site) -> None:
    read = demo_site.database.read
    assert read(reservations.drifts) == []
    assert read(lambda db: db.execute(select(func.sum(t.ledger.c.amount))).scalar_one()) == 0
    journal = t.journal.c
    query = select(func.sum(journal.quantity)).where(journal.state == "open")
    reserved = select(func.sum(t.stock.c.reserved))
    sums = read(lambda db: (db.execute(query).scalar_one(), db.execute(reserved).scalar_one()))
    assert sums[0] == -sums[1] < 0


def test_its_people_sign_in_with_the_pins_and_the_password_that_are_written_down(demo_site: Site) -> None:
    keys, read = demo_site.keys, demo_site.database.read
    anna = read(lambda db: records.find(db, RecordKind.STAFF, "101"))
    assert anna is not None
    assert pin_matches(anna.pin_verifier, keys.pepper, "471902")
    karin, now = "105", demo_site.now()
    assert sign_in.check_password(demo_site.database, keys, karin, demo.DEMO_PASSWORD, now)


def test_the_shop_can_be_laid_without_its_orders(tmp_path: Path) -> None:
    site = make_site(f"sqlite:///{tmp_path / 'site.sqlite'}", tmp_path, Clock())
    counts = demo.load(site, FOLDER, orders=False)
    assert counts["stores"] == 3
    assert "orders" not in counts
    assert site.database.read(lambda db: db.execute(select(func.count()).select_from(t.orders)).scalar()) == 0
    site.close()


@pytest.mark.parametrize("text", ["3d", "-3x", "tomorrow"])
def test_times_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(DemoBroken):
        ago(text)
