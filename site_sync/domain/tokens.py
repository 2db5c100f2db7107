"""The secret tokens of an order, derived from the site's key so that till and site make the same."""

from __future__ import annotations

import hashlib
import hmac

from site_sync.domain.codes import TOKEN_BYTES, encode_token

COLLECT = "collect"
"""Purpose of the token in the QR code that proves the right to collect."""
PAGE = "page"
"""Purpose of the token in the link of the customer's page."""
COLLECTOR = "collector"
"""Purpose of the token of the person who was named to collect for the customer."""


def derive_token(code_key: bytes, purpose: str, order_id: str, issue: int) -> str:
    """26 base32 characters: the first 16 bytes of HMAC-SHA256(key, "purpose|order id|issue").

    A new issue voids the token before it. Only `codes.token_hash` of a token is ever stored.
    """
    if not code_key:
        raise ValueError("a token needs the site's key")
    message = f"{purpose}|{order_id}|{issue}".encode()
    return encode_token(hmac.new(code_key, message, hashlib.sha256).digest()[:TOKEN_BYTES])
