"""The sync threads in this process against a real site: what the screens hear, and how it all ends."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uuid_utils
from pytestqt.qtbot import QtBot

from pos_app.background.sync import LinkState, Sync, World
from pos_app.background.tasks import Tasks
from pos_app.operations import customers, orders, selling
from pos_app.operations.cart import Cart, with_customer
from pos_app.operations.desk import Acting, Changed, Desk
from pos_app.store.store import Store
from site_sync.domain.customers import Customer
from site_sync.worker.worker import Link
from tests.together.conftest import SiteProcess
from tests.together.wire import Wire

pytestmark = pytest.mark.long


def new_id() -> str:
    return str(uuid_utils.uuid7())


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Till:
    """A till's threads without screens."""

    tasks: Tasks
    sync: Sync


@pytest.fixture
def site(sqlite_database: str, tmp_path: Path) -> Iterator[SiteProcess]:
    """One site; what differs between engines is tested elsewhere."""
    site = SiteProcess(sqlite_database, tmp_path / "site")
    yield site
    site.close()


@pytest.fixture
def wire(site: SiteProcess) -> Iterator[Wire]:
    """The network to the site."""
    wire = Wire(site.port)
    yield wire
    wire.close()


@pytest.fixture
def till(qtbot: QtBot, tmp_path: Path) -> Iterator[Till]:
    """A till that no site knows yet."""
    folder = tmp_path / "till"
    made: list[Sync] = []
    tasks = Tasks(lambda: Desk(Store(folder), now, new_id, lambda: made[0].is_online()))
    made.append(Sync(tasks, World(now, random.random, new_id), folder, "test"))
    yield Till(tasks, made[0])
    made[0].stop()
    tasks.close()


def ordered(desk: Desk) -> Changed:
    manager = next(one for one in desk.store.shop.staff("S01") if one.role.value == "manager")
    acting = Acting(manager, "shift", reason="test")
    ann = customers.create(desk, acting, Customer(name="Ann", phone="20 30 40 50"))
    assert isinstance(ann, Customer)
    free = next(
        item.sku
        for item in desk.store.catalogue.search("a", 300)
        if any(level.store == "S01" and level.available for level in desk.store.catalogue.stock_of(item.sku))
    )
    cart = selling.add_item(desk, selling.new_cart(desk), free)
    assert isinstance(cart, Cart)
    done = orders.save(desk, acting, with_customer(cart, ann), orders.new_details(desk))
    assert isinstance(done, Changed), done
    return done


def test_the_screens_hear_what_happens_from_enrolment_to_the_end(
    qtbot: QtBot, site: SiteProcess, wire: Wire, till: Till
) -> None:
    sync, tasks = till.sync, till.tasks
    url = f"http://127.0.0.1:{wire.port}"
    sync.start()
    assert sync.state == LinkState(Link.OFFLINE)
    with qtbot.waitSignal(sync.enrolment_failed) as failed:
        sync.enrol(url, "WRNG-CODE", "till")
    assert failed.args == ["enrolment_code_invalid"]
    code = site.do("enrol-code", "--store", "S01", "--till", "21").strip()
    with qtbot.waitSignal(sync.enrolled):
        sync.enrol(url, code, "till")
    with qtbot.waitSignals([sync.link_changed, sync.loaded, sync.records_changed], timeout=20_000):
        sync.start()
    assert sync.is_online()

    counts: list[int] = []
    sync.pending_changed.connect(counts.append)
    with qtbot.waitSignal(sync.orders_changed, timeout=20_000) as changed:
        order = tasks.call(ordered).order
    assert order.id in changed.args[0]
    qtbot.waitUntil(lambda: bool(counts) and counts[-1] == 0)

    with qtbot.waitSignal(sync.link_changed, timeout=20_000) as cut:
        wire.cut()
    assert cut.args[0].link is Link.OFFLINE
    tasks.call(ordered)
    wire.mend()
    with qtbot.waitSignal(sync.link_changed, timeout=20_000) as mended:
        sync.try_now()
    assert mended.args[0].link is Link.ONLINE
    qtbot.waitUntil(lambda: tasks.call(lambda desk: desk.store.outbox.pending_count()) == 0, timeout=20_000)

    sync.stop()
    still = [thread.name for thread in threading.enumerate() if thread.name.startswith("sync-")]
    assert still == [], "a waiting call was not ended"


def test_a_withdrawn_till_stops_says_so_and_keeps_its_commands(
    qtbot: QtBot, site: SiteProcess, wire: Wire, till: Till
) -> None:
    sync, tasks = till.sync, till.tasks
    url = f"http://127.0.0.1:{wire.port}"
    code = site.do("enrol-code", "--store", "S01", "--till", "22").strip()
    with qtbot.waitSignal(sync.enrolled):
        sync.enrol(url, code, "till")
    with qtbot.waitSignal(sync.loaded, timeout=20_000):
        sync.start()
    device = tasks.call(lambda desk: desk.identity.device)
    site.do("tills", "--revoke", device)

    def stopped(state: LinkState) -> bool:
        return state.link is Link.STOPPED

    with qtbot.waitSignal(sync.link_changed, timeout=20_000, check_params_cb=stopped):
        tasks.call(ordered)
    assert sync.state.code == "device_revoked"
    assert tasks.call(lambda desk: desk.store.outbox.pending_count()) == 1
