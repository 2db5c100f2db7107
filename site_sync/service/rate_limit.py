"""How often somebody may call: so many times a minute, kept in memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

MOST_KEYS = 20_000
"""Whose calls are remembered at most."""


@dataclass(slots=True)
class _Bucket:
    """Calls a key may still make, and when that was counted."""

    left: float
    at: float


class RateLimit:
    """A minute's calls at once at most, filled up evenly.

    Counted per process: with several, each lets as many in. What must hold across all of them and across
    restarts (wrong PINs, passwords and codes) is counted in a database instead.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()

    def take(self, key: str, per_minute: int) -> float:
        """Count one call; 0.0 when it may be made, else the seconds until the next one may."""
        with self._lock:
            bucket = self._filled(key, per_minute)
            if bucket.left >= 1:
                bucket.left -= 1
                return 0.0
            return self._wait(bucket, per_minute)

    def left_to_wait(self, key: str, per_minute: int) -> float:
        """The seconds until a call may be made, without counting one."""
        with self._lock:
            if key not in self._buckets:
                return 0.0
            bucket = self._filled(key, per_minute)
            return 0.0 if bucket.left >= 1 else self._wait(bucket, per_minute)

    def _filled(self, key: str, per_minute: int) -> _Bucket:
        """The bucket of a key as it is now."""
        now, most = self._clock(), float(max(1, per_minute))
        if len(self._buckets) >= MOST_KEYS and key not in self._buckets:
            self._forget(now)
        bucket = self._buckets.setdefault(key, _Bucket(most, now))
        bucket.left = min(most, bucket.left + (now - bucket.at) * most / 60)
        bucket.at = now
        return bucket

    def _forget(self, now: float) -> None:
        """Drop keys not seen for a minute, as their buckets are full; all of them in a flood of new ones."""
        self._buckets = {key: one for key, one in self._buckets.items() if now - one.at < 60}
        if len(self._buckets) >= MOST_KEYS:
            self._buckets.clear()

    def _wait(self, bucket: _Bucket, per_minute: int) -> float:
        return (1 - bucket.left) * 60 / float(max(1, per_minute))
