"""Selling by touch and by keyboard."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from pos_app.ui.screens.sale import SaleScreen, SearchHit
from pos_app.ui.screens.sign_in import SignInScreen
from pos_app.ui.widgets.pin_pad import PinPad
from site_sync.domain.quantities import Unit
from tests.screens import sample
from tests.screens.hand import field, heard, key, named, press, press_in, settle, strike, type_text
from tests.screens.show import Show


def test_tiles_and_keys_say_what_was_pressed(show: Show) -> None:
    screen = _shown(show, sample.sale())
    items, functions = heard(screen.item_pressed), heard(screen.function_pressed)
    paid, ordered = heard(screen.pay_pressed), heard(screen.order_pressed)
    press_in(screen.finder.tiles, screen.finder.tiles.place_of("g1").center())
    press_in(screen.finder.tiles, screen.finder.tiles.place_of("collect").center())
    press(key(screen, "Pay"))
    strike(screen.finder.search, Qt.Key.Key_F12)
    strike(screen.finder.search, Qt.Key.Key_F9)
    assert (items, functions, len(paid), len(ordered)) == ([("g1",)], [("collect",)], 2, 1)


def test_without_lines_there_is_nothing_to_pay(show: Show) -> None:
    screen = _shown(show, sample.sale())
    screen.show_lines([])
    paid = heard(screen.pay_pressed)
    press(key(screen, "Pay"))
    assert paid == []
    assert named(screen, "Scan an item, or touch a tile.").isVisible()


def test_typing_searches_and_enter_hands_over_a_code(show: Show, qtbot: QtBot) -> None:
    screen = _shown(show, sample.sale())
    searched, entered, chosen = heard(screen.searched), heard(screen.entered), heard(screen.hit_chosen)
    type_text(screen.finder.search, "tor")
    qtbot.waitUntil(lambda: ("tor",) in searched)
    screen.show_hits(sample.HITS)
    strike(screen.finder.search, Qt.Key.Key_Down)
    strike(screen.finder.results, Qt.Key.Key_Down)
    strike(screen.finder.results, Qt.Key.Key_Return)
    assert chosen == [("item", "l2")]
    press_in(screen.finder.results, screen.finder.results.place_of("order:o1").center())
    assert chosen[-1] == ("order", "o1")
    strike(screen.finder.search, Qt.Key.Key_Return)
    assert entered == [("tor",)]


def test_a_search_without_result_says_so_and_escape_brings_the_tiles_back(show: Show) -> None:
    screen = _shown(show, sample.sale())
    type_text(screen.finder.search, "xyz")
    screen.show_hits([])
    assert named(screen, "Nothing found for “xyz”.").isVisible()
    strike(screen.finder.search, Qt.Key.Key_Escape)
    assert screen.finder.tiles.isVisible()


def test_a_second_touch_on_a_line_edits_its_quantity(show: Show) -> None:
    screen = _shown(show, sample.sale())
    quantities = heard(screen.quantity_typed)
    lines = screen.cart.lines
    press_in(lines, lines.place_of("3").center())
    assert not screen.finder.editing()
    press_in(lines, lines.place_of("3").center())
    assert screen.finder.editing()
    for digit in ("1", "2"):
        press(key(screen.finder.editor, digit))
    press(key(screen.finder.editor, "OK"))
    assert quantities == [("3", 12)]


def test_the_editor_follows_the_line_chosen(show: Show) -> None:
    screen = _shown(show, sample.sale())
    press(key(screen, "Qty"))
    press_in(screen.cart.lines, screen.cart.lines.place_of("1").center())
    assert screen.finder.editor.line_id() == "1"
    voided = heard(screen.void_pressed)
    press(key(screen, "Void line"))
    assert voided == [("1",)]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("0", "To take the line out, void it."),
        ("-1", "That is no quantity this line can have."),
        ("1.5", "That is no quantity this line can have."),
        ("99999999", "That is more than there is."),
    ],
)
def test_a_wrong_quantity_is_refused_beside_the_field(show: Show, typed: str, words: str) -> None:
    screen = _shown(show, sample.sale())
    press(key(screen, "Qty"))
    quantities = heard(screen.quantity_typed)
    entry = field(screen.finder.editor, "Quantity (pcs)")
    type_text(entry, typed)
    strike(entry, Qt.Key.Key_Return)
    assert quantities == []
    assert entry.accessibleDescription() == words


def test_weighed_goods_take_decimals_in_the_language(show: Show) -> None:
    screen = _shown(show, sample.sale())
    rope = replace(sample.LINES[0], unit=Unit("m", 2), quantity=150)
    screen.show_lines([rope], "1")
    press(key(screen, "Qty"))
    quantities = heard(screen.quantity_typed)
    entry = field(screen.finder.editor, "Quantity (m)")
    type_text(entry, "2,75")
    strike(entry, Qt.Key.Key_Return)
    assert quantities == [("1", 275)]


def test_discount_price_and_note_are_handed_over(show: Show) -> None:
    screen = _shown(show, sample.sale())
    discounts, prices, notes = (
        heard(screen.discount_typed),
        heard(screen.price_typed),
        heard(screen.note_typed),
    )
    strike(screen.finder.search, Qt.Key.Key_F7)
    entry = field(screen.finder.editor, "Discount in percent")
    type_text(entry, "12,5")
    strike(entry, Qt.Key.Key_Return)
    press(named(screen.finder.editor, "Price"))
    entry = field(screen.finder.editor, "Price per pcs")
    type_text(entry, "15.90")
    strike(entry, Qt.Key.Key_Return)
    tabs = [
        w
        for w in screen.finder.editor.findChildren(type(named(screen, "Price")))
        if w.accessibleName() == "Note"
    ]
    press(tabs[0])
    note = screen.finder.editor.findChildren(type(entry))[-1]
    type_text(note, "gift wrap")
    strike(note, Qt.Key.Key_Return)
    assert (discounts, prices, notes) == ([("2", 1250)], [("2", sample.eur(1590))], [("2", "gift wrap")])


def test_a_discount_over_a_hundred_percent_is_no_percentage(show: Show) -> None:
    screen = _shown(show, sample.sale())
    strike(screen.finder.search, Qt.Key.Key_F7)
    entry = field(screen.finder.editor, "Discount in percent")
    type_text(entry, "101")
    strike(entry, Qt.Key.Key_Return)
    assert entry.accessibleDescription() == "Type a percentage from 0 to 100."


def test_more_functions_and_parked_sales(show: Show) -> None:
    screen = _shown(show, sample.sale())
    more, chosen = heard(screen.more_chosen), heard(screen.hit_chosen)
    press(key(screen, "More…"))
    press_in(screen.finder.more, screen.finder.more.place_of("resume").center())
    screen.show_hits([SearchHit("parked", "p1", "Ines Ferreira", "2 items · 14:02", amount=sample.eur(3600))])
    press_in(screen.finder.results, screen.finder.results.place_of("parked:p1").center())
    assert (more, chosen) == ([("resume",)], [("parked", "p1")])


def test_an_order_in_the_sale_shows_its_number_and_what_is_left(show: Show) -> None:
    screen = _shown(show, sample.sale_with_order())
    assert named(screen, "S01-02-000318-4").isVisible()
    assert named(screen, "171.92").isVisible()
    assert key(screen, "Order details").isVisible()
    screen.show_order(None)
    assert key(screen, "Customer order").isVisible()


def test_signing_in_by_touch_and_by_keyboard(qtbot: QtBot) -> None:
    screen = sample.sign_in()
    _activate(qtbot, screen)
    pins = heard(screen.pin_entered)
    press_in(screen._tiles, screen._tiles.place_of("anna").center())
    for digit in ("1", "2", "3"):
        press(key(screen, digit))
    press(key(screen, "Enter"))
    assert pins == []
    assert named(screen, "A PIN has at least 4 digits.").isVisible()
    pad = screen.findChildren(PinPad)[0]
    type_text(pad, "4711")
    strike(pad, Qt.Key.Key_Return)
    assert pins == [("anna", "4711")]
    screen.show_wrong_pin(1)
    assert named(screen, "Wrong PIN. 1 try left.").isVisible()


def test_after_too_many_tries_the_pad_waits_and_comes_back(qtbot: QtBot) -> None:
    screen = sample.sign_in()
    _activate(qtbot, screen)
    screen.choose("jon")
    screen.show_wait(1)
    pins = heard(screen.pin_entered)
    pad = screen.findChildren(PinPad)[0]
    type_text(pad, "1234")
    strike(pad, Qt.Key.Key_Return)
    assert pins == []
    assert "Wait 1 s" in pad.words()
    qtbot.waitUntil(lambda: pad.words() == "", timeout=3000)
    type_text(pad, "1234")
    strike(pad, Qt.Key.Key_Return)
    assert pins == [("jon", "1234")]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("-5", "A drawer cannot hold less than nothing."),
        ("abc", "That is not an amount."),
        ("99999999", "That amount is far too large."),
    ],
)
def test_the_float_is_counted_and_checked(qtbot: QtBot, typed: str, words: str) -> None:
    screen = sample.sign_in()
    _activate(qtbot, screen)
    floats = heard(screen.float_entered)
    screen.ask_float(sample.eur(20000))
    settle()
    entry = field(screen, "Cash in the drawer")
    type_text(entry, typed)
    press(key(screen, "Open shift"))
    assert floats == []
    assert entry.accessibleDescription() == words
    screen.ask_float(sample.eur(20000))
    press(key(screen, "Open shift"))
    assert floats == [(sample.eur(20000),)]


def _shown(show: Show, screen: SaleScreen) -> SaleScreen:
    show(screen)
    return screen


def _activate(qtbot: QtBot, screen: SignInScreen) -> None:
    qtbot.addWidget(screen)
    screen.resize(1366, 712)
    screen.show()
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
