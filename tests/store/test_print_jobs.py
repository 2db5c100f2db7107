"""Print jobs in the till's file: their order, their states, and what a crash leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from pos_app.store.print_jobs import INTERRUPTED, JobState, PrintJob, PrintJobStore
from tests.store.print_journal import NOON, job, open_journal


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[PrintJobStore]:
    file, store = open_journal(tmp_path)
    yield store
    file.close()


def found(jobs: PrintJobStore, job_id: str) -> PrintJob:
    kept = jobs.get(job_id)
    assert kept is not None
    return kept


def test_a_job_comes_back_as_it_was(jobs: PrintJobStore) -> None:
    jobs.add(job(1, text="Łódź €"))
    assert jobs.get("job-0001") == job(1, text="Łódź €")
    assert jobs.get("absent") is None


def test_the_oldest_job_of_a_printer_is_next(jobs: PrintJobStore) -> None:
    for each in (job(2), job(1), job(0, printer="kitchen")):
        jobs.add(each)
    assert jobs.next_job("counter") == job(1)
    assert jobs.next_job("kitchen") == job(0, printer="kitchen")
    assert jobs.next_job("cellar") is None


def test_a_printer_hears_of_a_job_when_it_is_on_the_disk(tmp_path: Path) -> None:
    file, jobs = open_journal(tmp_path)
    heard: list[str] = []
    jobs.when_waiting(heard.append)
    with file.transaction():
        jobs.add(job(1))
        assert heard == []
    assert heard == ["counter"]
    jobs.hand_over("counter", "kitchen", NOON)
    assert heard == ["counter", "kitchen"]
    with pytest.raises(IntegrityError):
        jobs.add(job(1))
    assert heard == ["counter", "kitchen"]
    file.close()


def test_a_job_is_begun_once(jobs: PrintJobStore) -> None:
    jobs.add(job(1))
    assert jobs.begin(job(1), NOON)
    assert not jobs.begin(job(1), NOON)
    assert jobs.next_job("counter") is None
    begun = found(jobs, "job-0001")
    assert (begun.state, begun.attempts) == (JobState.SENDING, 1)


def test_a_job_that_went_to_another_printer_is_not_begun_here(jobs: PrintJobStore) -> None:
    jobs.add(job(1))
    jobs.add(job(2))
    assert jobs.hand_over("counter", "kitchen", NOON) == 2
    assert not jobs.begin(job(1), NOON)
    taken = jobs.next_job("kitchen")
    assert taken is not None
    assert taken.id == "job-0001"


def test_why_a_job_waits_is_kept_until_it_begins(jobs: PrintJobStore) -> None:
    jobs.add(job(1))
    jobs.wait("job-0001", "paper_out", NOON)
    assert found(jobs, "job-0001").error == "paper_out"
    jobs.begin(found(jobs, "job-0001"), NOON)
    assert found(jobs, "job-0001").error == ""


def test_an_end_is_an_end(jobs: PrintJobStore) -> None:
    jobs.add(job(1))
    jobs.finish("job-0001", JobState.CONFIRMED, "", NOON)
    jobs.finish("job-0001", JobState.FAILED, "late", NOON)
    assert found(jobs, "job-0001").state is JobState.CONFIRMED
    with pytest.raises(ValueError):
        jobs.finish("job-0001", JobState.QUEUED, "", NOON)


def test_after_a_crash_what_was_being_sent_waits_for_a_person(tmp_path: Path) -> None:
    file, jobs = open_journal(tmp_path)
    for number in (1, 2, 3):
        jobs.add(job(number))
    jobs.begin(job(1), NOON)
    jobs.finish("job-0001", JobState.SENT, "", NOON)
    jobs.begin(job(2), NOON)
    file.close()
    file, jobs = open_journal(tmp_path)
    assert jobs.recover(NOON) == ("job-0002",)
    assert [(each.state, each.error) for each in reversed(jobs.recent())] == [
        (JobState.SENT, ""),
        (JobState.FAILED, INTERRUPTED),
        (JobState.QUEUED, ""),
    ]
    assert jobs.recover(NOON) == ()
    file.close()


def test_old_finished_jobs_are_forgotten_and_failed_ones_are_not(jobs: PrintJobStore) -> None:
    for number, state in ((1, JobState.SENT), (2, JobState.FAILED), (3, JobState.CONFIRMED)):
        jobs.add(job(number))
        jobs.finish(f"job-{number:04d}", state, "", NOON + timedelta(days=number))
    assert jobs.forget_before(NOON + timedelta(days=3)) == 1
    assert [each.id for each in jobs.of_order("order-1")] == ["job-0002", "job-0003"]
