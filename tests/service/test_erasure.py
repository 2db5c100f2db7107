"""Whoever came by a web shop is forgotten in every table, on both engines; what was understood reads on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from site_sync.domain.balances import BalanceKind, BalanceMove, Holder, MoveReason
from site_sync.domain.commands import AddNote, Cancel
from site_sync.domain.customers import Customer
from site_sync.domain.money import Money
from site_sync.domain.orders import Order
from site_sync.domain.problems import ProblemRecord
from site_sync.protocol.changes import RecordKind
from site_sync.service import (
    balances,
    erasure,
    orders,
    personal_data,
    personal_retention,
    problems,
    soundness,
)
from site_sync.service.connector_register import ConnectorKind
from site_sync.service.connectors.shop_order import KNOWN
from site_sync.service.connectors.target import TARGET
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.settings_audit import Author
from site_sync.service.wiring import Site
from tests.service.connectors import woo
from tests.service.connectors.senders import Sender
from tests.service.shop import ALL_RIGHTS, Commands
from tests.service.sites import Clock
from tests.service.tills import Till

WORDS = ("Maria", "maria", "Jensen", "jensen", "20114307", "70341102", "please")


def _told(site: Site) -> Iterator[tuple[str, str]]:
    """Every text of every table but the audit, with its table's name."""
    for name, table in t.metadata.tables.items():
        for row in site.database.read(lambda db, table=table: db.execute(select(table)).all()):  # type: ignore[misc]
            values = (value.decode() if isinstance(value, bytes) else value for value in row)
            yield name, " ".join(str(value) for value in values if value is not None)


def _knowing(site: Site) -> set[str]:
    return {name for name, text in _told(site) if any(word in text for word in WORDS)}


def _give(site: Site, commands: Commands, order: Order, act: object) -> Order:
    command = commands.give(order.id, act)  # type: ignore[arg-type]
    outcome = site.database.write(lambda tx: orders.apply(tx, command, ALL_RIGHTS, command.at))
    assert not hasattr(outcome, "code"), outcome
    return outcome.order


@pytest.fixture
def ordered(site: Site) -> Order:
    """An order that a web shop sent, cancelled by somebody who wrote why."""
    shop = Sender(site, ConnectorKind.WOOCOMMERCE)
    shop.send(woo.order(paid=False, customer_note="Ring Maria please"))
    order = shop.order("727")
    commands = Commands(at=site.now())
    _give(site, commands, order, AddNote("Maria rang"))
    return _give(site, commands, order, Cancel("Maria asked"))


def test_a_web_shops_customer_is_in_no_table_any_more(site: Site, ordered: Order) -> None:
    assert {"orders", "order_words", "history", "webhook_receipts", "connector_orders"} <= _knowing(site)
    key = ordered.customer.id or f"{personal_data.GUEST}{ordered.id}"
    by = Author.operator(site.now())
    assert site.database.write(lambda tx: erasure.erase(tx, by, key, "asked")) == []
    assert _knowing(site) == set()
    link = site.database.read(lambda db: db.execute(select(t.connector_orders)).one())
    assert KNOWN.load(link.known).newest is not None
    assert TARGET.load(link.applied).customer.name == ""
    assert all(not found for _, found in site.database.read(soundness.looked_through))
    assert site.database.read(lambda db: personal_data.find(db, "maria")) == []


def test_what_is_not_settled_keeps_somebody(site: Site, till: Till) -> None:
    commands = Commands(at=site.now())
    who = Customer("c9", "Maria Jensen", "+4520114307", "maria@jensen.example")
    made = till.give(commands.create(customer=who)).order
    assert made is not None
    over = till.give(commands.give(made.id, Cancel("no more"))).order
    assert over is not None
    problem = ProblemRecord("p", site.now(), "S01", "not_allowed_in_stage", {"name": who.name}, made.id)
    site.database.write(lambda tx: problems.raise_problem(tx, problem))
    cause = balances.Cause("c", site.now(), "S01", "02", "anna", note="Maria Jensen was promised")
    kept = BalanceMove("m", Holder(BalanceKind.CREDIT, "c9"), Money(500, "EUR"), MoveReason.KEPT)
    site.database.write(lambda tx: balances.move(tx, cause, [kept]))
    by = Author.operator(site.now())
    hindered = site.database.write(lambda tx: erasure.erase(tx, by, "c9", "asked"))
    assert {one.kind.value for one in hindered} == {"problem", "balance"}
    settled = problems.Resolution("told Maria", "anna", site.now())
    site.database.write(lambda tx: problems.resolve(tx, "p", settled))
    back = replace(kept, id="n", amount=Money(-500, "EUR"), reason=MoveReason.CORRECTED)
    site.database.write(lambda tx: balances.move(tx, cause, [back]))
    assert site.database.write(lambda tx: erasure.erase(tx, by, "c9", "asked")) == []
    assert _knowing(site) == set()


def test_whoever_may_not_settle_the_shop_forgets_nobody(site: Site, ordered: Order) -> None:
    nobody = replace(Author.operator(site.now()), rights=frozenset())
    with pytest.raises(erasure.MayNot):
        site.database.write(lambda tx: erasure.erase(tx, nobody, ordered.id, "asked"))
    assert site.database.write(lambda tx: personal_retention.settle(tx, nobody, {"quote": 1})) is not None


def test_orders_are_forgotten_by_age_some_at_a_time(site: Site, clock: Clock) -> None:
    commands = Commands(at=site.now())
    for number in range(5):
        who = Customer(f"c{number}", "Maria Jensen", member_card="M-1" if number == 4 else "")
        created = commands.create(customer=who)
        site.database.write(lambda tx, one=created: orders.apply(tx, one, ALL_RIGHTS, one.at))  # type: ignore[misc]
        made = site.database.read(lambda db, one=created: orders.load(db, one.order_id))  # type: ignore[misc]
        assert made is not None
        _give(site, commands, made, Cancel("no more"))
    by = Author.operator(site.now())
    wanted = {"customer_order": 1, "quote": 1}
    site.database.write(lambda tx: personal_retention.settle(tx, by, wanted))
    clock.now += timedelta(days=40)
    assert personal_retention.forget(site.database, site.now(), 2) == 5
    assert personal_retention.forget(site.database, site.now(), 2) == 0
    left = site.database.read(lambda db: records.every(db, RecordKind.CUSTOMER))
    assert [one.member_card for one in left] == ["M-1"]
