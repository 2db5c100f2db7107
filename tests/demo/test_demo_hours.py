"""The demo shop can be laid whenever somebody asks for it: opening hours move deadlines, not the stages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from site_sync.domain.commands import ActKind
from site_sync.service import demo
from site_sync.service.database.transaction import Transaction
from site_sync.service.demo import DemoFolder
from site_sync.service.demo_orders import DemoOrders, Row
from site_sync.service.wiring import Site
from tests.service.sites import Clock, make_site

PATH = Path(__file__).resolve().parents[2] / "resources" / "demo"
FOLDER = DemoFolder(PATH)
ROWS: list[Row] = FOLDER.read("orders")
EXPIRED = [row for row in ROWS if any(step["act"] == ActKind.EXPIRE for step in row["steps"])]
SATURDAY = datetime(2026, 12, 26, tzinfo=UTC)
"""The goods of the expired orders were ready before Christmas, and their shops closed over it."""
HOURS_OF_A_WEEK = 168
EVERY = 3
"""Shorter than any span in which a deadline and an expiry pass each other."""


class _TakeBack(Exception):
    """Leaves the site as it was."""


@pytest.fixture(scope="module")
def clock() -> Clock:
    """The site's clock."""
    return Clock(SATURDAY)


@pytest.fixture(scope="module")
def empty_shop(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[Site]:
    """A site with the demo shop and no orders."""
    folder = tmp_path_factory.mktemp("hours")
    site = make_site(f"sqlite:///{folder / 'site.sqlite'}", folder, clock)
    demo.load(site, PATH, orders=False)
    yield site
    site.close()


def play(site: Site, rows: list[Row]) -> None:
    """Play orders, which raises when one does not end as its row says, and take them back."""

    def played(tx: Transaction) -> None:
        DemoOrders(tx, site, FOLDER.currency, FOLDER.shelves()).play(rows)
        raise _TakeBack

    with pytest.raises(_TakeBack):
        site.database.write(played)


def test_orders_expire_at_any_hour_of_a_week_with_closed_days(empty_shop: Site, clock: Clock) -> None:
    assert len(EXPIRED) >= 2
    for hour in range(0, HOURS_OF_A_WEEK, EVERY):
        clock.now = SATURDAY + timedelta(hours=hour)
        play(empty_shop, EXPIRED)


@pytest.mark.parametrize("hour", [3, 61, 156])
def test_every_order_ends_as_its_row_says_by_night_by_day_and_on_new_years_day(
    empty_shop: Site, clock: Clock, hour: int
) -> None:
    clock.now = SATURDAY + timedelta(hours=hour)
    play(empty_shop, ROWS)
