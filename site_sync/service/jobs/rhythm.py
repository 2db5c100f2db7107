"""Doing a piece of work again and again until the service stops: at once when woken, else after a pause."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

Job = Callable[[threading.Event], None]
GATHER_SECONDS = 0.05
"""Commits that come so close together wake a job once."""
SLICE_SECONDS = 0.5
"""How long a stopping service waits for a job that sleeps."""

_log = structlog.get_logger(__name__)


class Wake:
    """Lets a commit wake a sleeping job; may be told from any thread."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def tell(self, _head: int = 0) -> None:
        """There may be something to do."""
        self._event.set()

    def wait(self, stop: threading.Event, seconds: float) -> None:
        """Sleep until told, until the time is over, or until the service stops."""
        until = time.monotonic() + seconds
        while not stop.is_set() and (left := until - time.monotonic()) > 0:
            if self._event.wait(min(SLICE_SECONDS, left)):
                stop.wait(GATHER_SECONDS)
                break
        self._event.clear()


def repeat(name: str, work: Callable[[], int], seconds: float, wake: Wake | None = None) -> Job:
    """A job that works until there is nothing left to do, then sleeps.

    `work` returns how much it did. What goes wrong is logged and tried again after the pause.
    """
    sleeper = wake or Wake()

    def job(stop: threading.Event) -> None:
        while not stop.is_set():
            if not _once(name, work):
                sleeper.wait(stop, seconds)

    return job


def _once(name: str, work: Callable[[], int]) -> bool:
    """Whether the work should go on at once."""
    try:
        return work() > 0
    except Exception as error:  # outermost loop: a job outlives one bad turn
        _log.error("a job failed", job=name, error=type(error).__name__, exc_info=True)
        return False
