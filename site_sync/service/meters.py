"""What one process counts while it runs: requests, commands, turns of jobs, what tills say of themselves."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from site_sync.service.metric_series import Histogram, Labels, histograms, series


@dataclass(frozen=True, slots=True)
class TillSaid:
    """What a till said when it last called here: its place in the feed, since when commands wait at it."""

    store: str
    position: int
    waits_since: datetime | None


class Meters:
    """Counts from any thread; gone with the process, as Prometheus expects of counters."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[Labels] = Counter()
        self._durations: dict[Labels, Histogram] = {}
        self._commands: Counter[Labels] = Counter()
        self._runs: Counter[Labels] = Counter()
        self._failures: Counter[Labels] = Counter()
        self._worked_at: dict[Labels, float] = {}
        self._tills: dict[str, TillSaid] = {}

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered; `route` is the address with names in the place of values."""
        place: Labels = (("method", method), ("route", route))
        with self._lock:
            self._requests[(*place, ("status", str(status)))] += 1
            self._durations.setdefault(place, Histogram()).add(seconds)

    def took(self, kind: str, result: str) -> None:
        """A command of a till was answered."""
        with self._lock:
            self._commands[(("kind", kind), ("result", result))] += 1

    def ran(self, job: str, at: datetime | None) -> None:
        """A job has worked, at a time; without one it has failed."""
        name: Labels = (("job", job),)
        with self._lock:
            self._runs[name] += 1
            self._failures[name] += at is None
            if at is not None:
                self._worked_at[name] = at.timestamp()

    def heard(self, device: str, said: TillSaid) -> None:
        """A till has called; commands that waited at it before wait since then."""
        with self._lock:
            known = self._tills.get(device)
            if said.waits_since and known and known.waits_since:
                said = TillSaid(said.store, said.position, min(known.waits_since, said.waits_since))
            self._tills[device] = said

    def tills(self) -> dict[str, TillSaid]:
        """What each till said that called this process, by device."""
        with self._lock:
            return dict(self._tills)

    def lines(self) -> Iterator[str]:
        """The series of this process."""
        with self._lock:
            lines = [
                *series(
                    "handover_requests_total",
                    "counter",
                    "Requests by method, route and status.",
                    self._requests,
                ),
                *histograms("handover_request_seconds", "How long requests took.", self._durations),
                *series(
                    "handover_commands_total",
                    "counter",
                    "Commands of tills by kind and result.",
                    self._commands,
                ),
                *series("handover_job_runs_total", "counter", "Turns of each job.", self._runs),
                *series("handover_job_failures_total", "counter", "Turns that failed.", self._failures),
                *series(
                    "handover_job_last_success_seconds",
                    "gauge",
                    "When each job last worked, in seconds since 1970.",
                    self._worked_at,
                ),
            ]
        yield from lines


def metered(
    meters: Meters, now: Callable[[], datetime], name: str, work: Callable[[], int]
) -> Callable[[], int]:
    """A job's work with its turns counted."""

    def turn() -> int:
        at: datetime | None = None
        try:
            done = work()
            at = now()
            return done
        finally:
            meters.ran(name, at)

    return turn
