"""What a shop's order shall be here: its names mapped, its amounts shared out, exact to the minor unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import phonenumbers

from site_sync.domain.catalogue import Item, ItemKind
from site_sync.domain.customers import Collector, Customer
from site_sync.domain.money import BASIS_POINTS, Money, divide, split, tax_on
from site_sync.domain.orders import Delivery, DeliveryMode
from site_sync.domain.quantities import PIECE, Unit, value_of
from site_sync.protocol.codec import Codec
from site_sync.service.connector_register import Connector, ItemMapping, NotMapped
from site_sync.service.connectors.reading import DocumentOdd
from site_sync.service.connectors.shop_order import Known, Person, ShopLine, ShopOrder, ShopState, Way
from site_sync.service.database.records import Settled
from site_sync.service.sentences import said
from site_sync.service.web_order_words import BUILT_IN

ROUNDING = "rounding"
NO_SKU = ("variation:", "variant:", "product:")
"""How the keys of a line begin that are no SKU."""


class NeedsMapping(Exception):
    """A shop's SKUs or the name of a store mean nothing here yet."""

    def __init__(self, items: tuple[str, ...], places: tuple[str, ...], *, store: bool) -> None:
        words = [said(f"unknown item {name}") for name in items]
        if store:
            named = " / ".join(places) or said("the order names none")
            words.append(said(f"unknown store ({named})"))
        super().__init__("; ".join(words))
        self.facts = {"items": list(items), "stores": list(places) if store else []}


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A line as it shall be: quantity in smallest units, `value` after discount in the sense of prices."""

    external_line: str
    sku: str
    description: str
    kind: ItemKind
    unit: Unit
    quantity: int
    unit_price: int
    value: int
    tax_rate: int
    shelf: str = ""
    price_differs: bool = False

    @property
    def discount(self) -> int:
        """What is taken off the whole line, in minor units."""
        return value_of(Money(self.unit_price, "XXX"), self.quantity, self.unit).amount - self.value


@dataclass(frozen=True, slots=True)
class Target:
    """An order as it shall be, all of it."""

    currency: str
    prices_include_tax: bool
    customer: Customer
    delivery: Delivery
    collector: Collector | None
    comment: str
    cancelled: bool
    lines: tuple[TargetLine, ...]
    paid: int
    refunds: tuple[tuple[str, int], ...]


TARGET: Codec[Target] = Codec(Target, "an order as its shop wants it")


@dataclass(frozen=True, slots=True)
class Means:
    """What a document is measured by: the connector, the site's settled records, the items it names."""

    connector: Connector
    settled: Settled
    items: Mapping[str, Item]
    modes: Mapping[str, DeliveryMode]


def mapping_of(connector: Connector, line: ShopLine) -> ItemMapping:
    """Our SKU for a line's item: as mapped, else the shop's own SKU; one without any id goes by its name."""
    for key in line.keys or (line.description,):
        if mapped := connector.settings.items.get(key):
            return mapped
    named = bool(line.keys) and not line.keys[0].startswith(NO_SKU)
    return ItemMapping(line.keys[0] if named else "")


def make_target(known: Known, order: ShopOrder, means: Means) -> Target:
    """What the order shall be; NeedsMapping when it names what is unknown here, DocumentOdd if it is none."""
    refunds = known.refunds if order.paid else tuple(replace(one, amount=0) for one in known.refunds)
    given_back = min(order.paid, sum(refund.amount for refund in refunds))
    cancelled = known.deleted or order.state is ShopState.CANCELLED or 0 < order.paid <= given_back
    gone: dict[str, int] = {}
    for refund in () if cancelled else refunds:
        for line_id, units in refund.units:
            gone[line_id] = gone.get(line_id, 0) + units
    delivery, unknown = _delivery(order, means)
    missing = tuple(name for line in order.lines if (name := _unknown_item(line, means)))
    if missing or unknown:
        raise NeedsMapping(tuple(dict.fromkeys(missing)), order.places, store=unknown)
    lines = [line for line in (_line(line, gone, order, means) for line in order.lines) if line]
    if not any(line.kind is ItemKind.GOODS for line, _ in lines) and gone:
        lines, cancelled = [made for one in order.lines if (made := _line(one, {}, order, means))], True
    shared = _shared(lines, order, given_back, cancelled=cancelled)
    if not shared:
        raise DocumentOdd("/line_items", "are none")
    return Target(
        currency=order.currency or _currency(means),
        prices_include_tax=order.prices_include_tax,
        customer=_customer(order.person, means.connector),
        delivery=delivery,
        collector=Collector(order.collector) if order.collector else None,
        comment=_comment(order),
        cancelled=cancelled,
        lines=shared,
        paid=order.paid,
        refunds=tuple((refund.id, refund.amount) for refund in refunds if refund.amount),
    )


