"""What is taken back, returned or told once more, at the site: stock, journal, ledger, messages, webhooks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from site_sync.domain.commands import (
    Cancel,
    Collect,
    Command,
    MarkReady,
    Reopen,
    ReturnGoods,
    SendMessage,
    UndoCollect,
)
from site_sync.domain.lifecycle import Decision
from site_sync.domain.money import Money
from site_sync.domain.orders import Order, Stage
from site_sync.domain.particulars import Identity, IdentityBy, LineQuantity, Refunded
from site_sync.protocol.web_shop import WebhookEvent
from site_sync.service import orders, reservations
from site_sync.service.database import tables as t
from site_sync.service.notify.message_outbox import MOST_ALIKE
from site_sync.service.outbox import OutState
from site_sync.service.webhook_events import webhook_events
from site_sync.service.wiring import Site
from tests.fixtures.mail import Mailbox
from tests.service.floor import Floor
from tests.service.shop import ALL_RIGHTS, ANNA
from tests.service.sites import Clock
from tests.service.test_messages import drain, mailing

__all__ = ["mailing"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def stock(site: Site, sku: str, store: str = "S01") -> tuple[int, int]:
    """(on hand, reserved) of an item."""
    level = site.database.read(lambda db: reservations.levels(db, [(store, sku)]))[store, sku]
    return level.on_hand, level.reserved


def open_entries(site: Site, order: Order) -> int:
    """Sum of an order's open journal entries."""
    j = t.journal.c
    query = select(func.coalesce(func.sum(j.quantity), 0)).where(j.order_id == order.id, j.state == "open")
    return int(site.database.read(lambda db: db.execute(query).scalar_one()))


def told(site: Site) -> list[str]:
    """The kinds of messages left, in their order."""
    query = select(t.messages.c.kind).order_by(t.messages.c.order_version)
    return list(site.database.read(lambda db: db.execute(query).scalars()))


def test_a_cancellation_taken_back_reserves_again_and_tells_who_was_told(site: Site) -> None:
    floor = Floor(site)
    order = floor.ordered()
    cancelled = floor.give(order.id, Cancel("changed their mind"))
    assert (cancelled.stage, stock(site, "JKT")) == (Stage.DONE, (10, 0))
    sent = update(t.messages).where(t.messages.c.kind == "cancelled").values(state=OutState.SENT.value)
    site.database.write(lambda tx: tx.execute(sent))
    again = floor.give(order.id, Reopen(cancelled.cancellation.command if cancelled.cancellation else ""))
    assert (again.stage, again.closed_at, again.cancelled_at) == (Stage.TO_PICK, None, None)
    assert (stock(site, "JKT"), stock(site, "STV"), open_entries(site, order)) == ((10, 2), (10, 1), -3)
    assert told(site) == ["created", "cancelled", "reopened"]
    assert site.database.read(reservations.drifts) == []


def test_nobody_is_told_of_a_cancellation_that_never_went_out(site: Site) -> None:
    floor = Floor(site)
    order = floor.ordered()
    cancelled = floor.give(order.id, Cancel("pressed by mistake"))
    floor.give(order.id, Reopen(cancelled.cancellation.command if cancelled.cancellation else ""))
    assert told(site) == ["created", "cancelled"]


def test_a_hand_over_taken_back_lies_in_its_bag_and_in_the_journal_again(site: Site) -> None:
    floor = Floor(site)
    ready = floor.ready()
    done = floor.collected(ready)
    assert (done.stage, stock(site, "JKT"), open_entries(site, ready)) == (Stage.DONE, (8, 0), 0)
    again = floor.give(ready.id, UndoCollect(done.hand_over.command if done.hand_over else ""))
    assert (again.stage, again.bags) == (Stage.TO_COLLECT, ready.bags)
    assert (stock(site, "JKT"), open_entries(site, ready)) == ((10, 2), -2)
    assert floor.give(ready.id, Collect(Identity(IdentityBy.KNOWN))).stage is Stage.DONE
    assert stock(site, "JKT") == (8, 0)
    total = site.database.read(lambda db: db.execute(select(func.sum(t.ledger.c.amount))).scalar_one())
    assert total == 0


