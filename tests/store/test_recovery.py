"""Tests of a damaged till file: laid aside, its commands saved, selling again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pos_app.operations import paying, selling, shifts
from pos_app.operations.cart import Cart, totals
from pos_app.operations.paying import Tendering
from pos_app.store.cash import Shift
from pos_app.store.outbox import ToSend
from pos_app.store.recovery import OPEN_MARK, close_folder, open_folder
from pos_app.store.store import DATABASE, JOURNAL
from pos_app.store.till_file import FileLocked
from site_sync.domain.money import Money
from site_sync.domain.numbers import till_number
from site_sync.protocol.changes import Started
from site_sync.protocol.codec import SHIFT_ENTRY
from site_sync.protocol.envelope import PayloadKind
from tests.builders import NOW
from tests.desks import SKUS, Bench, acting, open_bench
from tests.fixtures.logs import ExpectedLogs
from tests.store.test_outbox import answer, saved


def worked(folder: Path) -> Bench:
    """A till that saved three orders, the first of which the site has."""
    bench = open_bench(folder)
    for _ in range(3):
        saved(bench)
    answer(bench, bench.store.outbox.to_push(1)[0])
    return bench


def damage(path: Path, where: str) -> None:
    data = bytearray(path.read_bytes())
    start = {"head": 0, "middle": len(data) // 2, "pages": 4096}[where]
    length = len(data) - 4096 if where == "pages" else 8192
    data[start : start + length] = b"\xa5" * length
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("where", ["head", "middle", "pages"])
def test_a_damaged_file_is_laid_aside_and_its_commands_go_to_the_site_again(
    tmp_path: Path, where: str, expected_logs: ExpectedLogs
) -> None:
    folder = tmp_path / "till"
    bench = worked(folder)
    made = [one.command_id for one in bench.store.outbox.to_push(9)]
    ids = [row[0] for row in bench.store.file.raw.execute("SELECT id FROM orders_now ORDER BY place")]
    token = bench.store.identity.read().token
    bench.store.close()
    (folder / OPEN_MARK).touch()
    damage(folder / DATABASE, where)
    expected_logs.expect("the till's file was damaged")
    opened = open_folder(folder, NOW)
    store = opened.store
    assert opened.quarantine is not None
    assert (opened.quarantine / DATABASE).exists()
    assert store.identity.read().token == token
    started = Started(service="site", epoch="e1", site_time=NOW, incarnation=2, next_seq=1)
    store.site_side.start(started, NOW)
    again = store.outbox.to_push(9)
    assert [one.command_id for one in again][-2:] == made
    assert [one.seq for one in again] == [1, 2, 3]
    assert all(store.orders.order(order_id) is not None for order_id in ids)
    close_folder(store)
    assert open_folder(folder, NOW).quarantine is None


def test_commands_go_again_in_the_order_made_also_out_of_a_full_journal_and_by_a_clock_set_back(
    tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    folder = tmp_path / "till"
    bench = worked(folder)
    bench.clock.move(hours=-2)
    saved(bench)
    made = [one.command_id for one in bench.store.outbox.to_push(9)]
    bench.store.close()
    (folder / JOURNAL).rename(folder / f"{JOURNAL}.1")
    damage(folder / DATABASE, "head")
    expected_logs.expect("the till's file was damaged")
    store = open_folder(folder, NOW).store
    store.site_side.start(Started(service="site", epoch="e1", site_time=NOW, incarnation=2, next_seq=1), NOW)
    assert [one.command_id for one in store.outbox.to_push(9)][-3:] == made
    close_folder(store)


def test_what_a_power_cut_took_out_of_the_journal_is_in_it_again_after_the_start(
    tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    folder = tmp_path / "till"
    bench = worked(folder)
    bench.store.close()
    (folder / JOURNAL).write_bytes(b"")
    (folder / OPEN_MARK).touch()
    open_folder(folder, NOW).store.close()
    damage(folder / DATABASE, "head")
    expected_logs.expect("the till's file was damaged")
    assert open_folder(folder, NOW).salvaged == 2


def test_a_clock_far_ahead_loses_nothing_of_what_waits(tmp_path: Path, expected_logs: ExpectedLogs) -> None:
    folder = tmp_path / "till"
    worked(folder).store.close()
    damage(folder / DATABASE, "head")
    expected_logs.expect("the till's file was damaged")
    assert open_folder(folder, NOW + timedelta(days=400)).salvaged == 3


def test_without_a_journal_what_is_legible_of_the_file_is_saved(
    tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    folder = tmp_path / "till"
    bench = worked(folder)
    bench.store.file.raw.execute("CREATE TABLE filler AS SELECT randomblob(900000) AS x")
    bench.store.close()
    (folder / JOURNAL).unlink()
    (folder / OPEN_MARK).touch()
    data = bytearray((folder / DATABASE).read_bytes())
    data[-500_000:-400_000] = b"\x01" * 100_000
    (folder / DATABASE).write_bytes(bytes(data))
    expected_logs.expect("the till's file was damaged")
    assert open_folder(folder, NOW).salvaged == 2


@pytest.mark.parametrize("left", [None, b""], ids=["no file", "an empty file"])
def test_a_file_that_is_gone_is_a_damaged_one(
    tmp_path: Path, left: bytes | None, expected_logs: ExpectedLogs
) -> None:
    folder = tmp_path / "till"
    bench = worked(folder)
    token = bench.store.identity.read().token
    bench.store.close()
    (folder / DATABASE).unlink()
    if left is not None:
        (folder / DATABASE).write_bytes(left)
    expected_logs.expect("the till's file was damaged")
    opened = open_folder(folder, NOW)
    assert (opened.salvaged, opened.store.outbox.pending_count()) == (3, 3)
    assert opened.store.identity.read().token == token
    close_folder(opened.store)


def test_a_till_that_was_never_let_in_begins_with_a_new_file(tmp_path: Path) -> None:
    folder = tmp_path / "till"
    folder.mkdir()
    (folder / DATABASE).write_bytes(b"")
    opened = open_folder(folder, NOW)
    assert opened.quarantine is None
    close_folder(opened.store)


def test_a_sound_file_is_opened_as_it_is_and_a_held_one_is_no_damage(tmp_path: Path) -> None:
    folder = tmp_path / "till"
    worked(folder).store.close()
    first = open_folder(folder, NOW)
    assert (first.quarantine, first.store.outbox.pending_count()) == (None, 2)
    with pytest.raises(FileLocked):
        open_folder(folder, NOW)
    first.store.close()
    after_a_crash = open_folder(folder, NOW)
    assert after_a_crash.quarantine is None
    close_folder(after_a_crash.store)
    assert not (folder / OPEN_MARK).exists()


def test_a_till_that_ends_while_commands_are_saved_saves_them_at_the_next_start(
    tmp_path: Path, expected_logs: ExpectedLogs, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "till"
    worked(folder).store.close()
    (folder / JOURNAL).unlink()
    monkeypatch.setattr("pos_app.store.recovery.commands_sound", lambda _connection: False)
    monkeypatch.setattr("pos_app.store.recovery._to_send", _end_here)
    with pytest.raises(ZeroDivisionError):
        open_folder(folder, NOW)
    monkeypatch.undo()
    expected_logs.expect("the till's file was damaged")
    opened = open_folder(folder, NOW + timedelta(hours=1))
    assert (opened.salvaged, opened.store.outbox.pending_count()) == (2, 2)
    assert list(folder.glob("quarantine-*")) == [opened.quarantine]
    close_folder(opened.store)


def test_no_number_is_given_twice_after_damage_although_the_site_knows_of_none(
    tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    folder = tmp_path / "till"
    bench = open_bench(folder)
    shift = shifts.open(bench.desk, acting(), Money(10_000, "EUR"))
    assert isinstance(shift, Shift)
    made = [saved(bench).order.number for _ in range(3)]
    made += [sold(bench, shift.id) for _ in range(3)]
    bench.store.close()
    damage(folder / DATABASE, "head")
    expected_logs.expect("the till's file was damaged")
    store = open_folder(folder, NOW).store
    store.counters.at_least("test-openings", 1)
    close_folder(store)
    again = open_bench(folder)
    again.store.site_side.start(
        Started(service="site", epoch="e1", site_time=NOW, incarnation=2, next_seq=1, numbers_used=0), NOW
    )
    again.fill()
    waiting = again.store.outbox.to_push(99)
    assert sum(one.payload_kind is PayloadKind.SALE for one in waiting) == 3
    answer(again, *waiting)
    fresh = [saved(again).order.number, sold(again, shift.id)]
    assert not set(fresh) & set(made)
    assert [number[:-2] for number in fresh] == ["S01-02-000004", "S01-02-R000004"]
    assert till_number("S01", "02", again.store.counters.peek("quotes"), quote=True)[:-2] == "S01-02-Q000004"
    again.store.close()


def test_a_file_begun_anew_says_so_in_its_audit_and_to_the_site_at_each_shift(
    tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    folder = tmp_path / "till"
    worked(folder).store.close()
    damage(folder / DATABASE, "head")
    expected_logs.expect("the till's file was damaged")
    store = open_folder(folder, NOW).store
    store.counters.at_least("test-openings", 1)
    close_folder(store)
    again = open_bench(folder)
    again.store.site_side.start(
        Started(service="site", epoch="e1", site_time=NOW, incarnation=2, next_seq=1), NOW
    )
    again.fill()
    assert isinstance(shifts.open(again.desk, acting(), Money(10_000, "EUR")), Shift)
    (told,) = again.store.outbox.to_push(99)[-1:]
    assert SHIFT_ENTRY.load(told.payload).file_begun == NOW
    assert again.store.file.raw.execute("SELECT act, subject FROM audit WHERE place = 1").fetchone() == (
        "file_begun", "quarantine-20261123-100000"
    )  # fmt: skip
    assert again.store.audit.broken_at() is None
    again.store.close()


def sold(bench: Bench, shift: str) -> str:
    """The receipt's number of one bottle sold for cash."""
    cart = selling.add_item(bench.desk, selling.new_cart(bench.desk), SKUS[1])
    assert isinstance(cart, Cart)
    due = totals(cart).total
    tendering = paying.take_cash(bench.desk, paying.begin(due), due)
    assert isinstance(tendering, Tendering)
    done = selling.finish(bench.desk, acting(shift=shift), cart, tendering)
    assert isinstance(done, selling.Sold), done
    return done.sale.number


def _end_here(_line: object) -> ToSend:
    raise ZeroDivisionError
