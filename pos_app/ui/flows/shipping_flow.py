"""Handing an order to its carrier: shown, scanned, marked as shipped."""

from __future__ import annotations

from typing import Any

from pos_app.operations import orders, printing
from pos_app.operations.desk import Desk
from pos_app.ui.flows.approval_flow import permitted
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.shipping import Parcel, ShippingScreen
from pos_app.ui.wording import refused, say
from site_sync.domain.codes import Scan
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.errors import Refusal
from site_sync.domain.orders import Order


class ShippingFlow:
    """One order at a time; afterwards the screen before it is shown again."""

    def __init__(self, at: Workplace, screen: ShippingScreen) -> None:
        self._at = at
        self._screen = screen
        self._order: Order | None = None
        screen.shipped.connect(self._ship)
        screen.note_pressed.connect(self._print_note)
        screen.back_pressed.connect(at.window.navigation.back)
        at.takes_scans("shipping", self)

    def arrive(self, order_id: str = "", **_: object) -> None:
        """Show the order that is to be sent."""
        self._order = None
        self._at.tasks.run(_parcel, order_id, then=self._show)

    def _show(self, found: tuple[Order, tuple[str, ...]] | None) -> None:
        if found is None:
            self._at.window.navigation.back()
            return
        self._order, carriers = found
        self._screen.show_parcel(_words(self._order, carriers))

    def scanned(self, scan: Scan) -> bool:
        """Any code on this screen is the one on the carrier's label."""
        self._screen.tracking.set_text(scan.raw)
        return True

    def _ship(self, carrier: str, tracking: str) -> None:
        order = self._order
        if order is None:
            return
        permitted(
            self._at,
            lambda desk, acting: orders.ship(desk, acting, order.id, tracking, carrier),
            lambda result, _acting: self._shipped(order, result),
        )

    def _shipped(self, order: Order, result: Any) -> None:
        if isinstance(result, Refusal):
            self._screen.show_error(refused(result.code.value, result.facts))
            return
        self._at.tell(say("shipping.shipped", number=order.number), tone="ok")
        self._at.window.navigation.back()

    def _print_note(self) -> None:
        if self._order is not None:
            kinds = (DocumentKind.SHIPPING_NOTE,)
            self._at.tasks.run(
                printing.print_order, self._at.acting, self._order.id, kinds, then=self._printed
            )

    def _printed(self, result: Any) -> None:
        if self._at.went_well(result):
            self._at.tell(say("orders.copy_printed"))


def _words(order: Order, carriers: tuple[str, ...]) -> Parcel:
    address = order.delivery.address
    lines: tuple[str, ...] = ()
    if address is not None:
        town = f"{address.postcode} {address.city}".strip()
        lines = (address.street, address.extra, town, address.country)
    shelves = ", ".join(sorted({bag.shelf for bag in order.bags if bag.shelf})) or "–"
    bags = say("shipping.bags", count=len(order.bags), shelves=shelves) if order.bags else ""
    told = say("shipping.told") if order.customer.reachable else say("shipping.unreachable")
    return Parcel(order.number, order.customer.name, lines, bags, told, carriers)


def _parcel(desk: Desk, order_id: str) -> tuple[Order, tuple[str, ...]] | None:
    order = desk.store.orders.order(order_id)
    if order is None:
        return None
    methods = {method.code: method for method in desk.store.shop.delivery_methods()}
    method = methods.get(order.delivery.method)
    return order, method.carriers if method else ()
