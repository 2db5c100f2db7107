"""The first day in a real Chromium: from the code of an empty site to goods, a till and an order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from site_sync.domain.catalogue import Item
from site_sync.domain.orders import Delivery
from site_sync.manager import application
from site_sync.protocol.changes import RecordKind
from site_sync.service import enrolment, first_run, orders
from site_sync.service.app import create_app
from site_sync.service.database import records
from site_sync.service.enrolment import Newcomer
from site_sync.service.jobs.imports import ImportWork
from site_sync.service.jobs.rhythm import repeat
from site_sync.service.wiring import Site
from tests.manager.test_first_run import PASSWORD, nobodys, site
from tests.manager.test_real_browser import ENTER, TAB, Chromium, chromium
from tests.service.serving import served
from tests.service.shop import ALL_RIGHTS, Commands, new_line
from tests.service.sites import Clock

__all__ = ["chromium", "nobodys", "site"]
SAVE = "//button[text()='Save and go on']"


@pytest.fixture
def address(site: Site, clock: Clock) -> Iterator[str]:
    """Where the empty site is served, its files of goods worked through."""
    app = create_app(site, (), [repeat("goods", ImportWork(site), 0.1)])
    application.mount(app, site, lambda: clock.now.timestamp())
    with served(app) as address:
        yield address


def press(chromium: Chromium, xpath: str) -> None:
    """Press what an XPath leads to."""
    chromium.ask("POST", f"/element/{chromium.find(xpath)}/click")


def write(chromium: Chromium, name: str, text: str) -> None:
    """Type into a field."""
    chromium.ask("POST", f"/element/{chromium.find(f'//input[@id={name!r}]')}/value", text=text)


def fits(chromium: Chromium) -> None:
    """Hold that nothing sticks out on a phone and that each field has a name."""
    chromium.narrow(390)
    assert chromium.run("document.documentElement.scrollWidth") == 390
    fields = "[...document.querySelectorAll('input:not([type=hidden]), select, textarea')]"
    assert chromium.run(fields + ".filter(one => !one.labels.length).map(one => one.name)") == []
    chromium.narrow(1440)


def steps_to_the_till(chromium: Chromium, site: Site) -> None:
    """From the door to the page that waits for the first till."""
    chromium.go("/")
    chromium.find("//h1[text()='Begin with your shop']")
    fits(chromium)
    code = site.database.read(lambda db: first_run.code_of(db, site))
    chromium.run("document.getElementById('code').focus()")
    chromium.keys(f"{code}{TAB}Ruth Adler{TAB}ruth{TAB}{PASSWORD}{TAB}{PASSWORD}{ENTER}")
    chromium.find("//h1[text()='Your company']")
    write(chromium, "name", "Fjeld ApS")
    fits(chromium)
    press(chromium, SAVE)
    chromium.find("//h1[text()='Your store']")
    for name, text in (("street", "Havnegade 1"), ("place", "1058 Copenhagen"), ("phone", "+45 33 11 11 11")):
        write(chromium, name, text)
    fits(chromium)
    press(chromium, SAVE)
    chromium.find("//h1[text()='Tax']")
    write(chromium, "rate0", "25")
    fits(chromium)
    press(chromium, SAVE)
    chromium.find("//h1[text()='How do customers pay?']")
    press(chromium, SAVE)
    chromium.find("//h1[text()='Who works here?']")
    write(chromium, "name0", "Ole")
    press(chromium, "//button[contains(., 'show their PINs')]")
    chromium.find("//h2[text()='Their PINs']")
    fits(chromium)
    press(chromium, "//a[contains(., 'On to')]")


def take_in(chromium: Chromium, table: Path) -> None:
    """Send a table, look at what would change, and take it in."""
    press(chromium, "//a[text()='On to the goods']")
    chromium.find("//h1[text()='Your goods']")
    write(chromium, "file", str(table))
    press(chromium, "//button[text()='Send and look']")
    chromium.find("//h1[text()='What do the columns hold?']")
    fits(chromium)
    press(chromium, "//button[text()='Check the table']")
    press(chromium, "//button[contains(., 'Take in 60 rows')]")
    chromium.find("//p[contains(., 'The table was taken in')]")
    fits(chromium)


@pytest.mark.long
def test_from_an_empty_site_to_an_order_in_its_journal(
    chromium: Chromium, site: Site, tmp_path: Path
) -> None:
    rows = [f"B-{n};Boot {n};59,90;25;{n + 1}" for n in range(60)]
    (tmp_path / "goods.csv").write_text("\n".join(["SKU;Name;Price;Tax;Stock", *rows]))
    steps_to_the_till(chromium, site)
    press(chromium, "//button[text()='Make a code']")
    chromium.find("//p[@class='secret']")
    code = chromium.run("document.querySelector('.secret').textContent")
    fits(chromium)
    newcomer = Newcomer("device-1", "token")
    assert site.database.write(lambda tx: enrolment.enrol(tx, code, newcomer, site.now())) is not None
    take_in(chromium, tmp_path / "goods.csv")
    press(chromium, "//a[contains(., 'To the set-up check')]")
    chromium.find("//h1[text()='Ready to open']")
    fits(chromium)
    boot: Item | None = site.database.read(lambda db: records.find(db, RecordKind.ITEM, "B-7"))
    assert boot is not None
    made = Commands().create(new_line(boot, source_store="S01"), delivery=Delivery(store="S01"))
    site.database.write(lambda tx: orders.apply(tx, made, ALL_RIGHTS, made.at))
    chromium.go("/journals")
    chromium.find("//td[text()='S01']")
    chromium.find("//a[text()='Excel']")
    chromium.go("/setup/company")
    chromium.find("//p[contains(., 'so the currency stays')]")
    assert chromium.complaints() == []
