"""The journal of print jobs: what is to be printed where, and how far each job is known to have come."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from pos_app.store.metadata import metadata
from pos_app.store.till_file import TillFile
from site_sync.domain.documents.blocks import Document
from site_sync.domain.documents.codec import from_data, to_data

print_jobs = Table(
    "print_jobs",
    metadata,
    Column("id", String, primary_key=True),
    Column("printer", String, nullable=False),
    Column("document", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", String, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("order_id", String, nullable=False),
    Column("copy_of", String, nullable=False),
    Index("print_jobs_by_printer", "printer", "state", "created_at"),
    Index("print_jobs_by_order", "order_id"),
    Index("print_jobs_by_original", "copy_of"),
)
"""Times are milliseconds since 1970 in UTC; empty text stands for none."""

INTERRUPTED = "interrupted"
"""Error of a job that was being sent when the till stopped: nobody knows what is on paper."""


class JobState(StrEnum):
    """How far a job is known to have come; `failed` waits for a person.

    `held` is a receipt that waits to be chosen; one that is mailed or not wanted ends as `unprinted`.
    """

    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    UNPRINTED = "unprinted"


FINISHED = frozenset({JobState.SENT, JobState.CONFIRMED, JobState.FAILED, JobState.UNPRINTED})


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One document for one printer; `attempts` counts its beginnings, `copy_of` names the original."""

    id: str
    printer: str
    document_json: str
    created_at: datetime
    updated_at: datetime
    state: JobState = JobState.QUEUED
    attempts: int = 0
    error: str = ""
    order_id: str = ""
    copy_of: str = ""

    @property
    def document(self) -> Document:
        """The document; raises DocumentUnreadable or a JSON error where the row was damaged."""
        return from_data(json.loads(self.document_json))


def document_json(document: Document) -> str:
    """The document as the text that a job keeps."""
    return json.dumps(to_data(document), ensure_ascii=False, separators=(",", ":"))


