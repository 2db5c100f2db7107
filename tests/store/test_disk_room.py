"""A disk that is nearly full, or full: refused early, nothing half-saved, going on once there is room."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pos_app.store.disk_room import DiskRoom
from pos_app.store.journal_file import JournalFile, lines
from pos_app.store.store import JOURNAL
from site_sync.domain.errors import Code, Refused
from tests.desks import Bench, open_bench
from tests.fixtures.logs import ExpectedLogs
from tests.store.test_crash import LINE
from tests.store.test_outbox import saved


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return open_bench(tmp_path / "till")


def counts(bench: Bench) -> tuple[int, ...]:
    tables = ("outbox", "orders_now", "audit", "drawer_entries")
    query = "SELECT " + ", ".join(f"(SELECT count(*) FROM {name})" for name in tables)
    return tuple(bench.store.file.raw.execute(query).fetchone())


def test_new_work_is_refused_before_the_disk_is_full_and_goes_on_once_there_is_room(bench: Bench) -> None:
    saved(bench)
    before = counts(bench)
    bench.store.room.reserve = bench.store.room.free() * 2
    with pytest.raises(Refused) as refused:
        saved(bench)
    assert refused.value.refusal.code is Code.DISK_NEARLY_FULL
    facts = refused.value.refusal.facts
    assert set(facts) == {"free", "needed"}
    assert counts(bench) == before
    assert not bench.store.room.measured().enough
    bench.store.room.reserve = 0
    saved(bench)
    assert counts(bench)[:2] == (before[0] + 1, before[1] + 1)
    bench.store.close()


def _saved_until_full(bench: Bench) -> tuple[int, ...]:
    """Save orders until the disk takes no more; what there was before the one it refused."""
    while True:
        before = counts(bench)
        try:
            saved(bench)
        except Refused:
            return before


def test_a_full_disk_saves_nothing_of_an_act_and_all_of_it_later(bench: Bench) -> None:
    saved(bench)
    raw = bench.store.file.raw
    (pages,) = raw.execute("PRAGMA page_count").fetchone()
    raw.execute(f"PRAGMA max_page_count = {pages}")
    before = _saved_until_full(bench)
    assert counts(bench) == before
    raw.execute("PRAGMA max_page_count = 1000000")
    saved(bench)
    seqs = [row[0] for row in raw.execute("SELECT seq FROM outbox ORDER BY place")]
    assert seqs == list(range(1, len(seqs) + 1))
    assert bench.store.audit.broken_at() is None
    bench.store.close()


def test_the_journal_catches_up_once_the_disk_takes_lines_again(
    tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("the journal lags behind")
    path = tmp_path / JOURNAL
    journal = JournalFile(path)
    journal.append(LINE)
    kept, full = os.dup(journal.descriptor), os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, journal.descriptor)
    journal.append(LINE)
    journal.append(LINE)
    assert (journal.behind, len(list(lines(path)))) == (2, 1)
    os.dup2(kept, journal.descriptor)
    journal.close()
    assert (journal.behind, list(lines(path))) == (0, [LINE] * 3)
    os.close(kept)
    os.close(full)


def test_the_room_is_that_of_the_folders_disk(tmp_path: Path) -> None:
    stat = os.statvfs(tmp_path)
    room = DiskRoom(tmp_path, reserve=1)
    assert abs(room.free() - stat.f_bavail * stat.f_frsize) < 500_000_000
    assert room.measured().enough
    room.need()
