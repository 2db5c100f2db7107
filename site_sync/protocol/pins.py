"""PINs of staff as verifiers that till and site check alike: argon2id over a peppered PIN."""

from __future__ import annotations

import hashlib
import hmac

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

PIN_DIGITS = 6
_HASHER = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)


def pin_pepper(code_key: bytes) -> bytes:
    """The pepper of all PINs of a site, made of the key that each till got when it was enrolled."""
    if not code_key:
        raise ValueError("a pepper needs the site's key")
    return hmac.new(code_key, b"pin pepper", hashlib.sha256).digest()


def _peppered(pepper: bytes, pin: str) -> bytes:
    return hmac.new(pepper, pin.encode(), hashlib.sha256).digest()


def pin_verifier(pepper: bytes, pin: str) -> str:
    """What is kept of a PIN (4 to 12 digits); worthless without the pepper."""
    if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 12):
        raise ValueError("a PIN is 4 to 12 digits")
    return _HASHER.hash(_peppered(pepper, pin))


def pin_matches(verifier: str, pepper: bytes, pin: str) -> bool:
    """Whether a PIN belongs to a verifier; takes its time on purpose."""
    try:
        return _HASHER.verify(verifier, _peppered(pepper, pin))
    except (VerificationError, InvalidHashError):
        return False
