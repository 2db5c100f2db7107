"""Finding an order and starting what is to be done with it, by touch and by keyboard."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from pos_app.ui.screens.orders import BULK, OrdersScreen
from pos_app.ui.widgets.order_table import BY, PAY, TICK
from tests.screens import sample_floor
from tests.screens.hand import heard, key, named, press, press_in, strike, type_text
from tests.screens.show import Show


def _shown(show: Show) -> OrdersScreen:
    screen = sample_floor.orders()
    show(screen)
    return screen


def _cell(screen: OrdersScreen, order_id: str, column: int) -> QPoint:
    table = screen.table
    return table.visualRect(table.orders.index(table.orders.place_of(order_id), column)).center()


def test_tabs_name_their_stage_and_carry_live_counts(show: Show) -> None:
    screen = _shown(show)
    chosen = heard(screen.tab_chosen)
    press(screen.tabs.key("to_pick"))
    strike(screen.tabs, Qt.Key.Key_Left)
    assert chosen == [("to_pick",), ("problems",)]
    screen.show_tabs({**sample_floor.TABS, "to_pick": 5})
    assert screen.tabs.key("to_pick").label == "To pick 5"
    assert screen.tabs.current() == "problems"


def test_an_order_is_looked_at_by_touch_and_opened_by_enter(show: Show) -> None:
    screen = _shown(show)
    chosen, opened = heard(screen.order_chosen), heard(screen.order_opened)
    press_in(screen.table, _cell(screen, "o3", BY))
    strike(screen.table, Qt.Key.Key_Down)
    strike(screen.table, Qt.Key.Key_Return)
    assert chosen == [("o3",), ("o4",)]
    assert opened == [("o4",)]


def test_ticked_orders_open_the_bulk_bar_and_every_act_names_them(show: Show) -> None:
    screen = _shown(show)
    bulk = heard(screen.bulk_pressed)
    press_in(screen.table, _cell(screen, "o2", TICK))
    press_in(screen.table, _cell(screen, "o4", TICK))
    assert named(screen, "2 selected").isVisible()
    for code in BULK:
        press(screen.bulk.keys[code])
    assert bulk == [(code, ["o1", "o4"]) for code in BULK]
    press_in(screen.table, _cell(screen, "o1", TICK))
    press_in(screen.table, _cell(screen, "o4", TICK))
    assert not screen.bulk.isVisible()


def test_space_ticks_the_order_looked_at(show: Show) -> None:
    screen = _shown(show)
    screen.table.choose("o3")
    strike(screen.table, Qt.Key.Key_Space)
    assert screen.table.orders.ticked() == ["o1", "o2", "o3"]
    strike(screen.table, Qt.Key.Key_Space)
    assert screen.table.orders.ticked() == ["o1", "o2"]


def test_typing_searches_and_the_arrow_goes_down_into_the_list(show: Show, qtbot: QtBot) -> None:
    screen = _shown(show)
    searched = heard(screen.searched)
    type_text(screen.search, "jensen")
    qtbot.waitUntil(lambda: ("jensen",) in searched)
    strike(screen.search, Qt.Key.Key_Down)
    qtbot.waitUntil(screen.table.hasFocus)
    screen.show_rows((), empty="No order matches.")
    assert named(screen, screen.empty.text()).isVisible()
    assert not screen.table.isVisible()


def test_the_money_key_and_f12_do_the_next_act_of_the_order(show: Show) -> None:
    screen = _shown(show)
    acts, left = heard(screen.panel.act_pressed), heard(screen.back_pressed)
    press(key(screen, "Collect"))
    strike(screen, Qt.Key.Key_F12)
    press(key(screen, "Recall to sale"))
    press(key(screen, "Print"))
    strike(screen, Qt.Key.Key_Escape)
    assert acts == [("collect", "o1"), ("collect", "o1"), ("recall", "o1"), ("copy", "o1")]
    assert left == [()]


def test_what_is_to_pay_stands_whole_in_list_and_details(show: Show) -> None:
    screen = _shown(show)
    assert named(screen.panel, "49.90").isVisible()
    words = screen.table.orders.index(screen.table.orders.place_of("o4"), PAY).data()
    assert words == "1,214.90"
    screen.show_order(None)
    assert "act" not in screen.panel.keys


def test_the_end_of_the_list_asks_for_the_next_page_once(show: Show, qtbot: QtBot) -> None:
    screen = _shown(show)
    wanted = heard(screen.more_wanted)
    page = [replace(sample_floor.ROWS[0], order_id=f"p{number}") for number in range(40)]
    screen.show_rows(page, more=True)
    screen.table.scrollToBottom()
    qtbot.waitUntil(lambda: wanted == [()])
    screen.add_rows(sample_floor.ROWS)
    screen.table.scrollToBottom()
    assert wanted == [()]
    assert len(screen.table.orders.rows()) == 44
