"""The shift at work on a real store: cash moves, the drawer is counted, the books agree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from pos_app.operations import shifts
from pos_app.store.cash import Shift
from pos_app.ui.flows.shift_flow import ShiftFlow
from pos_app.ui.screens.shift import ShiftScreen
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.documents.shift_report import ShiftFigures
from tests.desks import BOSS, CASHIER, PICKER, PIN
from tests.screens.hand import field, heard, key, named, press, strike, type_text
from tests.screens.sample import eur
from tests.screens.till import Till, open_till


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    opened = open_till(tmp_path)
    yield opened
    opened.close()


def _at_work(till: Till) -> tuple[ShiftScreen, ShiftFlow]:
    screen = ShiftScreen()
    flow = ShiftFlow(till.at, screen)
    till.put("shift", screen, flow)
    return screen, flow


def _figures(till: Till) -> ShiftFigures:
    shift = till.tasks.call(shifts.current)
    assert isinstance(shift, Shift)
    found = till.tasks.call(shifts.figures, shift.id)
    assert isinstance(found, ShiftFigures)
    return found


def _cash_out(screen: ShiftScreen, amount: str) -> None:
    screen.choose("cash")
    press(named(screen, "Cash out"))
    press(key(screen, "To the safe"))
    type_text(screen.cash.amount.entry, amount)
    strike(screen, Qt.Key.Key_F12)


def test_cash_to_the_safe_is_in_the_books_at_once(till: Till) -> None:
    till.sign_in(BOSS)
    screen, flow = _at_work(till)
    drawer = heard(flow.drawer_wanted)
    assert named(screen, "200.00").isVisible()
    _cash_out(screen, "50")
    till.rest()
    assert _figures(till).cash.cash_out == 5000
    assert till.said() == ["50.00 taken out of the drawer."]
    assert drawer == [()]
    assert screen.cash.amount.text() == ""
    screen.choose("figures")
    assert named(screen, "150.00").isVisible()


def test_who_lacks_the_right_asks_for_approval_with_a_pin(till: Till) -> None:
    till.sign_in(CASHIER)
    screen, _ = _at_work(till)
    _cash_out(screen, "20")
    till.rest()
    assert screen.approval.isVisible()
    press(named(screen, "Bodil Boss"))
    for digit in "0000":
        press(key(screen.approval, digit))
    press(key(screen.approval, "Enter"))
    till.rest()
    assert _figures(till).cash.cash_out == 0
    for digit in PIN:
        press(key(screen.approval, digit))
    press(key(screen.approval, "Enter"))
    till.rest()
    assert _figures(till).cash.cash_out == 2000
    assert not screen.approval.isVisible()


def test_approval_that_is_left_moves_nothing(till: Till) -> None:
    till.sign_in(CASHIER)
    screen, _ = _at_work(till)
    _cash_out(screen, "20")
    till.rest()
    press(key(screen.approval, "Cancel"))
    till.rest()
    assert screen.cash.isVisible()
    assert _figures(till).cash.cash_out == 0


def test_closing_says_the_difference_and_queues_the_z_report(till: Till) -> None:
    till.sign_in(CASHIER)
    screen, _ = _at_work(till)
    screen.choose("count")
    press(screen.count.grid.tile(eur(5000)))
    press(key(screen.count, "3"))
    strike(screen, Qt.Key.Key_F12)
    press(key(screen, "Close the shift"))
    till.rest()
    assert till.at.shift is None
    assert till.tasks.call(shifts.current) is None
    assert named(screen, "Z report").isVisible()
    assert named(screen, "−50.00").isVisible()
    strike(screen, Qt.Key.Key_F9)
    till.rest()
    jobs = till.tasks.call(lambda desk: desk.store.print_jobs.recent())
    assert [job.document.kind for job in jobs] == [DocumentKind.SHIFT_REPORT] * 2
    out = heard(till.at.signed_out)
    press(key(screen, "Sign out"))
    assert out == [()]


def test_a_picker_closes_only_with_approval_and_a_reason(till: Till) -> None:
    till.sign_in(PICKER)
    screen, _ = _at_work(till)
    screen.choose("count")
    strike(screen, Qt.Key.Key_F12)
    press(key(screen, "Close the shift"))
    till.rest()
    press(named(screen, "Bodil Boss"))
    type_text(field(screen, "Reason"), "gone home ill")
    for digit in PIN:
        press(key(screen.approval, digit))
    press(key(screen.approval, "Enter"))
    till.rest()
    assert till.tasks.call(shifts.current) is None


def test_the_drawer_opens_by_right_with_its_reason_noted(till: Till) -> None:
    till.sign_in(BOSS)
    screen, flow = _at_work(till)
    drawer = heard(flow.drawer_wanted)
    screen.choose("cash")
    type_text(screen.cash.reason.entry, "stuck coin")
    strike(screen, Qt.Key.Key_F6)
    till.rest()
    assert drawer == [()]
    strike(screen, Qt.Key.Key_F9)
    till.rest()
    assert till.said() == ["The report is being printed."]


def test_without_a_shift_there_is_nothing_to_count(till: Till) -> None:
    till.sign_in(BOSS, floated=None)
    screen, _ = _at_work(till)
    assert screen.none.isVisible()
