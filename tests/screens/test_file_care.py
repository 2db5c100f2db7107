"""The till's file at work: a disk that is nearly full, a record that cannot be read, what was saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from pos_app.operations.desk import Desk
from pos_app.store.recovery import SAVED
from tests.desks import BOSS
from tests.fixtures.logs import ExpectedLogs
from tests.screens.counter import Counter, open_counter

JACKET = "JKT-1"


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    opened = open_counter(tmp_path)
    opened.till.sign_in(BOSS)
    opened.rest()
    yield opened
    opened.close()


def reserve(counter: Counter, size: int) -> None:
    def want(desk: Desk) -> None:
        desk.store.room.reserve = size

    counter.ask(want)


def sales(counter: Counter) -> int:
    def count(desk: Desk) -> int:
        return int(desk.store.file.raw.execute("SELECT count(*) FROM sales").fetchone()[0])

    found: int = counter.ask(count)
    return found


def test_a_nearly_full_disk_refuses_a_sale_in_words_and_it_is_paid_once_there_is_room(
    counter: Counter,
) -> None:
    counter.scan(JACKET)
    reserve(counter, 10**18)
    counter.pay()
    counter.tile("cash")
    words = [label.text() for label in counter.screen.stuck.findChildren(QLabel)]
    assert any("disk is nearly full" in text for text in words)
    assert sales(counter) == 0
    reserve(counter, 0)
    counter.press("Try again")
    assert sales(counter) == 1


def test_room_is_told_once_when_it_ends_and_once_when_it_is_back(counter: Counter) -> None:
    care = counter.floor.file_care
    reserve(counter, 10**18)
    for _ in range(2):
        care.look()
        counter.rest()
    low = [words for words in counter.said() if "nearly full" in words]
    reserve(counter, 0)
    care.look()
    counter.rest()
    assert len(low) == 1
    assert "There is room on the disk again." in counter.said()


def test_on_a_full_disk_room_is_told_first_and_what_was_saved_once_it_can_be_noted(counter: Counter) -> None:
    counter.ask(lambda desk: desk.store.settings.set(SAVED, "3"))
    reserve(counter, 10**18)
    counter.floor.file_care.look()
    counter.rest()
    assert ["nearly full" in words for words in counter.said()] == [True]
    reserve(counter, 0)
    counter.floor.file_care.look()
    counter.rest()
    assert any("3 acts that the centre may lack" in words for words in counter.said())


def test_what_was_saved_of_a_damaged_file_is_told_once(counter: Counter) -> None:
    counter.ask(lambda desk: desk.store.settings.set(SAVED, "3"))
    for _ in range(2):
        counter.floor.file_care.look()
        counter.rest()
    assert len([words for words in counter.said() if "3 acts that the centre may lack" in words]) == 1


def test_a_record_that_cannot_be_read_is_taken_out_and_the_till_goes_on(
    counter: Counter, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("the till's file could not be read")
    expected_logs.expect("records of the till's file could not be read")

    def spoil(desk: Desk) -> None:
        desk.store.file.raw.execute("UPDATE items SET body = CAST(x'7bff' AS TEXT) WHERE sku = 'TNT-3'")

    counter.ask(spoil)
    assert counter.ask(lambda desk: desk.store.catalogue.item("TNT-3")) is None
    counter.rest()
    assert any("could not be read" in words for words in counter.said())
    assert counter.ask(lambda desk: desk.store.site_side.place().cursor) == ""
    counter.scan(JACKET)
    counter.pay()
    counter.tile("cash")
    assert sales(counter) == 1
