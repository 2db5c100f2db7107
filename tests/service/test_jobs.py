"""The jobs: reminding, expiring, checking for drift, and the rhythm they run in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from site_sync.domain.commands import Cancel, Extend, Pick, ReleasePicking
from site_sync.domain.orders import Order, Stage
from site_sync.domain.particulars import LineQuantity
from site_sync.domain.policies import Policies, Policy
from site_sync.manager.service_words import retold_in
from site_sync.protocol.changes import RecordKind
from site_sync.service import orders, problems, reservations
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.jobs.deadlines import expire_orders, remind_customers, reminder_due
from site_sync.service.jobs.drift import check_drift
from site_sync.service.jobs.messages import send_messages
from site_sync.service.jobs.rhythm import Wake, repeat
from site_sync.service.jobs.schedule import jobs
from site_sync.service.wiring import Site
from tests.fixtures.logs import ExpectedLogs
from tests.fixtures.mail import Mailbox
from tests.service.floor import Floor
from tests.service.sites import Clock
from tests.service.test_customer_page import with_settings


def now(site: Site, order: Order) -> Order:
    """The order as it is now."""
    found = site.database.read(lambda db: orders.load(db, order.id))
    assert found is not None
    return found


def kinds(site: Site) -> list[str]:
    """The messages that wait, in order."""
    query = select(t.messages.c.kind).order_by(t.messages.c.created_at, t.messages.c.kind)
    return list(site.database.read(lambda db: db.execute(query).scalars().all()))


def reserved(site: Site, sku: str) -> int:
    """Units of an item held back at S01."""
    return site.database.read(lambda db: reservations.levels(db, [("S01", sku)]))["S01", sku].reserved


def test_the_ladder_is_climbed_once(site: Site, clock: Clock) -> None:
    order = Floor(site).ready()
    assert order.collect_by is not None
    assert (remind_customers(site), expire_orders(site)) == (0, 0)
    clock.now = order.collect_by
    clock.forward(hours=-24)
    assert (remind_customers(site), remind_customers(site)) == (1, 0)
    clock.forward(hours=20)
    assert (remind_customers(site), remind_customers(site)) == (1, 0)
    clock.forward(hours=4)
    assert (remind_customers(site), expire_orders(site), expire_orders(site)) == (0, 1, 0)
    assert kinds(site) == ["created", "ready", "reminder", "last_reminder", "expired"]
    after = now(site, order)
    assert (after.stage, after.expired_at) == (Stage.TO_PUT_BACK, order.collect_by)


def test_an_extension_begins_the_ladder_anew(site: Site, clock: Clock) -> None:
    floor = Floor(site)
    order = floor.ready()
    assert order.collect_by is not None
    clock.now = order.collect_by
    clock.forward(hours=-1)
    assert remind_customers(site) == 1
    order = floor.give(order.id, Extend(order.collect_by.replace(day=25)))
    assert remind_customers(site) == 0
    clock.forward(days=2, hours=2)
    assert remind_customers(site) == 1
    assert now(site, order).reminders == 1


def test_nobody_is_reminded_of_what_was_ready_only_now(site: Site, clock: Clock) -> None:
    order = Floor(site).ready()
    assert order.collect_by is not None
    policy = Policy(reminder_hours=24, last_reminder_hours=4)
    late = replace(order, ready_at=order.collect_by.replace(hour=12))
    clock.now = order.collect_by.replace(hour=12, minute=30)
    assert reminder_due(late, policy, clock.now) == 0
    clock.forward(hours=2)
    assert reminder_due(late, policy, clock.now) == 2
    assert reminder_due(late, replace(policy, last_reminder_hours=0), clock.now) == 0
    assert reminder_due(replace(late, collect_by=None), policy, clock.now) == 0
    clock.now = order.collect_by
    assert reminder_due(order, policy, clock.now) == 0


def test_orders_never_picked_expire_by_their_own_time(site: Site, clock: Clock) -> None:
    short = Policies(Policy(order_days=2))
    site.database.write(lambda tx: records.save(tx, RecordKind.POLICIES, short))
    order = Floor(site).ordered()
    clock.forward(days=1)
    assert expire_orders(site) == 0
    clock.forward(days=1)
    assert expire_orders(site) == 1
    assert now(site, order).stage is Stage.DONE
    assert reserved(site, "JKT") == 0


def test_goods_that_were_never_made_ready_expire_by_the_time_of_their_order(site: Site, clock: Clock) -> None:
    floor = Floor(site)
    order = floor.ordered()
    floor.give(order.id, Pick(1, 2, 1))
    floor.give(order.id, ReleasePicking())
    waiting = floor.give(order.id, Cancel("no stove", (LineQuantity(2, 1),)))
    assert (waiting.stage, waiting.collect_by) == (Stage.TO_COLLECT, None)
    assert waiting.expires_at is not None
    clock.now = waiting.expires_at
    assert (expire_orders(site), expire_orders(site)) == (1, 0)
    assert now(site, order).stage is Stage.TO_PUT_BACK


def test_an_order_that_cannot_be_worked_holds_up_no_other(
    site: Site, clock: Clock, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("could not work an order")
    expected_logs.allow("psycopg: error ignored terminating")
    floor = Floor(site)
    broken, sound = floor.ordered(), floor.ordered(lines=floor.one_stove())
    c = t.stock.c
    wrong = update(t.stock).where(c.store == "S01", c.sku == "JKT").values(reserved=0)
    site.database.write(lambda tx: tx.execute(wrong))
    assert broken.expires_at is not None
    clock.now = broken.expires_at
    assert expire_orders(site) == 1
    assert (now(site, broken).stage, now(site, sound).stage) == (Stage.TO_PICK, Stage.DONE)


def test_a_drift_is_repaired_and_named(site: Site, expected_logs: ExpectedLogs) -> None:
    expected_logs.expect("reserved stock had drifted")
    Floor(site).ordered()
    assert check_drift(site) == 0
    c = t.stock.c
    wrong = update(t.stock).where(c.store == "S01", c.sku == "JKT").values(reserved=7)
    site.database.write(lambda tx: tx.execute(wrong))
    check_drift(site)
    assert reserved(site, "JKT") == 2
    found = site.database.read(problems.open_problems)
    assert [(one.code, one.store) for one in found] == [("stock_drift", "S01")]
    assert found[0].facts == {"sku": "JKT", "store": "S01", "reserved": 7, "by_lines": 2}
    entry = site.database.read(
        lambda db: db.execute(select(t.journal).where(t.journal.c.reason == "corrected")).one()
    )
    assert (entry.sku, entry.quantity) == ("JKT", 5)
    check_drift(site)
    assert len(site.database.read(problems.open_problems)) == 1


def run(job: Callable[[threading.Event], None], until: threading.Event) -> None:
    """Run a job in its thread until something happened, then stop it."""
    stop = threading.Event()
    thread = threading.Thread(target=job, args=(stop,))
    thread.start()
    assert until.wait(10)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_a_job_goes_on_until_nothing_is_left_and_then_sleeps_until_woken() -> None:
    done: list[int] = []
    woken, wake = threading.Event(), Wake()

    def work() -> int:
        done.append(1)
        if len(done) == 3:
            wake.tell()
        if len(done) == 4:
            woken.set()
        return 1 if len(done) < 3 else 0

    run(repeat("work", work, 3600.0, wake), woken)
    assert len(done) == 4


def test_a_job_outlives_a_bad_turn(expected_logs: ExpectedLogs) -> None:
    expected_logs.expect("a job failed")
    turns, again = [0], threading.Event()

    def work() -> int:
        turns[0] += 1
        if turns[0] == 1:
            raise RuntimeError("bad turn")
        again.set()
        return 0

    run(repeat("work", work, 0.01), again)


@pytest.mark.usefixtures("clock")
def test_a_commit_wakes_the_message_job(site: Site, smtp_server: Mailbox) -> None:
    mailing = with_settings(site, smtp_host=smtp_server.host, smtp_port=smtp_server.port)
    stop = threading.Event()
    threads = [threading.Thread(target=job, args=(stop,)) for job in jobs(mailing, retold_in)]
    for thread in threads:
        thread.start()
    Floor(mailing).ready()
    smtp_server.wait_for(1)
    stop.set()
    for thread in threads:
        thread.join(15)
    assert not any(thread.is_alive() for thread in threads)
    while send_messages(mailing):
        pass
    assert [str(one["Subject"]) for one in smtp_server.messages][-1].endswith("is ready to collect")
