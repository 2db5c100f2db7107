"""The shift by touch and by keyboard: figures, cash in and out, count, difference, approval."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from pos_app.operations.denominations import pieces
from pos_app.ui.screens.shift import ShiftScreen
from tests.screens import sample_till
from tests.screens.hand import field, heard, key, named, press, settle, strike, type_text
from tests.screens.sample import eur
from tests.screens.show import Show


def _shown(show: Show, screen: ShiftScreen) -> ShiftScreen:
    show(screen)
    return screen


def test_the_x_report_keeps_deposits_and_refunds_on_their_own_lines(show: Show) -> None:
    screen = _shown(show, sample_till.shift())
    for words in ("Deposits and payments on orders", "Paid back on orders", "326.10", "42.98"):
        assert named(screen, words).isVisible()
    assert named(screen, "421.12").font().pixelSize() >= 28


def test_the_report_is_printed_by_key_and_by_f9_and_left_by_escape(show: Show) -> None:
    screen = _shown(show, sample_till.shift())
    printed, left = heard(screen.report_pressed), heard(screen.back_pressed)
    press(key(screen, "Print X report"))
    strike(screen, Qt.Key.Key_F9)
    strike(screen, Qt.Key.Key_Escape)
    assert (printed, left) == ([(), ()], [()])


def test_cash_goes_out_with_amount_and_reason(show: Show) -> None:
    screen = _shown(show, sample_till.shift())
    entered = heard(screen.cash_entered)
    press(named(screen, "Cash in or out"))
    press(named(screen, "Cash out"))
    press(key(screen, "To the safe"))
    for digit in ("4", "0", "0", ".", "5"):
        press(key(screen.cash, digit))
    press(key(screen, "Take 400.50 out"))
    assert entered == [("out", eur(40050), "To the safe")]


def test_cash_goes_in_by_keyboard_alone(show: Show, qtbot: QtBot) -> None:
    screen = _shown(show, sample_till.shift())
    entered = heard(screen.cash_entered)
    screen.choose("cash")
    qtbot.waitUntil(screen.cash.amount.entry.hasFocus)
    type_text(screen.cash.amount.entry, "50,00")
    type_text(screen.cash.reason.entry, "Coins for the float")
    strike(screen.cash.reason.entry, Qt.Key.Key_Return)
    assert entered == [("in", eur(5000), "Coins for the float")]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Type an amount above zero."),
        ("0", "Type an amount above zero."),
        ("-5", "Type an amount above zero."),
        ("ten", "Type an amount above zero."),
        ("999999999", "That amount is far too large."),
    ],
)
def test_a_wrong_amount_is_refused_beside_the_field(show: Show, typed: str, words: str) -> None:
    screen = _shown(show, sample_till.shift())
    entered = heard(screen.cash_entered)
    screen.choose("cash")
    press(key(screen, "Change from the bank"))
    type_text(screen.cash.amount.entry, typed)
    strike(screen, Qt.Key.Key_F12)
    assert entered == []
    assert screen.cash.amount.entry.accessibleDescription() == words


def test_without_a_reason_no_cash_moves_and_no_drawer_opens(show: Show) -> None:
    screen = _shown(show, sample_till.shift())
    entered, opened = heard(screen.cash_entered), heard(screen.drawer_pressed)
    screen.choose("cash")
    type_text(screen.cash.amount.entry, "5")
    strike(screen, Qt.Key.Key_F12)
    strike(screen, Qt.Key.Key_F6)
    assert (entered, opened) == ([], [])
    assert screen.cash.reason.error() == "Say why; it stands on the report."
    type_text(screen.cash.reason.entry, "stuck coin")
    strike(screen, Qt.Key.Key_F6)
    assert opened == [("stuck coin",)]


def test_a_drawer_is_counted_by_touch(show: Show) -> None:
    screen = _shown(show, sample_till.shift())
    press(named(screen, "Count and close"))
    grid = screen.count.grid
    press(grid.tile(eur(5000)))
    for digit in ("1", "2"):
        press(key(screen.count, digit))
    press(key(screen.count, "Next"))
    press(key(screen.count, "One more"))
    assert grid.counts() == {eur(5000): 12, eur(2000): 1}
    assert screen.count.total.text() == "620.00"
    press(key(screen.count, "Erase"))
    press(grid.tile(eur(5000)))
    press(key(screen.count, "Clear"))
    assert grid.counts() == {}


def test_a_drawer_is_counted_by_keyboard(show: Show, qtbot: QtBot) -> None:
    screen = _shown(show, sample_till.shift())
    screen.choose("count")
    grid = screen.count.grid
    qtbot.waitUntil(grid.hasFocus)
    for pressed in (Qt.Key.Key_Down, Qt.Key.Key_3, Qt.Key.Key_Return, Qt.Key.Key_1, Qt.Key.Key_7):
        strike(grid, pressed)
    strike(grid, Qt.Key.Key_Right)
    for pressed in (Qt.Key.Key_Plus, Qt.Key.Key_Plus, Qt.Key.Key_Minus):
        strike(grid, pressed)
    strike(grid, Qt.Key.Key_Left)
    strike(grid, Qt.Key.Key_Backspace)
    assert grid.counts() == {eur(20000): 3, eur(10000): 1, eur(200): 1}
    assert grid.tile(eur(20000)).accessibleName() == "200.00, 3 counted"


def test_the_shift_closes_only_after_the_difference_was_seen(show: Show) -> None:
    screen = _shown(show, sample_till.shift_count())
    closed = heard(screen.close_pressed)
    assert not any(label.text() == "−0.50" for label in screen.count.findChildren(type(screen.count.total)))
    strike(screen, Qt.Key.Key_F12)
    settle()
    assert closed == []
    assert named(screen, "−0.50").isVisible()
    press(key(screen, "Count again"))
    press(screen.count.grid.tile(eur(50)))
    press(key(screen.count, "One more"))
    press(key(screen, "Compare with the till"))
    assert named(screen, "The drawer is right.").isVisible()
    strike(screen, Qt.Key.Key_F12)
    assert closed == [(eur(42112),)]


def test_a_count_that_was_begun_survives_news(show: Show) -> None:
    screen = _shown(show, sample_till.shift_count())
    before = screen.count.grid.counts()
    screen.show_shift(sample_till.OPEN, pieces("EUR"))
    assert screen.count.grid.counts() == before != {}


def test_approval_is_asked_in_place_and_can_be_left(show: Show) -> None:
    screen = _shown(show, sample_till.shift_approval())
    approved, left = heard(screen.approved), heard(screen.approval_left)
    press(named(screen, "Ole Brandt"))
    type_text(field(screen, "Reason"), "float was low")
    for digit in ("4", "7", "1", "1"):
        press(key(screen.approval, digit))
    press(key(screen.approval, "Enter"))
    press(key(screen, "Cancel"))
    assert approved == [("ole", "4711", "float was low")]
    assert left == [()]


def test_the_z_report_stays_until_somebody_signs_out(show: Show) -> None:
    screen = _shown(show, sample_till.shift_closed())
    done, printed = heard(screen.done_pressed), heard(screen.report_pressed)
    assert not named(screen, "Difference").isHidden()
    assert not screen.back.isVisible()
    press(key(screen, "Print Z report again"))
    strike(screen, Qt.Key.Key_F12)
    assert (done, printed) == ([()], [()])


def test_without_a_shift_there_is_only_the_way_out(show: Show) -> None:
    screen = _shown(show, sample_till.shift())
    screen.show_none()
    done = heard(screen.done_pressed)
    assert screen.none.isVisible()
    press(key(screen, "Sign out"))
    assert done == [()]
    screen.show_shift(sample_till.OPEN, pieces("EUR"))
    assert key(screen, "Print X report").isVisible()


@pytest.mark.parametrize("currency", ["EUR", "DKK", "JPY", "XXX"])
def test_every_currency_has_notes_and_coins_largest_first(currency: str) -> None:
    values = [piece.amount for piece in pieces(currency)]
    assert values == sorted(set(values), reverse=True)
    assert values[-1] > 0
