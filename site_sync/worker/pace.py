"""How long to rest after a failure: longer each time, by chance, so that tills do not come back in step."""

from __future__ import annotations

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 30.0


def rest_after(failures: int, chance: float) -> float:
    """Seconds to rest after so many failures in a row: full jitter, `chance` in 0 .. 1."""
    if failures < 1:
        return 0.0
    ceiling = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(failures - 1, 16))
    return ceiling * chance


def rest_when_asked(wait: float, failures: int, chance: float) -> float:
    """Seconds to rest where the site asked for `wait`: no less, and spread, as it asked many at once."""
    return wait + max(min(wait, LONGEST_SECONDS) * chance, rest_after(failures, chance))
