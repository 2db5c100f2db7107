"""A separate card terminal without a cable: the cashier keys in the amount and says what it answered."""

from __future__ import annotations

from dataclasses import replace

from pos_app.hardware.card_terminal import (
    TerminalHealth,
    TerminalPrompt,
    TerminalReason,
    TerminalResult,
    TerminalSays,
    TerminalState,
    check_amount,
)
from site_sync.domain.card_numbers import mask_card_numbers
from site_sync.domain.codes import clean
from site_sync.domain.money import Money

MAX_REFERENCE = 40


class ManualTerminal:
    """Waits for `approve` or `decline`; after a restart only the cashier knows what became of an attempt."""

    def __init__(self) -> None:
        self._attempts: dict[str, TerminalResult] = {}

    def start(self, attempt_id: str, amount: Money) -> TerminalResult:
        """Show the amount to key in."""
        check_amount(amount)
        known = self._attempts.get(attempt_id)
        if known is None:
            return self._keep(
                TerminalResult(
                    attempt_id,
                    TerminalState.IN_PROGRESS,
                    amount,
                    prompt=TerminalPrompt.CONFIRM_BY_HAND,
                )
            )
        if known.amount is not None and known.amount != amount:
            raise ValueError(f"attempt {attempt_id} was started with another amount")
        return known

    def refund(self, attempt_id: str, amount: Money, reference: str) -> TerminalResult:
        """Show the amount to give back; the reference helps to find the payment on the terminal."""
        started = self.start(attempt_id, amount)
        return started if started.state.is_final else self._keep(replace(started, reference=_tidy(reference)))

    def approve(self, attempt_id: str, reference: str = "") -> TerminalResult:
        """The cashier saw the terminal approve; the reference is the number on its slip."""
        known = self.recover(attempt_id)
        kept = _tidy(reference) or known.reference
        return self._answer(known, TerminalState.APPROVED, reference=kept)

    def decline(self, attempt_id: str) -> TerminalResult:
        """The cashier saw the terminal decline."""
        return self._answer(
            self.recover(attempt_id), TerminalState.DECLINED, reason=TerminalReason.CARD_DECLINED
        )

    def poll(self, attempt_id: str) -> TerminalResult:
        """Return what the cashier has said so far."""
        return self.recover(attempt_id)

    def cancel(self, attempt_id: str) -> TerminalResult:
        """The cashier stopped the payment on the terminal."""
        known = self.recover(attempt_id)
        if known.state is TerminalState.UNKNOWN:
            return known
        return self._answer(known, TerminalState.CANCELLED, reason=TerminalReason.STOPPED_AT_TILL)

    def recover(self, attempt_id: str) -> TerminalResult:
        """Return what is known; of an attempt before a restart that is nothing until the cashier answers."""
        unknown = TerminalResult(
            attempt_id,
            TerminalState.UNKNOWN,
            reason=TerminalReason.NOT_ANSWERED,
            prompt=TerminalPrompt.CONFIRM_BY_HAND,
        )
        return self._attempts.get(attempt_id, unknown)

    def health(self) -> TerminalHealth:
        """Nobody but the cashier sees it."""
        return TerminalHealth(TerminalSays.BY_HAND)

    def _answer(
        self,
        known: TerminalResult,
        state: TerminalState,
        *,
        reference: str = "",
        reason: TerminalReason = TerminalReason.NONE,
    ) -> TerminalResult:
        """Take the first answer; a later one changes nothing."""
        if known.state.is_final:
            return known
        answered = replace(known, state=state, reason=reason, prompt=TerminalPrompt.NONE)
        return self._keep(replace(answered, reference=reference))

    def _keep(self, result: TerminalResult) -> TerminalResult:
        self._attempts[result.attempt_id] = result
        return result


def _tidy(reference: str) -> str:
    return mask_card_numbers(clean(reference))[:MAX_REFERENCE]
