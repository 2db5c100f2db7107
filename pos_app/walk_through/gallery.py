"""A picture of every screen on the demo shop, with two of the looks and a small screen besides."""

from __future__ import annotations

from typing import cast

from PySide6.QtWidgets import QApplication

from pos_app.hardware.recording import record
from pos_app.operations import orders, picking
from pos_app.operations.desk import Desk
from pos_app.store.order_list import OrderFilter, Tab
from pos_app.ui import theme
from pos_app.ui.screens.order_details.screen import OrderDetailsScreen
from pos_app.ui.screens.orders import OrdersScreen
from pos_app.ui.screens.payment_actions.screen import PaymentActionsScreen
from pos_app.ui.wording import say
from pos_app.walk_through import acts
from pos_app.walk_through.stage import ANNA, JON, Stage
from pos_app.walk_through.story_morning import MARIAS_LINES
from pos_app.walk_through.story_problem import refused_and_mended

FULL, SMALL = (1366, 768), (1024, 768)


def signing_in(stage: Stage) -> None:
    """Who is at the till, the PIN, the float."""
    hand = stage.hand
    hand.until_on("sign_in")
    hand.picture("sign-in")
    hand.press_tile(ANNA)
    hand.type_digits("47")
    hand.picture("sign-in-pin")
    hand.press_key(say("keys.erase"))
    hand.press_key(say("keys.erase"))
    stage.sign_in(ANNA)
    hand.picture("sign-in-float")
    hand.press_key(say("sign_in.open_shift"))
    hand.until_on("sale")


def selling(stage: Stage) -> None:
    """The sale with its search, the line editor and further functions."""
    hand = stage.hand
    hand.picture("sale-empty")
    for sku in MARIAS_LINES[:2]:
        acts.scan_item(stage, sku)
    acts.search_item(stage, "bottle", MARIAS_LINES[2])
    hand.press_tile(MARIAS_LINES[3])
    hand.until(lambda: acts.lines_in_sale(stage) == len(MARIAS_LINES), "all lines are in the sale")
    acts.choose_customer(stage, "maria jen", "Maria Jensen", picture="customer")
    hand.picture("sale")
    hand.press(acts.sale(stage).cart.quantity_key)
    hand.picture("sale-line-editor")
    acts.sale(stage).show_tiles()
    hand.press(acts.sale(stage).cart.more_key)
    hand.picture("sale-more")
    hand.press_key(say("keys.back"))


def ordering(stage: Stage) -> None:
    """Order details, the payment actions with an amount and an approval."""
    hand = stage.hand
    acts.order_details(stage, "collect_other", "S02", picture="order-details")
    screen = cast(PaymentActionsScreen, hand.screen("payment_actions"))
    hand.picture("payment-actions")
    hand.press(screen.tiles["save"])
    hand.until(screen.approval.isVisible, "somebody else is asked")
    hand.picture("payment-actions-approval")
    hand.press_key(say("payment_actions.back"))
    acts.deposit(stage, pictures=False)
    acts.pay_card(stage, picture="payment")
    hand.until_on("sale")


def paying(stage: Stage) -> None:
    """Cash with change."""
    acts.scan_item(stage, MARIAS_LINES[1])
    stage.hand.press(acts.sale(stage).cart.pay_key)
    acts.pay_cash(stage, picture="payment")
    stage.hand.until_on("sale")


def listing(stage: Stage) -> None:
    """Orders by stage, with several ticked."""
    hand = stage.hand
    hand.press_tile("orders")
    screen = cast(OrdersScreen, hand.screen("orders"))
    hand.picture("orders")
    hand.press(screen.filters.chips["paid"])
    hand.picture("orders-filters")
    hand.press(screen.filters.chips["paid"])
    for row in screen.table.orders.rows()[:3]:
        hand.press_order(row.order_id, tick=True)
    hand.picture("orders-several")
    hand.press(screen.bulk.keys["remind"])
    hand.until(screen.report_shown, "what became of each order is reported")
    hand.picture("orders-report")
    screen.close_report()
    hand.type("whitaker", screen.search)
    hand.picture("orders-search")
    acts.go_home(stage)


