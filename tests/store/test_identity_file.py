"""What the site gave a till lies beside its file, twice; the key is not in the file."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from pos_app.store import identity_file
from pos_app.store.identity import Identity
from pos_app.store.identity_file import COPIES, LetIn
from pos_app.store.recovery import close_folder, open_folder
from pos_app.store.store import DATABASE
from site_sync.protocol.changes import Enrolled
from tests.builders import NOW
from tests.desks import KEY, open_bench
from tests.fixtures.logs import ExpectedLogs
from tests.store.test_outbox import saved


def let_in(folder: Path) -> Identity:
    """A till that worked, and who it is."""
    bench = open_bench(folder)
    saved(bench)
    known = bench.store.identity.read()
    assert (known.enrolled, known.code_key) == (True, KEY.hex())
    bench.store.close()
    return known


def holds_key(folder: Path) -> set[str]:
    """Which files of a folder have the site's key in them."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.name for path in files if KEY.hex().encode() in path.read_bytes()}


def test_the_key_is_in_no_file_that_has_the_hashes_of_pins(tmp_path: Path) -> None:
    bench = open_bench(tmp_path)
    assert holds_key(tmp_path) == set(COPIES)
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in COPIES} == {0o600}
    bench.store.close()
    assert holds_key(tmp_path) == set(COPIES)


@pytest.mark.parametrize(
    ("lost", "left"),
    [(COPIES[0], None), (COPIES[0], b'{"site_url": 5}'), (COPIES[1], b""), (COPIES[1], b"\xff\xfe")],
)
def test_a_copy_that_is_lost_or_broken_is_written_again_from_the_other(
    tmp_path: Path, lost: str, left: bytes | None
) -> None:
    known = let_in(tmp_path)
    (tmp_path / lost).unlink()
    if left is not None:
        (tmp_path / lost).write_bytes(left)
    again = open_bench(tmp_path)
    assert again.store.identity.read() == known
    assert (tmp_path / COPIES[0]).read_bytes() == (tmp_path / COPIES[1]).read_bytes()
    again.store.close()


def test_a_file_that_is_gone_with_one_copy_is_begun_anew_from_the_other(
    tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    known = let_in(tmp_path)
    for name in (COPIES[0], DATABASE):
        (tmp_path / name).unlink()
    expected_logs.expect("the till's file was damaged")
    opened = open_folder(tmp_path, NOW)
    here = opened.store.identity.read()
    assert (here.token, here.code_key, opened.salvaged) == (known.token, known.code_key, 1)
    assert holds_key(tmp_path) == set(COPIES)
    close_folder(opened.store)


def test_a_till_that_lost_both_copies_keeps_its_work_and_is_let_in_anew(tmp_path: Path) -> None:
    known = let_in(tmp_path)
    for name in COPIES:
        (tmp_path / name).unlink()
    opened = open_folder(tmp_path, NOW)
    here = opened.store.identity.read()
    assert (here.enrolled, here.code_key, here.device) == (False, "", known.device)
    words = Enrolled(
        service="site", epoch="e9", device="device-new", token="u", store="S01", till="02",
        profile="till", code_key=KEY.hex(),
    )  # fmt: skip
    opened.store.identity.enrol(words, "http://127.0.0.1:9")
    here = opened.store.identity.read()
    assert (here.enrolled, here.epoch, opened.store.outbox.pending_count()) == (True, "e1", 1)
    close_folder(opened.store)


@pytest.mark.parametrize("beside", [True, False], ids=["beside it too", "in the file alone"])
def test_the_key_of_an_older_file_is_taken_out_of_it(tmp_path: Path, *, beside: bool) -> None:
    known = let_in(tmp_path)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as older, older:
        older.execute("ALTER TABLE identity ADD COLUMN code_key TEXT NOT NULL DEFAULT ''")
        older.execute("UPDATE identity SET code_key = ?", (KEY.hex(),))
        older.execute("PRAGMA user_version = 4")
    (tmp_path / COPIES[1]).unlink()
    if not beside:
        (tmp_path / COPIES[0]).unlink()
    again = open_bench(tmp_path)
    assert again.store.identity.read() == known
    copies = {path.name for path in tmp_path.glob("*.before-*.sqlite")}
    assert holds_key(tmp_path) == {*COPIES, *copies}, "the copy for going back has it until it goes"
    again.store.close()
    assert holds_key(tmp_path) == {*COPIES, *copies}


@pytest.mark.parametrize("committed", [True, False])
def test_a_till_that_ends_while_it_is_let_in_is_let_in_or_is_not(tmp_path: Path, *, committed: bool) -> None:
    opened = open_folder(tmp_path, NOW)
    words = Enrolled(
        service="site", epoch="e1", device="device-02", token="t", store="S01", till="02",
        profile="till", code_key=KEY.hex(),
    )  # fmt: skip
    if committed:
        opened.store.identity.enrol(words, "http://127.0.0.1:9")
    opened.store.close()
    for name in COPIES:
        (tmp_path / name).unlink(missing_ok=True)
    identity_file.prepare(tmp_path, LetIn(words, "http://127.0.0.1:9"))
    again = open_folder(tmp_path, NOW)
    assert (again.quarantine, again.store.identity.read().enrolled) == (None, committed)
    assert holds_key(tmp_path) == (set(COPIES) if committed else set())
    close_folder(again.store)


def test_a_till_that_was_never_let_in_has_no_copies(tmp_path: Path) -> None:
    opened = open_folder(tmp_path, NOW)
    assert identity_file.read(tmp_path) is None
    assert not [name for name in COPIES if (tmp_path / name).exists()]
    close_folder(opened.store)
