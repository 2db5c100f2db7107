"""A Stripe reader driven through Stripe's API: what is not approved is cancelled there before it is told."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from pos_app.hardware.card_stripe_account import (
    Deal,
    KeyRefused,
    NoAnswer,
    ReaderNow,
    Refused,
    Stage,
    StripeAccount,
)
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

PATIENCE = timedelta(seconds=20)
"""How long an answer is awaited before the outcome is called unknown."""

SETTLES_WITHIN = timedelta(minutes=5)
"""A refund whose answer was lost may still come to be for so long."""

CLOCKS_DIFFER = timedelta(hours=24)

_FAILURES = {
    "customer_canceled": TerminalReason.STOPPED_BY_CUSTOMER,
    "terminal_reader_busy": TerminalReason.TERMINAL_BUSY,
    "terminal_reader_offline": TerminalReason.TERMINAL_OFFLINE,
    "terminal_reader_timeout": TerminalReason.TERMINAL_SILENT,
}
_STOPPED = (TerminalReason.STOPPED_BY_CUSTOMER, TerminalReason.STOPPED_AT_TILL)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What this till knows of an attempt; `deal` is Stripe's name for it, `original` what is given back."""

    id: str
    amount: Money | None
    deal: str = ""
    refunds: bool = False
    original: str = ""
    stopping: TerminalReason = TerminalReason.NONE
    silent_since: datetime | None = None
    end: TerminalResult | None = None


