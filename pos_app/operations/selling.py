"""Selling goods that are carried out: filling the cart, parking it, finishing the sale."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from pos_app.operations import cart as carts
from pos_app.operations import cut_off, paying, printing, returning
from pos_app.operations.cart import Cart, CartLine
from pos_app.operations.desk import Acting, Desk, need
from pos_app.operations.paying import PAID_WITH, Tendering
from pos_app.store.sales import ParkedSale
from pos_app.store.store import need_to_fit
from site_sync.domain.balances import card_number
from site_sync.domain.catalogue import Category, Item, ItemKind
from site_sync.domain.codes import EmbeddedMeasure, Scan, ScanKind
from site_sync.domain.customers import Customer
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import BASIS_POINTS, Money, divide
from site_sync.domain.numbers import receipt_number
from site_sync.domain.offline import OfflineAct
from site_sync.domain.permissions import Right
from site_sync.domain.quantities import value_of
from site_sync.domain.sales import Sale, SaleLine, return_note
from site_sync.domain.scales import units_of
from site_sync.domain.shop import StaffMember
from site_sync.protocol.changes import RECORDS, RecordKind
from site_sync.protocol.codec import SALE

_ITEM = RECORDS[RecordKind.ITEM]
_CUSTOMER = RECORDS[RecordKind.CUSTOMER]


@dataclass(frozen=True, slots=True)
class Sold:
    """A finished sale with the jobs of its receipt."""

    sale: Sale
    change: Money
    jobs: tuple[str, ...]


def new_cart(desk: Desk) -> Cart:
    """An empty cart."""
    return Cart(desk.currency, prices_include_tax=desk.policy().prices_include_tax)


def categories(desk: Desk) -> tuple[Category, ...]:
    """The keys above the tiles."""
    return desk.store.shop.categories()


def tiles(desk: Desk, category: str = "") -> tuple[Item, ...]:
    """The items of a category, or the favourites."""
    return desk.store.catalogue.in_category(category)


def search(desk: Desk, typed: str) -> tuple[Item, ...]:
    """Items that fit what is typed so far."""
    return desk.store.catalogue.search(typed)


def find_item(desk: Desk, typed: str) -> Item | None:
    """The item of a bar code or SKU, or the first that fits what was typed."""
    found = desk.store.catalogue.by_code(typed.strip()) or desk.store.catalogue.item(typed.strip())
    return found or next(iter(search(desk, typed)), None)


def add_item(desk: Desk, cart: Cart, sku: str, quantity: int | None = None) -> Cart | Refusal:
    """The cart with more of an item."""
    item = desk.store.catalogue.item(sku)
    if item is None:
        return Refusal(Code.ITEM_UNKNOWN, {"code": sku})
    return carts.with_item(cart, item, quantity)


def add_scan(desk: Desk, cart: Cart, scan: Scan) -> Cart | Refusal:
    """The cart with the scanned item; a code nobody knows says what was seen and changes nothing."""
    if scan.kind not in (ScanKind.ITEM, ScanKind.UNKNOWN):
        return Refusal(Code.CODE_UNKNOWN, {"code": scan.shown})
    item = desk.store.catalogue.by_code(scan.barcode or scan.raw)
    if item is None:
        return Refusal(Code.ITEM_UNKNOWN, {"code": scan.shown})
    value = scan.embedded
    if value is None:
        return carts.with_item(cart, item)
    if value.measure is EmbeddedMeasure.WEIGHT:
        return carts.with_item(cart, item, units_of(value, item.unit, item.price))
    added = carts.with_item(cart, replace(item, open_price=True))
    if isinstance(added, Refusal):
        return added
    return carts.with_price(added, added.lines[-1].id, Money(value.amount, cart.currency))


def set_price(desk: Desk, acting: Acting, cart: Cart, line_id: int, price: Money) -> Cart | Refusal:
    """Another price on a line; free for items sold at an open price, else by right."""
    if cart.returns:
        return Refusal(Code.AMOUNT_INVALID, {"amount": price.amount})
    line = cart.line(line_id)
    if line is not None and not line.item.open_price:
        refusal = need(acting, Right.SALE_PRICE)
        if refusal is not None:
            return refusal
    return carts.with_price(cart, line_id, price)


def set_discount(desk: Desk, acting: Acting, cart: Cart, line_id: int, discount: Money) -> Cart | Refusal:
    """A discount on a line, by right."""
    if cart.returns:
        return Refusal(Code.AMOUNT_INVALID, {"amount": discount.amount})
    refusal = need(acting, Right.SALE_DISCOUNT)
    return refusal if refusal is not None else carts.with_discount(cart, line_id, discount)


def set_discount_share(desk: Desk, acting: Acting, cart: Cart, line_id: int, share: int) -> Cart | Refusal:
    """A discount of so many basis points of a line's price, by right."""
    line = cart.line(line_id)
    gross = value_of(line.unit_price, line.quantity, line.item.unit).amount if line else 0
    amount = Money(divide(gross * share, BASIS_POINTS), cart.currency)
    return set_discount(desk, acting, cart, line_id, amount)


