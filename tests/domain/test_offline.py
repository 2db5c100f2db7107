"""The table of what works offline: held by rules and dialog, bent by settings, bounded by limits."""

from dataclasses import replace

import pytest

from site_sync.domain import offline
from site_sync.domain.commands import Act, Amend, Cancel, Collect, ConvertQuote, Create, TakePayment
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.lifecycle import Context, Decision, decide
from site_sync.domain.money import Money
from site_sync.domain.offline import TABLE, Limit, OfflineAct, Standing, Verdict
from site_sync.domain.orders import Delivery, Order, OrderKind
from site_sync.domain.particulars import Identity, IdentityBy
from site_sync.domain.permissions import Right
from site_sync.domain.policies import OfflineCollect, Policy
from tests.builders import BOSS, MARIA, NOW, command, line, new_line, order, tendered

EVERY = frozenset(Right)
CUT_OFF = Standing()


def decided(
    before: Order | None, act: Act, standing: Standing | None = CUT_OFF, policy: Policy | None = None
) -> Decision | Refusal:
    """An act of S01's till that is cut off, by somebody with every right."""
    context = Context(now=NOW, rights=EVERY, policy=policy or Policy(), cut_off=standing)
    return decide(before, command(before.id if before else "order-1", act), context)


def why(answer: Decision | Refusal) -> object:
    assert isinstance(answer, Refusal), answer
    assert answer.code is Code.OFFLINE
    return answer.facts["why"]


def new_order(price: int = 1_000, paid: int = 0) -> Create:
    payments = (tendered(paid),) if paid else ()
    return Create(
        OrderKind.CUSTOMER_ORDER,
        "S01-02-000001-1",
        "EUR",
        MARIA,
        Delivery(store="S01"),
        (new_line(price=price),),
        payments=payments,
    )


def test_every_act_has_its_row_and_every_no_its_reason() -> None:
    assert set(TABLE) == set(OfflineAct)
    assert all(row.why for row in TABLE.values() if row.offline is Verdict.NO)
    assert all(row.limits for row in TABLE.values() if row.offline is Verdict.LIMIT)


def test_online_everything_is_allowed() -> None:
    assert {offline.verdict(act, Policy(), online=True) for act in OfflineAct} == {Verdict.ALLOWED}


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        (OfflineCollect.NEVER, Verdict.NO),
        (OfflineCollect.WITH_APPROVAL, Verdict.APPROVAL),
        (OfflineCollect.ALWAYS, Verdict.ALLOWED),
    ],
)
def test_handing_over_bends_to_its_setting(setting: OfflineCollect, expected: Verdict) -> None:
    assert offline.verdict(OfflineAct.COLLECT, Policy(offline_collect=setting)) is expected


@pytest.mark.parametrize(
    ("policy", "standing", "reason"),
    [
        (Policy(offline_order_limit=999), CUT_OFF, "order_limit"),
        (Policy(offline_deposit_limit=499), CUT_OFF, "deposit_limit"),
        (Policy(offline_orders=3), Standing(orders=3), "orders"),
        (Policy(offline_hours=8), Standing(hours=8), "hours"),
    ],
)
def test_orders_are_taken_within_limits(policy: Policy, standing: Standing, reason: str) -> None:
    assert why(decided(None, new_order(paid=500), standing, policy)) == reason
    assert isinstance(decided(None, new_order(paid=500), None, policy), Decision)
    lenient = replace(
        policy,
        **{f"offline_{reason}": getattr(policy, f"offline_{reason}") + 1},
    )
    assert isinstance(decided(None, new_order(paid=500), standing, lenient), Decision)


def test_orders_of_another_store_are_left_alone() -> None:
    theirs = replace(order(line()), store="S02")
    assert why(decided(theirs, Cancel("why"))) == "other_store"
    assert why(decided(theirs, Amend(comment_staff="x"))) == "other_store"
    assert why(decided(theirs, TakePayment((tendered(100),)))) == "other_store"
    assert isinstance(decided(order(line()), Cancel("why")), Decision)


