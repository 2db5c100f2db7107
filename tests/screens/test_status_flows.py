"""The status screen at work: drawer, sounds, slips, the support file, and another card terminal."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pos_app.hardware.card_terminal_address import read_key
from pos_app.operations.desk import Desk
from pos_app.operations.device_settings import DeviceChoice, Habits, habits, remembered
from pos_app.ui.flows.devices_flow import PAGE, DevicesFlow
from pos_app.ui.flows.set_up_flow import SetUpParts
from pos_app.ui.screens.set_up import DEVICE_STEPS, SetUpScreen
from pos_app.ui.screens.set_up.card_step import CardStep
from pos_app.ui.widgets.keys import Key
from tests.builders import NOW
from tests.desks import BOSS, CASHIER
from tests.hardware.fake_stripe import KEY, READER, FakeStripe, serving
from tests.screens.counter import Counter, open_counter
from tests.screens.hand import named, press, type_text


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    opened = open_counter(tmp_path)
    opened.till.sign_in(CASHIER)
    opened.rest()
    opened.till.window.navigation.navigate("status")
    opened.rest()
    yield opened
    opened.close()


def _touch(counter: Counter, part: str, act: str) -> None:
    press(counter.screen.keys[part, act])
    counter.rest()


def _says(step: CardStep, words: str) -> bool:
    return step.result.text() == words


def _last_audit(desk: Desk) -> tuple[str, str, str]:
    found = desk.store.file.raw.execute("SELECT staff, approver, act FROM audit ORDER BY place DESC LIMIT 1")
    staff, approver, act = found.fetchone()
    return staff, approver, act


def test_the_drawer_is_tested_by_right_and_both_names_are_noted(counter: Counter) -> None:
    _touch(counter, "printer:receipt", "drawer")
    assert counter.page == "approval"
    counter.approve(BOSS.name, reason="drawer test")
    assert counter.page == "status"
    assert counter.ask(_last_audit) == (CASHIER.id, BOSS.id, "drawer_opened")
    assert "The drawer was told to open." in counter.said()


def test_anybody_makes_it_quieter_and_slips_are_decided_by_whoever_sees_to_devices(counter: Counter) -> None:
    seen = []
    for _ in range(4):
        _touch(counter, "behaviour", "sound")
        seen.append(counter.ask(habits).volume)
    assert seen == [100, 0, 30, 60]
    _touch(counter, "behaviour", "slips")
    counter.approve(BOSS.name, reason="the picking room's till")
    assert counter.ask(habits) == Habits(60, slips=True) == counter.till.at.habits
    assert named(counter.screen, "Printed at this till").isVisible()


def test_the_support_file_says_where_it_lies(counter: Counter) -> None:
    _touch(counter, "support", "write")
    (said,) = [words for words in counter.said() if words.startswith("Written: ")]
    with zipfile.ZipFile(said.removeprefix("Written: ")) as file:
        assert "about.json" in file.namelist()


def test_a_reader_is_tried_and_taken_into_use_without_its_key_in_the_store(
    counter: Counter, tmp_path: Path, qtbot: QtBot
) -> None:
    used: list[DeviceChoice] = []
    parts = SetUpParts(
        counter.till.tasks, counter.devices.camera, counter.devices.scans, lambda: NOW, tmp_path, tmp_path
    )

    def page() -> tuple[SetUpScreen, DevicesFlow]:
        screen = SetUpScreen(DEVICE_STEPS)
        return screen, DevicesFlow(counter.till.at, screen, parts, used.append)

    counter.floor.add(PAGE, page)
    _touch(counter, "card", "change")
    counter.approve(BOSS.name, reason="a new reader")
    assert counter.page == PAGE
    step = counter.screen.card
    press(step.kinds.key("stripe"))
    counter.press("Next")
    assert "begins with tmr_" in step.reader.error()
    with serving(FakeStripe()) as url:
        type_text(step.reader.entry, f"{READER}@{url}")
        for key, said in (("sk_wrong", "–: Key refused"), (KEY, "Counter 1: Reader online")):
            step.key.set_text(key)
            counter.press("Test the terminal")
            qtbot.waitUntil(partial(_says, step, said))
        assert [one.label for one in counter.screen.findChildren(Key) if one.label == KEY] == []
        counter.press("Next")
        counter.press("Keep these devices")
    assert counter.page == "status"
    assert [choice.card for choice in used] == [f"stripe:{READER}@{url}"]
    assert counter.ask(remembered) == used[0]
    assert read_key(tmp_path, {}) == KEY
    stored = b"".join(path.read_bytes() for path in (tmp_path / "till").rglob("*") if path.is_file())
    assert KEY.encode() not in stored
