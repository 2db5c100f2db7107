"""A till lets go of what tells of forgotten people, and of papers and lines that nothing needs any more."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from pos_app.store.journal_file import JournalFile, lines
from pos_app.store.print_jobs import JobState, PrintJob
from pos_app.store.store import DATABASE, JOURNAL
from site_sync.domain.erasure import erased
from site_sync.domain.history import OrderRecord
from site_sync.domain.problems import ProblemRecord
from site_sync.protocol.changes import RecordKind
from tests.builders import NOW
from tests.desks import MARIA, Bench
from tests.store.test_outbox import answer, saved
from tests.store.test_site_side import snapshot


def _closed(bench: Bench) -> OrderRecord:
    """An order of Maria's that the site took and closed."""
    order = saved(bench).order
    answer(bench, *bench.store.outbox.to_push(9))
    done = tuple(
        replace(line, quantities=replace(line.quantities, to_pick=0, cancelled=line.quantities.ordered))
        for line in order.lines
    )
    return OrderRecord(replace(order, lines=done, closed_at=NOW, page_hash="p", version=order.version + 1))


def _journal(bench: Bench) -> list[str]:
    return [line.order_id or "" for line in lines(bench.store.folder / JOURNAL)]


def _knows(bench: Bench) -> bool:
    return any(b"Maria" in path.read_bytes() for path in bench.store.folder.iterdir() if path.is_file())


def test_a_first_load_takes_out_what_was_forgotten_while_the_till_was_away(
    bench: Bench, tmp_path: Path
) -> None:
    record = _closed(bench)
    bench.tell(RecordKind.ORDER, record.order.id, record)
    bench.store.print_jobs.add(PrintJob("j", "p", '{"a":"Maria"}', NOW, NOW, order_id=record.order.id))
    stays = saved(bench).order
    assert _knows(bench)
    file = [(RecordKind.ORDER, record.order.id, OrderRecord(erased(record.order)))]
    bench.store.site_side.take_snapshot(snapshot(tmp_path / "fresh.sqlite", file), NOW)
    assert bench.store.print_jobs.of_order(record.order.id) == ()
    assert _journal(bench) == [stays.id]
    assert bench.store.outbox.pending_count() == 1
    assert bench.store.outbox.sent("none") is None


def test_what_waits_of_an_order_is_never_taken_out(bench: Bench) -> None:
    record = _closed(bench)
    bench.tell(RecordKind.ORDER, record.order.id, record)
    bench.store.print_jobs.add(
        PrintJob("j", "p", "{}", NOW, NOW, state=JobState.SENDING, order_id=record.order.id)
    )
    bench.tell(RecordKind.ORDER, record.order.id, OrderRecord(erased(record.order)))
    assert [job.id for job in bench.store.print_jobs.of_order(record.order.id)] == ["j"]
    assert bench.store.orders.order(record.order.id) is not None
    bench.store.outbox.start(2, 2)
    saved(bench)
    (envelope,) = bench.store.outbox.to_push(9)
    assert (envelope.seq, envelope.intact) == (2, True)


def test_old_papers_problems_and_lines_go(bench: Bench) -> None:
    old, late = NOW, NOW + timedelta(days=60)
    for name, state in (("failed", JobState.FAILED), ("sent", JobState.SENT), ("waits", JobState.QUEUED)):
        bench.store.print_jobs.add(PrintJob(name, "p", "{}", old, old, state=state, order_id="o"))
    for number, is_open in ((1, True), (2, False)):
        problem = ProblemRecord(f"p{number}", old, "S01", "right_needed", {}, open=is_open)
        bench.store.problems.take(problem)
    saved(bench)
    answer(bench, *bench.store.outbox.to_push(9))
    waiting = saved(bench).order
    bench.store.site_side.forget_closed(late)
    assert [job.id for job in bench.store.print_jobs.of_order("o")] == ["waits"]
    assert bench.store.problems.get("p1") is not None
    assert bench.store.problems.get("p2") is None
    assert _journal(bench) == [waiting.id]
    bench.store.site_side.forget_closed(late)
    assert _journal(bench) == [waiting.id]


def test_old_copies_and_damaged_files_go_as_people_are_in_them(bench: Bench) -> None:
    folder, old = bench.store.folder, (NOW - timedelta(days=40)).timestamp()
    for name in ("quarantine-20260101-080000", "quarantine-20261120-080000"):
        (folder / name).mkdir()
        (folder / name / DATABASE).write_bytes(b"Maria")
    for copy in ("till.before-3.sqlite", "till.before-4.sqlite"):
        (folder / copy).write_bytes(b"Maria")
    for path in ("quarantine-20260101-080000", "till.before-3.sqlite"):
        os.utime(folder / path, (old, old))
    for _ in range(2):
        bench.store.site_side.forget_closed(NOW - timedelta(days=31))
    left = {path.name for path in folder.iterdir() if "before" in path.name or "quarantine" in path.name}
    assert left == {"quarantine-20261120-080000", "till.before-4.sqlite"}


def test_a_journal_written_anew_goes_on(tmp_path: Path, bench: Bench) -> None:
    saved(bench)
    saved(bench)
    path = bench.store.folder / JOURNAL
    first, second = lines(path)
    other = JournalFile(tmp_path / "other.journal")
    for line in (first, second):
        other.append(line)
    assert not other.keep_only(lambda _line: True)
    assert other.keep_only(lambda line: line.command_id != first.command_id)
    other.append(first)
    other.close()
    assert [line.command_id for line in lines(tmp_path / "other.journal")] == [
        second.command_id,
        first.command_id,
    ]
    assert sorted(one.name for one in tmp_path.iterdir() if one.is_file()) == ["other.journal"]
    assert MARIA.name in path.read_text()
