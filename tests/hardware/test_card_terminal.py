"""Both card terminals move money at most once per attempt and never guess."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pos_app.hardware.card_terminal import (
    CardTerminal,
    TerminalPrompt,
    TerminalReason,
    TerminalResult,
    TerminalState,
)
from pos_app.hardware.card_terminal_manual import ManualTerminal
from pos_app.hardware.card_terminal_simulator import (
    DEAD_FOR_S,
    Behaviour,
    SimulatedTerminal,
    Step,
    read_script,
)
from site_sync.domain.money import Money

PRICE = Money(4990, "EUR")


class HandClock:
    """The time, moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def simulated(script: str, clock: HandClock, memory: Path | None = None) -> SimulatedTerminal:
    return SimulatedTerminal(read_script(script), clock, memory)


def states(terminal: CardTerminal, clock: HandClock, attempt_id: str, seconds: int) -> list[TerminalState]:
    seen = []
    for _ in range(seconds):
        clock.wait(1)
        seen.append(terminal.poll(attempt_id).state)
    return seen


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def test_an_approved_payment_carries_amount_and_reference(clock: HandClock) -> None:
    terminal = simulated("ok", clock)
    begun = terminal.start("a1", PRICE)
    assert (begun.state, begun.prompt) == (TerminalState.IN_PROGRESS, TerminalPrompt.PRESENT_CARD)
    clock.wait(1)
    assert terminal.poll("a1").prompt is TerminalPrompt.WAIT
    clock.wait(1)
    assert terminal.poll("a1") == TerminalResult("a1", TerminalState.APPROVED, PRICE, "SIM-000001")


def test_a_declined_payment_says_why(clock: HandClock) -> None:
    terminal = simulated("decline", clock)
    terminal.start("a1", PRICE)
    clock.wait(2)
    result = terminal.poll("a1")
    assert (result.state, result.reason) == (TerminalState.DECLINED, TerminalReason.CARD_DECLINED)
    assert result.reference == ""


def test_a_slow_payment_stays_in_progress(clock: HandClock) -> None:
    terminal = simulated("slow:5", clock)
    terminal.start("a1", PRICE)
    progress, approved = TerminalState.IN_PROGRESS, TerminalState.APPROVED
    assert states(terminal, clock, "a1", 6) == [progress] * 4 + [approved] * 2


def test_a_lost_answer_is_unknown_until_asked_again(clock: HandClock) -> None:
    terminal = simulated("lost", clock)
    terminal.start("a1", PRICE)
    clock.wait(60)
    assert terminal.poll("a1").state is TerminalState.UNKNOWN
    assert terminal.cancel("a1").state is TerminalState.UNKNOWN
    assert terminal.recover("a1") == TerminalResult("a1", TerminalState.APPROVED, PRICE, "SIM-000001")


def test_a_terminal_that_dies_tells_later_that_nothing_was_taken(clock: HandClock) -> None:
    terminal = simulated("dies", clock)
    terminal.start("a1", PRICE)
    clock.wait(2)
    assert terminal.poll("a1").reason is TerminalReason.TERMINAL_SILENT
    assert terminal.recover("a1").state is TerminalState.UNKNOWN
    assert terminal.start("a2", PRICE).reason is TerminalReason.TERMINAL_SILENT
    clock.wait(DEAD_FOR_S)
    recovered = terminal.recover("a1")
    assert (recovered.state, recovered.reason) == (TerminalState.CANCELLED, TerminalReason.POWER_LOST)


def test_cancelled_in_time_it_is_cancelled_and_too_late_it_is_not(clock: HandClock) -> None:
    terminal = simulated("ok, ok", clock)
    terminal.start("a1", PRICE)
    assert terminal.cancel("a1").state is TerminalState.CANCELLED
    clock.wait(60)
    assert terminal.recover("a1").state is TerminalState.CANCELLED
    terminal.start("a2", PRICE)
    clock.wait(2)
    assert terminal.cancel("a2").state is TerminalState.APPROVED


def test_started_twice_an_attempt_is_one_payment(clock: HandClock) -> None:
    terminal = simulated("ok, decline", clock)
    terminal.start("a1", PRICE)
    clock.wait(2)
    assert terminal.start("a1", PRICE).reference == "SIM-000001"
    with pytest.raises(ValueError, match="another amount"):
        terminal.start("a1", Money(1, "EUR"))
    terminal.start("a2", PRICE)
    clock.wait(2)
    assert terminal.poll("a2").state is TerminalState.DECLINED


def test_a_busy_terminal_takes_no_second_payment(clock: HandClock) -> None:
    terminal = simulated("slow", clock)
    terminal.start("a1", PRICE)
    assert terminal.start("a2", PRICE).reason is TerminalReason.TERMINAL_BUSY
    clock.wait(20)
    assert terminal.poll("a1").state is TerminalState.APPROVED
    assert terminal.poll("a2").state is TerminalState.DECLINED


