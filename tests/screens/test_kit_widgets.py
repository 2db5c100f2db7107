"""The till's own widgets answer fingers and keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from pos_app.ui.widgets.cart_list import CartList, CartRow
from pos_app.ui.widgets.fields import AmountField, SearchField, TextField
from pos_app.ui.widgets.keys import ActionTile, BigKey, Key
from pos_app.ui.widgets.numpad import Numpad
from pos_app.ui.widgets.order_table import TICK, OrderRow, OrderTable
from pos_app.ui.widgets.tabs import SegmentTabs, Tab
from pos_app.ui.widgets.tile_grid import Tile, TileGrid
from site_sync.domain.money import Money
from tests.screens.hand import press, press_in, strike, type_text


def _shown(qtbot: QtBot, widget: QWidget, width: int = 500, height: int = 400) -> None:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)


def test_a_key_is_pressed_by_finger_enter_and_shortcut(qtbot: QtBot) -> None:
    key = BigKey("Salt & Pepper")
    key.set_shortcut("F11")
    key.set_shortcut("F12")
    assert key.accessibleDescription() == "F12"
    _shown(qtbot, key, 200, 80)
    presses: list[bool] = []
    key.clicked.connect(lambda: presses.append(True))
    press(key)
    strike(key, Qt.Key.Key_Return)
    strike(key, Qt.Key.Key_F12)
    assert len(presses) == 3
    assert key.accessibleName() == "Salt & Pepper"
    assert key.height() >= 64


def test_a_disabled_action_says_why_and_does_nothing(qtbot: QtBot) -> None:
    tile = ActionTile("Pay back deposit", detail="no deposit on this order", state="disabled")
    _shown(qtbot, tile)
    with qtbot.assertNotEmitted(tile.clicked):
        press(tile)
    tile.set_shortcut("Alt+1")
    assert tile.accessibleDescription() == "no deposit on this order"


def test_the_numpad_types_into_its_field_and_clears_the_mistake(qtbot: QtBot) -> None:
    field, pad = AmountField("Amount"), Numpad(enter="OK")
    _shown(qtbot, field)
    _shown(qtbot, pad)
    field.show_error("too much")
    pad.type_into(field.entry)
    for text in ("4", "2", ".", "9", "8"):
        key = next(k for k in pad.findChildren(Key) if k.label == text)
        press(key)
    assert (field.text(), field.error()) == ("42.98", "")
    erase = next(k for k in pad.findChildren(Key) if k.accessibleName() == "Erase")
    press(erase)
    assert field.text() == "42.9"
    with qtbot.waitSignal(pad.entered):
        press(pad.enter_key)


def test_search_waits_for_a_rest_but_enter_does_not(qtbot: QtBot) -> None:
    field = SearchField("Search", rest_ms=5)
    _shown(qtbot, field)
    searches: list[str] = []
    field.searched.connect(searches.append)
    type_text(field, "torch")
    qtbot.waitUntil(lambda: searches == ["torch"])
    with qtbot.waitSignal(field.entered) as entered:
        strike(field, Qt.Key.Key_Return)
    assert entered.args == ["torch"]
    strike(field, Qt.Key.Key_Escape)
    assert (field.text(), searches[-1]) == ("", "")


def test_a_field_says_its_mistake_beside_itself_until_typed_in(qtbot: QtBot) -> None:
    field = TextField("E-mail", needed=True)
    _shown(qtbot, field)
    field.show_error("That is no e-mail address.")
    assert field.entry.accessibleDescription() == "That is no e-mail address."
    type_text(field.entry, "a")
    assert field.error() == ""


def test_tabs_are_chosen_by_finger_and_arrow_and_keep_their_choice(qtbot: QtBot) -> None:
    tabs = SegmentTabs([Tab("pick", "To pick", 4), Tab("collect", "To collect", 12)])
    _shown(qtbot, tabs, 500, 60)
    codes: list[str] = []
    tabs.chosen.connect(codes.append)
    press(tabs.key("collect"))
    tabs.show_tabs([Tab("pick", "To pick", 5), Tab("collect", "To collect", 11)])
    assert (tabs.current(), tabs.key("pick").label) == ("collect", "To pick 5")
    strike(tabs.key("collect"), Qt.Key.Key_Left)
    assert codes == ["collect", "pick"]


def test_a_cart_line_is_chosen_by_touch_and_stays_chosen(qtbot: QtBot) -> None:
    rows = [CartRow(str(n), "1", f"Item {n}", amount=Money(100 * n, "EUR")) for n in range(3)]
    cart = CartList("Cart")
    _shown(qtbot, cart)
    cart.show_rows(rows)
    with qtbot.waitSignal(cart.line_chosen) as chosen:
        press_in(cart, cart.place_of("1").center())
    assert chosen.args == ["1"]
    cart.show_rows([*rows, CartRow("9", "1", "New")])
    assert cart.chosen() == "1"
    words = cart.model().data(cart.model().index(1, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert words == "1 × Item 1, 1.00"


def test_orders_are_ticked_by_their_box_and_loaded_page_by_page(qtbot: QtBot) -> None:
    table = OrderTable("Orders")
    _shown(qtbot, table, 800, 400)
    rows = [OrderRow(str(n), f"S01-{n}", customer="Maria", to_pay=Money(n, "EUR")) for n in range(20)]
    more: list[bool] = []
    table.orders.more_wanted.connect(lambda: more.append(True))
    table.orders.show_rows(rows, more=True)
    box = table.visualRect(table.orders.index(1, TICK)).center()
    press_in(table, box)
    assert table.orders.ticked() == ["1"]
    strike(table, Qt.Key.Key_Space)
    assert table.orders.ticked() == []
    table.scrollToBottom()
    qtbot.waitUntil(lambda: more == [True])
    table.orders.add_rows([OrderRow("99", "S01-99")])
    assert table.orders.rowCount() == 21
    assert table.chosen() == "1"


def test_tiles_fill_the_width_and_answer_touch_and_enter(qtbot: QtBot) -> None:
    grid = TileGrid("Items")
    _shown(qtbot, grid, 920, 400)
    grid.show_tiles([Tile(f"sku{n}", f"Item {n}", "1.00") for n in range(12)])
    pressed: list[str] = []
    grid.tile_pressed.connect(pressed.append)
    press_in(grid, grid.place_of("sku3").center())
    strike(grid, Qt.Key.Key_Right)
    strike(grid, Qt.Key.Key_Return)
    assert pressed == ["sku3", "sku4"]
    assert grid.place_of("sku4").top() == grid.place_of("sku0").top()
    assert grid.place_of("sku5").top() > grid.place_of("sku0").top()
