"""Rows that wait to go out: each taken by one sender, taken over when that one falls silent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from site_sync.domain.commands import Cancel, Command
from site_sync.domain.lifecycle import Decision
from site_sync.service import orders
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Transaction
from site_sync.service.notify.message_outbox import MESSAGES
from site_sync.service.outbox import OutState
from site_sync.service.wiring import Site
from tests.service.floor import Floor
from tests.service.shop import ALL_RIGHTS, ANNA
from tests.service.sites import Clock


def state(site: Site) -> list[tuple[str, int]]:
    """State and tries of all rows."""
    rows = site.database.read(lambda db: db.execute(select(t.messages.c.state, t.messages.c.tries)).all())
    return [(row.state, row.tries) for row in rows]


def taken(site: Site, limit: int = 10) -> list[str]:
    """The ids that a sender gets."""
    rows = site.database.write(lambda tx: MESSAGES.take(tx, site.now(), limit))
    return [row.id for row in rows]


def test_many_senders_never_get_the_same_row(site: Site) -> None:
    floor = Floor(site)
    for _ in range(10):
        floor.ordered(lines=floor.one_stove())
    with ThreadPoolExecutor(6) as pool:
        got = [row for part in pool.map(lambda _: taken(site, 2), range(4)) for row in part]
    rest = taken(site, 100)
    assert len(got) + len(rest) == len({*got, *rest}) == 10
    assert taken(site) == []


def test_a_silent_senders_rows_are_taken_over_and_its_late_word_is_ignored(site: Site, clock: Clock) -> None:
    Floor(site).ordered()
    first = site.database.write(lambda tx: MESSAGES.take(tx, site.now(), 1))[0]
    assert not site.database.read(lambda db: MESSAGES.due(db, site.now()))
    clock.forward(minutes=6)
    assert site.database.read(lambda db: MESSAGES.due(db, site.now()))
    second = site.database.write(lambda tx: MESSAGES.take(tx, site.now(), 1))[0]
    site.database.write(lambda tx: MESSAGES.sent(tx, second, site.now()))
    site.database.write(lambda tx: MESSAGES.failed(tx, first, site.now(), "too late"))
    assert state(site) == [("sent", 2)]


def test_waiting_and_dead_rows_are_counted_and_the_dead_sent_again(site: Site) -> None:
    floor = Floor(site)
    floor.ordered()
    floor.ordered()
    row = site.database.write(lambda tx: MESSAGES.take(tx, site.now(), 1))[0]
    outcome = site.database.write(lambda tx: MESSAGES.failed(tx, row, site.now(), "no", final=True))
    assert outcome is OutState.DEAD
    assert site.database.read(MESSAGES.waiting) == (1, 1)
    assert site.database.write(lambda tx: MESSAGES.replay(tx, row.id, site.now()))
    assert not site.database.write(lambda tx: MESSAGES.replay(tx, row.id, site.now()))
    assert site.database.read(MESSAGES.waiting) == (2, 0)
    site.database.write(lambda tx: MESSAGES.drop_waiting(tx, "nobody there"))
    assert site.database.read(MESSAGES.waiting) == (0, 0)


def test_a_rolled_back_act_leaves_no_message(site: Site) -> None:
    order = Floor(site).ordered()
    now = site.now()
    command = Command(site.new_id(), order.id, now, ANNA, Cancel("no"), store="S01", till="02")

    def begun(tx: Transaction) -> None:
        assert isinstance(orders.apply(tx, command, ALL_RIGHTS, now), Decision)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        site.database.write(begun)
    assert state(site) == [("waiting", 0)]
