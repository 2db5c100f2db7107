"""The printers' threads: one worker per printer takes jobs from the journal and tells the screens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import structlog
from PySide6.QtCore import QObject, Signal

from pos_app.hardware.drawer import CashDrawer, DrawerNotOpened
from pos_app.hardware.printer_devices import Delivery, Paper, Printer, PrinterNotReady, PrintUncertain
from pos_app.store.print_jobs import JobState, PrintJob, PrintJobStore

_log = structlog.get_logger(__name__)
_Result = TypeVar("_Result")

READY = "ready"
BACK_OFF = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
"""Seconds between tries of a printer that is not ready; the last one is repeated."""

TRIES_BEFORE_TAKEOVER = 3
STOP_SECONDS = 6.0
DRAWER_STAYS_WANTED = timedelta(seconds=20)
"""A receipt that waited longer no longer opens the drawer: nobody may be standing there."""


class OnDatabaseThread(Protocol):
    """Runs a function on the one thread that may touch the till's file."""

    def __call__(self, work: Callable[[], _Result], /) -> Future[_Result]: ...


@dataclass(frozen=True, slots=True)
class Station:
    """A printer under the name that jobs use; `takeover` names the printer that stands in for it, if any."""

    name: str
    printer: Printer
    takeover: str = ""


class PrintService(QObject):
    """All printers of this till.

    `job_changed(job id, state)`, `printer_changed(name, "ready" or the reason)` and `drawer_failed(name,
    reason)` come from the workers and reach the screens through Qt's queue.
    """

    job_changed = Signal(str, str)
    printer_changed = Signal(str, str)
    drawer_failed = Signal(str, str)

    def __init__(
        self,
        jobs: PrintJobStore,
        on_database_thread: OnDatabaseThread,
        clock: Callable[[], datetime],
        *,
        back_off: Sequence[float] = BACK_OFF,
    ) -> None:
        super().__init__()
        self._jobs = jobs
        self._run = on_database_thread
        self._clock = clock
        self._back_off = back_off
        self._workers: dict[str, _Worker] = {}

    def start(self, stations: Sequence[Station]) -> None:
        """Settle what a crash left behind, then begin to print what waits."""
        for job_id in self._run(lambda: self._jobs.recover(self._clock())).result():
            self.job_changed.emit(job_id, JobState.FAILED.value)
        names = {station.name for station in stations}
        for station in stations:
            if station.takeover and station.takeover not in names:
                raise ValueError(f"{station.takeover} is no printer of this till")
            self._workers[station.name] = _Worker(self, station)
        self._run(lambda: self._jobs.when_waiting(self.wake)).result()
        for worker in self._workers.values():
            worker.start()

    def stop(self) -> None:
        """Let each printer finish what it is printing, but not for long; what waits stays in the journal.

        A job still under way then is found interrupted at the next start.
        """
        for worker in self._workers.values():
            worker.ask_to_stop()
        for worker in self._workers.values():
            worker.join(timeout=STOP_SECONDS)
        self._workers.clear()

    @property
    def printers(self) -> tuple[str, ...]:
        """The names of the printers at work."""
        return tuple(self._workers)

    def open_drawer(self, printer: str) -> None:
        """Open the drawer on this printer, now or not at all; `drawer_failed` says why not."""
        self._workers[printer].pulse()

    def wake(self, printer: str = "") -> None:
        """Try a printer now that may be waiting; all when unnamed. New jobs wake theirs by themselves."""
        for name, worker in tuple(self._workers.items()):
            if printer in {"", name}:
                worker.wake()


