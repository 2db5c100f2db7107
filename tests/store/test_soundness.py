"""Damage that SQLite does not see: text overwritten inside a page."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pos_app.store.recovery import OPEN_MARK, Opened, close_folder, open_folder, suspect
from pos_app.store.store import DATABASE, JOURNAL
from tests.builders import NOW
from tests.desks import open_bench
from tests.fixtures.logs import ExpectedLogs
from tests.store.test_outbox import saved
from tests.store.test_recovery import worked

BAD = "CAST(x'7b22ff' AS TEXT)"
"""What looks like text and is none."""


def spoiled(folder: Path, statement: str) -> None:
    """Change the closed file behind the till's back."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        assert connection.execute(statement).rowcount > 0
        connection.commit()
        assert connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)


def reopened(folder: Path, logs: ExpectedLogs, said: str) -> Opened:
    logs.expect(said)
    return open_folder(folder, NOW)


@pytest.mark.parametrize("damage", [f"payload = {BAD}", "payload = replace(payload, '1', '2')"])
def test_a_waiting_command_that_changed_comes_back_out_of_the_journal(
    tmp_path: Path, damage: str, expected_logs: ExpectedLogs
) -> None:
    folder = tmp_path / "till"
    bench = worked(folder)
    made = {one.command_id: one.payload for one in bench.store.outbox.to_push(9)}
    bench.store.close()
    spoiled(folder, f"UPDATE outbox SET {damage} WHERE place = 2")
    opened = reopened(folder, expected_logs, "the till's file was damaged")
    assert opened.quarantine is not None
    again = {command_id: opened.store.outbox.sent(command_id) for command_id in made}
    assert {command_id: sent.payload for command_id, sent in again.items() if sent} == made
    close_folder(opened.store)


def test_one_unreadable_command_does_not_take_the_others_with_it_when_there_is_no_journal(
    tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    folder = tmp_path / "till"
    worked(folder).store.close()
    spoiled(folder, f"UPDATE outbox SET payload = {BAD} WHERE place = 2")
    (folder / JOURNAL).unlink()
    assert reopened(folder, expected_logs, "the till's file was damaged").salvaged == 1


def test_what_only_this_till_has_is_looked_at_at_every_start(
    tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    folder = tmp_path / "till"
    bench = worked(folder)
    token = bench.store.identity.read().token
    bench.store.close()
    spoiled(folder, f"UPDATE identity SET epoch = {BAD}")
    opened = reopened(folder, expected_logs, "the till's file was damaged")
    assert (opened.store.identity.read().token, opened.salvaged) == (token, 3)


@pytest.mark.parametrize(
    "spot",
    [
        f"UPDATE shop_records SET body = {BAD} WHERE kind = 'staff' AND key = 'boss'",
        "UPDATE shop_records SET body = '{}' WHERE kind = 'staff' AND key = 'boss'",
    ],
)
def test_a_record_of_the_site_that_cannot_be_read_is_taken_out_and_everything_comes_anew(
    tmp_path: Path, spot: str, expected_logs: ExpectedLogs
) -> None:
    folder = tmp_path / "till"
    worked(folder).store.close()
    spoiled(folder, spot)
    opened = reopened(folder, expected_logs, "records of the till's file could not be read")
    store = opened.store
    assert (opened.quarantine, store.identity.read().cursor) == (None, "")
    assert store.shop.staff_member("boss") is None
    assert store.shop.staff_member("clerk") is not None
    assert store.outbox.pending_count() == 2
    close_folder(store)


def test_an_order_with_a_waiting_command_is_shown_out_of_the_command_again(
    tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    folder = tmp_path / "till"
    bench = open_bench(folder)
    order = saved(bench).order
    bench.store.close()
    spoiled(folder, f"UPDATE orders_now SET body = {BAD}")
    store = reopened(folder, expected_logs, "records of the till's file could not be read").store
    assert store.orders.order(order.id) == order
    (found,) = store.file.raw.execute("SELECT count(*) FROM orders_search").fetchone()
    assert found == 1
    store.close()


@pytest.mark.parametrize(("after", "body"), [("a crash", BAD), ("a doubt", "'{}'")])
def test_after_a_crash_all_text_is_looked_at_and_after_a_doubt_every_record(
    tmp_path: Path, after: str, body: str, expected_logs: ExpectedLogs
) -> None:
    folder = tmp_path / "till"
    worked(folder).store.close()
    spoiled(folder, f"UPDATE items SET body = {body} WHERE sku = 'TNT-3'")
    close_folder(open_folder(folder, NOW).store)
    if after == "a crash":
        (folder / OPEN_MARK).touch()
    else:
        suspect(folder)
    store = reopened(folder, expected_logs, "records of the till's file could not be read").store
    assert (store.catalogue.item("TNT-3"), store.identity.read().cursor) == (None, "")
    assert store.catalogue.item("MAT-4") is not None
    close_folder(store)
