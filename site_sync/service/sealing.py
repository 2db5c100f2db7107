"""Secrets that must be told to others again, kept so that the database alone does not give them away."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from site_sync.service.keys import Keys

NONCE_BYTES = 12
SEALED = "sealed:"
PURPOSE = b"handover: secrets of other programs"


class Unsealable(ValueError):
    """The text was sealed with another key, or was changed."""


class Owner(StrEnum):
    """Whose a sealed text is: it is part of the seal, so that no text passes for another's."""

    SIGN_IN = "password of {}"
    SECOND_FACTOR = "second factor of {}"
    SHOP_API = "{}"
    SHOP_WEBHOOKS = "webhooks of connector {}"
    ENDPOINT = "webhooks to endpoint {}"
    ALERTS = "alert_channel"
    MAIL_SERVER = "mail server {}"

    def of(self, name: str = "") -> str:
        """One of them by its name or id."""
        return self.value.format(name)


@dataclass(frozen=True, slots=True)
class Vault:
    """What secrets are made of and kept under: the site's keys and its random bytes."""

    keys: Keys
    random_bytes: Callable[[int], bytes]

    @property
    def key(self) -> bytes:
        """What is sealed is sealed with this one."""
        return self.keys.seal_key

    def nonce(self) -> bytes:
        """Fresh random bytes for one seal."""
        return self.random_bytes(NONCE_BYTES)


def _cipher(seal_key: bytes) -> AESGCM:
    return AESGCM(hmac.new(seal_key, PURPOSE, hashlib.sha256).digest())


def seal(seal_key: bytes, nonce: bytes, text: str, owner: str) -> str:
    """The text, readable only with the site's key and for the same owner; `nonce` is fresh random bytes."""
    if len(nonce) != NONCE_BYTES:
        raise ValueError("a nonce has 12 bytes")
    sealed = _cipher(seal_key).encrypt(nonce, text.encode(), owner.encode())
    return base64.b64encode(nonce + sealed).decode()


def unseal(seal_key: bytes, sealed: str, owner: str) -> str:
    """The text again; Unsealable when the key or the owner is not the one it was sealed for."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        return _cipher(seal_key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], owner.encode()).decode()
    except (binascii.Error, InvalidTag, ValueError) as error:
        raise Unsealable("the secret was kept with another key of the site") from error


def kept(seal_key: bytes, nonce: bytes, text: str, owner: str) -> str:
    """A secret as it is kept where one from before may stand open: marked as sealed."""
    return SEALED + seal(seal_key, nonce, text, owner)


def told(seal_key: bytes, text: str, owner: str) -> str:
    """A kept secret again; one from before secrets were sealed is as it stands."""
    return unseal(seal_key, text.removeprefix(SEALED), owner) if text.startswith(SEALED) else text
