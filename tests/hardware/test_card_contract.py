"""What every card terminal driver keeps, whichever one it is."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from pos_app.background.card_line import CardLine
from pos_app.hardware.card_stripe_account import StripeAccount
from pos_app.hardware.card_terminal import CardTerminal, TerminalResult, TerminalSays, TerminalState
from pos_app.hardware.card_terminal_manual import ManualTerminal
from pos_app.hardware.card_terminal_simulator import SimulatedTerminal, read_script
from pos_app.hardware.card_terminal_stripe import StripeTerminal
from site_sync.domain.money import Money
from tests.hardware.fake_stripe import KEY, READER, FakeStripe, serving

PRICE = Money(4990, "EUR")
DRIVERS = ("manual", "simulator", "stripe", "stripe on a line")


class Bench:
    """One driver, and a hand that holds the card to it."""

    def __init__(self, terminal: CardTerminal, approve: Callable[[str], object]) -> None:
        self.terminal = terminal
        self.approve = approve

    def end(self, result: TerminalResult) -> TerminalResult:
        """The attempt once it is not on its way any more; a line needs a moment for each answer."""
        for _ in range(400):
            if result.state is not TerminalState.IN_PROGRESS:
                return result
            threading.Event().wait(0.005)
            result = self.terminal.poll(result.attempt_id)
        raise AssertionError(f"still {result}")

    def pay(self, attempt: str) -> TerminalResult:
        """An approved payment."""
        begun = self.terminal.start(attempt, PRICE)
        assert begun.state is TerminalState.IN_PROGRESS
        self.approve(attempt)
        return self.end(self.terminal.poll(attempt))


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[FakeStripe, str]]:
    stripe = FakeStripe()
    with serving(stripe) as url:
        yield stripe, url


@pytest.fixture(params=DRIVERS)
def bench(request: pytest.FixtureRequest, address: tuple[FakeStripe, str]) -> Iterator[Bench]:
    name = request.param
    stripe, url = address
    FakeStripe.__init__(stripe)
    ticks = itertools.count()
    start = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    def clock() -> datetime:
        return start + timedelta(milliseconds=200 * next(ticks))

    if name == "manual":
        by_hand = ManualTerminal()
        yield Bench(by_hand, by_hand.approve)
        return
    if name == "simulator":
        yield Bench(SimulatedTerminal(read_script(""), clock), lambda _: None)
        return
    driver = StripeTerminal(StripeAccount(KEY, READER, url), clock)
    if name == "stripe":
        yield Bench(driver, lambda _: stripe.card())
        return
    line = CardLine(driver, lambda: float(next(ticks)))
    stripe.at_once = "succeeded"
    yield Bench(line, lambda _: None)
    line.close()


def test_a_payment_is_approved_once_and_stays_so(bench: Bench) -> None:
    paid = bench.pay("a1")
    assert (paid.state, paid.amount) == (TerminalState.APPROVED, PRICE)
    for again in (
        bench.terminal.start("a1", PRICE),
        bench.terminal.cancel("a1"),
        bench.terminal.recover("a1"),
    ):
        assert bench.end(again) == paid


def test_money_goes_back_under_an_id_of_its_own(bench: Bench) -> None:
    paid = bench.pay("a1")
    begun = bench.terminal.refund("r1", PRICE, paid.reference)
    bench.approve("r1")
    given = bench.end(begun)
    assert (given.attempt_id, given.state) == ("r1", TerminalState.APPROVED)
    assert bench.end(bench.terminal.refund("r1", PRICE, paid.reference)) == given


def test_what_was_cancelled_never_pays(bench: Bench, address: tuple[FakeStripe, str]) -> None:
    address[0].at_once = ""
    bench.terminal.start("a1", PRICE)
    stopped = bench.end(bench.terminal.cancel("a1"))
    assert stopped.state is TerminalState.CANCELLED
    address[0].card()
    assert bench.end(bench.terminal.poll("a1")).state is TerminalState.CANCELLED
    assert address[0].charged == 0


def test_an_attempt_nobody_began_is_never_called_approved(bench: Bench) -> None:
    assert bench.end(bench.terminal.recover("never")).state in (
        TerminalState.CANCELLED,
        TerminalState.UNKNOWN,
    )


def test_each_says_how_it_is(bench: Bench) -> None:
    says = bench.terminal.health().says
    for _ in range(400):
        if says is not TerminalSays.ASKING:
            break
        threading.Event().wait(0.005)
        says = bench.terminal.health().says
    assert says in (TerminalSays.BY_HAND, TerminalSays.SIMULATED, TerminalSays.ONLINE)
