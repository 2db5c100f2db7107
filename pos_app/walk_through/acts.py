"""What staff do again and again, done by hand: sell, find a customer, order, pick, collect, pay."""

from __future__ import annotations

from typing import cast

from pos_app.hardware.scanner import DOUBLE_SCAN_MS
from pos_app.operations import picking
from pos_app.ui.screens.collect import CollectScreen
from pos_app.ui.screens.customer.screen import CustomerScreen
from pos_app.ui.screens.order_details.screen import OrderDetailsScreen
from pos_app.ui.screens.payment.screen import PaymentScreen
from pos_app.ui.screens.payment_actions.screen import PaymentActionsScreen
from pos_app.ui.screens.pick import PickScreen
from pos_app.ui.screens.sale.screen import SaleScreen
from pos_app.ui.wording import money, say
from pos_app.walk_through.stage import Stage, rest
from site_sync.domain.money import Money
from site_sync.domain.orders import Order

AGAIN_MS = DOUBLE_SCAN_MS + 60
"""After so long the same code is a second item, no longer one scan heard twice."""


def barcode(stage: Stage, sku: str) -> str:
    """What is printed on an item."""
    item = stage.ask(lambda desk: desk.store.catalogue.item(sku))
    if item is None or not item.barcodes:
        raise LookupError(f"no bar code is known for {sku}")
    return str(item.barcodes[0])


def lines_in_sale(stage: Stage) -> int:
    """How many lines the sale shows."""
    return len(sale(stage).cart.lines.rows())


def sale(stage: Stage) -> SaleScreen:
    """The sale, which must be shown."""
    return cast(SaleScreen, stage.hand.screen("sale"))


def scan_item(stage: Stage, sku: str) -> None:
    """Scan an item into the sale."""
    wanted = lines_in_sale(stage) + 1
    stage.hand.scan(barcode(stage, sku))
    stage.hand.until(lambda: lines_in_sale(stage) == wanted, f"{sku} is a line")


def touch_again(stage: Stage, sku: str, units: int) -> None:
    """Touch the tile of an item that is in the sale already, so that it holds so many."""
    stage.hand.press_tile(sku)
    stage.hand.until(
        lambda: any(row.quantity == str(units) for row in sale(stage).cart.lines.rows()), f"{units} of {sku}"
    )


def search_item(stage: Stage, typed: str, sku: str) -> None:
    """Type a few letters and touch what was found."""
    wanted = lines_in_sale(stage) + 1
    stage.hand.type(typed, sale(stage).finder.search)
    stage.hand.picture("sale-search")
    stage.hand.press_row(f"item:{sku}")
    stage.hand.until(lambda: lines_in_sale(stage) == wanted, f"{sku} is a line")


def choose_customer(stage: Stage, typed: str, name: str, *, picture: str = "") -> None:
    """Find a customer by typing and take them into the sale."""
    stage.hand.press(sale(stage).cart.customer)
    screen = cast(CustomerScreen, stage.hand.screen("customer"))
    stage.hand.type(typed, screen.search)
    found = [row for row in screen.hits.rows() if row.name == name]
    stage.hand.press_row(found[0].line_id)
    stage.hand.until(screen.use_key.isVisible, f"{name} is shown")
    if picture:
        stage.hand.picture(picture)
    stage.hand.press(screen.use_key)
    stage.hand.until_on("sale")


def order_details(stage: Stage, method: str, store: str, *, picture: str = "") -> None:
    """Make a customer order of the sale: how and where the goods are handed over."""
    stage.hand.press(sale(stage).cart.order_key)
    screen = cast(OrderDetailsScreen, stage.hand.screen("order_details"))
    stage.hand.press(screen.places.methods.row(method))
    stage.hand.press(screen.places.stores.row(store))
    if picture:
        stage.hand.picture(picture)
    stage.hand.press(screen.done_key)
    stage.hand.until_on("payment_actions")


def deposit(stage: Stage, *, pictures: bool = False) -> None:
    """Take the smallest deposit the order needs; the payment screen follows."""
    screen = cast(PaymentActionsScreen, stage.hand.screen("payment_actions"))
    tile = screen.tiles["pay_deposit"]
    if pictures:
        stage.hand.picture("payment-actions")
    stage.hand.press(tile)
    stage.hand.until(screen.amount.isVisible, "the deposit's amount is asked")
    if pictures:
        stage.hand.picture("payment-actions-deposit")
    stage.hand.press(screen.amount.confirm_key)
    stage.hand.until_on("payment")


