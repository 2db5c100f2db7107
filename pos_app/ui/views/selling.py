"""A sale in rows and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pos_app.operations import cart as carts
from pos_app.operations.cart import Cart, CartLine
from pos_app.operations.orders import Details
from pos_app.operations.stock_facts import StockFact
from pos_app.store.order_list import Tab
from pos_app.ui.screens.sale.views import SaleCustomer, SaleLineView, SaleOrder, SaleTotals
from pos_app.ui.views.orders import STAGE_TONES, item_words, stage_words
from pos_app.ui.widgets.tile_grid import Tile
from pos_app.ui.wording import money, quantity, say
from site_sync.domain.balances import masked
from site_sync.domain.catalogue import Item, ItemKind
from site_sync.domain.customers import Customer
from site_sync.domain.money import BASIS_POINTS, Money, divide
from site_sync.domain.orders import DeliveryMode, OrderKind
from site_sync.domain.quantities import Unit, value_of
from site_sync.domain.totals import totals

Facts = Mapping[int, StockFact]


def stock_words(line: CartLine, fact: StockFact | None) -> tuple[str, str]:
    """Stock here and elsewhere for a line, and its colour: a warning when it is not all here and free.

    There is little room: which quote gives way matters more than how many are here.
    """
    if fact is None or line.item.kind is not ItemKind.GOODS:
        return "", "ink-2"
    unit, takes = line.item.unit, gives_way_words(fact, line.item.unit)
    if fact.here < line.quantity:
        return " · ".join(part for part in (takes, _elsewhere_words(fact, unit)) if part), "warn"
    return (takes, "warn") if takes else (here_words(fact, unit), "ink-2")


def _elsewhere_words(fact: StockFact, unit: Unit) -> str:
    store, free = max(fact.elsewhere, key=lambda level: level[1], default=("", 0))
    if free <= 0:
        return say("sale.stock_none")
    here = quantity(max(0, fact.here), unit)
    return say("sale.stock_elsewhere", count=here, elsewhere=quantity(free, unit), store=store)


def here_words(fact: StockFact, unit: Unit, *, reserved: bool = True) -> str:
    """What may be promised here, how much of it stands in quotes, and what orders hold back besides."""
    facts = {"count": quantity(max(0, fact.here), unit)}
    key = "sale.stock_here"
    if fact.in_quotes:
        key, facts["quoted"] = "sale.stock_in_quotes", quantity(fact.in_quotes, unit)
    if fact.reserved and reserved:
        key, facts["reserved"] = f"{key}_reserved", quantity(fact.reserved, unit)
    return say(key, **facts)


def gives_way_words(fact: StockFact, unit: Unit) -> str:
    """Which quotes give way to a line, and with how many units."""
    return ", ".join(
        say("sale.gives_way", units=quantity(one.quantity, unit), quote=one.number) for one in fact.gives_way
    )


def gives_way_lines(cart: Cart, facts: Facts) -> str:
    """Which quotes give way to a whole sale, each line that takes from some by its name."""
    taking = [(line.item, facts[line.id]) for line in cart.live if line.id in facts]
    return "\n".join(
        f"{item.name}: {gives_way_words(fact, item.unit)}" for item, fact in taking if fact.gives_way
    )


def fulfilment_words(cart: Cart, deliveries: Sequence[Details]) -> tuple[str, ...]:
    """How the lines of what is made reach the customer, by delivery; none for a plain sale or a quote."""
    if not deliveries or cart.base is not None or deliveries[0].kind is OrderKind.QUOTE:
        return ()
    words = [_short(one) for one in deliveries]
    if len(set(words)) == len(words):
        return tuple(words)
    return tuple(f"{number} · {one}" for number, one in enumerate(words, start=1))


def _short(details: Details) -> str:
    if details.delivery.mode is DeliveryMode.SHIP:
        return say("sale.way_ship")
    return say("sale.way_collect", store=details.delivery.store)


def delivery_words(details: Details) -> str:
    """A delivery as an answer or a heading: where it goes."""
    address = details.delivery.address
    if details.delivery.mode is DeliveryMode.SHIP:
        place = "" if address is None else f"{address.street}, {address.postcode} {address.city}"
        return say("sale.way_ship_to", place=place)
    return say("sale.way_collect_at", store=details.delivery.store)


def _way(cart: Cart, line: CartLine, later: Sequence[str]) -> str:
    """What becomes of a line: it leaves now, or as the rest of its order does."""
    if not later:
        return say("sale.pick_up") if line.marked and cart.base is not None else ""
    if line.marked:
        return say("sale.carry_out")
    return later[line.group if line.group < len(later) else 0]


def line_views(
    cart: Cart, facts: Facts, may: tuple[bool, bool], later: Sequence[str] = ()
) -> list[SaleLineView]:
    """The lines of the cart; `may` says whether prices and discounts may be changed.

    `later` are the words of how the orders that are being made reach the customer.
    """
    may_price, may_discount = may
    views = []
    for line in cart.lines:
        words, tone = stock_words(line, facts.get(line.id))
        views.append(
            SaleLineView(
                line_id=str(line.id),
                name=item_words(line.item.kind, line.item.sku, line.item.name),
                quantity=abs(line.quantity),
                unit_price=line.unit_price,
                amount=Money(line.value, cart.currency),
                unit=line.item.unit,
                detail=" · ".join(part for part in (words, _card(line), line.note) if part),
                detail_tone=tone,
                discount=discount_share(line),
                note=line.note,
                badge=_way(cart, line, later),
                badge_tone="ok" if line.marked else "info",
                void=line.voided,
                may_price=may_price or line.item.open_price,
                may_discount=may_discount,
                markable=cart.base is not None or bool(later),
                marked=bool(line.marked),
                sendable=cart.base is None and not cart.returns,
            )
        )
    return views


def _card(line: CartLine) -> str:
    """The gift card that a line sells."""
    return say("sale.card_line", card=masked(line.card)) if line.card else ""


def discount_share(line: CartLine) -> int:
    """The discount of a line in basis points of its price."""
    gross = value_of(line.unit_price, line.quantity, line.item.unit).amount
    return divide(abs(line.discount) * BASIS_POINTS, abs(gross)) if gross else 0


def totals_view(cart: Cart) -> SaleTotals:
    """The sums below the lines; a recalled order also shows what is paid and left."""
    sums = carts.totals(cart)
    if cart.base is None:
        return SaleTotals(sums.tax, sums.total, cart.prices_include_tax)
    paid = totals(cart.base).paid
    left = Money(max(0, sums.total.amount - paid.amount), cart.currency)
    return SaleTotals(sums.tax, sums.total, cart.prices_include_tax, paid=paid, left=left)


def order_view(cart: Cart) -> SaleOrder | None:
    """The order in the sale, if one was recalled."""
    order = cart.base
    if order is None:
        return None
    kind = "sale.quote" if order.kind is OrderKind.QUOTE else "sale.order"
    stage = order.stage
    return SaleOrder(order.number, say(kind), stage_words(stage, order.closed_as), STAGE_TONES[stage])


def customer_view(customer: Customer, open_orders: int) -> SaleCustomer:
    """Who the sale is for."""
    badge = say("sale.open_orders", count=open_orders) if open_orders else ""
    if not customer.member_card:
        return SaleCustomer(customer.name, customer.phone or customer.email, badge)
    if not open_orders:
        return SaleCustomer(customer.name, say("sale.member", card=customer.member_card), badge)
    detail = say("sale.member_orders", card=customer.member_card, count=open_orders)
    return SaleCustomer(customer.name, detail, badge)


def item_tile(item: Item, count: int) -> Tile:
    """An item as a tile; `count` says how many lie in the cart."""
    price = say("sale.open_price") if item.open_price and not item.price else money(item.price)
    if item.open_price and item.price:
        price = say("sale.from_price", amount=item.price)
    shown = quantity(count, item.unit) if count else ""
    picture = f"{item.picture}{item.colour}" if item.picture else ""
    return Tile(item.sku, item.name, price, count=shown, picture=picture)


def function_details(counts: Mapping[Tab, int]) -> dict[str, str]:
    """The second lines of the dark tiles: what waits."""
    waiting = {"pick": counts.get(Tab.TO_PICK, 0), "put_back": counts.get(Tab.TO_PUT_BACK, 0)}
    details = {code: say("sale.waiting", count=count) for code, count in waiting.items() if count}
    quotes = counts.get(Tab.QUOTES, 0)
    return details | ({"quotes": say("sale.open_count", count=quotes)} if quotes else {})