class _Worker(threading.Thread):
    """One printer's thread."""

    def __init__(self, service: PrintService, station: Station) -> None:
        super().__init__(name=f"printer-{station.name}", daemon=True)
        self._service = service
        self._station = station
        self._condition = threading.Condition()
        self._woken = False
        self._stopping = False
        self._pulse_wanted = False
        self._failures = 0
        self._shown = ""

    def wake(self) -> None:
        with self._condition:
            self._woken = True
            self._condition.notify_all()

    def pulse(self) -> None:
        with self._condition:
            self._pulse_wanted = self._woken = True
            self._condition.notify_all()

    def ask_to_stop(self) -> None:
        with self._condition:
            self._stopping = True
            self._condition.notify_all()

    def run(self) -> None:
        while not self._stopping:
            self._pulse_if_wanted()
            job = self._next()
            if job is None:
                self._rest(None)
            elif not self._tried(job):
                self._rest(self._pause())

    def _pulse_if_wanted(self) -> None:
        with self._condition:
            wanted, self._pulse_wanted = self._pulse_wanted, False
        if not wanted:
            return
        try:
            CashDrawer(self._station.printer).open()
        except DrawerNotOpened as error:
            self._service.drawer_failed.emit(self._station.name, error.reason)

    def _next(self) -> PrintJob | None:
        service, name = self._service, self._station.name
        return service._run(lambda: service._jobs.next_job(name)).result()

    def _rest(self, seconds: float | None) -> None:
        """Wait until woken, told to stop, or the time is over."""
        with self._condition:
            self._condition.wait_for(lambda: self._woken or self._stopping, timeout=seconds)
            self._woken = False

    def _pause(self) -> float:
        steps = self._service._back_off
        return steps[min(self._failures, len(steps)) - 1]

    def _tried(self, job: PrintJob) -> bool:
        """Print one job; False when the printer was not ready and the job goes on waiting."""
        try:
            delivery = self._station.printer.print(self._paper(job), lambda: self._begin(job))
        except PrinterNotReady as error:
            self._not_ready(job, error)
            return False
        except _Withdrawn:
            return True
        except PrintUncertain as error:
            self._show(error.reason)
            self._finish(job, JobState.FAILED, error.reason)
        except Exception:  # outermost loop
            _log.exception("print job failed", job=job.id, printer=self._station.name)
            self._finish(job, JobState.FAILED, "bug")
        else:
            self._failures = 0
            self._show(READY)
            confirmed = delivery is Delivery.CONFIRMED
            self._finish(job, JobState.CONFIRMED if confirmed else JobState.SENT, "")
        return True

    def _paper(self, job: PrintJob) -> Paper:
        document = job.document
        fresh = self._service._clock() - job.created_at <= DRAWER_STAYS_WANTED
        name = f"{job.created_at:%Y%m%d-%H%M%S}-{document.kind.value}-{job.id[-8:]}"
        return Paper(name, document, open_drawer=document.open_drawer and fresh and not job.copy_of)

    def _begin(self, job: PrintJob) -> None:
        service = self._service
        if not service._run(lambda: service._jobs.begin(job, service._clock())).result():
            raise _Withdrawn
        service.job_changed.emit(job.id, JobState.SENDING.value)

    def _finish(self, job: PrintJob, state: JobState, error: str) -> None:
        service = self._service
        service._run(lambda: service._jobs.finish(job.id, state, error, service._clock())).result()
        service.job_changed.emit(job.id, state.value)

    def _not_ready(self, job: PrintJob, error: PrinterNotReady) -> None:
        service, station = self._service, self._station
        self._failures += 1
        self._show(error.reason)
        service._run(lambda: service._jobs.wait(job.id, error.reason, service._clock())).result()
        service.job_changed.emit(job.id, JobState.QUEUED.value)
        if station.takeover and self._failures >= TRIES_BEFORE_TAKEOVER:
            other = station.takeover
            service._run(lambda: service._jobs.hand_over(station.name, other, service._clock())).result()

    def _show(self, state: str) -> None:
        """Tell the screens when the printer's state is another one than before."""
        if state != self._shown:
            self._shown = state
            self._service.printer_changed.emit(self._station.name, state)


class _Withdrawn(Exception):
    """The job went to another printer, or was taken back, before anything was sent."""
