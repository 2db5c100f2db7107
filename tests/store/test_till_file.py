"""Tests of the till's file: transactions, the single connection, versions."""

import errno
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from pos_app.store.order_list import OrderFilter, PaidState
from pos_app.store.schema import STEPS, VERSION, SchemaTooNew, UpgradeFailed, bring_up, version_of
from pos_app.store.till_file import FileLocked, TillFile
from site_sync.domain.history import OrderRecord
from site_sync.protocol.changes import RecordKind
from tests.builders import NOW, line, order
from tests.desks import open_bench
from tests.store.test_outbox import saved

SEALS = "SELECT command_id, payload, payload_hash, state FROM outbox ORDER BY place"


def opened(path: Path) -> TillFile:
    file = TillFile(path)
    bring_up(file)
    return file


def count(file: TillFile) -> int:
    return int(file.raw.execute("SELECT count(*) FROM settings").fetchone()[0])


def put(file: TillFile, key: str) -> None:
    file.raw.execute("INSERT INTO settings VALUES (?, '')", (key,))


def test_a_failure_inside_takes_everything_back_and_tells_so(tmp_path: Path) -> None:
    file = opened(tmp_path / "till.sqlite")
    told: list[str] = []

    def fail_inside() -> None:
        with file.transaction():
            file.after_commit(lambda: told.append("committed"))
            file.after_rollback(lambda: told.append("rolled back"))
            put(file, "a")
            with file.transaction():
                put(file, "b")
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_inside()
    assert (count(file), told, file.in_transaction) == (0, ["rolled back"], False)
    file.close()


def test_a_transaction_inside_another_commits_with_it(tmp_path: Path) -> None:
    file = opened(tmp_path / "till.sqlite")
    told: list[int] = []
    with file.transaction():
        with file.transaction():
            put(file, "a")
            file.after_commit(lambda: told.append(count(file)))
        assert told == []
    assert told == [1]
    file.close()


def test_an_error_says_nothing_of_what_was_to_be_written(tmp_path: Path) -> None:
    file = opened(tmp_path / "till.sqlite")
    with pytest.raises(OperationalError) as broken, file.transaction():
        file.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": "Maria"})
    assert "Maria" not in str(broken.value)
    file.close()


def test_a_second_till_on_the_same_file_is_turned_away(tmp_path: Path) -> None:
    file = opened(tmp_path / "till.sqlite")
    with pytest.raises(FileLocked):
        TillFile(tmp_path / "till.sqlite")
    put(file, "still writable")
    assert count(file) == 1
    file.close()
    again = TillFile(tmp_path / "till.sqlite")
    assert count(again) == 1
    again.close()


def test_every_commit_reaches_the_disk(tmp_path: Path) -> None:
    file = opened(tmp_path / "till.sqlite")
    pragmas = {
        name: file.raw.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
    }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2}
    file.close()


def test_a_file_of_a_newer_till_is_left_alone(tmp_path: Path) -> None:
    file = opened(tmp_path / "till.sqlite")
    file.raw.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(SchemaTooNew):
        bring_up(file)
    assert version_of(file) == VERSION + 1
    file.close()


def test_an_older_file_is_copied_and_moved_forward_in_one_transaction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = opened(tmp_path / "till.sqlite")
    put(file, "kept")
    monkeypatch.setattr("pos_app.store.schema.VERSION", VERSION + 1)

    def broken(moving: TillFile) -> None:
        put(moving, "half way")
        raise ZeroDivisionError

    monkeypatch.setitem(STEPS, VERSION, broken)
    with pytest.raises(ZeroDivisionError):
        bring_up(file)
    assert (version_of(file), count(file)) == (VERSION, 1)
    monkeypatch.setitem(STEPS, VERSION, lambda moving: put(moving, "moved"))
    bring_up(file)
    assert (version_of(file), count(file)) == (VERSION + 1, 2)
    copy = TillFile(tmp_path / f"till.before-{VERSION + 1}.sqlite")
    assert (version_of(copy), count(copy)) == (VERSION, 1)
    copy.close()
    file.close()


