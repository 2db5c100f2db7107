"""Shopify's order and refund documents, in the shapes its webhooks carry, as an order of a shop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal

from site_sync.domain.customers import Address
from site_sync.domain.money import BASIS_POINTS
from site_sync.service.connectors.reading import Doc, DocumentOdd, currency_of, minor, thousandths
from site_sync.service.connectors.shop_order import (
    Person,
    Refunded,
    ShopLine,
    ShopOrder,
    ShopRefund,
    ShopState,
    Told,
    Way,
)

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FULLY_PAID = ("paid", "partially_refunded", "refunded")
RANKS = {
    "pending": 1,
    "authorized": 2,
    "partially_paid": 3,
    "paid": 4,
    "partially_refunded": 5,
    "refunded": 6,
}
CANCELLED_RANK = 9
PICK_UP = ("pick_up", "pickup", "local_pickup")
ROUNDING = 5
"""Minor units by which a total may differ from its lines by rounding."""


def read_shopify(doc: Doc) -> Told | None:
    """What a body tells, None when it is not about an order; it goes by the body alone."""
    if doc.has("order_id") and doc.names() & {"refund_line_items", "transactions"}:
        return _refund_document(doc)
    if not {"line_items", "currency", "financial_status"} <= doc.names():
        return None
    return _order(doc)


def _order(doc: Doc) -> ShopOrder:
    currency = currency_of(doc)
    cancelled = doc.has("cancelled_at")
    refunds = tuple(_refund(refund, currency) for refund in doc.each("refunds"))
    way, places, method = _way(doc)
    return ShopOrder(
        id=doc.id("id"),
        label=(doc.text("name", 60) or doc.text("order_number", 60)).removeprefix("#"),
        updated_at=doc.moment("updated_at") or doc.moment("created_at") or LONG_AGO,
        rank=CANCELLED_RANK if cancelled else RANKS.get(doc.text("financial_status", 40), 0),
        state=ShopState.CANCELLED if cancelled else ShopState.LIVE,
        currency=currency,
        prices_include_tax=doc.flag("taxes_included"),
        person=_person(doc),
        way=way,
        places=places,
        method=method,
        lines=tuple(_lines(doc, currency, refunds)),
        address=_address(doc.inner("shipping_address")),
        paid=_paid(doc, currency, refunds),
        refunds=refunds,
        comment=doc.text("note", 600, lines=True),
    )


def _paid(doc: Doc, currency: str, refunds: Iterable[ShopRefund]) -> int:
    """What was taken, refunds not deducted."""
    status = doc.text("financial_status", 40)
    given_back = sum(refund.amount for refund in refunds)
    if status == "partially_paid" or (status in FULLY_PAID and doc.has("total_outstanding")):
        if not doc.has("current_total_price"):
            return 0
        held = doc.number("current_total_price") - doc.number("total_outstanding")
        return max(0, minor(held, currency) + given_back)
    return max(0, minor(doc.number("total_price"), currency)) if status in FULLY_PAID else 0


def _person(doc: Doc) -> Person:
    customer, billing, shipping = (doc.inner(n) for n in ("customer", "billing_address", "shipping_address"))
    names = (
        billing.full_name(),
        customer.full_name(),
        shipping.full_name(),
        billing.text("name"),
        shipping.text("name"),
    )
    email = doc.text("email") or doc.text("contact_email") or customer.text("email")
    phones = (doc, shipping, billing, customer)
    return Person(
        name=next((name for name in names if name), ""),
        email=email,
        phone=next((phone for one in phones if (phone := one.text("phone", 60))), ""),
        country=billing.text("country_code", 2) or shipping.text("country_code", 2),
        language=doc.text("customer_locale", 12)[:2].lower(),
    )


def _address(doc: Doc) -> Address | None:
    street, city = doc.text("address1"), doc.text("city", 100)
    if not street and not city:
        return None
    extra = ", ".join(text for text in (doc.text("address2", 100), doc.text("company", 90)) if text)
    country = doc.text("country_code", 2)
    return Address(street, doc.text("zip", 20), city, country, extra)


def _way(doc: Doc) -> tuple[Way, tuple[str, ...], str]:
    """How the goods go: told by fulfilment orders when given, else by what the shipping line is called."""
    places: list[str] = []
    way, method = Way.BY_NAME, ""
    for order in doc.each("fulfillment_orders"):
        kind = order.inner("delivery_method").text("method_type", 40).lower()
        if kind in PICK_UP:
            way = Way.COLLECT
            assigned = order.inner("assigned_location")
            places += [assigned.text("name"), order.text("assigned_location_id", 40)]
        elif kind == "shipping" and way is Way.BY_NAME:
            way = Way.SHIP
    for line in doc.each("shipping_lines"):
        method = method or line.text("code", 100)
        places += [line.text(name) for name in ("title", "code", "source", "carrier_identifier")]
        if line.text("delivery_category", 40).lower() in PICK_UP:
            way = Way.COLLECT
    for note in doc.each("note_attributes"):
        name = note.text("name", 100).lower()
        if "pickup" in name and isinstance(note.plain("value"), str | int):
            places.append(note.text("value"))
    places.append(doc.text("location_id", 40))
    return way, tuple(dict.fromkeys(place for place in places if place)), method


def _price(line: Doc, name: str) -> Decimal:
    """An amount in the shop's currency, from the plain field or its price set."""
    if line.has(name):
        return line.number(name)
    return line.inner(f"{name}_set").inner("shop_money").number("amount")


