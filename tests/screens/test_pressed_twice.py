"""A key pressed twice before the till has answered does its work once; a bug does not lock the till."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_app.operations import shifts
from pos_app.operations.desk import Desk
from pos_app.store.cash import Shift
from pos_app.ui.flows.shift_flow import ShiftFlow
from pos_app.ui.screens.shift import ShiftScreen
from site_sync.domain.documents.shift_report import ShiftFigures
from tests.desks import BOSS
from tests.fixtures.logs import ExpectedLogs
from tests.screens.hand import heard
from tests.screens.sample import eur
from tests.screens.till import Till, open_till


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    opened = open_till(tmp_path)
    yield opened
    opened.close()


def test_an_act_begun_twice_is_done_once(till: Till) -> None:
    done: list[str] = []
    ended: list[object] = []

    def act(_desk: Desk, name: str) -> str:
        done.append(name)
        return name

    till.at.act(act, "first", then=ended.append)
    till.at.act(act, "second", then=ended.append)
    assert till.at.at_work
    till.rest()
    assert done == ended == ["first"]
    till.at.act(act, "third", then=ended.append)
    till.rest()
    assert ended == ["first", "third"]


def test_after_a_bug_the_next_act_is_done(till: Till, expected_logs: ExpectedLogs) -> None:
    expected_logs.expect("an operation failed")
    broken = heard(till.tasks.broken)
    ended: list[object] = []

    def act(_desk: Desk) -> None:
        raise ZeroDivisionError

    till.at.act(act, then=ended.append)
    till.rest()
    assert len(broken) == 1
    till.at.act(lambda _desk: "again", then=ended.append)
    till.rest()
    assert ended == ["again"]


def test_cash_is_put_in_once_by_a_double_press(till: Till) -> None:
    till.sign_in(BOSS)
    screen = ShiftScreen()
    till.put("shift", screen, ShiftFlow(till.at, screen))
    screen.cash_entered.emit("in", eur(5000), "change")
    screen.cash_entered.emit("in", eur(5000), "change")
    till.rest()
    shift = till.tasks.call(shifts.current)
    assert isinstance(shift, Shift)
    figures = till.tasks.call(shifts.figures, shift.id)
    assert isinstance(figures, ShiftFigures)
    assert figures.cash.cash_in == 5000
