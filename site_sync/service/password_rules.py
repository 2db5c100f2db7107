"""Which passwords are good enough: long, and none that whoever has lists of leaked ones tries soon."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from zxcvbn import zxcvbn

SHORTEST = 12
LONGEST = 200
LEAST_SCORE = 4
"""Ten thousand million guesses and more; leaked passwords, names, dates and keyboard rows fall far below."""
_LOOKED_AT = 72
_OURS = ("handover", "site manager", "sitemanager", "administrator")


class Weakness(StrEnum):
    """What is wrong with a password."""

    SHORT = "short"
    LONG = "long"
    KNOWN = "known"


def weakness(password: str, about: Iterable[str] = ()) -> Weakness | None:
    """What is wrong with a password, None when it is good; `about` are words an attacker would try first."""
    if len(password) < SHORTEST:
        return Weakness.SHORT
    if len(password) > LONGEST:
        return Weakness.LONG
    words = [word for word in (*_OURS, *about) if word]
    score: int = zxcvbn(password[:_LOOKED_AT], user_inputs=words)["score"]
    return Weakness.KNOWN if score < LEAST_SCORE else None