class StripeTerminal:
    """Payments at one reader. Calls wait for the network, so they belong on a thread of their own.

    Money moves only by a payment intent that carries the attempt's id. An attempt is declined or cancelled
    only when its intent is cancelled at Stripe and can never be charged; until then it is in progress or
    unknown.
    """

    def __init__(self, account: StripeAccount, clock: Callable[[], datetime]) -> None:
        self._account = account
        self._clock = clock
        self._known: dict[str, _Attempt] = {}

    def start(self, attempt_id: str, amount: Money) -> TerminalResult:
        """Make the payment, then let the reader ask for the card."""
        check_amount(amount)
        known = self._known.get(attempt_id)
        if known is not None:
            return self._repeated(known, amount, "")
        attempt = self._keep(_Attempt(attempt_id, amount))
        try:
            deal = self._account.begin(attempt_id, amount)
        except NoAnswer:
            # Without the reader no intent takes money: whatever was made of it is an empty form.
            return self._end(attempt, TerminalState.CANCELLED, TerminalReason.LINE_DOWN)
        except KeyRefused:
            return self._end(attempt, TerminalState.DECLINED, TerminalReason.KEY_REFUSED)
        except (Refused, ValueError):
            return self._end(attempt, TerminalState.DECLINED, TerminalReason.NOT_ACCEPTED)
        attempt = self._keep(replace(attempt, deal=deal.id))
        if deal.stage is not Stage.WAITING:
            return self._payment_now(attempt)
        return self._show(attempt)

    def refund(self, attempt_id: str, amount: Money, reference: str) -> TerminalResult:
        """Give money of a payment back to its card; the card need not be there."""
        check_amount(amount)
        known = self._known.get(attempt_id)
        if known is not None:
            return self._repeated(known, amount, reference)
        if not reference:
            return self._end(
                _Attempt(attempt_id, amount), TerminalState.DECLINED, TerminalReason.ORIGINAL_UNKNOWN
            )
        return self._refund_now(self._keep(_Attempt(attempt_id, amount, refunds=True, original=reference)))

    def poll(self, attempt_id: str) -> TerminalResult:
        """How the attempt stands at Stripe; an attempt of an earlier run is looked for there."""
        attempt = self._known.get(attempt_id)
        if attempt is None:
            return self.recover(attempt_id)
        if attempt.end is not None:
            return attempt.end
        return self._refund_now(attempt) if attempt.refunds else self._payment_now(attempt)

    def cancel(self, attempt_id: str) -> TerminalResult:
        """Stop the reader; a card that was quicker is approved. A refund cannot be stopped."""
        attempt = self._known.get(attempt_id)
        if attempt is None or attempt.end is not None or attempt.refunds:
            return self.poll(attempt_id)
        try:
            self._account.stop_reader()
        except Refused as refused:
            if refused.code == "terminal_reader_busy":  # it works on the card this very moment
                return self.poll(attempt_id)
        except (NoAnswer, KeyRefused):
            pass  # cancelling the payment itself decides, whatever the reader does
        return self._payment_now(self._keep(replace(attempt, stopping=TerminalReason.STOPPED_AT_TILL)))

    def recover(self, attempt_id: str) -> TerminalResult:
        """The outcome of an attempt whose answer was lost, found by its id."""
        attempt = self._known.get(attempt_id)
        if attempt is None or (attempt.end is None and not attempt.deal):
            return self._look_for(
                attempt_id
            )  # never asked for anew: Stripe knows a repeated call for a day only
        return self.poll(attempt_id)

    def health(self) -> TerminalHealth:
        """Whether the reader is there and may be asked."""
        try:
            reader = self._account.reader()
        except KeyRefused:
            return TerminalHealth(TerminalSays.KEY_REFUSED)
        except Refused:
            return TerminalHealth(TerminalSays.NO_READER)
        except NoAnswer:
            return TerminalHealth(TerminalSays.UNREACHABLE)
        return TerminalHealth(TerminalSays.ONLINE if reader.online else TerminalSays.OFFLINE, reader.label)

    # payments

    def _show(self, attempt: _Attempt) -> TerminalResult:
        try:
            self._account.show(attempt.id, attempt.deal)
        except Refused as refused:
            if refused.code != "terminal_reader_timeout":  # which a reader that did hear may be said to be
                reason = _FAILURES.get(refused.code, TerminalReason.NOT_ACCEPTED)
                return self._payment_now(self._keep(replace(attempt, stopping=reason)))
        except (NoAnswer, KeyRefused):
            pass  # the reader may have heard of it: what it does tells
        return self._payment_now(attempt)

    def _payment_now(self, attempt: _Attempt) -> TerminalResult:
        try:
            deal = self._account.payment(attempt.deal)
            if deal.stage is Stage.WAITING:
                return self._waiting(attempt)
        except (NoAnswer, Refused):
            return self._silent(attempt)
        except KeyRefused:
            return self._unknown(attempt, TerminalReason.KEY_REFUSED)
        return self._told(attempt, deal)

    def _told(self, attempt: _Attempt, deal: Deal) -> TerminalResult:
        if deal.stage is Stage.SUCCEEDED:
            return self._end(attempt, TerminalState.APPROVED, reference=deal.id)
        if deal.stage is Stage.CANCELLED:
            return self._not_taken(attempt, attempt.stopping or TerminalReason.STOPPED_AT_TILL)
        return self._in_progress(attempt, TerminalPrompt.WAIT)

    def _waiting(self, attempt: _Attempt) -> TerminalResult:
        """No money has moved: the reader still asks for the card, or nobody ever will."""
        reader = self._account.reader()
        if reader.payment == attempt.deal and reader.status == "in_progress" and not attempt.stopping:
            prompt = TerminalPrompt.PRESENT_CARD if reader.online else TerminalPrompt.WAIT
            return self._in_progress(attempt, prompt)
        return self._void(attempt, _why_not(attempt, reader))

    def _void(self, attempt: _Attempt, reason: TerminalReason) -> TerminalResult:
        """Make the payment impossible; if a card was quicker, its answer counts."""
        try:
            self._account.cancel(attempt.deal)
        except Refused:
            return self._told(attempt, self._account.payment(attempt.deal))
        return self._not_taken(attempt, reason)

    def _not_taken(self, attempt: _Attempt, reason: TerminalReason) -> TerminalResult:
        stopped = reason in (*_STOPPED, TerminalReason.TERMINAL_SILENT)
        return self._end(attempt, TerminalState.CANCELLED if stopped else TerminalState.DECLINED, reason)

    # refunds

    def _refund_now(self, attempt: _Attempt) -> TerminalResult:
        try:
            if attempt.deal:
                deal = self._account.refund(attempt.deal)
            elif attempt.amount is not None:
                deal = self._account.give_back(attempt.id, attempt.original, attempt.amount)
            else:
                return self._look_for(attempt.id)
        except NoAnswer:
            return self._silent(attempt)
        except KeyRefused:
            return self._no_key(attempt)
        except Refused as refused:
            return self._end(attempt, TerminalState.DECLINED, _why_no_refund(refused))
        except ValueError:
            return self._end(attempt, TerminalState.DECLINED, TerminalReason.NOT_ACCEPTED)
        return self._refunded(self._keep(replace(attempt, deal=deal.id)), deal)

    def _no_key(self, attempt: _Attempt) -> TerminalResult:
        """The key was refused: nothing was done, unless an earlier call had got through."""
        if attempt.silent_since is None and not attempt.deal:
            return self._end(attempt, TerminalState.DECLINED, TerminalReason.KEY_REFUSED)
        return self._unknown(attempt, TerminalReason.KEY_REFUSED)

    def _refunded(self, attempt: _Attempt, deal: Deal) -> TerminalResult:
        if deal.stage is Stage.SUCCEEDED:
            return self._end(attempt, TerminalState.APPROVED, reference=deal.id)
        if deal.stage is Stage.FAILED:
            return self._end(attempt, TerminalState.DECLINED, TerminalReason.CARD_DECLINED)
        return self._in_progress(attempt, TerminalPrompt.WAIT)

    # after a restart

    def _look_for(self, attempt_id: str) -> TerminalResult:
        attempt = self._known.get(attempt_id) or _Attempt(attempt_id, None)
        made = _made_at(attempt_id)
        since = max(made - CLOCKS_DIFFER, datetime.fromtimestamp(0, UTC))
        try:
            payment = self._account.find_payment(attempt_id, since)
            if payment is not None:
                return self._payment_now(self._keep(replace(attempt, deal=payment.id)))
            refund = self._account.find_refund(attempt_id, since)
        except (NoAnswer, Refused):
            return self._unknown(attempt, TerminalReason.ANSWER_LOST)
        except KeyRefused:
            return self._unknown(attempt, TerminalReason.KEY_REFUSED)
        if refund is not None:
            return self._refunded(self._keep(replace(attempt, deal=refund.id, refunds=True)), refund)
        if self._clock() - made < SETTLES_WITHIN:
            return self._unknown(attempt, TerminalReason.ANSWER_LOST)
        return self._end(attempt, TerminalState.CANCELLED, TerminalReason.NEVER_ASKED)

    # what is told

    def _repeated(self, known: _Attempt, amount: Money, reference: str) -> TerminalResult:
        if known.amount not in (None, amount) or (known.amount and known.original != reference):
            raise ValueError(f"attempt {known.id} was started with another amount or payment")
        return self.poll(known.id)

    def _keep(self, attempt: _Attempt) -> _Attempt:
        self._known[attempt.id] = attempt
        return attempt

    def _end(
        self,
        attempt: _Attempt,
        state: TerminalState,
        reason: TerminalReason = TerminalReason.NONE,
        *,
        reference: str = "",
    ) -> TerminalResult:
        result = TerminalResult(attempt.id, state, attempt.amount, reference, reason)
        self._keep(replace(attempt, end=result))
        return result

    def _in_progress(self, attempt: _Attempt, prompt: TerminalPrompt) -> TerminalResult:
        self._keep(replace(attempt, silent_since=None))
        return TerminalResult(attempt.id, TerminalState.IN_PROGRESS, attempt.amount, prompt=prompt)

    def _silent(self, attempt: _Attempt) -> TerminalResult:
        """No answer this time; after a while nobody can tell any more."""
        since = attempt.silent_since or self._clock()
        if self._clock() - since >= PATIENCE:
            return self._unknown(attempt, TerminalReason.ANSWER_LOST)
        self._keep(replace(attempt, silent_since=since))
        return TerminalResult(
            attempt.id, TerminalState.IN_PROGRESS, attempt.amount, prompt=TerminalPrompt.WAIT
        )

    def _unknown(self, attempt: _Attempt, reason: TerminalReason) -> TerminalResult:
        return TerminalResult(attempt.id, TerminalState.UNKNOWN, attempt.amount, reason=reason)


def _why_not(attempt: _Attempt, reader: ReaderNow) -> TerminalReason:
    """Why a payment that still waits will get no card."""
    if attempt.stopping:
        return attempt.stopping
    if reader.payment == attempt.deal and reader.status == "failed":
        return _FAILURES.get(reader.failure, TerminalReason.CARD_DECLINED)
    return TerminalReason.TERMINAL_SILENT


def _why_no_refund(refused: Refused) -> TerminalReason:
    if refused.code == "resource_missing":
        return TerminalReason.ORIGINAL_UNKNOWN
    if refused.code == "charge_already_refunded" or refused.param == "amount":
        return TerminalReason.OVER_ORIGINAL
    return TerminalReason.NOT_ACCEPTED


def _made_at(attempt_id: str) -> datetime:
    """When an attempt's id was made; the beginning of time when it does not tell."""
    try:
        found = uuid.UUID(attempt_id)
    except ValueError:
        found = None
    milliseconds = found.int >> 80 if found is not None and found.version == 7 else 0
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
