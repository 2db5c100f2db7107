"""WooCommerce's order document (REST API v3, as its webhooks carry it) as an order of a shop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from site_sync.domain.customers import Address
from site_sync.domain.money import BASIS_POINTS, divide
from site_sync.service.connectors.reading import Doc, DocumentOdd, currency_of, minor, thousandths
from site_sync.service.connectors.shop_order import (
    Deleted,
    Person,
    ShopLine,
    ShopOrder,
    ShopRefund,
    ShopState,
    Told,
    Way,
)

WAITING, CANCELLED = ShopState.WAITING, ShopState.CANCELLED
STATES: dict[str, tuple[ShopState, int]] = {
    "auto-draft": (WAITING, 0),
    "checkout-draft": (WAITING, 0),
    "draft": (WAITING, 0),
    "pending": (WAITING, 1),
    "failed": (WAITING, 1),
    "on-hold": (ShopState.LIVE, 2),
    "processing": (ShopState.LIVE, 3),
    "completed": (ShopState.LIVE, 5),
    "trash": (CANCELLED, 7),
    "cancelled": (CANCELLED, 8),
    "refunded": (CANCELLED, 9),
}
"""What each status means, and how far along it is; statuses that plug-ins add are live."""
OTHER_STATUS = (ShopState.LIVE, 4)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
PICKUP = ("local_pickup", "pickup_location")
PLACE_KEYS = ("pickup_location", "_pickup_location_name", "pickup_location_name", "_pickup_location")
RATE_TOLERANCE = 2
"""Minor units by which a tax may differ from its rate, as shops round per unit or per line."""


def read_woocommerce(doc: Doc) -> Told | None:
    """What a body tells, None when it is not about an order.

    It goes by the body alone, as the headers beside it are not signed: an order that was taken away comes
    as its bare id.
    """
    if doc.names() == {"id"}:
        return Deleted(doc.id("id"))
    if not {"line_items", "status", "currency"} <= doc.names() or doc.text("type") == "shop_order_refund":
        return None
    return _order(doc)


def _order(doc: Doc) -> ShopOrder:
    currency = currency_of(doc)
    state, rank = STATES.get(doc.text("status", 60).removeprefix("wc-"), OTHER_STATUS)
    paid = doc.has("date_paid_gmt") or doc.has("date_paid")
    label = doc.text("number", 60)
    way, places, method = _way(doc)
    address = _address(doc.inner("shipping")) or (
        None if way is Way.COLLECT else _address(doc.inner("billing"))
    )
    return ShopOrder(
        id=doc.id("id"),
        label=label,
        updated_at=_updated(doc),
        rank=rank,
        state=state,
        currency=currency,
        prices_include_tax=doc.flag("prices_include_tax"),
        person=_person(doc),
        way=way,
        places=places,
        method=method,
        lines=tuple(_lines(doc, currency)),
        address=address,
        paid=max(0, minor(doc.number("total"), currency)) if paid else 0,
        refunds=tuple(_refunds(doc, currency)),
        comment=doc.text("customer_note", 600, lines=True),
    )


def _updated(doc: Doc) -> datetime:
    names = ("date_modified_gmt", "date_modified", "date_created_gmt", "date_created")
    return next((moment for name in names if (moment := doc.moment(name))), LONG_AGO)


def _person(doc: Doc) -> Person:
    billing, shipping = doc.inner("billing"), doc.inner("shipping")
    name = billing.full_name() or shipping.full_name() or billing.text("company")
    phone = billing.text("phone", 60) or shipping.text("phone", 60)
    country = billing.text("country", 2) or shipping.text("country", 2)
    return Person(name, billing.text("email"), phone, country)


def _address(doc: Doc) -> Address | None:
    street, city = doc.text("address_1"), doc.text("city", 100)
    if not street and not city:
        return None
    extra = ", ".join(text for text in (doc.text("address_2", 100), doc.text("company", 90)) if text)
    return Address(street, doc.text("postcode", 20), city, doc.text("country", 2), extra)


def _way(doc: Doc) -> tuple[Way, tuple[str, ...], str]:
    """How the goods go, the names their store may be known by, and the shipping method."""
    places: list[str] = []
    method, collect = "", False
    for line in doc.each("shipping_lines"):
        code = line.text("method_id", 60)
        method = method or code
        if code.partition(":")[0].startswith(PICKUP):
            collect = True
        for meta in line.each("meta_data"):
            if meta.text("key", 100) in PLACE_KEYS and isinstance(meta.plain("value"), str | int):
                places.append(meta.text("value"))
        places.append(line.text("method_title"))
        if instance := line.text("instance_id", 20):
            places.append(f"{code}:{instance}")
    kept = tuple(dict.fromkeys(place for place in places if place))
    return (Way.COLLECT if collect else Way.BY_NAME), kept, method


def _rates(doc: Doc) -> dict[str, Decimal]:
    """Percent per tax rate's id."""
    return {line.text("rate_id", 30): line.number("rate_percent") for line in doc.each("tax_lines")}


