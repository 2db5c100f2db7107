"""A till that is cut off: it keeps to the table, shows what is left, and hands over only what it may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pos_app.operations import collecting, cut_off, orders
from pos_app.operations.cart import Cart, with_customer
from pos_app.operations.collecting import Found, HandOver
from pos_app.operations.desk import Changed
from pos_app.operations.selling import add_item, new_cart
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.history import OrderRecord
from site_sync.domain.offline import Limit, OfflineAct, Standing
from site_sync.domain.orders import Order, OrderKind
from site_sync.domain.particulars import Identity, IdentityBy
from site_sync.domain.policies import OfflineCollect, Policy
from site_sync.protocol.changes import RecordKind
from tests.builders import NOW, line, order
from tests.desks import BOSS, CASHIER, MARIA, SKUS, Bench, acting, open_bench
from tests.store.test_outbox import saved


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A till that has just lost its site."""
    opened = open_bench(tmp_path / "till")
    opened.online[0] = False
    yield opened
    opened.store.close()


def told(bench: Bench, *, ready: bool = True) -> Order:
    """An order of the site's, paid, packed, and (with `ready`) told to be collected here."""
    there = replace(order(line(1, 1_000, picked=1), paid=1_000), version=3, ready_at=NOW if ready else None)
    bench.tell(RecordKind.ORDER, there.id, OrderRecord(there, ()))
    return there


def why(answer: object) -> object:
    against = answer.against if isinstance(answer, Found) else answer
    return against.facts.get("why") if isinstance(against, Refusal) else None


def test_what_is_ready_here_is_handed_over_with_an_approval(bench: Bench) -> None:
    there = told(bench)
    found = collecting.open_order(bench.desk, there.id)
    assert why(found) is None
    how = HandOver(Identity(IdentityBy.KNOWN))
    alone = collecting.hand_over(bench.desk, acting(CASHIER), there.id, how)
    assert isinstance(alone, Refusal)
    assert alone.code is Code.RIGHT_NEEDED
    approved = replace(acting(CASHIER), approver=BOSS, reason="the line is down")
    assert isinstance(collecting.hand_over(bench.desk, approved, there.id, how), Changed)


@pytest.mark.parametrize(("ready", "setting", "reason"), [
    (False, OfflineCollect.ALWAYS, "not_ready"),
    (True, OfflineCollect.NEVER, "collect"),
])  # fmt: skip
def test_what_may_not_leave_says_so_before_anybody_is_asked(
    bench: Bench, ready: bool, setting: OfflineCollect, reason: str
) -> None:
    bench.set_policy(Policy(offline_collect=setting))
    there = told(bench, ready=ready)
    assert why(collecting.open_order(bench.desk, there.id)) == reason
    refused = collecting.hand_over(bench.desk, acting(), there.id, HandOver(Identity(IdentityBy.KNOWN)))
    assert why(refused) == reason
    bench.online[0] = True
    assert why(collecting.open_order(bench.desk, there.id)) is None


def test_what_may_have_reached_the_site_is_not_known_to_this_till_alone(bench: Bench) -> None:
    bench.set_policy(Policy(offline_collect=OfflineCollect.NEVER))
    made = saved(bench).order
    standing = bench.desk.standing(made.id)
    assert standing == Standing(orders=1, alone=True)
    bench.store.outbox.to_push(9)
    standing = bench.desk.standing(made.id)
    assert standing == Standing(orders=1), "the answer may be lost, and another till know of it"


def test_what_waits_at_a_start_may_have_left_before_it(tmp_path: Path) -> None:
    bench = open_bench(tmp_path / "till")
    made = saved(bench).order
    bench.store.outbox.to_push(9)
    bench.store.close()
    again = open_bench(tmp_path / "till")
    again.online[0] = False
    assert again.desk.standing(made.id) == Standing(orders=1)
    again.store.close()


def test_quotes_that_wait_do_not_count_as_orders(bench: Bench) -> None:
    saved(bench)
    cart = add_item(bench.desk, new_cart(bench.desk), SKUS[0])
    assert isinstance(cart, Cart)
    details = replace(orders.new_details(bench.desk), kind=OrderKind.QUOTE)
    quoted = orders.save(bench.desk, acting(), with_customer(cart, MARIA), details)
    assert isinstance(quoted, Changed), quoted
    assert bench.desk.standing() == Standing(orders=1)


def test_hours_count_from_the_last_word_of_the_site(bench: Bench) -> None:
    bench.set_policy(Policy(offline_hours=8, offline_orders=3))
    bench.clock.move(hours=5)
    bounds = {
        bound.limit: bound.left
        for one in cut_off.what_works(bench.desk).lines
        if one.act is OfflineAct.ORDER
        for bound in one.bounds
    }
    assert (bounds[Limit.HOURS], bounds[Limit.ORDERS]) == (3, 3)
    bench.clock.move(hours=4)
    assert why(cut_off.refusal(bench.desk, OfflineAct.ORDER)) == "hours"
    assert cut_off.refusal(bench.desk, OfflineAct.SELL) is None


def test_nothing_is_held_against_a_till_that_reaches_its_site(bench: Bench) -> None:
    bench.online[0] = True
    assert cut_off.refusal(bench.desk, OfflineAct.KEEP_CREDIT) is None
    assert bench.desk.standing() is None
