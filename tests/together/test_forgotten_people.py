"""Somebody is forgotten at the site: no file of site and till knows of them any more; stock stays right."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pos_app.operations import orders as at_till
from pos_app.operations.cart import Cart, with_customer
from pos_app.operations.desk import Changed
from pos_app.operations.selling import add_item, new_cart
from pos_app.store.print_jobs import JobState, PrintJob
from site_sync.domain.customers import Collector, Customer
from site_sync.domain.problems import ProblemRecord
from site_sync.protocol.changes import RecordKind
from site_sync.service import erasure, orders, personal_retention, problems, soundness
from site_sync.service.app import create_app
from site_sync.service.database import records
from site_sync.service.database.migrate import migrate
from site_sync.service.problems import Resolution
from site_sync.service.settings_audit import Author
from site_sync.service.wiring import Site
from tests.service.serving import served
from tests.service.sites import Clock, make_site
from tests.simulation.shop import COUNTER, ITEMS, MORNING, fill
from tests.simulation.till import Till

WORDS = (b"Quirina", b"quirina", b"Zweifelhut", b"zweifelhut", b"4520993311", b"1133990254", b"Ottokar")
"""What tells of the person, forwards and, as the phone is looked for by its end, backwards."""
WHO = Customer("who", "Quirina Zweifelhut", "+4520993311", "quirina@zweifelhut.example", "")
BOSS = COUNTER[0]


@pytest.fixture
def clock() -> Clock:
    """The one clock of site and till."""
    return Clock(MORNING)


@pytest.fixture
def site(tmp_path: Path, clock: Clock) -> Iterator[Site]:
    """A site with the simulated day's shop."""
    migrate(f"sqlite:///{tmp_path / 'site.sqlite'}")
    site = make_site(f"sqlite:///{tmp_path / 'site.sqlite'}", tmp_path / "site", clock)
    site.database.write(fill)
    yield site
    site.close()


@pytest.fixture
def till(site: Site, tmp_path: Path) -> Iterator[Till]:
    """A till with its worker, over real HTTP."""
    with served(create_app(site)) as address:
        till = Till(site, address, tmp_path / "till", "02")
        yield till
        till.close()


def _taken(till: Till, *, note: str = "call Quirina first") -> str:
    """An order of that customer, taken at the till; its id."""
    desk, by = till.desk, till.acting(BOSS)
    cart = add_item(desk, new_cart(desk), ITEMS[1].sku)
    assert isinstance(cart, Cart)
    details = replace(
        at_till.new_details(desk), comment_staff=note, collector=Collector("Ottokar Zweifelhut")
    )
    done = at_till.save(desk, by, with_customer(cart, WHO), details)
    assert isinstance(done, Changed), done
    till.store.print_jobs.add(
        PrintJob(
            f"job-{done.order.id}",
            "counter",
            '{"text":"Quirina Zweifelhut"}',
            desk.now(),
            desk.now(),
            order_id=done.order.id,
        )
    )
    till.store.print_jobs.finish(f"job-{done.order.id}", JobState.SENT, "", desk.now())
    till.meet()
    return done.order.id


def _cancelled(till: Till, order_id: str) -> None:
    by = replace(till.acting(BOSS), reason="Quirina changed her mind")
    assert isinstance(at_till.cancel(till.desk, by, order_id), Changed)
    till.meet()


def _author(site: Site) -> Author:
    return Author.operator(site.now())


def _knowing(*folders: Path) -> list[str]:
    """Files in which one of the words stands."""
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return [f"{path.name}: {word!r}" for path in files for word in WORDS if word in path.read_bytes()]


def test_nobody_is_forgotten_while_something_is_open(site: Site, till: Till) -> None:
    order_id = _taken(till)
    hindered = site.database.write(lambda tx: erasure.erase(tx, _author(site), "who", "asked"))
    assert [(one.kind, one.order_id) for one in hindered] == [("open_order", order_id)]
    assert site.database.read(lambda db: records.customer(db, "who")) is not None


def test_somebody_forgotten_is_in_no_file_of_site_and_till(site: Site, till: Till, tmp_path: Path) -> None:
    order_id = _taken(till)
    problem = ProblemRecord("p1", site.now(), "S01", "not_allowed_in_stage", {"name": WHO.name}, order_id)
    site.database.write(lambda tx: problems.raise_problem(tx, problem))
    told = Resolution("told Quirina", BOSS.id, site.now())
    site.database.write(lambda tx: problems.resolve(tx, "p1", told))
    _cancelled(till, order_id)
    assert _knowing(tmp_path), "the test looks where the words were"
    hindered = site.database.write(lambda tx: erasure.erase(tx, _author(site), "who", "asked"))
    assert hindered == []
    shutil.rmtree(tmp_path / "site" / "snapshots", ignore_errors=True)
    till.pull()
    kept = site.database.read(lambda db: orders.load(db, order_id))
    assert kept is not None
    assert (kept.customer, kept.lines[0].sku) == (Customer("who", language="en"), ITEMS[1].sku)
    assert till.store.orders.order(order_id) == kept
    assert till.store.customers.customer("who") is None
    assert till.store.audit.broken_at() is None
    assert all(not found for _, found in site.database.read(soundness.looked_through))
    _taken_by_another(till)
    assert _knowing(tmp_path / "till") == []
    site.close()
    assert _knowing(tmp_path) == []


def _taken_by_another(till: Till) -> None:
    """The till goes on: its sequence was not torn."""
    desk = till.desk
    cart = add_item(desk, new_cart(desk), ITEMS[2].sku)
    assert isinstance(cart, Cart)
    other = with_customer(cart, Customer("other", "Erik Holm", "+4533112200"))
    done = at_till.save(desk, till.acting(BOSS), other, at_till.new_details(desk))
    assert isinstance(done, Changed), done
    till.meet()
    assert till.store.outbox.pending_count() == 0


def test_orders_over_their_time_are_forgotten_by_themselves(
    site: Site, till: Till, clock: Clock, tmp_path: Path
) -> None:
    gone, late = _taken(till), _taken(till)
    _cancelled(till, gone)
    wanted = {"customer_order": 6, "quote": 0}
    site.database.write(lambda tx: personal_retention.settle(tx, _author(site), wanted))
    assert personal_retention.forget(site.database, site.now()) == 0
    clock.now += timedelta(days=200)
    assert personal_retention.forget(site.database, site.now()) == 1
    assert personal_retention.forget(site.database, site.now()) == 0
    known = [site.database.read(lambda db, one=one: orders.load(db, one)) for one in (gone, late)]  # type: ignore[misc]
    assert [one.customer.name for one in known if one] == ["", WHO.name]
    assert site.database.read(lambda db: records.find(db, RecordKind.CUSTOMER, "who")) == WHO
    _cancelled(till, late)
    clock.now += timedelta(days=200)
    assert personal_retention.forget(site.database, site.now()) == 1
    assert site.database.read(lambda db: records.find(db, RecordKind.CUSTOMER, "who")) is None