def _rate(line: Doc, rates: dict[str, Decimal], net: int, tax: int) -> int:
    """A line's tax rate in basis points: as named if that gives the tax that was charged, else as charged."""
    named = sum(
        (
            rates.get(part.text("id", 30), Decimal(0))
            for part in line.each("taxes")
            if part.number("subtotal") or part.number("total")
        ),
        Decimal(0),
    )
    points = min(BASIS_POINTS, max(0, int((named * 100).to_integral_value())))
    if abs(divide(net * points, BASIS_POINTS) - tax) <= RATE_TOLERANCE:
        return points
    return min(BASIS_POINTS, max(0, divide(tax * BASIS_POINTS, net))) if net > 0 else 0


def _lines(doc: Doc, currency: str) -> Iterator[ShopLine]:
    rates, including = _rates(doc), doc.flag("prices_include_tax")
    sums = 0
    for line in doc.each("line_items"):
        read = _goods(line, currency, rates, including)
        sums += read.gross
        yield read
    for kind, name in (("shipping", "shipping_lines"), ("fee", "fee_lines")):
        for line in doc.each(name):
            charge = _charge(line, kind, (currency, rates, including))
            sums += charge.gross
            if charge.gross:
                yield charge
    if rest := minor(doc.number("total"), currency) - sums:
        text = "Rounding" if abs(rest) <= RATE_TOLERANCE * 5 else "Other charges"
        yield ShopLine("rest", (), text, False, 1000, rest, rest, 0)


def _amounts(line: Doc, name: str, currency: str) -> tuple[int, int]:
    """Net and gross of an amount that is written net, with its tax beside it."""
    net, tax = line.number(name), line.number(f"{name}_tax")
    return minor(net, currency), minor(net + tax, currency)


def _goods(line: Doc, currency: str, rates: dict[str, Decimal], including: bool) -> ShopLine:
    full_net, full_gross = _amounts(line, "subtotal", currency)
    net, gross = _amounts(line, "total", currency)
    if min(net, gross, full_net) < 0:
        raise DocumentOdd(line.at("total"), "is below zero")
    quantity = thousandths(line, "quantity")
    if quantity < 0:
        raise DocumentOdd(line.at("quantity"), "is below zero")
    rate = _rate(line, rates, full_net or net, (full_gross - full_net) if full_net else gross - net)
    keys = [line.text("sku", 64)]
    if line.text("variation_id", 20) not in ("", "0"):
        keys.append(f"variation:{line.text('variation_id', 20)}")
    if line.text("product_id", 20) not in ("", "0"):
        keys.append(f"product:{line.text('product_id', 20)}")
    before = max(full_gross, gross) if including else max(full_net, net)
    named = tuple(key for key in keys if key)
    return ShopLine(f"item:{line.id('id')}", named, line.text("name"), True, quantity, before, gross, rate)


def _charge(line: Doc, kind: str, about: tuple[str, dict[str, Decimal], bool]) -> ShopLine:
    currency, rates, including = about
    net, gross = _amounts(line, "total", currency)
    text = line.text("method_title") or line.text("name") or kind.capitalize()
    rate = _rate(line, rates, net, gross - net)
    return ShopLine(
        f"{kind}:{line.id('id')}", (), text, False, 1000, gross if including else net, gross, rate
    )


def _refunds(doc: Doc, currency: str) -> Iterator[ShopRefund]:
    for refund in doc.each("refunds"):
        amount = abs(minor(refund.number("total"), currency))
        if amount:
            yield ShopRefund(refund.id("id"), amount)
