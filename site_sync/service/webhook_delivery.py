"""Sending one outgoing webhook, signed by Standard Webhooks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from standardwebhooks.webhooks import Webhook

from site_sync.service.outgoing_http import Call, EndpointRefused, Unreachable, call

SECONDS = 20.0
"""How long an endpoint may take to say that it has it."""
KEPT_ANSWER = 300
"""Characters of an endpoint's answer that are kept to be looked at."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one try: whether the endpoint took it, whether it is gone for good, what it said."""

    taken: bool
    gone: bool
    answer: str


def headers(secrets: tuple[str, ...], event_id: str, at: datetime, body: str) -> dict[str, str]:
    """Standard Webhooks headers; while a secret is replaced both sign."""
    signatures = [Webhook(secret).sign(event_id, at, body) for secret in secrets if secret]
    return {
        "content-type": "application/json",
        "user-agent": "Handover-Webhooks/1",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def deliver(url: str, body: str, signed: dict[str, str]) -> Attempt:
    """Post a webhook; every way it can fail is an answer, never an exception."""
    try:
        answer = call(Call("POST", url, signed, body.encode(), KEPT_ANSWER * 4, SECONDS))
    except EndpointRefused as error:
        return Attempt(False, True, str(error))
    except Unreachable as error:
        return Attempt(False, False, str(error)[:KEPT_ANSWER])
    text = answer.body.decode("utf-8", "replace")[:KEPT_ANSWER]
    said = f"{answer.status} {text}".replace("\x00", "").strip()
    return Attempt(answer.good, answer.status == 410, said)
