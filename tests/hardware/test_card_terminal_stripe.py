"""A Stripe reader: whatever goes wrong, an attempt ends rightly and a retry never charges twice."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from pos_app.hardware.card_stripe_account import NoAnswer, StripeAccount, told_amount
from pos_app.hardware.card_terminal import TerminalPrompt, TerminalReason, TerminalSays, TerminalState
from pos_app.hardware.card_terminal_stripe import PATIENCE, SETTLES_WITHIN, StripeTerminal
from site_sync.domain.money import Money
from tests.hardware.fake_stripe import KEY, READER, FakeStripe, serving

PRICE = Money(4990, "EUR")
START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
_numbers = itertools.count(1)


class Shop:
    """A terminal on a fake Stripe, and the time."""

    def __init__(self, stripe: FakeStripe, url: str) -> None:
        self.stripe, self.url, self.now = stripe, url, START
        self.terminal = self.fresh()

    def fresh(self, key: str = KEY, reader: str = READER, read_s: float = 5.0) -> StripeTerminal:
        """The driver as after a restart: it remembers nothing."""
        self.terminal = StripeTerminal(StripeAccount(key, reader, self.url, (2.0, read_s)), lambda: self.now)
        return self.terminal

    def attempt(self) -> str:
        """A fresh id that tells when it was made, as the till's do."""
        stamp = int(self.now.timestamp() * 1000)
        return str(uuid.UUID(int=(stamp << 80) | (7 << 76) | (2 << 62) | next(_numbers)))

    def pay(self) -> str:
        """An approved payment; its reference."""
        attempt = self.attempt()
        self.terminal.start(attempt, PRICE)
        self.stripe.card()
        result = self.terminal.poll(attempt)
        assert result.state is TerminalState.APPROVED
        return result.reference


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[FakeStripe, str]]:
    stripe = FakeStripe()
    with serving(stripe) as url:
        yield stripe, url


@pytest.fixture
def shop(served: tuple[FakeStripe, str]) -> Shop:
    stripe, url = served
    FakeStripe.__init__(stripe)
    stripe.created = int(START.timestamp())
    return Shop(stripe, url)


def test_a_card_pays_once_however_often_one_asks(shop: Shop) -> None:
    attempt = shop.attempt()
    begun = shop.terminal.start(attempt, PRICE)
    assert (begun.state, begun.prompt) == (TerminalState.IN_PROGRESS, TerminalPrompt.PRESENT_CARD)
    assert shop.terminal.start(attempt, PRICE) == begun
    shop.stripe.card()
    paid = shop.terminal.poll(attempt)
    assert (paid.state, paid.amount, paid.reference) == (TerminalState.APPROVED, PRICE, "pi_1")
    assert shop.terminal.start(attempt, PRICE) == shop.terminal.cancel(attempt) == paid
    assert shop.fresh().start(attempt, PRICE) == paid
    assert shop.fresh().recover(attempt).state is TerminalState.APPROVED
    assert shop.stripe.charged == 4990
    shop.fresh().start(attempt, PRICE)
    with pytest.raises(ValueError, match="another amount"):
        shop.terminal.start(attempt, Money(1, "EUR"))


@pytest.mark.parametrize(
    ("failure", "state", "reason"),
    [
        ("card_declined", TerminalState.DECLINED, TerminalReason.CARD_DECLINED),
        ("customer_canceled", TerminalState.CANCELLED, TerminalReason.STOPPED_BY_CUSTOMER),
    ],
)
def test_a_card_that_does_not_pay_can_never_pay_later(
    shop: Shop, failure: str, state: TerminalState, reason: TerminalReason
) -> None:
    attempt = shop.attempt()
    shop.terminal.start(attempt, PRICE)
    shop.stripe.card(failure)
    result = shop.terminal.poll(attempt)
    assert (result.state, result.reason) == (state, reason)
    assert shop.stripe.intents["pi_1"]["status"] == "canceled"
    assert shop.pay() == "pi_2"
    assert shop.stripe.charged == 4990


