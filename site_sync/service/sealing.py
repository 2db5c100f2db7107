"""Secrets that must be told to others again, kept so that the database alone does not give them away."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
SEALED = "sealed:"
PURPOSE = b"handover: secrets of other programs"


class Unsealable(ValueError):
    """The text was sealed with another key, or was changed."""


def _cipher(site_key: bytes) -> AESGCM:
    return AESGCM(hmac.new(site_key, PURPOSE, hashlib.sha256).digest())


def seal(site_key: bytes, nonce: bytes, text: str, owner: str) -> str:
    """The text, readable only with the site's key and for the same owner; `nonce` is fresh random bytes."""
    if len(nonce) != NONCE_BYTES:
        raise ValueError("a nonce has 12 bytes")
    sealed = _cipher(site_key).encrypt(nonce, text.encode(), owner.encode())
    return base64.b64encode(nonce + sealed).decode()


def unseal(site_key: bytes, sealed: str, owner: str) -> str:
    """The text again; Unsealable when the key or the owner is not the one it was sealed for."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        return _cipher(site_key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], owner.encode()).decode()
    except (binascii.Error, InvalidTag, ValueError) as error:
        raise Unsealable("the secret was kept with another key of the site") from error


def kept(site_key: bytes, nonce: bytes, text: str, owner: str) -> str:
    """A secret as it is kept where one from before may stand open: marked as sealed."""
    return SEALED + seal(site_key, nonce, text, owner)


def told(site_key: bytes, text: str, owner: str) -> str:
    """A kept secret again; one from before secrets were sealed is as it stands."""
    return unseal(site_key, text.removeprefix(SEALED), owner) if text.startswith(SEALED) else text
