"""The first page: what waits at tills, and a chart that can be heard."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from site_sync.protocol.changes import RecordKind
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Transaction
from site_sync.service.wiring import Site
from tests.manager.browsing import Browser, text_of
from tests.manager.conftest import PEOPLE
from tests.service import tills


@pytest.mark.usefixtures("order")
def test_it_tells_what_waits_at_tills_and_the_figures_of_its_chart(root: Browser, site: Site) -> None:
    till = tills.enrol(site, "S01", "02")

    def fill(tx: Transaction) -> None:
        records.save(tx, RecordKind.STAFF, replace(PEOPLE[0], language="de"))
        tx.execute(update(t.devices).where(t.devices.c.id == till.device).values(waiting=3))

    site.database.write(fill)
    page = root.open("/")
    assert "S01-02" in page
    assert "3 warten" in text_of(page.split('id="tills"')[1])
    day, _, figures = page.split("<title>")[-1].split("</title>")[0].partition(": ")
    assert figures == "1 gemacht, 0 abgeholt"
    assert f"{day} 1 0" in text_of(page.split("<caption>")[1])


def test_a_person_of_all_stores_is_listed_so_in_the_language_of_who_reads(root: Browser, site: Site) -> None:
    site.database.write(lambda tx: records.save(tx, RecordKind.STAFF, replace(PEOPLE[0], language="de")))
    assert "Ruth root Administration alle" in root.read("/staff")