def _currency(means: Means) -> str:
    return next((item.price.currency for item in means.items.values()), "EUR")


def _unknown_item(line: ShopLine, means: Means) -> str:
    """The name of a line's item when nobody knows it, empty when all is well."""
    if not line.goods and not any(key in means.connector.settings.items for key in line.keys):
        return ""
    mapped = mapping_of(means.connector, line)
    if mapped.sku == NotMapped.CHARGE or mapped.sku in means.items:
        return ""
    return line.keys[0] if line.keys else line.description or line.id


def _line(
    line: ShopLine, gone: Mapping[str, int], order: ShopOrder, means: Means
) -> tuple[TargetLine, int] | None:
    """The line with what it costs in all, tax included; None when nothing is left of it."""
    mapped = mapping_of(means.connector, line)
    item = means.items.get(mapped.sku) if line.goods or line.keys else None
    if item is None:
        return (_charge(line, order), line.gross) if line.gross or line.before else None
    left = line.quantity - min(line.quantity, gone.get(line.id, 0))
    if left <= 0:
        return None
    unit = item.unit
    factor = 1 if line.smallest else mapped.units or 10**unit.decimals
    if left * factor % 1000:
        raise DocumentOdd(f"/{line.id}", f"{left / 1000} is no quantity of {item.sku}")
    quantity = left * factor // 1000
    rate = item.tax_rate if line.rate is None else line.rate
    before, gross = _amounts(line, (left, quantity), item, (rate, order.prices_include_tax))
    made = TargetLine(
        external_line=line.id,
        sku=item.sku,
        description=item.name,
        kind=item.kind,
        unit=unit,
        quantity=quantity,
        unit_price=_unit_price(before, quantity, unit),
        value=before,
        tax_rate=rate,
        shelf=item.shelf,
    )
    if line.smallest and line.unit_price is not None:
        made = replace(made, unit_price=line.unit_price)
    differs = (
        made.unit_price != item.price.amount or (order.currency or item.price.currency) != item.price.currency
    )
    return replace(made, price_differs=differs), gross


def _amounts(line: ShopLine, sizes: tuple[int, int], item: Item, tax: tuple[int, bool]) -> tuple[int, int]:
    """Before discounts in the sense of prices, and in all with tax, for what is left of the line."""
    (left, quantity), (rate, including) = sizes, tax
    if line.smallest:
        price = item.price.amount if line.unit_price is None else line.unit_price
        before = value_of(Money(price, item.price.currency), quantity, item.unit).amount
        after = max(0, before - divide(line.discount * left, line.quantity))
        return before, after if including else after + tax_on(after, rate)
    before = divide((line.before or 0) * left, line.quantity)
    return before, divide(line.gross * left, line.quantity)


