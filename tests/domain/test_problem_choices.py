"""What is said of a problem is true of its order."""

from __future__ import annotations

import pytest

from site_sync.domain.commands import ActKind, Collect, Create, RefundPayment
from site_sync.domain.errors import Code
from site_sync.domain.orders import Delivery, OrderKind, Stage
from site_sync.domain.particulars import Identity, IdentityBy, Refunded
from site_sync.domain.problem_choices import Meaning, Nature, money_of, outlook, taken
from site_sync.domain.problems import MoneyMoved, ProblemRecord
from tests.builders import MARIA, NOW, command, euro, new_line, tendered


@pytest.mark.parametrize(
    ("stage", "said"),
    [(Stage.TO_COLLECT, Meaning.STILL_RESERVED), (Stage.DONE, Meaning.ORDER_UNCHANGED)],
)
def test_goods_stay_reserved_only_where_the_order_still_holds_some(stage: Stage, said: Meaning) -> None:
    problem = ProblemRecord(
        id="c1",
        at=NOW,
        store="S01",
        code=Code.NOT_ALLOWED_IN_STAGE.value,
        facts={"stage": stage.value},
        order_id="o1",
        command_id="c1",
        act=ActKind.CANCEL.value,
    )
    assert outlook(problem, None, order_known=True).meanings == (said,)


AT_ONCE = Create(
    OrderKind.CUSTOMER_ORDER, "S01-02-000001-1", "EUR", MARIA, Delivery(store="S01"), (new_line(),),
    payments=(tendered(300),), collect=Collect(Identity(IdentityBy.KNOWN), None, (tendered(700),)),
)  # fmt: skip


def refused(code: str, *, act: str = "", money: tuple[MoneyMoved, ...] = (), **known: str) -> ProblemRecord:
    """A problem of S01."""
    return ProblemRecord("p1", NOW, "S01", code, act=act, money=money, **known)  # type: ignore[arg-type]


def test_money_of_an_act_is_also_what_its_hand_over_took_and_what_it_paid_out() -> None:
    assert [one.amount.amount for one in money_of(AT_ONCE)] == [300, 700]
    back = money_of(RefundPayment((Refunded("r1", "p1", "cash", euro(200)),)))
    assert [one.amount.amount for one in back] == [-200]
    assert taken(money_of(AT_ONCE) + back) == money_of(AT_ONCE)


@pytest.mark.parametrize(
    ("problem", "nature", "said"),
    [
        (refused("audit_broken"), Nature.ALARM, Meaning.TILL_IN_DOUBT),
        (refused("audit_begun"), Nature.ALARM, Meaning.AUDIT_BEGUN),
        (refused(Code.MONEY_FOR_ENDED), Nature.STANDS, Meaning.MONEY_WAITS),
        (refused("conflict", order_id="o1"), Nature.STANDS, Meaning.LOOK_CLOSELY),
    ],
)
def test_what_no_command_was_refused_for_stands_and_is_only_settled(
    problem: ProblemRecord, nature: Nature, said: Meaning
) -> None:
    found = outlook(problem, None, order_known=True)
    assert (found.nature, found.meanings, len(found.choices)) == (nature, (said,), 1)


def test_goods_carried_out_with_an_order_that_is_not_kept_are_gone_and_paid() -> None:
    problem = refused(
        "out_of_stock", act=ActKind.CREATE, money=money_of(AT_ONCE), order_id="o1", command_id="p1"
    )
    assert outlook(problem, command("o1", AT_ONCE), order_known=False).meanings == (
        Meaning.ORDER_NOT_KEPT, Meaning.NOTHING_RESERVED, Meaning.GOODS_GONE, Meaning.MONEY_TAKEN,
    )  # fmt: skip
    paid_out = refused(
        "out_of_stock", act=ActKind.REFUND_PAYMENT, order_id="o1", command_id="p1",
        money=(MoneyMoved("cash", euro(-200)),),
    )  # fmt: skip
    said = outlook(paid_out, None, order_known=True).meanings
    assert said == (Meaning.ORDER_UNCHANGED, Meaning.MONEY_PAID_OUT)