def _rate(line: Doc) -> tuple[int, Decimal]:
    """A line's tax rate in basis points, and the tax charged."""
    taxes = line.each("tax_lines")
    charged = sum((_price(tax, "price") for tax in taxes), Decimal(0))
    rate = sum((tax.number("rate") for tax in taxes if _price(tax, "price")), Decimal(0))
    return min(BASIS_POINTS, max(0, int((rate * BASIS_POINTS).to_integral_value()))), charged


def _lines(doc: Doc, currency: str, refunds: Iterable[ShopRefund]) -> Iterator[ShopLine]:
    including = doc.flag("taxes_included")
    gone: dict[str, int] = {}
    for refund in refunds:
        for line_id, units in refund.units:
            gone[line_id] = gone.get(line_id, 0) + units
    sums = 0
    for line in doc.each("line_items"):
        read = _goods(line, currency, including, gone)
        sums += read.gross
        yield read
    for line in doc.each("shipping_lines"):
        charge = _charged(line, f"shipping:{line.text('id', 40)}", (currency, including))
        sums += charge.gross
        if charge.gross:
            yield charge
    tip = minor(doc.number("total_tip_received"), currency)
    if tip > 0:
        sums += tip
        yield ShopLine("tip", (), "Tip", False, 1000, tip, tip, 0)
    rest = minor(doc.number("total_price"), currency) - sums
    if rest and abs(rest) <= ROUNDING:
        yield ShopLine("rest", (), "Rounding", False, 1000, rest, rest, 0)


def _goods(line: Doc, currency: str, including: bool, gone: dict[str, int]) -> ShopLine:
    name = f"item:{line.id('id')}"
    ordered = thousandths(line, "quantity")
    if ordered < 0:
        raise DocumentOdd(line.at("quantity"), "is below zero")
    quantity = ordered
    if line.has("current_quantity"):  # an edited order: what is left and what refunds took away
        quantity = min(ordered, max(0, thousandths(line, "current_quantity")) + gone.get(name, 0))
    full = _price(line, "price") * ordered / 1000
    off = sum((_price(part, "amount") for part in line.each("discount_allocations")), Decimal(0))
    rate, tax = _rate(line)
    after = max(Decimal(0), full - off)
    gross = after if including else after + tax
    keys = [line.text("sku", 64)]
    keys += [f"{key}:{line.text(f'{key}_id', 30)}" for key in ("variant", "product") if line.has(f"{key}_id")]
    share = Decimal(quantity) / ordered if ordered else Decimal(0)
    return ShopLine(
        name,
        tuple(key for key in keys if key),
        line.text("title") or line.text("name"),
        line.plain("requires_shipping") is not False and not line.flag("gift_card"),
        quantity,
        minor(full * share, currency),
        minor(gross * share, currency),
        rate,
    )


def _charged(line: Doc, name: str, about: tuple[str, bool]) -> ShopLine:
    currency, including = about
    full = _price(line, "price")
    off = sum((_price(part, "amount") for part in line.each("discount_allocations")), Decimal(0))
    rate, tax = _rate(line)
    after = max(Decimal(0), full - off)
    gross = minor(after if including else after + tax, currency)
    text = line.text("title") or "Shipping"
    return ShopLine(name, (), text, False, 1000, minor(full, currency), gross, rate)


def _refund(refund: Doc, currency: str) -> ShopRefund:
    units = tuple(
        (f"item:{line.id('line_item_id')}", thousandths(line, "quantity"))
        for line in refund.each("refund_line_items")
        if thousandths(line, "quantity") > 0
    )
    amount = sum(
        (
            abs(transaction.number("amount"))
            for transaction in refund.each("transactions")
            if transaction.text("kind", 20) == "refund" and transaction.text("status", 20) in ("success", "")
        ),
        Decimal(0),
    )
    return ShopRefund(refund.id("id"), minor(amount, currency), tuple(sorted(units)))


def _refund_document(doc: Doc) -> Refunded:
    """A refund on its own; its currency is named in its transactions only."""
    named = next((t for t in doc.each("transactions") if t.has("currency")), None)
    currency = currency_of(named) if named is not None else "EUR"
    return Refunded(doc.id("order_id"), _refund(doc, currency))