def test_orders_of_an_older_file_are_found_by_their_items(tmp_path: Path) -> None:
    bench = open_bench(tmp_path)
    made = order(line(to_pick=1))
    bench.tell(RecordKind.ORDER, made.id, OrderRecord(made))
    raw = bench.store.file.raw
    raw.execute("DROP INDEX orders_now_requested")
    raw.execute("ALTER TABLE orders_now DROP COLUMN requested")
    raw.execute("UPDATE orders_now SET search = 'maria'")
    raw.execute("PRAGMA user_version = 1")
    bench.store.close()
    again = open_bench(tmp_path).store
    assert [row.id for row in again.lists.rows(OrderFilter(typed="item"))] == [made.id]
    again.close()


def test_orders_of_an_older_file_are_listed_by_the_money_to_give_back(tmp_path: Path) -> None:
    bench = open_bench(tmp_path)
    owed, even = order(line(cancelled=1), paid=700), order(line(to_pick=1), paid=1_000)
    for made in (owed, even):
        bench.tell(RecordKind.ORDER, made.id, OrderRecord(made))
    wanted = OrderFilter(paid=PaidState.REFUND)
    assert [row.id for row in bench.store.lists.rows(wanted)] == [owed.id]
    raw = bench.store.file.raw
    raw.execute("DROP INDEX orders_now_refund")
    raw.execute("ALTER TABLE orders_now DROP COLUMN refund")
    raw.execute("PRAGMA user_version = 2")
    bench.store.close()
    again = open_bench(tmp_path).store
    assert [row.id for row in again.lists.rows(wanted)] == [owed.id]
    again.close()


def test_problems_and_waiting_commands_of_an_older_file_go_on_in_the_new_one(tmp_path: Path) -> None:
    bench = open_bench(tmp_path)
    saved(bench)
    raw = bench.store.file.raw
    sealed = raw.execute(SEALS).fetchall()
    raw.execute("DROP TABLE problems")
    raw.execute(
        "CREATE TABLE problems (id TEXT PRIMARY KEY, at TEXT, command_id TEXT, order_id TEXT, act TEXT, "
        "code TEXT, facts TEXT, state TEXT, resolution TEXT, resolved_by TEXT, resolved_at TEXT)"
    )
    old = ("p1", NOW.isoformat(), "p1", None, "sale", "unbalanced", '{"number": "R-1"}', "open", "", "", "")
    raw.execute(f"INSERT INTO problems VALUES ({', '.join('?' * len(old))})", old)
    raw.execute("PRAGMA user_version = 3")
    bench.store.close()
    store = open_bench(tmp_path).store
    (problem,) = store.problems.open()
    assert (problem.id, problem.code, problem.facts) == ("p1", "unbalanced", {"number": "R-1"})
    assert store.file.raw.execute(SEALS).fetchall() == sealed
    store.close()


def test_a_step_that_would_change_a_waiting_command_is_taken_back_and_the_file_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = open_bench(tmp_path)
    saved(bench)
    sealed = bench.store.outbox.to_push(9)
    file = bench.store.file
    monkeypatch.setattr("pos_app.store.schema.VERSION", VERSION + 1)

    def careless(moving: TillFile) -> None:
        moving.raw.execute("UPDATE outbox SET payload = payload || ' '")

    monkeypatch.setitem(STEPS, VERSION, careless)
    with pytest.raises(UpgradeFailed, match="would not be what they were"):
        bring_up(file)
    assert (version_of(file), bench.store.outbox.to_push(9)) == (VERSION, sealed)
    bench.store.close()


def test_a_file_that_cannot_be_copied_is_not_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = opened(tmp_path / "till.sqlite")
    bring_up(file)
    (tmp_path / f"till.before-{VERSION + 1}.half").mkdir()
    monkeypatch.setattr("pos_app.store.schema.VERSION", VERSION + 1)
    with pytest.raises(UpgradeFailed):
        bring_up(file)
    assert version_of(file) == VERSION
    file.close()


def test_a_copy_that_the_disk_has_no_room_for_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = opened(tmp_path / "till.sqlite")

    def full(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:100])
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr("pos_app.store.schema.shutil.copy2", full)
    monkeypatch.setattr("pos_app.store.schema.VERSION", VERSION + 1)
    with pytest.raises(UpgradeFailed):
        bring_up(file)
    assert [path.name for path in tmp_path.iterdir() if "before" in path.name] == []
    file.close()