def set_sale_discount(desk: Desk, acting: Acting, cart: Cart, share: int) -> Cart | Refusal:
    """A discount of so many basis points on the whole sale, by right."""
    refusal = need(acting, Right.SALE_DISCOUNT)
    return refusal if refusal is not None else carts.with_sale_discount(cart, share)


def void(desk: Desk, acting: Acting, cart: Cart, line_id: int) -> Cart | Refusal:
    """The cart without a line, by right; goods that were to come back are simply left out."""
    refusal = None if cart.returns else need(acting, Right.SALE_VOID)
    return refusal if refusal is not None else carts.without(cart, line_id)


def load_card(desk: Desk, cart: Cart, line_id: int, typed: str) -> Cart | Refusal:
    """The number of the gift card that is sold; loading needs the centre unless the shop allows otherwise."""
    against = cut_off.refusal(desk, OfflineAct.SELL_GIFT_CARD)
    if against is not None:
        return against
    number = card_number(typed)
    return number if isinstance(number, Refusal) else carts.with_card(cart, line_id, number)


def park(desk: Desk, acting: Acting, cart: Cart, note: str = "") -> str | Refusal:
    """Lay the cart aside with the approval given in it; the id it is taken back by."""
    if not cart.lines:
        return Refusal(Code.NO_LINES)
    if cart.base is not None or cart.returns:
        return Refusal(Code.NOT_ALLOWED_IN_STAGE, {"act": "park"})
    parked = ParkedSale(
        id=desk.new_id(),
        at=desk.now(),
        staff=acting.staff.id,
        note=note.strip(),
        total=carts.totals(cart).total.amount,
        body=_written(acting, cart),
    )
    desk.store.sales.park(parked)
    return parked.id


def parked(desk: Desk) -> tuple[ParkedSale, ...]:
    """Carts laid aside."""
    return desk.store.sales.parked()


@dataclass(frozen=True, slots=True)
class Resumed:
    """A parked cart, and who approved what in it for which reason."""

    cart: Cart
    approver: StaffMember | None = None
    reason: str = ""


def resume(desk: Desk, parked_id: str) -> Resumed | None:
    """A parked cart; None when somebody took it already."""
    found = desk.store.sales.resume(parked_id)
    if found is None:
        return None
    data = json.loads(found.body)
    approver = desk.store.shop.staff_member(data.get("approver", ""))
    return Resumed(_read(data), approver, data.get("reason", ""))


def _written(acting: Acting, cart: Cart) -> str:
    lines = [asdict(replace(line, group=0)) | {"item": _ITEM.text(line.item)} for line in cart.lines]
    customer = _CUSTOMER.text(cart.customer) if cart.customer else None
    kept = {"currency": cart.currency, "lines": lines, "customer": customer}
    approver = acting.approver.id if acting.approver else ""
    approval = {"approver": approver, "reason": acting.reason if approver else ""}
    return json.dumps(kept | {"prices_include_tax": cart.prices_include_tax} | approval)


