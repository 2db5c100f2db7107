"""What lets a till in: a one-time code, and a mark of the authority that vouches for the site's certificate.

The mark is part of what is typed or scanned, so that even the first contact is with the right site.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters that nobody confuses when typing; each stands for five bits."""
CODE_LENGTH = 8
MARK_LENGTH = 16
GROUP = 4


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time code, and the authority's mark where the site has an authority of its own."""

    code: str
    mark: str = ""

    @property
    def text(self) -> str:
        """Code and mark in groups, as they are shown and typed."""
        whole = _plain(self.code) + self.mark
        return "-".join(whole[start : start + GROUP] for start in range(0, len(whole), GROUP))


def _plain(text: str) -> str:
    return "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum())


def read_invitation(text: str) -> Invitation:
    """The invitation in what was typed or scanned; blanks and dashes do not matter."""
    whole = _plain(text)
    if len(whole) == CODE_LENGTH + MARK_LENGTH:
        return Invitation(whole[:CODE_LENGTH], whole[CODE_LENGTH:])
    return Invitation(text.strip())


def mark_of(certificate: bytes) -> str:
    """The mark of an authority's certificate (DER): 80 bits of its SHA-256."""
    bits = int.from_bytes(hashlib.sha256(certificate).digest()[: MARK_LENGTH * 5 // 8], "big")
    return "".join(LETTERS[bits >> 5 * place & 31] for place in reversed(range(MARK_LENGTH)))
