"""A scripted card terminal for training, demonstrations and tests, with a memory of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pos_app.hardware.card_terminal import (
    TerminalHealth,
    TerminalPrompt,
    TerminalReason,
    TerminalResult,
    TerminalSays,
    TerminalState,
    check_amount,
)
from site_sync.domain.money import Money

ANSWER_AFTER_S = 2
SLOW_ANSWER_AFTER_S = 20
DEAD_FOR_S = 10


class Behaviour(StrEnum):
    """What the terminal does with one attempt.

    `lost` takes the money but its answer never arrives; `dies` loses power half-way and has taken nothing.
    """

    OK = "ok"
    DECLINE = "decline"
    SLOW = "slow"
    LOST = "lost"
    DIES = "dies"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the script: what happens, and how many seconds after the start the terminal has decided."""

    behaviour: Behaviour
    after_s: int


@dataclass(frozen=True, slots=True)
class _Deal:
    """One attempt as the terminal remembers it; `refused` is why it was never begun."""

    attempt_id: str
    amount: int
    currency: str
    behaviour: Behaviour
    after_s: int
    started: str
    number: int
    original: str = ""
    refused: TerminalReason = TerminalReason.NONE
    cancelled: bool = False

    @property
    def reference(self) -> str:
        return f"SIM-{self.number:06d}"

    def age_s(self, now: datetime) -> float:
        return (now - datetime.fromisoformat(self.started)).total_seconds()


def read_script(text: str) -> tuple[Step, ...]:
    """Read a script such as "ok, decline, slow:30, lost, dies"; the number is seconds until decided."""
    steps = []
    for word in filter(None, (part.strip() for part in text.split(","))):
        name, _, seconds = word.partition(":")
        behaviour = Behaviour(name)
        usual = SLOW_ANSWER_AFTER_S if behaviour is Behaviour.SLOW else ANSWER_AFTER_S
        steps.append(Step(behaviour, int(seconds) if seconds else usual))
    return tuple(steps)


