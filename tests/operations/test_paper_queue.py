"""Printing a document, and printing it again as a copy with its number."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pos_app.operations.paper_queue import JobUnknown, Ticket, print_again, print_document
from pos_app.store.print_jobs import JobState
from tests.store.print_journal import NOON, document, open_journal


def test_a_document_is_queued(tmp_path: Path) -> None:
    file, jobs = open_journal(tmp_path)
    job = print_document(jobs, Ticket("a", NOON), document(), printer="counter", order_id="order-1")
    assert jobs.next_job("counter") == job
    assert job.document == document()
    assert job.state is JobState.QUEUED
    file.close()


def test_copies_are_numbered_from_the_original_on(tmp_path: Path) -> None:
    file, jobs = open_journal(tmp_path)
    print_document(jobs, Ticket("a", NOON), document(open_drawer=True), printer="counter", order_id="order-1")
    second = print_again(jobs, Ticket("b", NOON + timedelta(seconds=1)), "a")
    third = print_again(jobs, Ticket("c", NOON + timedelta(seconds=2)), "b", printer="kitchen")
    assert [(each.document.copy_number, each.printer, each.copy_of) for each in (second, third)] == [
        (1, "counter", "a"),
        (2, "kitchen", "a"),
    ]
    assert not second.document.open_drawer
    assert [each.id for each in jobs.of_order("order-1")] == ["a", "b", "c"]
    file.close()


def test_an_unknown_job_cannot_be_printed_again(tmp_path: Path) -> None:
    file, jobs = open_journal(tmp_path)
    with pytest.raises(JobUnknown):
        print_again(jobs, Ticket("b", NOON), "a")
    file.close()