ASK, SHOW = "POST payment_intents", "POST process_payment_intent"
FAULTS = [
    (ASK, "lost", TerminalState.CANCELLED, TerminalReason.LINE_DOWN),
    (ASK, "down", TerminalState.CANCELLED, TerminalReason.LINE_DOWN),
    (ASK, "503", TerminalState.CANCELLED, TerminalReason.LINE_DOWN),
    (ASK, "429", TerminalState.CANCELLED, TerminalReason.LINE_DOWN),
    (ASK, "currency_not_supported", TerminalState.DECLINED, TerminalReason.NOT_ACCEPTED),
    (SHOW, "lost", TerminalState.APPROVED, TerminalReason.NONE),
    (SHOW, "terminal_reader_timeout", TerminalState.APPROVED, TerminalReason.NONE),
    (SHOW, "down", TerminalState.CANCELLED, TerminalReason.TERMINAL_SILENT),
    (SHOW, "500", TerminalState.CANCELLED, TerminalReason.TERMINAL_SILENT),
    (SHOW, "terminal_reader_hardware_fault", TerminalState.APPROVED, TerminalReason.NONE),
    ("GET payment_intents", "lost", TerminalState.APPROVED, TerminalReason.NONE),
    ("GET payment_intents", "500", TerminalState.APPROVED, TerminalReason.NONE),
    ("GET terminal", "down", TerminalState.APPROVED, TerminalReason.NONE),
]  # fmt: skip


@pytest.mark.parametrize(("route", "fault", "state", "reason"), FAULTS)
def test_every_fault_of_the_line_ends_rightly_and_a_retry_charges_once(
    shop: Shop, route: str, fault: str, state: TerminalState, reason: TerminalReason
) -> None:
    """The card is held to the reader the moment it asks; afterwards the cashier tries again if need be."""
    shop.stripe.at_once = "succeeded"
    shop.stripe.faults = {route: [fault]}
    attempt = shop.attempt()
    shop.terminal.start(attempt, PRICE)
    result = shop.terminal.poll(attempt)
    assert (result.state, result.reason) == (state, reason)
    assert shop.stripe.charged == (4990 if state is TerminalState.APPROVED else 0)
    shop.now += SETTLES_WITHIN
    assert shop.fresh().recover(attempt).state in (state, TerminalState.CANCELLED)
    if state is not TerminalState.APPROVED:
        shop.pay()
    assert shop.stripe.charged == 4990


@pytest.mark.parametrize("fault", ["lost", "down", "500"])
def test_a_void_that_is_not_answered_is_tried_until_it_is(shop: Shop, fault: str) -> None:
    attempt = shop.attempt()
    shop.terminal.start(attempt, PRICE)
    shop.stripe.card("card_declined")
    shop.stripe.faults = {"POST cancel": [fault]}
    assert shop.terminal.poll(attempt).state is TerminalState.IN_PROGRESS
    assert shop.terminal.poll(attempt).state.is_final
    assert shop.stripe.intents["pi_1"]["status"] == "canceled"


def test_a_busy_reader_is_told_and_nothing_is_left_behind(shop: Shop) -> None:
    shop.terminal.start(shop.attempt(), PRICE)
    second = shop.fresh().start(shop.attempt(), PRICE)
    assert (second.state, second.reason) == (TerminalState.DECLINED, TerminalReason.TERMINAL_BUSY)
    assert shop.stripe.intents["pi_2"]["status"] == "canceled"
    assert shop.stripe.intents["pi_1"]["status"] == "requires_payment_method"


def test_an_offline_reader_is_told_at_once_and_midway_it_can_be_stopped(shop: Shop) -> None:
    attempt = shop.attempt()
    shop.terminal.start(attempt, PRICE)
    shop.stripe.online = False
    assert shop.terminal.poll(attempt).prompt is TerminalPrompt.WAIT
    assert shop.terminal.cancel(attempt).reason is TerminalReason.STOPPED_AT_TILL
    shop.stripe.online = True
    shop.stripe.card()
    assert shop.stripe.charged == 0
    shop.stripe.online, shop.stripe.action = False, None
    refused = shop.terminal.start(shop.attempt(), PRICE)
    assert (refused.state, refused.reason) == (TerminalState.DECLINED, TerminalReason.TERMINAL_OFFLINE)


def test_a_card_quicker_than_cancel_is_approved(shop: Shop) -> None:
    attempt = shop.attempt()
    shop.terminal.start(attempt, PRICE)
    shop.stripe.card()
    assert shop.terminal.cancel(attempt).state is TerminalState.APPROVED
    again = shop.attempt()
    shop.terminal.start(again, PRICE)
    shop.stripe.faults = {"POST cancel_action": ["terminal_reader_busy"]}
    shop.stripe.intents["pi_2"]["status"] = "processing"
    assert shop.terminal.cancel(again).state is TerminalState.IN_PROGRESS
    shop.stripe.intents["pi_2"]["status"] = "succeeded"
    assert shop.terminal.poll(again).state is TerminalState.APPROVED