def test_goods_come_back_to_any_store_once_and_are_paid_back_once(site: Site) -> None:
    floor = Floor(site)
    done = floor.collected(floor.ready())
    refund = Refunded("back-1", done.payments[0].id, "cash", Money(12_900, "EUR"))
    act = ReturnGoods((LineQuantity(1, 1),), "too small", refunds=(refund,))
    now = site.now() + timedelta(days=3)
    command = Command("c-return", done.id, now, ANNA, act, store="S02", till="01", shift="z", reason="-")
    outcome = site.database.write(lambda tx: orders.apply(tx, command, ALL_RIGHTS, now))
    assert isinstance(outcome, Decision), outcome
    assert (stock(site, "JKT", "S02"), stock(site, "JKT", "S01")) == ((11, 0), (8, 0))
    assert outcome.order.line(1).returned == 1
    names = webhook_events(done, outcome.order, outcome.events)
    assert WebhookEvent.REFUND_MADE in names
    assert WebhookEvent.ORDER_CHANGED in names
    journal = select(t.journal.c.store, t.journal.c.on_hand, t.journal.c.state).where(
        t.journal.c.reason == "returned"
    )
    assert site.database.read(lambda db: db.execute(journal).all()) == [("S02", 1, "posted")]


def test_a_message_sent_again_says_in_the_order_that_it_went_out(mailing: Site, smtp_server: Mailbox) -> None:
    floor = Floor(mailing)
    order = floor.ready()
    drain(mailing)
    asked = floor.give(order.id, SendMessage())
    drain(mailing)
    letters = [letter["Subject"] for letter in smtp_server.messages]
    assert letters[-2:] == [f"Your order {order.number} is ready to collect"] * 2
    after = mailing.database.read(lambda db: orders.load(db, order.id))
    assert after is not None
    assert after.version == asked.version + 1
    assert [note.text for note in after.notes] == ["Message sent (ready to collect, maria@example.com)"]


def test_nobody_is_flooded_with_one_message_whoever_asks_for_it(
    mailing: Site, smtp_server: Mailbox, clock: Clock
) -> None:
    floor = Floor(mailing)
    order = floor.ready()
    for _ in range(MOST_ALIKE + 3):
        floor.give(order.id, SendMessage())
    drain(mailing)
    ready = [one for one in smtp_server.messages if one["Subject"].endswith("is ready to collect")]
    assert len(ready) == MOST_ALIKE
    why = select(t.messages.c.error).where(t.messages.c.state == "dropped", t.messages.c.kind == "ready")
    dropped = mailing.database.read(lambda db: db.execute(why).scalars().all())
    assert dropped == ["the customer was told the same often enough within the hour"] * 4
    clock.forward(hours=1, seconds=1)
    floor.give(order.id, SendMessage())
    drain(mailing)
    assert len(smtp_server.messages) == len(ready) + 1


def test_who_was_told_that_goods_are_collected_is_told_that_they_wait_again(
    mailing: Site, smtp_server: Mailbox
) -> None:
    floor = Floor(mailing)
    done = floor.collected(floor.ready())
    drain(mailing)
    floor.give(done.id, UndoCollect(done.hand_over.command if done.hand_over else ""))
    drain(mailing)
    assert [letter["Subject"] for letter in smtp_server.messages] == [
        f"You have collected your order {done.number}",
        f"Your order {done.number} is ready to collect",
    ]


def test_an_order_is_ready_without_a_scan_and_told_again(site: Site) -> None:
    floor = Floor(site)
    order = floor.ordered()
    ready = floor.give(order.id, MarkReady("A2"))
    assert (ready.stage, ready.bags[0].shelf) == (Stage.TO_COLLECT, "A2")
    floor.give(order.id, SendMessage())
    assert told(site) == ["created", "ready", "ready"]
