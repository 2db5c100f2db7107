"""The calls to Stripe that a card terminal needs: payments, refunds and one reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import stripe

from site_sync.domain.money import Money, minor_digits

API = "https://api.stripe.com"
CONNECT_S, READ_S = 5.0, 15.0
ATTEMPT = "handover_attempt"
"""Key of the metadata that names our attempt on everything made for it."""

PAGE, MOST_PAGES = 100, 20

# What Stripe counts in other steps than ISO 4217: these are told in hundredths although they have none.
_TOLD_IN_HUNDREDTHS = frozenset({"ISK", "UGX"})
_WITHOUT_DECIMALS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_WITH_THREE = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


class NoAnswer(Exception):
    """Nobody can tell whether the call was worked on: the line broke, or Stripe itself had a fault."""


class KeyRefused(Exception):
    """Stripe does not accept the key, or the key may not do this."""


class Refused(Exception):
    """Stripe answered and did nothing; `code` is its own word for why, `param` what it minded."""

    def __init__(self, code: str, param: str) -> None:
        super().__init__(code or param)
        self.code = code
        self.param = param


class Stage(StrEnum):
    """How a payment or refund stands; `waiting` is one that can still be cancelled."""

    WAITING = "waiting"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    CANCELLED = "cancelled"
    FAILED = "failed"


_INTENT_STAGES = {
    "succeeded": Stage.SUCCEEDED, "canceled": Stage.CANCELLED, "processing": Stage.PROCESSING,
}  # fmt: skip
_REFUND_STAGES = {"succeeded": Stage.SUCCEEDED, "failed": Stage.FAILED, "canceled": Stage.FAILED}


@dataclass(frozen=True, slots=True)
class Deal:
    """A payment intent or a refund."""

    id: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class ReaderNow:
    """A reader and what it does: for which payment, how far (in_progress, succeeded, failed), why not."""

    online: bool
    label: str
    payment: str = ""
    status: str = ""
    failure: str = ""


def told_amount(money: Money) -> int:
    """The amount as Stripe counts it; ValueError when it cannot be told without rounding."""
    code = money.currency
    digits = 0 if code in _WITHOUT_DECIMALS else 3 if code in _WITH_THREE else 2
    step = int(10 ** abs(digits - minor_digits(code)))
    if digits >= minor_digits(code):
        told, rest = money.amount * step, 0
    else:
        told, rest = divmod(money.amount, step)
    if rest or (code in _TOLD_IN_HUNDREDTHS and told % 100) or (code in _WITH_THREE and told % 10):
        raise ValueError(f"{money.amount} {code} cannot be charged without rounding")
    return told


class StripeAccount:
    """One account and one reader of it. Nothing is tried twice here: who calls knows what may be repeated."""

    def __init__(
        self, key: str, reader: str, url: str = API, timeouts: tuple[float, float] = (CONNECT_S, READ_S)
    ) -> None:
        self._reader = reader
        self._client: Any = stripe.StripeClient(
            key,
            base_addresses={"api": url},
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=timeouts),
        )

    def begin(self, attempt: str, money: Money) -> Deal:
        """A payment that a card at the reader has to complete; asked again it is the same one."""
        wanted = {
            "amount": told_amount(money),
            "currency": money.currency.lower(),
            "payment_method_types": ["card_present"],
            "capture_method": "automatic",
            "metadata": {ATTEMPT: attempt},
        }
        return _intent(self._ask(self._client.v1.payment_intents.create, params=wanted, key=attempt))

    def show(self, attempt: str, intent: str) -> None:
        """Let the reader ask for a card."""
        wanted = {"payment_intent": intent, "process_config": {"enable_customer_cancellation": True}}
        show = self._client.v1.terminal.readers.process_payment_intent
        self._ask(show, self._reader, params=wanted, key=f"{attempt}:show")

    def stop_reader(self) -> None:
        """Let the reader stop whatever it does."""
        self._ask(self._client.v1.terminal.readers.cancel_action, self._reader)

    def payment(self, intent: str) -> Deal:
        """A payment as it is now."""
        return _intent(self._ask(self._client.v1.payment_intents.retrieve, intent))

    def cancel(self, intent: str) -> Deal:
        """Make a payment impossible for ever; `Refused` when it is not waiting any more."""
        return _intent(self._ask(self._client.v1.payment_intents.cancel, intent))

    def give_back(self, attempt: str, intent: str, money: Money) -> Deal:
        """Refund some or all of a payment; asked again it is the same refund."""
        wanted = {"payment_intent": intent, "amount": told_amount(money), "metadata": {ATTEMPT: attempt}}
        return _refund(self._ask(self._client.v1.refunds.create, params=wanted, key=attempt))

    def refund(self, refund: str) -> Deal:
        """A refund as it is now."""
        return _refund(self._ask(self._client.v1.refunds.retrieve, refund))

    def reader(self) -> ReaderNow:
        """The reader as it is now."""
        found = self._ask(self._client.v1.terminal.readers.retrieve, self._reader)
        action = found.get("action") or {}
        payment = (action.get("process_payment_intent") or {}).get("payment_intent") or ""
        return ReaderNow(
            online=found.get("status") == "online",
            label=found.get("label") or found["id"],
            payment=payment if isinstance(payment, str) else payment["id"],
            status=action.get("status") or "",
            failure=action.get("failure_code") or "",
        )

    def find_payment(self, attempt: str, since: datetime) -> Deal | None:
        """The payment made for an attempt; NoAnswer when there were too many to look through."""
        found = self._find(self._client.v1.payment_intents.list, attempt, since)
        return None if found is None else _intent(found)

    def find_refund(self, attempt: str, since: datetime) -> Deal | None:
        """The refund made for an attempt; NoAnswer when there were too many to look through."""
        found = self._find(self._client.v1.refunds.list, attempt, since)
        return None if found is None else _refund(found)

    def _find(self, list_all: Any, attempt: str, since: datetime) -> Any:
        wanted: dict[str, Any] = {"limit": PAGE, "created": {"gte": int(since.timestamp())}}
        for _ in range(MOST_PAGES):
            page = self._ask(list_all, params=wanted)
            for one in page["data"]:
                if (one.get("metadata") or {}).get(ATTEMPT) == attempt:
                    return one
            if not page["has_more"]:
                return None
            wanted = {**wanted, "starting_after": page["data"][-1]["id"]}
        raise NoAnswer("too many payments since then")

    @staticmethod
    def _ask(call: Any, *place: str, params: dict[str, Any] | None = None, key: str = "") -> Any:
        options = {"idempotency_key": key} if key else {}
        try:
            answer = call(*place, params=params or {}, options=options)
        except (stripe.AuthenticationError, stripe.PermissionError) as error:
            raise KeyRefused(str(error.code or error.http_status)) from error
        except (stripe.InvalidRequestError, stripe.CardError) as error:
            raise Refused(error.code or "", getattr(error, "param", None) or "") from error
        except stripe.StripeError as error:
            raise NoAnswer(type(error).__name__) from error
        return answer.to_dict()


def _intent(found: Any) -> Deal:
    return Deal(found["id"], _INTENT_STAGES.get(found["status"], Stage.WAITING))


def _refund(found: Any) -> Deal:
    return Deal(found["id"], _REFUND_STAGES.get(found["status"], Stage.PROCESSING))
