"""Builds print journals on a real till file and jobs to put into them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pos_app.store.print_jobs import PrintJob, PrintJobStore, document_json
from pos_app.store.schema import bring_up
from pos_app.store.till_file import TillFile
from site_sync.domain.documents.blocks import Document, DocumentKind, Text

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def open_journal(folder: Path) -> tuple[TillFile, PrintJobStore]:
    """The journal in a folder's till file; close the file on the thread that opened it."""
    file = TillFile(folder / "till.sqlite")
    bring_up(file)
    return file, PrintJobStore(file)


def document(text: str = "hello €", *, open_drawer: bool = False) -> Document:
    """A receipt of one line."""
    return Document(DocumentKind.SALES_RECEIPT, "Receipt", (Text(text),), open_drawer=open_drawer)


def job(number: int, *, printer: str = "counter", text: str = "", open_drawer: bool = False) -> PrintJob:
    """The job of that number, queued that many seconds after noon."""
    at = NOON + timedelta(seconds=number)
    shown = document(text or f"job {number}", open_drawer=open_drawer)
    return PrintJob(f"job-{number:04d}", printer, document_json(shown), at, at, order_id="order-1")
