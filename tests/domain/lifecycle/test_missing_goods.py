"""What becomes of goods that are not there: something else, another store's bag, a later order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from site_sync.domain import commands as acts
from site_sync.domain import deposits
from site_sync.domain.customers import Collector
from site_sync.domain.errors import Code
from site_sync.domain.events import Recorded, postings, stock_moves
from site_sync.domain.history import entry
from site_sync.domain.lifecycle.substituting import fair_discount, most_for
from site_sync.domain.orders import Order, Quantities, Stage
from site_sync.domain.particulars import Actor, ActorKind, Identity, IdentityBy, Refunded, ShortNext, Tendered
from site_sync.domain.permissions import Role, rights_of
from site_sync.domain.policies import Policy
from site_sync.domain.stock import StockLevel, sums
from site_sync.domain.substitutes import Answer
from site_sync.domain.totals import total_of
from tests.builders import NOW, command, euro, line, new_line, order, payment
from tests.domain.lifecycle.examples import code, collect, context, create, decided, done

GUEST = Actor(ActorKind.CUSTOMER, "customer")
PICKER = context(rights=rights_of(Role.PICKER))


def asked(price: int = 900) -> Order:
    """A paid order whose only item is not there; the customer is asked about a cheaper one."""
    paid = replace(order(line(1, 1_000, to_pick=2)), payments=(replace(payment(2_000), id="paid"),))
    return done(paid, acts.Substitute(1, 2, new_line("OTHER", 2, price)), by=PICKER)


def test_a_substitute_agreed_at_the_counter_stands_at_once_and_frees_what_is_missing() -> None:
    before = order(line(1, 1_000, to_pick=2))
    levels = {
        ("S01", "OTHER"): StockLevel("OTHER", "S01", 2),
        ("S01", "SKU1"): StockLevel("SKU1", "S01", 2, 2),
    }
    act = acts.Substitute(1, 2, new_line("OTHER", 2, 900), agreed=True)
    answer = decided(before, command(before.id, act), context(available=levels))
    assert sums(stock_moves(answer.events)) == {("S01", "OTHER"): (2, 0), ("S01", "SKU1"): (-2, 0)}
    assert answer.order.line(1).quantities == Quantities(short=2)
    assert answer.order.line(2).quantities == Quantities(to_pick=2)
    assert not answer.order.asked
    assert total_of(answer.order) == 1_800
    ready = done(answer.order, acts.Pick(2, 2), acts.ConfirmPicking())
    assert ready.stage is Stage.TO_COLLECT


def test_the_order_is_not_ready_before_the_customer_answered_and_a_yes_makes_it_so() -> None:
    waiting = done(asked(), acts.Pick(2, 2))
    assert waiting.stage is Stage.PICKING
    assert code(waiting, acts.ConfirmPicking()) is Code.SUBSTITUTE_UNANSWERED
    said = decided(
        waiting, command(waiting.id, acts.AnswerSubstitute(2, True), by=GUEST), context(rights=frozenset())
    )
    assert said.order.substitutions[0].answer is Answer.YES
    assert done(said.order, acts.ConfirmPicking()).stage is Stage.TO_COLLECT
    assert deposits.surplus(said.order) == 200, "the difference may be given back at once"


def test_a_no_puts_the_substitute_back_and_the_money_is_free() -> None:
    waiting = done(asked(), acts.Pick(2, 1))
    said = done(waiting, acts.AnswerSubstitute(2, False))
    assert said.line(2).quantities == Quantities(cancelled=1, to_put_back=1)
    assert said.stage is Stage.TO_PUT_BACK
    assert deposits.surplus(said) == 2_000
    assert code(said, acts.AnswerSubstitute(2, True)) is Code.NOT_ALLOWED_IN_STAGE


def test_the_time_to_answer_is_a_setting_and_its_end_goes_with_the_question() -> None:
    before = order()
    policy = Policy(substitute_minutes=45)
    act = acts.Substitute(1, 1, new_line("OTHER"))
    answer = decided(before, command(before.id, act), context(policy=policy))
    assert answer.order.asked[0].until == NOW + timedelta(minutes=45)


def test_a_substitute_is_never_dearer_unless_somebody_may_change_prices() -> None:
    dear, before = acts.Substitute(1, 1, new_line("OTHER", 1, 1_001)), order()
    assert code(before, dear, PICKER) is Code.SUBSTITUTE_DEARER
    assert total_of(done(before, dear)) == 1_001
    discounted = line(1, 1_000, discount=300, to_pick=3)
    assert most_for(discounted, 2) == euro(1_800)
    fair = fair_discount(discounted, 2, euro(1_200), 2, new_line("OTHER", 2, 1_200))
    assert fair == euro(600)
    lowered = acts.Substitute(1, 2, replace(new_line("OTHER", 2, 1_200), discount=fair))
    assert total_of(done(order(discounted), lowered, by=PICKER)) == total_of(order(discounted))
    assert fair_discount(discounted, 2, euro(100), 2, new_line("OTHER", 2, 100)) == euro(0)


def test_goods_of_another_store_travel_in_a_bag_of_their_own_until_they_are_received() -> None:
    levels = {("S02", "SKU1"): StockLevel("SKU1", "S02", 5)}
    moved = done(
        order(line(1, to_pick=1), line(2, to_pick=1)),
        acts.ReportShort(1, 1, ShortNext.OTHER_STORE, "S02"),
        acts.Pick(2, 1),
        by=context(available=levels),
    )
    there = replace(command(moved.id, acts.Pick(3, 1, 2)), store="S02")
    sent = decided(moved, there).order
    assert sent.claim == moved.claim, "the other store needs no claim"
    assert [(bag.number, bag.sent_from) for bag in sent.bags] == [(1, ""), (2, "S02")]
    assert sent.stage is Stage.PICKING
    assert code(sent, acts.ConfirmPicking()) is Code.BAGS_ON_THEIR_WAY
    ready = done(sent, acts.Receive(), acts.ConfirmPicking())
    assert ready.stage is Stage.TO_COLLECT
    leaving = decided(ready, command(ready.id, collect(pays=total_of(ready))))
    assert sums(stock_moves(leaving.events)) == {("S01", "SKU2"): (-1, -1), ("S02", "SKU1"): (-1, -1)}


def test_what_is_shipped_later_takes_its_money_along_and_leaves_every_drawer_right() -> None:
    paid = replace(
        order(line(1, to_pick=1), line(2, to_pick=1)), payments=(replace(payment(2_000), id="paid"),)
    )
    back = Refunded("moved", "paid", "cash", euro(1_000), "S01-02-000319-2")
    act = acts.ReportShort(1, 1, ShortNext.SHIP_LATER, follow_up="S01-02-000319-2", moved=(back,))
    answer = decided(paid, command(paid.id, act), PICKER)
    assert deposits.surplus(answer.order) == 0
    assert {one.account for one in postings(answer.events)} == {"deposits", "tender:cash:S01:01:shift-1"}
    again = decided(None, command("later", replace(_later(), payments=(_paid_again(),))))
    both = postings(answer.events) + postings(again.events)
    assert sum(one.amount.amount for one in both if one.account.startswith("tender")) == 0
    assert again.order.follows == paid.number


def _later() -> acts.Create:
    return create(lines=(new_line(),), follows=order().number)


def _paid_again() -> Tendered:
    return Tendered("again", "cash", euro(1_000), "S01-02-000318-4")


def test_the_collectors_code_opens_the_order_until_another_one_is_named() -> None:
    named = done(order(line(1, picked=1)), acts.NameCollector(Collector("Ole"), "a" * 64, 1))
    theirs = Identity(IdentityBy.CODE, "a" * 64)
    assert done(named, collect(pays=1_000, identity=theirs)).stage is Stage.DONE
    other = done(named, acts.NameCollector(Collector("Pia"), "b" * 64, 2))
    assert code(other, collect(pays=1_000, identity=theirs)) is Code.CODE_WRONG
    nobody = done(other, acts.NameCollector(None))
    assert nobody.collector is None
    assert code(nobody, collect(identity=Identity(IdentityBy.CODE, "b" * 64))) is Code.CODE_WRONG
    changed = done(named, acts.Amend(collector=Collector("Per")))
    assert changed.collector_hash == ""


def test_the_history_tells_what_was_offered_and_said() -> None:
    before = order()
    answer = decided(before, command(before.id, acts.Substitute(1, 1, new_line("OTHER"))))
    told = [entry(Recorded(before.id, 1, "c", NOW, GUEST, event), answer.order) for event in answer.events]
    assert ("substitute_offered", "waiting") in [(one.code, one.facts.get("answer")) for one in told]
