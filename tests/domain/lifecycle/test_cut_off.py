"""What a till that is cut off does with money held and with quotes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from site_sync.domain.commands import Act, ConvertQuote, KeepCredit, RefundPayment
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.lifecycle import Decision, decide
from site_sync.domain.offline import Standing
from site_sync.domain.orders import Order
from site_sync.domain.particulars import Refunded
from site_sync.domain.policies import Policy
from tests.builders import command, euro, line, order, payment, quote
from tests.domain.lifecycle.examples import context


def decided(before: Order, act: Act, standing: Standing | None, policy: Policy) -> Decision | Refusal:
    """An act at a till that stands so, by somebody with every right and with a reason."""
    return decide(
        before, command(before.id, act, reason="asked for"), context(cut_off=standing, policy=policy)
    )


def why(answer: Decision | Refusal) -> object:
    """Why the table of the offline acts refuses; nothing for an act it allows."""
    if isinstance(answer, Decision):
        return ""
    assert answer.code is Code.OFFLINE, answer
    return answer.facts["why"]


HELD = replace(order(line()), payments=(replace(payment(5_000), id="paid"),))


@pytest.mark.parametrize(
    ("tender", "amount", "reason"),
    [("cash", 2_000, ""), ("cash", 2_001, "refund_limit"), ("card", 1, "card_refund")],
)
def test_a_cut_off_till_pays_back_cash_within_the_limit_and_nothing_else(
    tender: str, amount: int, reason: str
) -> None:
    parts = (Refunded("r1", "paid", tender, euro(amount - 1)), Refunded("r2", "paid", tender, euro(1)))
    act = RefundPayment(tuple(part for part in parts if part.amount.amount))
    paid = replace(HELD, payments=(replace(HELD.payments[0], tender=tender),))
    answer = decided(paid, act, Standing(), Policy(offline_refund_limit=2_000))
    assert why(answer) == reason


def test_held_money_becomes_no_credit_without_the_centre() -> None:
    keep = KeepCredit("credit", euro(1_000))
    assert why(decided(HELD, keep, Standing(), Policy())) == "credit"
    assert why(decided(HELD, keep, None, Policy())) == ""


def test_a_quote_is_made_an_order_as_nothing_of_it_was_promised() -> None:
    assert why(decided(quote(line()), ConvertQuote(), Standing(), Policy())) == ""
