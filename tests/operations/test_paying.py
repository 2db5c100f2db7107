"""Tests of paying: split tenders, limits, card attempts that outlive the till."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos_app.hardware.card_terminal import TerminalResult, TerminalState
from pos_app.operations import paying
from pos_app.operations.paying import Tendering
from pos_app.store.card_attempts import AttemptState, CardAttempt
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money
from tests.desks import BOSS, CASHIER, Bench, acting, open_bench


def euro(amount: int) -> Money:
    return Money(amount, "EUR")


def attempted(bench: Bench, amount: int = 1_000) -> CardAttempt:
    attempt = paying.begin_card(bench.desk, acting(), euro(amount), "order")
    assert isinstance(attempt, CardAttempt)
    return attempt


def test_card_and_cash_share_an_amount_and_cash_gives_the_change(bench: Bench) -> None:
    attempt = attempted(bench, 4_000)
    result = TerminalResult(attempt.id, TerminalState.APPROVED, euro(4_000), "T-1")
    paying.settle_card(bench.desk, result)
    first = paying.take_card(bench.desk, paying.begin(euro(5_990)), attempt.id)
    assert isinstance(first, Tendering)
    assert paying.left(first) == euro(1_990)
    done = paying.take_cash(bench.desk, first, euro(2_000))
    assert isinstance(done, Tendering)
    assert (paying.is_enough(done), paying.change(done)) == (True, euro(10))
    amounts = [(paid.tender, paid.amount.amount, paid.reference) for paid in paying.payments(done)]
    assert amounts == [("card", 4_000, "T-1"), ("cash", 1_990, "")]
    assert isinstance(paying.take_card(bench.desk, done, attempt.id), Refusal)
    assert isinstance(paying.untake(done, attempt.id), Refusal)


@pytest.mark.parametrize(
    ("amount", "code"),
    [(0, Code.AMOUNT_INVALID), (-5, Code.AMOUNT_INVALID), (100_000_001, Code.AMOUNT_ABSURD)],
)
def test_absurd_cash_is_refused(bench: Bench, amount: int, code: Code) -> None:
    refused = paying.take_cash(bench.desk, paying.begin(euro(1_000)), euro(amount))
    assert isinstance(refused, Refusal)
    assert refused.code is code


def test_a_drawer_and_a_terminal_take_no_other_currency(bench: Bench) -> None:
    yen, foreign = Money(1_000, "JPY"), Refusal(Code.CURRENCY_MISMATCH, {"currency": "EUR"})
    order = paying.begin(yen)
    assert paying.take_cash(bench.desk, order, yen) == foreign
    assert paying.take_cash(bench.desk, order, euro(1_000)) == foreign
    assert paying.take(bench.desk, order, "card", yen) == foreign
    assert paying.pay_out(bench.desk, paying.begin(-yen), "cash") == foreign
    assert paying.begin_card(bench.desk, acting(), yen, "order") == foreign


def test_other_tenders_never_give_change(bench: Bench) -> None:
    refused = paying.take(bench.desk, paying.begin(euro(1_000)), "card", euro(1_001))
    assert refused == Refusal(Code.OVER_BALANCE, {"balance": 1_000, "amount": 1_001})
    assert isinstance(paying.take(bench.desk, paying.begin(euro(1)), "pebbles", euro(1)), Refusal)


@pytest.mark.parametrize(
    ("due", "keys"),
    [(1_995, [1_995, 2_000, 5_000, 10_000, 20_000]), (500, [500, 1_000, 2_000, 5_000, 10_000]), (0, [])],
)
def test_quick_keys_are_the_exact_amount_and_the_next_notes(bench: Bench, due: int, keys: list[int]) -> None:
    found = paying.quick_cash(bench.desk, paying.begin(euro(due)))
    assert [amount.amount for amount in found] == keys


def test_an_attempt_without_outcome_blocks_cards_across_a_restart_until_decided(bench: Bench) -> None:
    attempt = attempted(bench)
    folder = bench.store.folder
    bench.store.close()
    again = open_bench(folder)
    bench.desk = again.desk
    assert [one.id for one in paying.unsettled(bench.desk)] == [attempt.id]
    for refused in (
        paying.begin_card(bench.desk, acting(), euro(1), "x"),
        paying.take(bench.desk, paying.begin(euro(1)), "card", euro(1)),
    ):
        assert refused == Refusal(Code.TENDER_BLOCKED, {"tender": "card"})
    clerk = acting(CASHIER, reason="saw the slip")
    refused = paying.decide_unknown(bench.desk, clerk, attempt.id, approved=True)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.RIGHT_NEEDED
    decided = paying.decide_unknown(bench.desk, replace(clerk, approver=BOSS), attempt.id, approved=True)
    assert isinstance(decided, CardAttempt)
    assert (decided.state, decided.settled_by) == (AttemptState.APPROVED, BOSS.id)
    assert paying.unsettled(bench.desk) == ()
    assert [one.id for one in paying.unused(bench.desk)] == [attempt.id]


def test_what_the_terminal_said_last_does_not_undo_what_is_settled(bench: Bench) -> None:
    attempt = attempted(bench)
    paying.settle_card(bench.desk, TerminalResult(attempt.id, TerminalState.DECLINED))
    late = paying.settle_card(bench.desk, TerminalResult(attempt.id, TerminalState.APPROVED))
    assert isinstance(late, CardAttempt)
    assert late.state is AttemptState.DECLINED
