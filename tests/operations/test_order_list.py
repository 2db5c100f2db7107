"""Tests of the order list: filters that are remembered, acts on several, other stores' orders, times."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from pos_app.operations import order_bulk, order_finding, order_times, orders, other_stores
from pos_app.operations.desk import Changed
from pos_app.operations.order_bulk import Bulk
from pos_app.operations.order_finding import EVERY_STORE, NO_SIEVE, Days, Sieve, Wish
from pos_app.store.order_list import PaidState, Tab
from site_sync.domain.customers import Customer
from site_sync.domain.deadlines import Calendar
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.history import OrderRecord
from site_sync.domain.numbers import till_number
from site_sync.domain.orders import Delivery, Stage
from site_sync.domain.policies import Policy
from site_sync.domain.shop import Store as Shop
from site_sync.protocol.changes import RecordKind
from tests import builders
from tests.builders import NOW
from tests.desks import BOSS, CASHIER, PICKER, Bench, acting

OPEN = Calendar("Europe/Copenhagen", (((time(9), time(18)),),) * 6 + ((),))


def told(bench: Bench, number: int, **fields: object) -> str:
    """An order of the site; its id."""
    made = replace(builders.order(builders.line(to_pick=2)), number=till_number("S01", "02", number))
    made = replace(made, **fields)  # type: ignore[arg-type]
    bench.tell(RecordKind.ORDER, made.id, OrderRecord(made))
    return made.id


def listed(bench: Bench, sieve: Sieve = NO_SIEVE, typed: str = "") -> set[str]:
    found = order_finding.listing(bench.desk, Wish(Tab.TO_PICK, sieve, typed))
    return {row.id for row in found.rows}


def test_filters_are_remembered_for_each_person_until_cleared(bench: Bench) -> None:
    sieve = Sieve(Days.BETWEEN, date(2026, 11, 1), None, "S02", "phone", "ship", PaidState.DEPOSIT, "clerk")
    order_finding.remember(bench.desk, acting(BOSS), sieve)
    assert order_finding.remembered(bench.desk, acting(BOSS)) == sieve
    assert order_finding.remembered(bench.desk, acting(CASHIER)) == NO_SIEVE
    order_finding.remember(bench.desk, acting(BOSS), NO_SIEVE)
    assert not order_finding.remembered(bench.desk, acting(BOSS)).active
    bench.store.settings.set("orders.filter.boss", '{"days": "some day"}')
    assert order_finding.remembered(bench.desk, acting(BOSS)) == NO_SIEVE


@pytest.mark.parametrize(
    ("days", "ago", "found"),
    [
        (Days.TODAY, 0, True),
        (Days.TODAY, 1, False),
        (Days.YESTERDAY, 1, True),
        (Days.YESTERDAY, 0, False),
        (Days.WEEK, 6, True),
        (Days.WEEK, 7, False),
        (Days.MONTH, 29, True),
        (Days.QUARTER, 90, False),
    ],
)
def test_days_are_those_of_the_store(bench: Bench, days: Days, ago: int, *, found: bool) -> None:
    wanted = told(bench, 1, created_at=NOW - timedelta(days=ago))
    assert listed(bench, Sieve(days)) == ({wanted} if found else set())


def test_days_may_be_open_at_either_end(bench: Bench) -> None:
    wanted = told(bench, 1)
    assert listed(bench, Sieve(Days.BETWEEN, date(2026, 11, 23), None)) == {wanted}
    assert listed(bench, Sieve(Days.BETWEEN, None, date(2026, 11, 22))) == set()


def test_typing_looks_at_all_that_concerns_this_store_and_nothing_else(bench: Bench) -> None:
    here = told(bench, 1)
    away = told(bench, 2, delivery=Delivery("collect", store="S02"))
    told(bench, 3, store="S02", delivery=Delivery("collect", store="S02"))
    assert listed(bench) == {here}
    assert listed(bench, typed="maria") == listed(bench, Sieve(store=EVERY_STORE)) == {here, away}
    assert listed(bench, Sieve(store="S02")) == listed(bench, Sieve(store="S02"), "maria") == {away}
    counts = order_finding.counts(bench.desk, Sieve(store="S02"))
    assert counts[Tab.TO_PICK] == 1
    assert [one.code for one in order_finding.options(bench.desk).stores] == ["S01", "S02"]


# several at once


def run(bench: Bench, act: Bulk, *ids: str, **who: object) -> dict[str, Code | None]:
    found = order_bulk.run(bench.desk, acting(**who), act, ids)  # type: ignore[arg-type]
    return {one.order_id: one.refusal.code if one.refusal else None for one in found}


def test_several_orders_are_made_ready_and_each_says_what_was_done(bench: Bench) -> None:
    free, claimed = told(bench, 1), told(bench, 2)
    done = told(bench, 3, lines=(builders.line(collected=1),), closed_at=NOW)
    found = run(bench, Bulk.MARK_READY, free, claimed, done, "nobody")
    assert found == {
        free: None,
        claimed: None,
        done: Code.NOT_ALLOWED_IN_STAGE,
        "nobody": Code.ORDER_UNKNOWN,
    }
    order = bench.store.orders.order(free)
    assert order is not None
    assert order.stage is Stage.TO_COLLECT
    assert run(bench, Bulk.MARK_READY, claimed, staff=CASHIER) == {claimed: Code.NOT_ALLOWED_IN_STAGE}


def test_a_picking_list_leaves_out_what_is_picked(bench: Bench) -> None:
    open_one = told(bench, 1)
    picked = told(bench, 2, lines=(builders.line(picked=1),), ready_at=NOW)
    before = len(bench.store.print_jobs.of_order(open_one))
    assert run(bench, Bulk.PICKING_LIST, picked, open_one) == {picked: Code.NOTHING_TO_PICK, open_one: None}
    assert len(bench.store.print_jobs.of_order(open_one)) == before + 1
    assert run(bench, Bulk.PICKING_LIST, picked) == {picked: Code.NOTHING_TO_PICK}


def test_copies_reminders_and_extensions_report_each_order(bench: Bench) -> None:
    bench.set_policy(Policy(extension_hours=24))
    ready = {"lines": (builders.line(picked=1),), "ready_at": NOW, "collect_by": builders.later(3)}
    one = told(bench, 1, **ready)
    mute = told(bench, 2, **ready, customer=Customer(name="Ann"))
    to_pick = told(bench, 3)
    assert run(bench, Bulk.REMIND, one, mute) == {one: None, mute: Code.CONTACT_NEEDED}
    assert run(bench, Bulk.EXTEND, one, to_pick) == {one: None, to_pick: Code.NOT_ALLOWED_IN_STAGE}
    extended = bench.store.orders.order(one)
    assert extended is not None
    assert extended.collect_by == builders.later(27)
    assert run(bench, Bulk.RECEIPT_COPY, one, "nobody") == {one: None, "nobody": Code.ORDER_UNKNOWN}
    assert run(bench, Bulk.MARK_DELIVERED, one) == {one: Code.NOT_ALLOWED_IN_STAGE}


# other stores


def test_an_order_of_another_store_is_acted_on_from_the_version_the_centre_told(bench: Bench) -> None:
    made = builders.order()
    made = replace(made, store="S02", delivery=Delivery("collect", store="S02"), version=7)
    mine = builders.order()
    found = (OrderRecord(made), OrderRecord(mine))
    assert other_stores.unknown_here(bench.desk, found) == (found[0],)
    refusal = other_stores.may_search(bench.desk, acting(PICKER))
    assert isinstance(refusal, Refusal)
    assert refusal.code is Code.RIGHT_NEEDED
    assert other_stores.may_search(bench.desk, acting(BOSS)) is None
    assert other_stores.take_in(bench.desk, found[0]).order.version == 7
    assert listed(bench, typed="maria") == set()
    recalled = orders.recall(bench.desk, acting(), made.id)
    assert not isinstance(recalled, Refusal)
    moved = replace(recalled.details, delivery=Delivery("collect", store="S01"))
    changed = orders.save(bench.desk, acting(), recalled.cart, moved)
    assert isinstance(changed, Changed)
    envelope = bench.store.site_side.to_push(10)[-1]
    assert (envelope.base_version, changed.order.work_store) == (7, "S01")
    old = OrderRecord(replace(made, version=3))
    assert other_stores.take_in(bench.desk, old).order.version == changed.order.version


# times


def with_hours(bench: Bench, policy: Policy) -> Delivery:
    bench.tell(RecordKind.STORE, "S01", Shop("S01", "Harbour", calendar=OPEN))
    bench.set_policy(policy)
    return Delivery("collect", store="S01")


def test_days_and_slots_say_what_is_possible(bench: Bench) -> None:
    policy = Policy(slot_minutes=120, slot_capacity=1, preparation_minutes=180, order_days=5)
    delivery = with_hours(bench, policy)
    today = date(2026, 11, 23)
    asked = replace(delivery, requested_at=OPEN.moment(today, time(15)))
    told(bench, 1, delivery=asked)
    found = order_times.times(bench.desk, delivery, today, 7, today)
    assert [one.possible for one in found.days] == [True, True, True, True, True, True, False]
    assert (found.days[6].closed, found.ready_by) == (True, builders.later(3))
    assert [(one.early, one.full) for one in found.slots] == [
        (True, False), (True, False), (False, False), (False, True),
    ]  # fmt: skip
    far = order_times.times(bench.desk, delivery, today + timedelta(days=7), 1, None)
    assert (far.days[0].late, far.slots) == (True, ())


def test_what_is_promised_is_never_before_it_can_be_ready(bench: Bench) -> None:
    delivery = with_hours(bench, Policy(preparation_minutes=60))
    assert order_times.promised(bench.desk, delivery) == builders.later(1)
    today, friday = date(2026, 11, 23), date(2026, 11, 27)
    opening = order_times.requested(bench.desk, delivery, today)
    assert order_times.promised(bench.desk, replace(delivery, requested_at=opening)) == builders.later(1)
    wanted = order_times.requested(bench.desk, delivery, friday)
    assert wanted == OPEN.moment(friday, time(9))
    assert order_times.promised(bench.desk, replace(delivery, requested_at=wanted)) == wanted
    assert order_times.requested(bench.desk, delivery, None) is None
