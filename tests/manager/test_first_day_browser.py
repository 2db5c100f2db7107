"""The first day in a real Chromium on the real service: an empty site, a shop, a real till and its order."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from site_sync.service.wiring import Site, open_site
from site_sync.serving import application
from site_sync.site import surroundings
from tests.manager.first_day import FirstDay
from tests.manager.test_first_run import nobodys
from tests.manager.test_real_browser import Chromium, chromium
from tests.service.serving import served
from tests.service.sites import keyed
from tests.together.conftest import TillHandle

__all__ = ["chromium", "nobodys"]


@pytest.fixture
def site(nobodys: Path, tmp_path: Path) -> Iterator[Site]:
    """A site that nobody has begun with, at the time of this machine."""
    shutil.copyfile(nobodys, tmp_path / "site.sqlite")
    site = open_site(keyed(f"sqlite:///{tmp_path / 'site.sqlite'}", tmp_path), surroundings())
    yield site
    site.close()


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """Where the whole service is, with every route and job there is."""
    with served(application(site)) as address:
        yield address
        site.feed.close_soon()  # a till that is gone would be waited for


@pytest.fixture
def till(address: str, tmp_path: Path) -> Iterator[TillHandle]:
    """A till of that site, a process of its own, which begins while the shop is set up."""
    till = TillHandle(tmp_path / "till", urlsplit(address).port or 0)
    yield till
    till.close()


def fits(chromium: Chromium) -> None:
    """Hold that nothing sticks out on a phone or a small screen and that each field has a name."""
    for width in (390, 1024):
        chromium.narrow(width)
        assert chromium.run("document.documentElement.scrollWidth") == width
    fields = "[...document.querySelectorAll('input:not([type=hidden]), select, textarea')]"
    unnamed = ".filter(one => !one.labels.length && !one.hasAttribute('aria-hidden')).map(one => one.name)"
    assert chromium.run(fields + unnamed) == []
    chromium.narrow(1440)


@pytest.mark.long
def test_from_an_empty_site_to_a_tills_order_in_its_journal_and_a_table_of_it(
    till: TillHandle, chromium: Chromium, site: Site, tmp_path: Path
) -> None:
    day = FirstDay(chromium, site, lambda _name: fits(chromium))
    day.set_up()
    day.enrol(till)
    day.take_in(tmp_path)
    number = day.order(till)
    day.change_a_setting()
    assert number in day.export("orders")
    assert "Boot 7" in day.export("goods")
    chromium.go("/setup/company")
    chromium.find("//p[contains(., 'so the currency stays')]")
    assert chromium.complaints() == []