def _read(data: dict[str, Any]) -> Cart:
    lines = tuple(
        CartLine(**line | {"item": _ITEM.load(line["item"]), "unit_price": Money(**line["unit_price"])})
        for line in data["lines"]
    )
    customer: Customer | None = _CUSTOMER.load(data["customer"]) if data["customer"] else None
    including: bool = data.get("prices_include_tax", True)
    return Cart(data["currency"], lines, customer, prices_include_tax=including)


def finish(desk: Desk, acting: Acting, cart: Cart, tendering: Tendering) -> Sold | Refusal:
    """The sale is paid and carried out: receipt number, money, stock and paper in one transaction."""
    refusal = _may_finish(desk, acting, cart, tendering)
    if refusal is not None:
        return refusal
    change = paying.change(tendering)
    with desk.store.file.transaction():
        identity, counter = desk.identity, desk.store.counters.next("receipts")
        number = receipt_number(identity.store, identity.till, counter)
        sale = _sale(desk, acting, cart, tendering, number)
        beside = paying.beside(tendering)
        cards = tuple(card.attempt for card in returning.cards(cart)) if cart.returns else ()
        desk.store.keep_sale(sale, replace(beside, holds=(*beside.holds, *cards)))
        jobs = printing.print_sale(desk, acting, sale, asks_receipt=tendering.asks_receipt)
    return Sold(sale, change, jobs)


def check(desk: Desk, acting: Acting, cart: Cart) -> Refusal | None:
    """Why this cart cannot be sold, asked before any money moves."""
    shift = desk.store.cash.open_shift()
    if shift is None or shift.id != acting.shift:
        return Refusal(Code.SHIFT_NEEDED)
    refusal = _may_sell(desk, acting, cart)
    if refusal is None:
        unpaid = _sale(desk, acting, cart, paying.begin(carts.totals(cart).total), "")
        need_to_fit(SALE.text(unpaid), PAID_WITH)
    return refusal


def _may_sell(desk: Desk, acting: Acting, cart: Cart) -> Refusal | None:
    if not cart.live:
        return Refusal(Code.NO_LINES)
    if not acting.shift:
        return Refusal(Code.SHIFT_NEEDED)
    if cart.returns:
        return returning.refusal_against(desk, acting, cart)
    for line in cart.live:
        if line.item.kind is ItemKind.GIFT_CARD and not (line.card and line.value > 0):
            return Refusal(Code.CARD_NUMBER_NEEDED, {"line": line.id})
    return None


def _may_finish(desk: Desk, acting: Acting, cart: Cart, tendering: Tendering) -> Refusal | None:
    refusal = _may_sell(desk, acting, cart)
    if refusal is not None:
        return refusal
    due = carts.totals(cart).total
    if tendering.due != due or not paying.is_enough(tendering):
        rest = due.amount - sum(taken.amount for taken in tendering.taken)
        return Refusal(Code.BALANCE_DUE, {"due": rest, "currency": cart.currency})
    return None


def _sale(desk: Desk, acting: Acting, cart: Cart, tendering: Tendering, number: str) -> Sale:
    identity = desk.identity
    return Sale(
        id=desk.new_id(),
        number=number,
        store=identity.store,
        till=identity.till,
        shift=acting.shift,
        by=acting.by,
        at=desk.now(),
        currency=cart.currency,
        prices_include_tax=cart.prices_include_tax,
        lines=tuple(_sale_line(number, line, cart) for number, line in enumerate(cart.live, start=1)),
        payments=paying.given(tendering),
        change=paying.change(tendering),
        rounding=paying.rounding(tendering),
        customer_id=cart.customer.id if cart.customer else "",
        approver=replace(acting.by, id=acting.approver.id, name=acting.approver.name)
        if acting.approver
        else None,
        reason=acting.reason,
    )


def _sale_line(number: int, line: CartLine, cart: Cart) -> SaleLine:
    item = line.item
    back = cart.returns and line.order_line is not None
    note = return_note(cart.returns, line.order_line or 0) if back else line.note
    return SaleLine(
        id=number,
        sku=item.sku,
        description=item.name,
        quantity=line.quantity,
        unit_price=line.unit_price,
        tax_rate=item.tax_rate,
        discount=line.discount,
        unit=item.unit,
        kind=item.kind,
        note=note,
        card=line.card,
        to=cart.to,
    )
