"""Goods that are not there: leave them out, other store, something else, later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pos_app.operations import missing, picking
from pos_app.operations.desk import Acting, Desk
from pos_app.operations.missing import Alternative, Later, Missing
from pos_app.operations.picking import WalkLine
from pos_app.ui.flows.approval_flow import permitted
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.pick import ADDRESS, OFFERS, Choice, PickScreen
from pos_app.ui.widgets.missing_sheets import Offered
from pos_app.ui.wording import money, quantity, say
from site_sync.domain.commands import ReportShort
from site_sync.domain.customers import Address
from site_sync.domain.orders import Order
from site_sync.domain.particulars import ShortNext

MOST_STORES = 4


class MissingFlow:
    """One line at a time; `done` goes on with the walk, `back` returns to it unchanged."""

    def __init__(
        self, at: Workplace, screen: PickScreen, done: Callable[[], None], back: Callable[[], None]
    ) -> None:
        self._at, self._screen = at, screen
        self._done, self._back = done, back
        self._line: WalkLine | None = None
        self._order: Order | None = None
        self._sku = ""
        screen.choice_pressed.connect(self._chosen)
        screen.offers.sought.connect(self._seek)
        screen.offers.chosen.connect(self._offer)
        screen.address.entered.connect(self._ship)

    def begin(self, line: WalkLine) -> None:
        """Ask what becomes of the line's units."""
        self._line = line
        self._at.tasks.run(_facts, line, then=self._show)

    def _missing(self, line: WalkLine) -> Missing:
        return Missing(line.order_id, line.line, line.to_pick)

    def _show(self, facts: tuple[Order | None, tuple[tuple[str, int], ...]]) -> None:
        self._order, stores = facts
        line = self._line
        if line is None:
            return
        count = quantity(line.to_pick, line.unit)
        choices = [
            Choice(
                "substitute",
                say("pick.substitute"),
                say("pick.substitute_detail", count=count, item=line.item),
            )
        ]
        for store, free in stores[:MOST_STORES]:
            detail = say("pick.from_store_detail", count=quantity(free, line.unit))
            choices.append(Choice(f"other:{store}", say("pick.from_store", store=store), detail))
        choices += [
            Choice("back_order", say("pick.back_order"), say("pick.back_order_detail", count=count)),
            Choice("ship_later", say("pick.ship_later"), say("pick.ship_later_detail", count=count)),
            Choice("drop", say("pick.drop"), say("pick.drop_detail", count=count)),
            Choice("back", say("pick.keep_looking"), ""),
        ]
        self._screen.show_refusal("")
        self._screen.show_choices(say("pick.not_there", item=line.item), choices)

    def _chosen(self, code: str) -> None:
        line = self._line
        choice, _, of = code.partition(":")
        if line is None or choice == "back":
            self._back()
        elif choice == "substitute":
            self._screen.show_sheet(OFFERS, say("pick.instead_of", item=line.item))
            self._screen.offers.search.clear()
            self._seek("")
        elif choice in ("agreed", "ask"):
            self._substitute(line, agreed=choice == "agreed")
        elif choice == "ship_later":
            self._ask_address()
        elif choice == "back_order":
            self._later(Later(self._missing(line), ShortNext.BACK_ORDER))
        else:
            what = ShortNext.DROP if choice == "drop" else ShortNext.OTHER_STORE
            self._short(line, ReportShort(line.line, line.to_pick, what, of))

    def _short(self, line: WalkLine, act: ReportShort) -> None:
        def short(desk: Desk, acting: Acting) -> Any:
            return picking.short(desk, acting, line.order_id, act)

        permitted(self._at, short, self._ended)

    def _ended(self, result: Any, _acting: Acting) -> None:
        if self._at.went_well(result):
            self._done()
        else:
            self._back()

    # something else

    def _seek(self, typed: str) -> None:
        if self._line is not None:
            wanted = self._missing(self._line)
            self._at.tasks.run(missing.alternatives, wanted, typed, then=self._show_offers)

    def _show_offers(self, found: tuple[Alternative, ...]) -> None:
        self._screen.offers.show_offers([_offered(one) for one in found])

    def _offer(self, sku: str) -> None:
        line, order = self._line, self._order
        if line is None or order is None:
            return
        self._sku = sku
        phone, reachable = order.customer.phone or "–", order.customer.reachable
        ask = say("pick.ask_detail") if reachable else say("pick.ask_nobody")
        choices = (
            Choice("agreed", say("pick.agreed"), say("pick.agreed_detail", phone=phone)),
            Choice("ask", say("pick.ask"), ask, enabled=reachable),
            Choice("back", say("pick.keep_looking"), ""),
        )
        self._screen.show_choices(say("pick.instead_of", item=line.item), choices)

    def _substitute(self, line: WalkLine, *, agreed: bool) -> None:
        wanted, sku = self._missing(line), self._sku

        def put_in(desk: Desk, acting: Acting) -> Any:
            return missing.substitute(desk, acting, wanted, sku, agreed=agreed)

        permitted(self._at, put_in, self._ended)

    # later

    def _ask_address(self) -> None:
        known = self._order.delivery.address if self._order else None
        parts = {} if known is None else {name: getattr(known, name) for name in known.__slots__}
        self._screen.address.show_address(parts)
        self._screen.show_sheet(ADDRESS, say("pick.address_title"))

    def _ship(self, parts: dict[str, str]) -> None:
        if self._line is not None:
            self._later(Later(self._missing(self._line), ShortNext.SHIP_LATER, Address(**parts)))

    def _later(self, wish: Later) -> None:
        def later(desk: Desk, acting: Acting) -> Any:
            return missing.bring_later(desk, acting, wish)

        def ended(result: Any, acting: Acting) -> None:
            if self._at.went_well(result):
                self._at.tell(say("pick.later_made"), tone="ok")
                self._done()
            else:
                self._back()

        permitted(self._at, later, ended)


def _facts(desk: Desk, line: WalkLine) -> tuple[Order | None, tuple[tuple[str, int], ...]]:
    return desk.store.orders.order(line.order_id), picking.elsewhere(desk, line.sku, line.to_pick)


def _offered(one: Alternative) -> Offered:
    unit = one.item.unit
    detail = say(
        "pick.offer_detail",
        count=quantity(one.quantity, unit),
        free=quantity(one.free, unit),
        usual=money(one.usual),
    )
    return Offered(one.item.sku, one.item.name, detail, money(one.pays))