class PrintJobStore:
    """The jobs in the till's file; every method is one transaction on the database thread."""

    def __init__(self, file: TillFile) -> None:
        self._file = file
        self._listeners: list[Callable[[str], None]] = []

    def when_waiting(self, listener: Callable[[str], None]) -> None:
        """Call with the printer's name, on the database thread, when it got a new job that is on the disk."""
        self._listeners.append(listener)

    def _tell(self, printer: str) -> None:
        for listener in self._listeners:
            self._file.after_commit(partial(listener, printer))

    def add(self, job: PrintJob) -> None:
        """Keep a new job."""
        with self._file.transaction():
            self._file.execute(insert(print_jobs).values(_values(job)))
            self._tell(job.printer)

    def held(self) -> tuple[PrintJob, ...]:
        """Receipts that wait to be chosen, oldest first."""
        chosen = select(print_jobs).where(print_jobs.c.state == JobState.HELD)
        rows = self._file.execute(chosen.order_by(print_jobs.c.created_at, print_jobs.c.id)).all()
        return tuple(_job(row) for row in rows)

    def let_print(self, job: PrintJob, now: datetime) -> None:
        """Queue a held job with the document it has now."""
        values = {"state": JobState.QUEUED.value, "document": job.document_json, "updated_at": _millis(now)}
        held = (print_jobs.c.id == job.id) & (print_jobs.c.state == JobState.HELD)
        with self._file.transaction():
            self._file.execute(update(print_jobs).where(held).values(values))
            self._tell(job.printer)

    def get(self, job_id: str) -> PrintJob | None:
        """The job of that id."""
        row = self._file.execute(select(print_jobs).where(print_jobs.c.id == job_id)).one_or_none()
        return None if row is None else _job(row)

    def next_job(self, printer: str) -> PrintJob | None:
        """The oldest job that waits for this printer."""
        waiting = (
            select(print_jobs)
            .where(print_jobs.c.printer == printer, print_jobs.c.state == JobState.QUEUED)
            .order_by(print_jobs.c.created_at, print_jobs.c.id)
            .limit(1)
        )
        row = self._file.execute(waiting).one_or_none()
        return None if row is None else _job(row)

    def begin(self, job: PrintJob, now: datetime) -> bool:
        """Mark that bytes go out now; False when the job no longer waits for this printer."""
        begun = (
            update(print_jobs)
            .where(
                print_jobs.c.id == job.id,
                print_jobs.c.printer == job.printer,
                print_jobs.c.state == JobState.QUEUED,
            )
            .values(
                state=JobState.SENDING, attempts=print_jobs.c.attempts + 1, error="", updated_at=_millis(now)
            )
        )
        with self._file.transaction():
            return self._file.execute(begun).rowcount == 1

    def wait(self, job_id: str, error: str, now: datetime) -> None:
        """Say why a queued job still waits."""
        waits = (
            update(print_jobs)
            .where(print_jobs.c.id == job_id, print_jobs.c.state == JobState.QUEUED)
            .values(error=error, updated_at=_millis(now))
        )
        with self._file.transaction():
            self._file.execute(waits)

    def finish(self, job_id: str, state: JobState, error: str, now: datetime) -> None:
        """Put a job into one of its last states; a job that is finished already stays as it is."""
        if state not in FINISHED:
            raise ValueError(f"{state} is no end")
        finished = (
            update(print_jobs)
            .where(print_jobs.c.id == job_id, print_jobs.c.state.not_in(FINISHED))
            .values(state=state, error=error, updated_at=_millis(now))
        )
        with self._file.transaction():
            self._file.execute(finished)

    def recover(self, now: datetime) -> tuple[str, ...]:
        """After a start: jobs that were being sent failed, as nobody knows what is on paper; their ids."""
        interrupted = (
            update(print_jobs)
            .where(print_jobs.c.state == JobState.SENDING)
            .values(state=JobState.FAILED, error=INTERRUPTED, updated_at=_millis(now))
            .returning(print_jobs.c.id)
        )
        with self._file.transaction():
            return tuple(self._file.execute(interrupted).scalars())

    def hand_over(self, printer: str, other: str, now: datetime) -> int:
        """Let another printer take everything that waits for this one; how many jobs moved."""
        moved = (
            update(print_jobs)
            .where(print_jobs.c.printer == printer, print_jobs.c.state == JobState.QUEUED)
            .values(printer=other, updated_at=_millis(now))
        )
        with self._file.transaction():
            self._tell(other)
            return self._file.execute(moved).rowcount

    def copies(self, original: str) -> int:
        """How many copies of a job were asked for so far."""
        counted = select(func.count()).select_from(print_jobs).where(print_jobs.c.copy_of == original)
        return int(self._file.execute(counted).scalar_one())

    def of_order(self, order_id: str) -> tuple[PrintJob, ...]:
        """Everything printed for an order, oldest first."""
        chosen = select(print_jobs).where(print_jobs.c.order_id == order_id)
        rows = self._file.execute(chosen.order_by(print_jobs.c.created_at, print_jobs.c.id)).all()
        return tuple(_job(row) for row in rows)

    def recent(self, limit: int = 100) -> tuple[PrintJob, ...]:
        """The newest jobs of all printers, newest first."""
        newest = (
            select(print_jobs).order_by(print_jobs.c.created_at.desc(), print_jobs.c.id.desc()).limit(limit)
        )
        return tuple(_job(row) for row in self._file.execute(newest).all())

    def forget_before(self, moment: datetime) -> int:
        """Delete finished jobs older than that; how many."""
        old = delete(print_jobs).where(
            print_jobs.c.state.in_([JobState.SENT, JobState.CONFIRMED, JobState.UNPRINTED]),
            print_jobs.c.updated_at < _millis(moment),
        )
        with self._file.transaction():
            return self._file.execute(old).rowcount


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _millis(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _moment(millis: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=millis)


def _values(job: PrintJob) -> dict[str, str | int]:
    return {
        "id": job.id,
        "printer": job.printer,
        "document": job.document_json,
        "state": job.state.value,
        "attempts": job.attempts,
        "error": job.error,
        "created_at": _millis(job.created_at),
        "updated_at": _millis(job.updated_at),
        "order_id": job.order_id,
        "copy_of": job.copy_of,
    }


def _job(row: Row[tuple[object, ...]]) -> PrintJob:
    fields = row._mapping
    return PrintJob(
        id=fields["id"],
        printer=fields["printer"],
        document_json=fields["document"],
        created_at=_moment(fields["created_at"]),
        updated_at=_moment(fields["updated_at"]),
        state=JobState(fields["state"]),
        attempts=fields["attempts"],
        error=fields["error"],
        order_id=fields["order_id"],
        copy_of=fields["copy_of"],
    )
