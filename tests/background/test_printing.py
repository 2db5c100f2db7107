"""The printers' threads on a real journal and scripted printers: nothing is lost, nothing printed twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from pytestqt.qtbot import QtBot

from pos_app.background.printing import DRAWER_STAYS_WANTED, PrintService, Station
from pos_app.hardware.printer_devices import NetworkPrinter, PreviewPrinter
from pos_app.hardware.printer_profile import PAPER_80
from pos_app.store.print_jobs import JobState, PrintJob, PrintJobStore
from tests.fixtures.logs import ExpectedLogs
from tests.hardware.escpos_reader import Drawer, EscposReader
from tests.hardware.fake_printer import FakePrinter, fake_printer
from tests.store.print_journal import NOON, job, open_journal

_Result = TypeVar("_Result")
PROFILE = replace(PAPER_80, answers_status=True)


@dataclass
class Shop:
    """A till's journal on its own thread, with what the service signalled."""

    executor: ThreadPoolExecutor
    jobs: PrintJobStore
    service: PrintService
    qtbot: QtBot
    now: datetime = NOON

    def run(self, work: Callable[[], _Result], /) -> Future[_Result]:
        return self.executor.submit(work)

    def add(self, *jobs: PrintJob) -> None:
        for each in jobs:
            self.run(partial(self.jobs.add, each)).result()

    def job(self, number: int) -> PrintJob:
        kept = self.run(lambda: self.jobs.get(f"job-{number:04d}")).result()
        assert kept is not None
        return kept

    def wait_for(self, number: int, state: JobState, error: str = "") -> None:
        """Let Qt deliver signals until the job is in that state."""

        def there() -> bool:
            found = self.job(number)
            return (found.state, found.error) == (state, error)

        self.qtbot.waitUntil(there, timeout=10_000)


@contextmanager
def at_work(tmp_path: Path, qtbot: QtBot) -> Iterator[Shop]:
    executor = ThreadPoolExecutor(max_workers=1)
    file, jobs = executor.submit(lambda: open_journal(tmp_path)).result()
    shop = Shop(executor, jobs, None, qtbot)  # type: ignore[arg-type]
    shop.service = PrintService(jobs, shop.run, lambda: shop.now, back_off=(0.02, 0.05))
    yield shop
    shop.service.stop()
    executor.submit(file.close).result()
    executor.shutdown()


@pytest.fixture
def shop(tmp_path: Path, qtbot: QtBot) -> Iterator[Shop]:
    with at_work(tmp_path, qtbot) as working:
        yield working


def station(printer: FakePrinter, name: str = "counter", takeover: str = "") -> Station:
    return Station(
        name, NetworkPrinter(PROFILE, "127.0.0.1", printer.port, timeout=1.0, patience=1.0), takeover
    )


def texts(jobs: list[bytes]) -> list[str]:
    return [text for each in jobs for text in EscposReader(each, 48).texts()]


def test_jobs_are_printed_in_their_order_and_the_screens_hear_of_it(shop: Shop) -> None:
    states: list[tuple[str, str]] = []
    printers: list[tuple[str, str]] = []
    shop.service.job_changed.connect(lambda job_id, state: states.append((job_id, state)))
    shop.service.printer_changed.connect(lambda name, state: printers.append((name, state)))
    shop.add(job(1), job(2))
    with fake_printer() as printer:
        shop.service.start([station(printer)])
        shop.add(job(3))
        shop.wait_for(3, JobState.CONFIRMED)
        assert texts(printer.wait_for_jobs(3)) == ["job 1", "job 2", "job 3"]
        shop.qtbot.waitUntil(lambda: len(states) == 6)
    assert states == [(f"job-{n:04d}", state) for n in (1, 2, 3) for state in ("sending", "confirmed")]
    assert printers == [("counter", "ready")]