@pytest.mark.parametrize("lost", ["lost", "down", "500", ""])
def test_cancelled_at_the_till_it_is_cancelled_for_good(shop: Shop, lost: str) -> None:
    attempt = shop.attempt()
    shop.terminal.start(attempt, PRICE)
    shop.stripe.faults = {"POST cancel_action": [lost]}
    result = shop.terminal.cancel(attempt)
    assert (result.state, result.reason) == (TerminalState.CANCELLED, TerminalReason.STOPPED_AT_TILL)
    shop.stripe.card()
    assert shop.stripe.charged == 0


def test_a_line_that_stays_silent_makes_it_unknown_until_it_speaks_again(shop: Shop) -> None:
    attempt = shop.attempt()
    shop.terminal.start(attempt, PRICE)
    shop.stripe.card()
    shop.stripe.faults = {"GET payment_intents": ["down"] * 4}
    assert shop.terminal.poll(attempt).state is TerminalState.IN_PROGRESS
    shop.now += PATIENCE
    unknown = shop.terminal.poll(attempt)
    assert (unknown.state, unknown.reason) == (TerminalState.UNKNOWN, TerminalReason.ANSWER_LOST)
    assert shop.terminal.recover(attempt).state is TerminalState.UNKNOWN
    assert shop.fresh().recover(attempt).state is TerminalState.UNKNOWN
    assert shop.terminal.recover(attempt).state is TerminalState.APPROVED


def test_an_answer_that_comes_too_late_is_an_answer_lost(shop: Shop, served: tuple[FakeStripe, str]) -> None:
    """A real time-out on the socket, not a closed one: the reader has its order, the till does not know."""
    import socket

    attempt = shop.attempt()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        account = StripeAccount(KEY, READER, url, (1.0, 0.05))
        with pytest.raises(NoAnswer):
            account.reader()
        assert StripeTerminal(account, lambda: shop.now).health().says is TerminalSays.UNREACHABLE
        lost = StripeTerminal(account, lambda: shop.now).recover(attempt)
    assert lost.state is TerminalState.UNKNOWN


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("before", TerminalState.CANCELLED),
        ("shown", TerminalState.IN_PROGRESS),
        ("paid", TerminalState.APPROVED),
    ],
)
def test_after_a_crash_the_attempt_is_found_by_its_id(shop: Shop, moment: str, state: TerminalState) -> None:
    attempt = shop.attempt()
    if moment != "before":
        shop.terminal.start(attempt, PRICE)
    if moment == "paid":
        shop.stripe.card()
    for _ in range(3):  # later payments of other tills lie on top
        other = FakeStripe.answer(
            shop.stripe, "POST", "/v1/payment_intents",
            {"amount": "100", "currency": "eur", "payment_method_types[0]": "card_present",
             "capture_method": "automatic", "metadata[handover_attempt]": "another"}, "",
        )  # fmt: skip
        assert other["id"]
    shop.now += SETTLES_WITHIN
    recovered = shop.fresh().recover(attempt)
    assert recovered.state is state
    if state is TerminalState.IN_PROGRESS:
        assert shop.terminal.cancel(attempt).state is TerminalState.CANCELLED
        shop.stripe.card()
        assert shop.stripe.charged == 0


