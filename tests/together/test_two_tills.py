"""Two tills and a site as real processes: the network is cut, all work on, and in the end they agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from site_sync.protocol.changes import RECORDS, RecordKind
from site_sync.service import bodies
from site_sync.service.database import tables as t
from site_sync.service.database.engine import open_database
from tests.together.conftest import SiteProcess, TillHandle

pytestmark = pytest.mark.long

HERE = "@S01"
StartTill = Callable[[str], TillHandle]
ORDER = RECORDS[RecordKind.ORDER]
on_postgres = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""On SQLite an hour apart is lived by `tests/campaigns/apart`."""
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What is refused, and how it is said, is one code for both engines, and `tests/service` holds it to both."""


def site_orders(site: SiteProcess) -> dict[str, Any]:
    """All orders with their history as the site has them."""
    database = open_database(site.url)
    try:
        read = dict(database.read(lambda db: list(bodies.order_bodies(db, t.orders.c.id.is_not(None), ""))))
    finally:
        database.close()
    return {key: ORDER.data(ORDER.load(body.text or "")) for key, body in read.items()}


def rows(site: SiteProcess, query: str) -> list[tuple[Any, ...]]:
    """What a query finds in the site's database."""
    engine = create_engine(site.url)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]
    finally:
        engine.dispose()


def meet_again(tills: tuple[TillHandle, ...], site: SiteProcess) -> dict[str, Any]:
    """Wait until every till has sent everything and seen everything; the site's orders."""
    for till in tills:
        till("try_now")
        assert till("wait_online")
        assert till("wait_settled")
    orders = site_orders(site)
    held = dict(
        rows(site, f"SELECT sku || '{HERE}', reserved FROM stock WHERE reserved > 0 AND store = 'S01'")
    )
    for till in tills:
        assert till("wait_reserved", held, HERE)
        for order_id, record in orders.items():
            assert till("wait_version", order_id, record["order"]["version"], len(record["history"]))
            assert till("wait_history", order_id, len(record["history"]))
    return orders


@on_postgres
def test_an_hour_apart_loses_nothing_and_doubles_nothing(site: SiteProcess, start_till: StartTill) -> None:
    one, two = start_till("11"), start_till("12")
    skus = one("free_skus", 4)[:4]
    shared = one("order", skus[0], 2)
    assert two("wait_version", shared["order"], 1)
    for till in (one, two):
        till.wire.cut()
        assert till("wait_offline")

    only_one = one("order", skus[1], 1)
    only_two = two("order", skus[2], 3)
    assert "version" in two("pay", shared["order"], 500)
    assert "version" in one("note", shared["order"], "call before noon")
    assert "version" in one("pick", shared["order"])
    assert "version" in one("collect", shared["order"])
    assert "version" in two("cancel", only_two["order"])
    assert "version" in two("note", shared["order"], "asked for a gift box")
    sales = [one("sale", skus[3]), two("sale", skus[3])]
    assert one("state")["pending"] >= 6

    one.wire.mend(losing_answers=2)
    two.wire.mend(losing_answers=1)
    orders = meet_again((one, two), site)
    first, second = one("state"), two("state")
    assert first["orders"] == second["orders"] == orders
    assert {shared["order"], only_one["order"], only_two["order"]} == set(orders)
    made = first["commands"] + second["commands"]
    kept = [row[0] for row in rows(site, "SELECT command_id FROM commands WHERE payload_kind <> 'lease'")]
    assert sorted(kept) == sorted(made)
    assert len(set(kept)) == len(kept)
    assert sorted(row[0] for row in rows(site, "SELECT id FROM sales")) == sorted(sales)
    assert first["stock"] == second["stock"]
    assert (first["audit"], second["audit"]) == (None, None)
    notes = [note["text"] for note in orders[shared["order"]]["order"]["notes"]]
    assert sorted(notes) == ["asked for a gift box", "call before noon"]
    assert one.wire.lost_answers + two.wire.lost_answers >= 2


@on_sqlite
def test_what_only_one_of_two_may_do_is_refused_to_the_other_and_said(
    site: SiteProcess, start_till: StartTill
) -> None:
    one, two = start_till("11"), start_till("12")
    sku = one("free_skus", 4)[0]
    shared = one("order", sku, 1)
    assert two("wait_version", shared["order"], 1)
    one("pick", shared["order"])
    assert one("wait_settled")
    version = site_orders(site)[shared["order"]]["order"]["version"]
    assert two("wait_version", shared["order"], version)
    for till in (one, two):
        till.wire.cut()
        assert till("wait_offline")
    assert "version" in one("collect", shared["order"])
    assert "version" in two("cancel", shared["order"])
    one.wire.mend()
    assert one("try_now") is None
    assert one("wait_settled")
    two.wire.mend()
    orders = meet_again((one, two), site)
    assert orders[shared["order"]]["order"]["lines"][0]["quantities"]["collected"] == 1
    assert one("state")["orders"] == two("state")["orders"] == orders
    assert two("state")["problems"] == ["not_allowed_in_stage"]
    (problems,) = rows(site, "SELECT count(*) FROM problems WHERE state = 'open'")
    assert problems == (1,)
