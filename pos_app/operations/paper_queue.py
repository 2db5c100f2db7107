"""The queue of papers: put a document in, or put it in again as a copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pos_app.store.print_jobs import JobState, PrintJob, PrintJobStore, document_json
from site_sync.domain.documents.blocks import Document, as_copy


class JobUnknown(LookupError):
    """There is no such print job."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """The id of a new job and when it was asked for; `held` waits until somebody chose to print it."""

    id: str
    now: datetime
    held: bool = False


def print_document(
    jobs: PrintJobStore, ticket: Ticket, document: Document, *, printer: str, order_id: str = ""
) -> PrintJob:
    """Queue a document; the order it belongs to never waits for it."""
    job = PrintJob(
        id=ticket.id,
        state=JobState.HELD if ticket.held else JobState.QUEUED,
        printer=printer,
        document_json=document_json(document),
        created_at=ticket.now,
        updated_at=ticket.now,
        order_id=order_id,
    )
    jobs.add(job)
    return job


def print_again(jobs: PrintJobStore, ticket: Ticket, job_id: str, *, printer: str = "") -> PrintJob:
    """Queue a job's document as its next copy, on its printer or another; raises JobUnknown."""
    earlier = jobs.get(job_id)
    if earlier is None:
        raise JobUnknown(job_id)
    original = earlier.copy_of or earlier.id
    copy = PrintJob(
        id=ticket.id,
        printer=printer or earlier.printer,
        document_json=document_json(as_copy(earlier.document, jobs.copies(original) + 1)),
        created_at=ticket.now,
        updated_at=ticket.now,
        order_id=earlier.order_id,
        copy_of=original,
    )
    jobs.add(copy)
    return copy