def _unit_price(before: int, quantity: int, unit: Unit) -> int:
    """The least price per whole unit at which the quantity costs no less."""
    whole: int = 10**unit.decimals
    return -(-before * whole // quantity)


def _charge(line: ShopLine, order: ShopOrder) -> TargetLine:
    rate = line.rate or 0
    price = line.before or 0
    return TargetLine(line.id, "", line.description or "Charge", ItemKind.FEE, PIECE, 1, price, price, rate)


def _shared(
    lines: list[tuple[TargetLine, int]], order: ShopOrder, given_back: int, *, cancelled: bool
) -> tuple[TargetLine, ...]:
    """Lines at what they cost: charges below zero and refunds for goodwill are shared out by value."""
    kept = [(line, gross) for line, gross in lines if gross >= 0 and line.unit_price >= 0]
    off = sum(-gross for line, gross in lines if gross < 0)
    total = sum(gross for _, gross in kept) - off
    if not cancelled and given_back:
        off += max(0, min(given_back, total - (order.paid - given_back)))
    grosses = [gross for _, gross in kept]
    parts = split(min(off, sum(grosses)), grosses)
    including = order.prices_include_tax
    valued = [
        (_valued(line, gross - part, including=including), gross - part)
        for (line, gross), part in zip(kept, parts, strict=True)
    ]
    return (*(line for line, _ in valued), *_rounding(valued, including=including))


def _valued(line: TargetLine, gross: int, *, including: bool) -> TargetLine:
    value = gross if including else _net(gross, line.tax_rate)
    price = max(line.unit_price, _unit_price(value, line.quantity, line.unit))
    return replace(line, value=value, unit_price=price)


def _net(gross: int, rate: int) -> int:
    """The largest price without tax that costs no more than `gross` with it."""
    net = divide(gross * BASIS_POINTS, BASIS_POINTS + rate) + 1
    while net > 0 and net + tax_on(net, rate) > gross:
        net -= 1
    return net


def _rounding(valued: list[tuple[TargetLine, int]], *, including: bool) -> Iterator[TargetLine]:
    """What tax per line loses against the shop's own rounding, as a line of its own."""
    if including:
        return
    rest = sum(gross - line.value - tax_on(line.value, line.tax_rate) for line, gross in valued)
    if rest:
        yield TargetLine(ROUNDING, "", "Rounding", ItemKind.FEE, PIECE, 1, rest, rest, 0)


def _place(order: ShopOrder, means: Means) -> str:
    """The store that one of the shop's names means, by mapping or by its own code or name; else none."""
    settings, stores = means.connector.settings, means.settled.stores
    mapped = {name.casefold().strip(): code for name, code in settings.stores.items()}
    mapped |= {code.casefold(): code for code in stores} | {
        one.name.casefold(): c for c, one in stores.items()
    }
    for place in order.places:
        code = mapped.get(place.casefold().strip(), "")
        if code in stores and stores[code].click_and_collect:
            return code
    return ""


def _delivery(order: ShopOrder, means: Means) -> tuple[Delivery, bool]:
    """How the order goes out, and whether its store is unknown."""
    settings = means.connector.settings
    method = settings.methods.get(order.method, "")
    store = _place(order, means)
    way = order.way
    if way is Way.BY_NAME and method:
        way = Way.COLLECT if means.modes.get(method) is DeliveryMode.COLLECT else Way.SHIP
    if way is Way.BY_NAME:
        way = Way.COLLECT if store or order.address is None else Way.SHIP
    mode = DeliveryMode.COLLECT if way is Way.COLLECT else DeliveryMode.SHIP
    usual = "collect" if way is Way.COLLECT else "ship"
    if means.modes.get(method, BUILT_IN.get(method)) is not mode:
        method = order.method if means.modes.get(order.method) is mode else usual
    if way is Way.COLLECT:
        store = store or settings.store
        return Delivery(method, mode, store, None, order.requested_at), not store
    return Delivery(method, mode, "", order.address, order.requested_at), False


def _customer(person: Person, connector: Connector) -> Customer:
    phone = _phone(person)
    language = person.language if len(person.language) == 2 and person.language.isascii() else ""
    email = person.email if "@" in person.email and not any(char.isspace() for char in person.email) else ""
    return Customer(
        name=person.name, phone=phone, email=email, language=language or connector.settings.language
    )


def _phone(person: Person) -> str:
    """The phone in E.164, empty when it is none."""
    try:
        number = phonenumbers.parse(person.phone, person.country.upper() or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _comment(order: ShopOrder) -> str:
    """What those who pick should know: the shop's number, an unreadable phone, the customer's words."""
    parts = [f"Shop order {order.label}" if order.label and order.label != order.id else ""]
    if order.person.phone and not _phone(order.person):
        parts.append(f"Phone: {order.person.phone}")
    parts.append(order.comment)
    return "\n".join(part for part in parts if part)
