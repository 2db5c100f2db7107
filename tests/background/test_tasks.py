"""Tests of the database thread: order of calls, results in the UI thread, errors told once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pos_app.background.tasks import Tasks
from pos_app.operations import customers
from pos_app.operations.desk import Desk
from pos_app.store.till_file import FileLocked
from site_sync.domain.customers import Customer
from site_sync.domain.errors import Code, Refusal
from tests.desks import Bench, acting, open_bench
from tests.fixtures.logs import ExpectedLogs
from tests.screens.hand import settle
from tests.store.test_outbox import saved


def opened(folder: Path) -> Tasks:
    return Tasks(lambda: open_bench(folder).desk)


def opened_with_bench(folder: Path) -> tuple[Tasks, list[Bench]]:
    """Tasks whose desk is open, and the one bench it stands on."""
    benches: list[Bench] = []

    def open_desk() -> Desk:
        benches.append(open_bench(folder))
        return benches[0].desk

    tasks = Tasks(open_desk)
    tasks.wait_until_open()
    return tasks, benches


def test_results_come_back_in_order_and_in_the_thread_that_asked(qtbot: QtBot, tmp_path: Path) -> None:
    tasks = opened(tmp_path / "till")
    got: list[tuple[int, str]] = []

    def work(_desk: Desk, number: int) -> tuple[int, str]:
        return number, threading.current_thread().name

    here = threading.current_thread()
    for number in range(5):
        tasks.run(work, number, then=lambda found: got.append((found[0], found[1])))
    qtbot.waitUntil(lambda: len(got) == 5)
    assert [number for number, _ in got] == [0, 1, 2, 3, 4]
    assert {name.rpartition("_")[0] for _, name in got} == {"database"}
    told: list[threading.Thread] = []
    tasks.run(work, 9, then=lambda _: told.append(threading.current_thread()))
    qtbot.waitUntil(lambda: bool(told))
    assert told == [here]
    tasks.close()


def test_news_that_come_in_after_the_end_ask_for_nothing_more(qtbot: QtBot, tmp_path: Path) -> None:
    tasks = opened(tmp_path / "till")
    asked: list[str] = []
    tasks.run(lambda _desk: asked.append("before"))
    tasks.close()
    tasks.run(lambda _desk: asked.append("after"), failed=lambda error: asked.append(repr(error)))
    settle()
    assert asked == ["before"]


def test_a_refusal_is_a_result_and_an_error_is_told_to_who_asked_or_to_all(
    qtbot: QtBot, tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("an operation failed")
    tasks = opened(tmp_path / "till")
    refused: list[object] = []
    tasks.run(customers.create, acting(), Customer(), then=refused.append)
    qtbot.waitUntil(lambda: bool(refused))
    assert refused == [Refusal(Code.CONTACT_NEEDED)]

    def break_down(_desk: Desk) -> None:
        raise ZeroDivisionError

    mine: list[BaseException] = []
    tasks.run(break_down, failed=mine.append)
    qtbot.waitUntil(lambda: bool(mine))
    with qtbot.waitSignal(tasks.broken) as broken:
        tasks.run(break_down)
    assert isinstance(mine[0], ZeroDivisionError)
    assert isinstance(broken.args[0], ZeroDivisionError)
    tasks.close()


def test_every_kept_act_is_told_with_its_order(qtbot: QtBot, tmp_path: Path) -> None:
    tasks, benches = opened_with_bench(tmp_path / "till")
    with qtbot.waitSignal(tasks.kept) as kept:
        tasks.run(lambda _desk: saved(benches[0]))
    assert str(kept.args[0]).startswith("id-02-")
    tasks.close()


def test_what_was_kept_before_something_could_not_be_read_is_not_done_twice(
    qtbot: QtBot, tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    for words in ("could not be read", "records of the till's file could not be read", "an operation failed"):
        expected_logs.expect(words)
    tasks, benches = opened_with_bench(tmp_path / "till")

    def save_and_read(desk: Desk) -> None:
        saved(benches[0])
        desk.store.file.raw.execute("UPDATE items SET body = '{' WHERE sku = 'TNT-3'")
        desk.store.catalogue.item("TNT-3")

    told: list[BaseException] = []
    tasks.run(save_and_read, failed=told.append)
    qtbot.waitUntil(lambda: bool(told))
    assert tasks.call(lambda desk: desk.store.outbox.pending_count()) == 1
    tasks.close()


def test_a_second_till_on_the_same_folder_is_told_so_at_start(tmp_path: Path) -> None:
    first = opened(tmp_path / "till")
    first.wait_until_open()
    second = opened(tmp_path / "till")
    with pytest.raises(FileLocked):
        second.wait_until_open()
    second.close()
    first.close()