def test_among_more_payments_than_one_can_look_through_nobody_says_never(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pos_app.hardware.card_stripe_account.PAGE", 1)
    monkeypatch.setattr("pos_app.hardware.card_stripe_account.MOST_PAGES", 2)
    attempt = shop.attempt()
    shop.terminal.start(attempt, PRICE)
    for _ in range(2):
        shop.stripe.card()
        shop.terminal.start(shop.attempt(), PRICE)
    assert shop.fresh().recover(attempt).state is TerminalState.UNKNOWN
    monkeypatch.setattr("pos_app.hardware.card_stripe_account.MOST_PAGES", 3)
    assert shop.fresh().recover(attempt).state is TerminalState.APPROVED


def test_a_wrong_key_or_reader_charges_nothing_and_says_so(shop: Shop) -> None:
    refused = shop.fresh(key="sk_test_wrong").start(shop.attempt(), PRICE)
    assert (refused.state, refused.reason) == (TerminalState.DECLINED, TerminalReason.KEY_REFUSED)
    assert shop.terminal.health().says is TerminalSays.KEY_REFUSED
    assert shop.terminal.recover(shop.attempt()).reason is TerminalReason.KEY_REFUSED
    back = shop.terminal.refund(shop.attempt(), PRICE, "pi_1")
    assert (back.state, back.reason) == (TerminalState.DECLINED, TerminalReason.KEY_REFUSED)
    assert shop.fresh(reader="tmr_gone").health().says is TerminalSays.NO_READER
    result = shop.terminal.start(shop.attempt(), PRICE)
    assert not shop.stripe.charged
    assert result.state is not TerminalState.APPROVED


def test_the_status_names_the_reader(shop: Shop) -> None:
    health = shop.terminal.health()
    assert (health.says, health.name) == (TerminalSays.ONLINE, "Counter 1")
    shop.stripe.online = False
    assert shop.terminal.health().says is TerminalSays.OFFLINE


def test_refunds_are_parts_of_the_payment_and_never_more(shop: Shop) -> None:
    reference = shop.pay()
    first = shop.attempt()
    given = shop.terminal.refund(first, Money(4000, "EUR"), reference)
    assert given.state is TerminalState.APPROVED
    assert shop.terminal.refund(first, Money(4000, "EUR"), reference) == given
    assert shop.fresh().refund(first, Money(4000, "EUR"), reference) == given
    assert (
        shop.terminal.refund(shop.attempt(), Money(991, "EUR"), reference).reason
        is TerminalReason.OVER_ORIGINAL
    )
    assert shop.terminal.refund(shop.attempt(), Money(990, "EUR"), reference).state is TerminalState.APPROVED
    assert (
        shop.terminal.refund(shop.attempt(), Money(1, "EUR"), reference).reason
        is TerminalReason.OVER_ORIGINAL
    )
    for unknown in ("", "pi_99"):
        refused = shop.terminal.refund(shop.attempt(), PRICE, unknown)
        assert (refused.state, refused.reason) == (TerminalState.DECLINED, TerminalReason.ORIGINAL_UNKNOWN)
    assert shop.stripe.given_back == 4990


@pytest.mark.parametrize("fault", ["lost", "down", "500"])
def test_a_refund_whose_answer_is_lost_goes_out_once(shop: Shop, fault: str) -> None:
    reference, attempt = shop.pay(), shop.attempt()
    shop.stripe.faults = {"POST refunds": [fault, fault]}
    assert shop.terminal.refund(attempt, PRICE, reference).state is TerminalState.IN_PROGRESS
    shop.now += PATIENCE
    assert shop.terminal.poll(attempt).state is TerminalState.UNKNOWN
    found = shop.terminal.recover(attempt)
    assert found.state is (TerminalState.APPROVED if fault == "lost" else TerminalState.UNKNOWN)
    shop.now += SETTLES_WITHIN
    later = shop.fresh().recover(attempt)
    assert later.state is (TerminalState.APPROVED if fault == "lost" else TerminalState.CANCELLED)
    if later.state is TerminalState.CANCELLED:
        assert shop.terminal.refund(shop.attempt(), PRICE, reference).state is TerminalState.APPROVED
    assert shop.stripe.given_back == 4990


def test_a_refund_of_slow_banks_is_in_progress_and_may_fail(shop: Shop) -> None:
    reference = shop.pay()
    shop.stripe.pending_refunds = True
    attempt = shop.attempt()
    assert shop.terminal.refund(attempt, PRICE, reference).state is TerminalState.IN_PROGRESS
    assert shop.terminal.cancel(attempt).state is TerminalState.IN_PROGRESS
    shop.stripe.refunds["re_2"]["status"] = "failed"
    assert shop.terminal.poll(attempt).reason is TerminalReason.CARD_DECLINED


@pytest.mark.parametrize(
    ("money", "told"),
    [
        (Money(4990, "EUR"), 4990),
        (Money(500, "JPY"), 500),
        (Money(500, "ISK"), 50_000),
        (Money(1_500, "KWD"), 1_500),
        (Money(4990, "HUF"), 4990),
        (Money(4900, "XAF"), 49),
        (Money(4950, "XAF"), None),
        (Money(1_501, "KWD"), None),
    ],
)
def test_amounts_are_told_as_stripe_counts_them(money: Money, told: int | None) -> None:
    if told is not None:
        assert told_amount(money) == told
        return
    with pytest.raises(ValueError, match="without rounding"):
        told_amount(money)
