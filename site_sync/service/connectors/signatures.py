"""Whether a webhook comes from who it says: the exact bytes checked against the connector's live secrets."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime

TOLERANCE_SECONDS = 300
"""How old or new a Standard Webhook's time may be."""
PREFIX = "whsec_"


def base64_hmac_matches(secrets: Iterable[str], raw: bytes, given: str) -> bool:
    """Whether `given` is the base64 HMAC-SHA256 of the body under one of the secrets; in constant time."""
    seen = given.strip().encode("utf-8", "replace")
    found = False
    for secret in secrets:
        digest = hmac.new(secret.encode(), raw, hashlib.sha256).digest()
        found |= hmac.compare_digest(base64.b64encode(digest), seen)
    return found


def standard_matches(secrets: Iterable[str], raw: bytes, headers: Mapping[str, str], now: datetime) -> bool:
    """Whether Standard Webhooks headers sign the body under one of the secrets, within the time allowed."""
    event, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not event or not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        return False
    if abs(now.timestamp() - int(stamp)) > TOLERANCE_SECONDS:
        return False
    signed = f"{event}.{stamp}.".encode("utf-8", "replace") + raw
    given = [
        word.partition(",")[2].encode("utf-8", "replace")
        for word in headers.get("webhook-signature", "").split()[:20]
        if word.startswith("v1,")
    ]
    found = False
    for secret in secrets:
        digest = base64.b64encode(hmac.new(key_of(secret), signed, hashlib.sha256).digest())
        for signature in given:
            found |= hmac.compare_digest(digest, signature)
    return found


def key_of(secret: str) -> bytes:
    """The key within a Standard Webhooks secret; a secret that is no base64 is its own key."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return secret.encode()