class SimulatedTerminal:
    """Follows its script, one step per attempt, then says ok; everything follows from script and clock.

    With a `memory` file it remembers its deals when the till is started anew, as a real terminal would.
    """

    def __init__(
        self,
        script: tuple[Step, ...],
        clock: Callable[[], datetime],
        memory: Path | None = None,
    ) -> None:
        self._script = script
        self._clock = clock
        self._memory = memory
        self._deals: dict[str, _Deal] = {}
        if memory is not None and memory.exists():
            remembered = [_deal(fields) for fields in json.loads(memory.read_text(encoding="utf-8"))]
            self._deals = {deal.attempt_id: deal for deal in remembered}

    def start(self, attempt_id: str, amount: Money) -> TerminalResult:
        """Begin a payment."""
        return self._begin(attempt_id, amount, original="")

    def refund(self, attempt_id: str, amount: Money, reference: str) -> TerminalResult:
        """Begin to give back money of an approved payment, never more than is left of it."""
        return self._begin(attempt_id, amount, original=reference or "none")

    def poll(self, attempt_id: str) -> TerminalResult:
        """Return what the terminal says while its answer is awaited."""
        deal = self._deals.get(attempt_id)
        if deal is None:
            return _never_asked(attempt_id)
        truth = self._truth(deal)
        if deal.cancelled or deal.refused:
            return truth
        age = deal.age_s(self._clock())
        if deal.behaviour is Behaviour.LOST and age >= deal.after_s:
            return _unknown(deal, TerminalReason.ANSWER_LOST)
        if deal.behaviour is Behaviour.DIES and age >= deal.after_s:
            return _unknown(deal, TerminalReason.TERMINAL_SILENT)
        return truth

    def cancel(self, attempt_id: str) -> TerminalResult:
        """Stop an attempt that is still in progress; too late, it stays what it is."""
        deal = self._deals.get(attempt_id)
        if deal is not None and self.poll(attempt_id).state is TerminalState.IN_PROGRESS:
            self._keep(replace(deal, cancelled=True))
        return self.poll(attempt_id)

    def recover(self, attempt_id: str) -> TerminalResult:
        """Return the truth, once the terminal answers again."""
        deal = self._deals.get(attempt_id)
        return _never_asked(attempt_id) if deal is None else self._truth(deal)

    def health(self) -> TerminalHealth:
        """It is always there."""
        return TerminalHealth(TerminalSays.SIMULATED)

    def _begin(self, attempt_id: str, amount: Money, original: str) -> TerminalResult:
        check_amount(amount)
        known = self._deals.get(attempt_id)
        if known is None:
            self._keep(self._new_deal(attempt_id, amount, original))
        elif Money(known.amount, known.currency) != amount or known.original != original:
            raise ValueError(f"attempt {attempt_id} was started with another amount or payment")
        return self.poll(attempt_id)

    def _new_deal(self, attempt_id: str, amount: Money, original: str) -> _Deal:
        begun = sum(1 for deal in self._deals.values() if not deal.refused)
        step = self._script[begun] if begun < len(self._script) else Step(Behaviour.OK, ANSWER_AFTER_S)
        return _Deal(
            attempt_id,
            amount.amount,
            amount.currency,
            step.behaviour,
            step.after_s,
            self._clock().isoformat(),
            number=len(self._deals) + 1,
            original=original,
            refused=self._why_not(amount, original),
        )

    def _why_not(self, amount: Money, original: str) -> TerminalReason:
        now = {self._truth(deal).state for deal in self._deals.values()}
        if TerminalState.UNKNOWN in now:
            return TerminalReason.TERMINAL_SILENT
        if TerminalState.IN_PROGRESS in now:
            return TerminalReason.TERMINAL_BUSY
        return self._why_no_refund(amount, original) if original else TerminalReason.NONE

    def _why_no_refund(self, amount: Money, original: str) -> TerminalReason:
        paid = [d for d in self._deals.values() if d.reference == original and not d.original]
        if not paid or self._truth(paid[0]).state is not TerminalState.APPROVED:
            return TerminalReason.ORIGINAL_UNKNOWN
        given = sum(d.amount for d in self._deals.values() if d.original == original and self._counts(d))
        fits = amount.currency == paid[0].currency and given + amount.amount <= paid[0].amount
        return TerminalReason.NONE if fits else TerminalReason.OVER_ORIGINAL

    def _counts(self, deal: _Deal) -> bool:
        return self._truth(deal).state not in (TerminalState.DECLINED, TerminalState.CANCELLED)

    def _truth(self, deal: _Deal) -> TerminalResult:
        """Return what really happened, as far as it has happened."""
        amount = Money(deal.amount, deal.currency)
        if deal.refused:
            return TerminalResult(deal.attempt_id, TerminalState.DECLINED, amount, reason=deal.refused)
        if deal.cancelled:
            why = TerminalReason.STOPPED_AT_TILL
            return TerminalResult(deal.attempt_id, TerminalState.CANCELLED, amount, reason=why)
        age = deal.age_s(self._clock())
        if age < deal.after_s:
            prompt = TerminalPrompt.PRESENT_CARD if age < deal.after_s / 2 else TerminalPrompt.WAIT
            return TerminalResult(deal.attempt_id, TerminalState.IN_PROGRESS, amount, prompt=prompt)
        if deal.behaviour is Behaviour.DECLINE:
            why = TerminalReason.CARD_DECLINED
            return TerminalResult(deal.attempt_id, TerminalState.DECLINED, amount, reason=why)
        if deal.behaviour is Behaviour.DIES:
            return _after_power_loss(deal, age)
        return TerminalResult(deal.attempt_id, TerminalState.APPROVED, amount, deal.reference)

    def _keep(self, deal: _Deal) -> None:
        self._deals[deal.attempt_id] = deal
        if self._memory is not None:
            written = self._memory.with_suffix(".new")
            written.write_text(json.dumps([asdict(d) for d in self._deals.values()]), encoding="utf-8")
            written.replace(self._memory)


def _deal(fields: dict[str, object]) -> _Deal:
    deal = _Deal(**fields)  # type: ignore[arg-type]
    return replace(deal, behaviour=Behaviour(deal.behaviour), refused=TerminalReason(deal.refused))


def _after_power_loss(deal: _Deal, age_s: float) -> TerminalResult:
    if age_s < deal.after_s + DEAD_FOR_S:
        return _unknown(deal, TerminalReason.TERMINAL_SILENT)
    amount = Money(deal.amount, deal.currency)
    return TerminalResult(deal.attempt_id, TerminalState.CANCELLED, amount, reason=TerminalReason.POWER_LOST)


def _unknown(deal: _Deal, reason: TerminalReason) -> TerminalResult:
    amount = Money(deal.amount, deal.currency)
    return TerminalResult(deal.attempt_id, TerminalState.UNKNOWN, amount, reason=reason)


def _never_asked(attempt_id: str) -> TerminalResult:
    return TerminalResult(attempt_id, TerminalState.CANCELLED, reason=TerminalReason.NEVER_ASKED)