def payment(stage: Stage) -> PaymentScreen:
    """The payment screen, which must be shown."""
    return cast(PaymentScreen, stage.hand.screen("payment"))


def pay_cash(stage: Stage, given: Money | None = None, *, picture: str = "") -> None:
    """Take cash, a round amount at one touch or the exact sum, until the till says that all is paid."""
    screen = payment(stage)
    if picture:
        stage.hand.picture(f"{picture}-cash")
    if given is None:
        stage.hand.press(screen.tendering.keys["cash"])
    else:
        stage.hand.press_key(say("payment.cash_key", amount=money(given)))
    _paid(stage, screen, picture)


def pay_card(stage: Stage, *, picture: str = "") -> None:
    """Take a card; the terminal is a simulated one that approves."""
    screen = payment(stage)
    stage.hand.press(screen.tendering.keys["card"])
    if picture:
        stage.hand.picture(f"{picture}-card")
    _paid(stage, screen, picture)


def _paid(stage: Stage, screen: PaymentScreen, picture: str) -> None:
    stage.hand.until(screen.done.isVisible, "all is paid")
    if picture:
        stage.hand.picture(f"{picture}-done")
    stage.hand.press(screen.done.next_key)


def sell_for_cash(stage: Stage) -> None:
    """Take the exact sum for what lies in the sale."""
    stage.hand.press(sale(stage).cart.pay_key)
    pay_cash(stage)
    stage.hand.until_on("sale")


def claim(stage: Stage, order_id: str, *, picture: str = "") -> PickScreen:
    """Open the list of orders to pick and take this one."""
    stage.hand.press_tile("pick")
    screen = pick_screen(stage)
    stage.hand.press_order(order_id)
    if picture:
        stage.hand.picture(picture)
    stage.hand.press(screen.queue.start)
    stage.hand.until(screen.current.isVisible, "the walk begins")
    return screen


def pick_screen(stage: Stage) -> PickScreen:
    """The pick screen, which must be shown."""
    return cast(PickScreen, stage.hand.screen("pick"))


def pick_everything(stage: Stage, order_id: str, *, pictures: str = "") -> Order:
    """Take an order from the list, find all of it and say that it is ready."""
    screen = claim(stage, order_id, picture=f"{pictures}-queue" if pictures else "")
    if pictures:
        stage.hand.picture(f"{pictures}-walk")
    while not screen.ready.isVisible():
        stage.hand.press(screen.current.whole)
    return confirm_picking(stage, order_id, screen)


def scan_units(stage: Stage, order_id: str, sku: str, units: int) -> None:
    """Scan so many units of an item into the bag."""
    for number in range(units):
        if number:
            rest(AGAIN_MS)
        before = _left(stage, order_id, sku)
        stage.hand.scan(barcode(stage, sku))
        stage.hand.until(lambda was=before: _left(stage, order_id, sku) == was - 1, f"{sku} is picked")  # type: ignore[misc]


def _left(stage: Stage, order_id: str, sku: str) -> int:
    return sum(line.to_pick for line in stage.ask(picking.walk, (order_id,)) if line.sku == sku)


def confirm_picking(stage: Stage, order_id: str, screen: PickScreen) -> Order:
    """Say that the bags are on their shelf."""
    stage.hand.until(lambda: screen.ready.isVisible(), "the bags ask for their shelf")
    stage.hand.press(screen.ready)
    stage.hand.until(lambda: stage.order(order_id).ready_at is not None, "the order is ready")
    return stage.order(order_id)


def collect_screen(stage: Stage) -> CollectScreen:
    """The collect screen, which must be shown."""
    return cast(CollectScreen, stage.hand.screen("collect"))


def scan_bags(stage: Stage, codes: list[str]) -> None:
    """Scan the labels of the bags that are handed over."""
    screen = collect_screen(stage)
    for code in codes:
        stage.hand.scan(code)
    stage.hand.until(lambda: all(_ticked(screen)), "every bag is scanned")


def _ticked(screen: CollectScreen) -> list[bool]:
    return [bag.scanned for bag in screen.bags.values()]


def go_home(stage: Stage) -> None:
    """Back to the sale."""
    stage.hand.window.navigation.home("sale")
    stage.hand.until_on("sale")
