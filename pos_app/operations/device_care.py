"""Looking after the till's devices: what waits for its printers and the site, test pages, reprints."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import version

from pos_app.operations import printing
from pos_app.operations.desk import Acting, Desk, need
from pos_app.operations.paper_queue import Ticket, print_again, print_document
from pos_app.store.disk_room import UNMEASURED, Room
from pos_app.store.print_jobs import FINISHED, JobState, PrintJob
from site_sync.domain.documents.sample_page import sample_page
from site_sync.domain.errors import Refusal
from site_sync.domain.permissions import Right
from site_sync.protocol.changes import RecordKind

LOOKED_AT = 200
"""Newest print jobs that are looked at for the state of the printers."""


@dataclass(frozen=True, slots=True)
class PrinterQueue:
    """What waits for one printer, what failed, and the newest job of all."""

    waiting: int = 0
    failed: int = 0
    last: PrintJob | None = None


@dataclass(frozen=True, slots=True)
class TillFacts:
    """What waits at this till, and the epoch it shares with the site."""

    pending: int
    epoch: str
    queues: dict[str, PrinterQueue]
    unsettled: int = 0
    """Card payments whose end nobody knows."""

    version: str = ""
    clock_ahead: timedelta = timedelta(0)
    """By how much the site's clock is ahead of this till's, as last heard."""

    reloaded: dict[RecordKind, datetime] = field(default_factory=dict)
    """Kinds of records that differed from the site's and were loaded again, with when."""

    disk: Room = UNMEASURED
    """Room on the till's disk."""


def facts(desk: Desk, printers: tuple[str, ...]) -> TillFacts:
    """The till as it is now."""
    jobs = desk.store.print_jobs.recent(LOOKED_AT)
    queues = {name: _queue([job for job in jobs if job.printer == name]) for name in printers}
    unsettled = len(desk.store.card_attempts.unsettled())
    waiting = desk.store.outbox.pending_count()
    ahead = timedelta(milliseconds=desk.identity.site_clock_ahead_ms)
    return TillFacts(
        waiting,
        desk.identity.epoch,
        queues,
        unsettled,
        version("handover"),
        clock_ahead=ahead,
        reloaded=desk.store.site_side.reloaded(),
        disk=desk.store.room.measured(),
    )


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Where this till stands and where its site is, for enrolling it again; `pending` commands wait."""

    store: str
    till: str
    site_url: str
    pending: int


def enrolment(desk: Desk) -> Enrolment:
    """What this till was enrolled as."""
    known = desk.identity
    return Enrolment(known.store, known.till, known.site_url, desk.store.outbox.pending_count())


def _queue(jobs: list[PrintJob]) -> PrinterQueue:
    waiting = sum(job.state not in FINISHED for job in jobs)
    failed = sum(job.state is JobState.FAILED for job in jobs)
    return PrinterQueue(waiting, failed, jobs[0] if jobs else None)


def test_page(desk: Desk, acting: Acting, printer: str) -> str:
    """Queue the sample page for a printer; the job's id."""
    page = sample_page(printing.stationery(desk, acting.staff), printer)
    ticket = Ticket(desk.new_id(), desk.now())
    return print_document(desk.store.print_jobs, ticket, page, printer=printer).id


def reprint_last(desk: Desk, acting: Acting, printer: str) -> str | Refusal:
    """Queue a copy of what this printer got last; empty when it got nothing yet."""
    refusal = need(acting, Right.PRINT_COPY)
    if refusal is not None:
        return refusal
    jobs = [job for job in desk.store.print_jobs.recent(LOOKED_AT) if job.printer == printer]
    if not jobs:
        return ""
    return print_again(desk.store.print_jobs, Ticket(desk.new_id(), desk.now()), jobs[0].id).id


def move_waiting(desk: Desk, printer: str, other: str) -> int:
    """Let another printer take all that waits for this one; how many jobs moved."""
    return desk.store.print_jobs.hand_over(printer, other, desk.now())