HAND_OVER = Collect(Identity(IdentityBy.KNOWN))


def test_what_is_ready_here_is_handed_over_and_nothing_else() -> None:
    always = Policy(offline_collect=OfflineCollect.ALWAYS)
    paid = replace(order(line(1, 1_000, picked=1), paid=1_000), ready_at=NOW)
    assert isinstance(decided(paid, HAND_OVER, policy=always), Decision)
    assert why(decided(replace(paid, ready_at=None), HAND_OVER, policy=always)) == "not_ready"
    assert why(decided(paid, HAND_OVER, policy=Policy(offline_collect=OfflineCollect.NEVER))) == "collect"
    away = replace(paid, delivery=Delivery(store="S02"))
    assert why(decided(away, HAND_OVER, policy=always)) == "other_store"


def test_an_order_may_not_grow_beyond_what_one_may_come_to_and_may_shrink() -> None:
    limited, dear = Policy(offline_order_limit=50_000), order(line(1, 60_000), line(2, 1_000))
    grown = decided(order(line(1, 40_000)), Amend(add=(new_line(price=20_000),)), policy=limited)
    assert why(grown) == "order_limit"
    assert isinstance(decided(dear, Amend(void=(2,)), policy=limited), Decision)


def test_an_order_made_of_a_quote_is_held_to_the_limits_of_orders() -> None:
    quote = replace(order(line(1, 60_000)), kind=OrderKind.QUOTE)
    dear = decided(quote, ConvertQuote(), policy=Policy(offline_order_limit=50_000))
    many = decided(quote, ConvertQuote(), Standing(orders=3), Policy(offline_orders=3))
    assert (why(dear), why(many)) == ("order_limit", "orders")


def test_an_order_that_never_left_the_till_can_be_handed_over_by_no_other() -> None:
    never = Policy(offline_collect=OfflineCollect.NEVER)
    paid = order(line(1, 1_000), paid=1_000)
    assert isinstance(decided(paid, HAND_OVER, Standing(alone=True), never), Decision)


def test_a_hand_over_is_approved_where_the_shop_says_so() -> None:
    paid = replace(order(line(1, 1_000, picked=1), paid=1_000), ready_at=NOW)
    context = Context(NOW, EVERY - {Right.ORDER_COLLECT_UNVERIFIED}, cut_off=CUT_OFF)
    alone = decide(paid, command(paid.id, HAND_OVER), context)
    assert isinstance(alone, Refusal)
    assert alone.facts == {"right": Right.ORDER_COLLECT_UNVERIFIED.value, "why": "cut_off"}
    approved = replace(context, approver_rights=EVERY)
    assert isinstance(decide(paid, replace(command(paid.id, HAND_OVER), approver=BOSS), approved), Decision)


def test_a_limit_of_nothing_is_none_but_for_refunds() -> None:
    assert offline.most(Limit.ORDER_AMOUNT, Policy()) is None
    assert offline.most(Limit.REFUND_AMOUNT, Policy(offline_refund_limit=0)) == 0
    nothing_back = Policy(offline_refund_limit=0)
    refused = offline.refusal(OfflineAct.REFUND_CASH, nothing_back, CUT_OFF, Money(1, "DKK"))
    assert refused is not None
    assert refused.facts == {"why": "refund_limit", "limit": 0, "currency": "DKK"}


def test_what_needs_no_site_is_never_refused() -> None:
    late = Standing(orders=10_000, hours=10_000)
    tight = Policy(offline_orders=1, offline_hours=1)
    for act in (OfflineAct.SELL, OfflineAct.PICK, OfflineAct.PUT_BACK, OfflineAct.PRINT, OfflineAct.QUOTE):
        assert offline.refusal(act, tight, late, Money(10**9, "EUR")) is None
