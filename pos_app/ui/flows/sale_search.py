"""Searching in the sale: items, customers, orders and receipts that fit what is typed."""

from __future__ import annotations

from collections.abc import Callable

from pos_app.operations import customers, orders, returning, selling
from pos_app.operations.desk import Desk
from pos_app.store.order_list import OrderFilter
from pos_app.store.order_rows import OrderRow
from pos_app.ui.flows.sale_functions import receipt_hits
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.sale.screen import SaleScreen
from pos_app.ui.screens.sale.views import SearchHit
from pos_app.ui.views.orders import order_row
from site_sync.domain.catalogue import Item
from site_sync.domain.customers import Customer
from site_sync.domain.sales import Sale

Hits = tuple[tuple[Item, ...], tuple[Customer, ...], tuple[OrderRow, ...], Sale | None]
HITS = 30


class SaleSearch:
    """Answers while typing; Enter takes the best hit. An item joins the sale, others go their own way."""

    def __init__(
        self, at: Workplace, screen: SaleScreen, add: Callable[[str], None], hit: Callable[[str, str], None]
    ) -> None:
        self._at = at
        self._screen = screen
        self._add = add
        self._other = hit
        screen.searched.connect(self._search)
        screen.entered.connect(self._entered)
        screen.hit_chosen.connect(self._hit)

    def _search(self, typed: str) -> None:
        if typed:
            self._at.tasks.run(_find, typed, self._at.place.store.code, then=self._hits)

    def _hits(self, found: Hits) -> None:
        items, people, rows = found[:3]
        hits = [SearchHit("item", one.sku, one.name, one.sku, amount=one.price) for one in items]
        hits += [SearchHit("customer", one.id, one.name, one.phone) for one in people]
        now = self._at.now()
        for row in rows:
            shown = order_row(row, now)
            hits.append(
                SearchHit(
                    "order",
                    row.id,
                    row.number,
                    shown.customer,
                    badge=shown.badge,
                    badge_tone=shown.badge_tone,
                )
            )
        receipts = [found[3]] if found[3] is not None else []
        self._screen.show_hits([*receipt_hits("receipt", receipts, now), *hits])

    def _entered(self, typed: str) -> None:
        self._at.tasks.run(
            _find, typed, self._at.place.store.code, then=lambda found: self._first_hit(typed, found)
        )

    def _first_hit(self, typed: str, found: Hits) -> None:
        items, people, rows = found[:3]
        if found[3] is not None:
            self._hit("receipt", found[3].number)
        elif items:
            self._hit("item", items[0].sku)
        elif people:
            self._hit("customer", people[0].id)
        elif rows:
            self._hit("order", rows[0].id)
        elif returning.is_receipt_number(typed):
            self._hit("receipt", typed.strip().upper())
        else:
            self._hits(found)

    def _hit(self, kind: str, code: str) -> None:
        self._screen.show_tiles()
        if kind == "item":
            self._add(code)
        else:
            self._other(kind, code)


def _find(desk: Desk, typed: str, store: str) -> Hits:
    rows = orders.listed(desk, OrderFilter(store=store, typed=typed), 10, 0)
    sale = returning.receipt(desk, typed)
    return selling.search(desk, typed)[:HITS], customers.search(desk, typed)[:10], rows, sale
