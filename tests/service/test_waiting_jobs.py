"""Jobs of picking: answers for customers who say nothing, and the pace of each store."""

from __future__ import annotations

from dataclasses import replace

from site_sync.domain.commands import Pick, Substitute
from site_sync.domain.money import Money
from site_sync.domain.orders import Order
from site_sync.domain.pace import HOURS, LEAST
from site_sync.domain.policies import OnSilence, Policies, Policy
from site_sync.domain.substitutes import Answer
from site_sync.protocol.changes import RecordKind
from site_sync.service.database import records
from site_sync.service.jobs.deadlines import answer_for_customers
from site_sync.service.jobs.pick_pace import measure_picking
from site_sync.service.wiring import Site
from tests.service.floor import Floor
from tests.service.shop import JACKET, new_line
from tests.service.sites import Clock
from tests.service.test_customer_page import now
from tests.service.test_jobs import kinds


def asked(site: Site) -> Order:
    """An order with a question to its customer."""
    floor = Floor(site)
    order = floor.ordered()
    return floor.give(order.id, Substitute(2, 1, replace(new_line(JACKET), unit_price=Money(4_000, "EUR"))))


def test_silence_is_answered_as_the_shop_has_settled(site: Site, clock: Clock) -> None:
    order = asked(site)
    assert kinds(site) == ["created", "substitute"]
    clock.forward(minutes=29)
    assert answer_for_customers(site) == 0
    clock.forward(minutes=1)
    assert (answer_for_customers(site), answer_for_customers(site)) == (1, 0)
    assert now(site, order).substitutions[0].answer is Answer.NO


def test_silence_may_mean_yes(site: Site, clock: Clock) -> None:
    policies = Policies(Policy(substitute_unanswered=OnSilence.PUT_IN, substitute_minutes=5))
    site.database.write(lambda tx: records.save(tx, RecordKind.POLICIES, policies))
    order = asked(site)
    clock.forward(minutes=5)
    assert answer_for_customers(site) == 1
    assert now(site, order).substitutions[0].answer is Answer.YES


def test_the_pace_of_a_store_is_measured_and_kept_with_it(site: Site, clock: Clock) -> None:
    floor = Floor(site)
    orders = [floor.ordered(lines=(new_line(JACKET),)) for _ in range(LEAST + 1)]
    for order in orders:
        floor.give(order.id, Pick(1, 1, 1))
        clock.forward(seconds=40)
    measure_picking(site)
    store = site.database.read(lambda db: records.find(db, RecordKind.STORE, "S01"))
    assert store is not None
    assert store.pick_seconds == (40,) * HOURS
    head = site.database.read(lambda db: records.find(db, RecordKind.STORE, "S02"))
    assert head is None or head.pick_seconds == ()