def picking_screens(stage: Stage) -> None:
    """The queue, the walk, what is short, the bags' shelves."""
    hand = stage.hand
    stage.sign_out()
    stage.sign_in(JON)
    hand.until_on("sale")
    order_id = _to_pick(stage)
    screen = acts.claim(stage, order_id, picture="pick-queue")
    hand.picture("pick-walk")
    hand.press(screen.current.short)
    hand.picture("pick-short")
    hand.press_key(say("pick.keep_looking"))
    while not screen.ready.isVisible():
        hand.press(screen.current.whole)
    hand.picture("pick-bags")
    acts.confirm_picking(stage, order_id, screen)
    acts.go_home(stage)


def _to_pick(stage: Stage) -> str:
    """An order with several lines that nobody has begun."""

    def look(desk: Desk) -> str:
        rows = [one.row.id for one in picking.queue(desk)]
        found = [orders.record(desk, order_id) for order_id in rows]
        fresh = [one.order for one in found if one is not None and one.order.claim is None]
        return max(fresh, key=lambda order: len(order.lines)).id

    return stage.ask(look)


def collecting(stage: Stage) -> None:
    """The counter waiting, somebody found without a code, and their order."""
    hand = stage.hand
    hand.put_notices_away()
    record(None, stage.folders.video)
    hand.press_tile("collect")
    screen = acts.collect_screen(stage)
    hand.picture("collect-waiting")
    hand.press(screen.reader.find_key)
    hand.type("maria", screen.reader.search)
    hand.picture("collect-search")
    hand.press_key(say("collect.back"))
    rows = stage.ask(
        lambda desk: desk.store.lists.rows(OrderFilter(tab=Tab.TO_COLLECT, store="S01", typed="Maria Jensen"))
    )
    hand.until_on("sale")
    hand.press_tile("orders")
    hand.press_order(rows[0].id)
    listed = cast(OrdersScreen, hand.screen("orders"))
    hand.until(lambda: "collect" in listed.panel.keys, "the order can be collected")
    hand.press(listed.panel.keys["collect"])
    hand.until_on("collect")
    hand.settle()
    hand.picture("collect-identity" if screen.identity else "collect-order")
    if screen.identity:
        hand.press(next(iter(screen.identity.values())))
        hand.picture("collect-order")
    acts.go_home(stage)


def keeping(stage: Stage) -> None:
    """What is put back, what was refused, the shift, the till's state."""
    hand = stage.hand
    hand.put_notices_away()
    hand.press_tile("put_back")
    hand.until_on("put_back")
    hand.picture("put-back")
    acts.go_home(stage)
    for code in ("shift", "status"):
        hand.press(acts.sale(stage).cart.more_key)
        hand.press_tile(code)
        hand.until_on(code)
        hand.picture(code)
        acts.go_home(stage)


def other_looks(stage: Stage) -> None:
    """The dark look, and a small screen."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("there is no application")
    looks = (("dark", theme.ThemeName.DARK, FULL), ("small", theme.ThemeName.LIGHT, SMALL))
    before = theme.current()
    for name, look, size in looks:
        theme.apply(app, theme.load_look(look, moving=before.moving))
        stage.hand.window.rebuild()
        stage.hand.window.resize(*size)
        _some(stage, name)
    theme.apply(app, before)
    stage.hand.window.rebuild()


def _some(stage: Stage, name: str) -> None:
    hand = stage.hand
    acts.go_home(stage)
    acts.scan_item(stage, MARIAS_LINES[0])
    acts.choose_customer(stage, "grace", "Grace Okafor")
    hand.picture(f"{name}-sale")
    hand.press(acts.sale(stage).cart.order_key)
    screen = cast(OrderDetailsScreen, hand.screen("order_details"))
    hand.picture(f"{name}-order-details")
    hand.press(screen.done_key)
    hand.until_on("payment_actions")
    hand.picture(f"{name}-payment-actions")
    hand.press_key(say("action.discard_order"))
    for tile in ("orders", "pick", "collect", "put_back"):
        hand.until_on("sale")
        hand.press_tile(tile)
        hand.until_on(tile)
        hand.picture(f"{name}-{tile.replace('_', '-')}")
        acts.go_home(stage)


CHAPTERS = (
    signing_in,
    selling,
    ordering,
    paying,
    listing,
    picking_screens,
    collecting,
    refused_and_mended,
    keeping,
    other_looks,
)