def test_refunds_never_exceed_the_payment(clock: HandClock) -> None:
    terminal = simulated("ok, ok, decline", clock)
    terminal.start("a1", PRICE)
    clock.wait(2)
    reference = terminal.poll("a1").reference
    for attempt_id, amount in (("r1", 4000), ("r2", 990)):
        terminal.refund(attempt_id, Money(amount, "EUR"), reference)
        clock.wait(2)
    assert terminal.poll("r1").state is TerminalState.APPROVED
    assert terminal.poll("r2").reason is TerminalReason.CARD_DECLINED
    assert terminal.refund("r3", Money(991, "EUR"), reference).reason is TerminalReason.OVER_ORIGINAL
    assert terminal.refund("r4", Money(990, "DKK"), reference).reason is TerminalReason.OVER_ORIGINAL
    terminal.refund("r5", Money(990, "EUR"), reference)
    clock.wait(2)
    assert terminal.poll("r5").state is TerminalState.APPROVED
    assert terminal.refund("r6", Money(1, "EUR"), reference).reason is TerminalReason.OVER_ORIGINAL


@pytest.mark.parametrize("reference", ["", "SIM-000009", "SIM-000001"])
def test_only_an_approved_payment_can_be_refunded(clock: HandClock, reference: str) -> None:
    terminal = simulated("decline", clock)
    terminal.start("a1", PRICE)
    clock.wait(2)
    assert terminal.refund("r1", PRICE, reference).reason is TerminalReason.ORIGINAL_UNKNOWN


def test_the_terminal_remembers_when_the_till_is_started_anew(clock: HandClock, tmp_path: Path) -> None:
    memory = tmp_path / "terminal.json"
    simulated("lost, decline", clock, memory).start("a1", PRICE)
    clock.wait(30)
    again = simulated("lost, decline", clock, memory)
    assert again.recover("a1").state is TerminalState.APPROVED
    again.start("a2", PRICE)
    clock.wait(2)
    anew = simulated("lost, decline", clock, memory)
    assert anew.poll("a2").state is TerminalState.DECLINED
    refused = anew.refund("r1", Money(1, "DKK"), again.recover("a1").reference)
    assert simulated("", clock, memory).recover("r1") == refused


def test_an_attempt_the_terminal_never_got_has_taken_nothing(clock: HandClock) -> None:
    terminal = simulated("", clock)
    for ask in (terminal.recover, terminal.poll, terminal.cancel):
        result = ask("never-sent")
        assert (result.state, result.reason) == (TerminalState.CANCELLED, TerminalReason.NEVER_ASKED)


def test_a_script_is_read_from_words() -> None:
    assert read_script(" ok, slow:30 ,dies,") == (
        Step(Behaviour.OK, 2),
        Step(Behaviour.SLOW, 30),
        Step(Behaviour.DIES, 2),
    )
    with pytest.raises(ValueError, match="explode"):
        read_script("explode")


def test_by_hand_the_cashiers_first_answer_counts() -> None:
    terminal = ManualTerminal()
    begun = terminal.start("a1", PRICE)
    assert (begun.state, begun.prompt) == (TerminalState.IN_PROGRESS, TerminalPrompt.CONFIRM_BY_HAND)
    approved = terminal.approve("a1", " slip 0042\n")
    assert approved == TerminalResult("a1", TerminalState.APPROVED, PRICE, "slip 0042")
    assert terminal.decline("a1") == terminal.cancel("a1") == terminal.poll("a1") == approved
    assert terminal.start("a1", PRICE) == approved


def test_by_hand_declined_and_cancelled() -> None:
    terminal = ManualTerminal()
    terminal.start("a1", PRICE)
    terminal.start("a2", PRICE)
    assert terminal.decline("a1").reason is TerminalReason.CARD_DECLINED
    assert terminal.cancel("a2").reason is TerminalReason.STOPPED_AT_TILL


def test_by_hand_after_a_restart_only_the_cashier_knows() -> None:
    terminal = ManualTerminal()
    for ask in (terminal.recover, terminal.poll, terminal.cancel):
        result = ask("a1")
        assert (result.state, result.prompt) == (TerminalState.UNKNOWN, TerminalPrompt.CONFIRM_BY_HAND)
    assert terminal.approve("a1", "0042").state is TerminalState.APPROVED
    assert terminal.recover("a1").reference == "0042"


def test_by_hand_a_refund_keeps_the_payments_reference() -> None:
    terminal = ManualTerminal()
    assert terminal.refund("r1", PRICE, "0042").reference == "0042"
    assert terminal.approve("r1").reference == "0042"
    assert terminal.refund("r1", PRICE, "0042").state is TerminalState.APPROVED


def test_by_hand_no_card_number_is_kept() -> None:
    terminal = ManualTerminal()
    terminal.start("a1", PRICE)
    assert terminal.approve("a1", "4111 1111 1111 1111").reference == "**** 1111"


@pytest.mark.parametrize("make", [ManualTerminal, lambda: simulated("", HandClock())])
def test_no_terminal_is_asked_for_nothing_or_less(make: Callable[[], CardTerminal]) -> None:
    terminal = make()
    for amount in (0, -1):
        with pytest.raises(ValueError, match="above zero"):
            terminal.start("a1", Money(amount, "EUR"))
        with pytest.raises(ValueError, match="above zero"):
            terminal.refund("a1", Money(amount, "EUR"), "SIM-000001")


def test_by_hand_another_amount_under_the_same_id_is_a_mistake() -> None:
    terminal = ManualTerminal()
    terminal.start("a1", PRICE)
    with pytest.raises(ValueError, match="another amount"):
        terminal.start("a1", Money(1, "EUR"))