def test_paper_out_holds_the_job_and_paper_in_prints_it_once(shop: Shop) -> None:
    with fake_printer(paper_out=True) as printer:
        shop.service.start([station(printer)])
        shop.add(job(1))
        shop.wait_for(1, JobState.QUEUED, "paper_out")
        printer.paper_out = False
        shop.service.wake("counter")
        shop.wait_for(1, JobState.CONFIRMED)
        assert texts(printer.wait_for_jobs(1)) == ["job 1"]
    assert shop.job(1).attempts == 1


def test_a_printer_that_was_off_gets_its_jobs_when_it_is_on(shop: Shop) -> None:
    printer = FakePrinter()
    printer.switch_on()
    printer.switch_off()
    shop.service.start([station(printer)])
    shop.add(job(1))
    shop.wait_for(1, JobState.QUEUED, "unreachable")
    printer.switch_on()
    shop.wait_for(1, JobState.CONFIRMED)
    assert texts(printer.wait_for_jobs(1)) == ["job 1"]
    printer.switch_off()


def test_a_job_lost_half_way_is_never_tried_again(shop: Shop) -> None:
    long = job(1, text="\n".join(["Łódź"] * 10))
    with fake_printer(hang_up_after=1000) as printer:
        shop.service.start([station(printer)])
        shop.add(long)
        shop.wait_for(1, JobState.FAILED, "connection_lost")
        printer.hang_up_after = None
        shop.add(job(2))
        shop.wait_for(2, JobState.CONFIRMED)
        assert texts(printer.wait_for_jobs(1)) == ["job 2"]
    assert shop.job(1).state is JobState.FAILED


def test_what_a_crash_interrupted_is_shown_and_not_printed(shop: Shop) -> None:
    shop.add(job(1), job(2))
    shop.run(lambda: shop.jobs.begin(job(1), NOON)).result()
    with fake_printer() as printer:
        shop.service.start([station(printer)])
        shop.wait_for(2, JobState.CONFIRMED)
        assert texts(printer.wait_for_jobs(1)) == ["job 2"]
    assert (shop.job(1).state, shop.job(1).error) == (JobState.FAILED, "interrupted")


def test_another_printer_takes_over(shop: Shop) -> None:
    with fake_printer(cover_open=True) as broken, fake_printer() as spare:
        shop.service.start([station(broken, takeover="spare"), station(spare, "spare")])
        shop.add(job(1), job(2))
        shop.wait_for(2, JobState.CONFIRMED)
        assert texts(spare.wait_for_jobs(2)) == ["job 1", "job 2"]
        assert broken.jobs == []
    assert shop.job(1).printer == "spare"


def test_a_takeover_by_nobody_is_refused(shop: Shop) -> None:
    with fake_printer() as printer, pytest.raises(ValueError):
        shop.service.start([station(printer, takeover="absent")])


@pytest.mark.parametrize(("late", "opens"), [(timedelta(seconds=1), True), (DRAWER_STAYS_WANTED * 2, False)])
def test_the_drawer_opens_only_while_somebody_waits(shop: Shop, late: timedelta, opens: bool) -> None:
    shop.now = NOON + timedelta(seconds=1) + late
    with fake_printer() as printer:
        shop.service.start([station(printer)])
        shop.add(job(1, open_drawer=True))
        (printed,) = printer.wait_for_jobs(1)
    assert (Drawer(2) in EscposReader(printed, 48).printed) is opens


def test_a_damaged_job_fails_and_the_next_one_is_printed(
    shop: Shop, tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("print job failed")
    shop.add(replace(job(1), document_json="{"), job(2))
    shop.service.start([Station("counter", PreviewPrinter(PAPER_80, tmp_path / "paper"))])
    shop.wait_for(2, JobState.CONFIRMED)
    assert (shop.job(1).state, shop.job(1).error) == (JobState.FAILED, "bug")
    assert [each.name for each in (tmp_path / "paper").glob("*.png")] == [
        "20260302-120002-sales_receipt-job-0002.png"
    ]
