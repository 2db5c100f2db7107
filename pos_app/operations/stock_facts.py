"""What may be promised of the items of a sale, here and elsewhere, and what of it stands in quotes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pos_app.operations.baskets import Deliveries, place_of
from pos_app.operations.cart import Cart, CartLine
from pos_app.operations.desk import Desk
from site_sync.domain import quoted
from site_sync.domain.catalogue import Item, ItemKind
from site_sync.domain.orders import OrderKind
from site_sync.domain.quoted import GivesWay, SoftReservation
from site_sync.domain.stock import StockLevel


@dataclass(frozen=True, slots=True)
class StockFact:
    """What may be promised of a line's item: here, and at other stores as (store code, units).

    `reserved` is what orders hold back here. `in_quotes` are those of the units here that quotes reserve
    softly; `gives_way` are the quotes that the line takes some from.
    """

    here: int
    elsewhere: tuple[tuple[str, int], ...]
    reserved: int = 0
    in_quotes: int = 0
    gives_way: tuple[GivesWay, ...] = ()


def stock_fact(desk: Desk, item: Item) -> StockFact:
    """What may be promised of an item."""
    return _fact(desk, item, _kept(desk, item.sku))


def stock_facts(desk: Desk, cart: Cart, deliveries: Deliveries = ()) -> dict[int, StockFact]:
    """What may be promised of each line's item, by line; the deliveries say what is taken here at all."""
    own = cart.base.id if cart.base else ""
    kept: dict[str, tuple[SoftReservation, ...]] = {}
    taken: dict[str, int] = {}
    facts = {}
    for line in cart.live:
        if line.item.kind is not ItemKind.GOODS:
            continue
        sku = line.item.sku
        if sku not in kept:
            kept[sku] = _kept(desk, sku, own)
        fact, before = _fact(desk, line.item, kept[sku]), taken.get(sku, 0)
        units = _taken(desk, cart, line, deliveries)
        gives = quoted.giving_way(kept[sku], fact.here - before, units)
        facts[line.id] = replace(fact, gives_way=gives)
        taken[sku] = before + units
    return facts


def _fact(desk: Desk, item: Item, kept: Iterable[SoftReservation]) -> StockFact:
    here = desk.identity.store
    levels = {level.store: level for level in desk.store.catalogue.stock_of(item.sku)}
    own = levels.pop(here, StockLevel(item.sku, here))
    others = tuple(sorted((store, level.available) for store, level in levels.items()))
    return StockFact(own.available, others, own.reserved, quoted.in_quotes(own.available, kept))


def _kept(desk: Desk, sku: str, own: str = "") -> tuple[SoftReservation, ...]:
    """What quotes but one's own reserve softly of an item here, as far as this till knows them."""
    policies, here = desk.store.shop.policies(), desk.identity.store
    if not policies.quotes_reserve:
        return ()
    quotes = (quote for quote in desk.store.quotes.with_item(sku) if quote.id != own)
    found = (one for quote in quotes for one in quoted.of_quote(quote))
    here_too = (one for one in found if (one.store, one.sku) == (here, sku))
    return quoted.standing(here_too, policies, desk.now())


def _taken(desk: Desk, cart: Cart, line: CartLine, deliveries: Deliveries) -> int:
    """Units that the line wants here beyond what its order holds already."""
    if cart.returns:
        return 0
    here, base = desk.identity.store, cart.base
    if deliveries and (deliveries[place_of(line, deliveries)].delivery.store or here) != here:
        return line.marked
    ordered = base is not None and base.kind is OrderKind.CUSTOMER_ORDER
    if base is None or not ordered or line.order_line is None:
        return line.quantity
    return max(0, line.quantity - base.line(line.order_line).quantities.live)
