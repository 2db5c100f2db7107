"""A small shop, its orders and every paper made of them, for the tests of documents."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from site_sync.domain.catalogue import ItemKind
from site_sync.domain.codes import collect_code
from site_sync.domain.customers import Address, Customer
from site_sync.domain.deadlines import Calendar
from site_sync.domain.documents.blocks import Document, as_copy
from site_sync.domain.documents.credit_notes import credit_note
from site_sync.domain.documents.ending_papers import Cancelled, cancellation, shipping_note
from site_sync.domain.documents.floor_papers import collect_slip, picking_slip, put_back_list
from site_sync.domain.documents.order_papers import order_confirmation, quote
from site_sync.domain.documents.order_receipts import (
    HandOver,
    collect_receipt,
    deposit_receipt,
    refund_receipt,
)
from site_sync.domain.documents.sales_receipts import sales_receipt
from site_sync.domain.documents.sample_page import sample_page
from site_sync.domain.documents.shift_report import (
    CashTotal,
    Counted,
    ShiftFigures,
    TenderTotal,
    shift_report,
)
from site_sync.domain.documents.stationery import Stationery
from site_sync.domain.money import Money
from site_sync.domain.numbers import till_number, web_number
from site_sync.domain.orders import (
    Bag,
    Delivery,
    DeliveryMode,
    Line,
    Order,
    OrderKind,
    Payment,
    PaymentKind,
    Quantities,
)
from site_sync.domain.particulars import Actor, ActorKind, LineQuantity, Tendered
from site_sync.domain.quantities import Unit
from site_sync.domain.sales import Sale, SaleLine
from site_sync.domain.shop import Store, Tender, TenderKind

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NUMBER = till_number("S01", "02", 318)
KILO = Unit("kg", 3)
SHOPS = {
    "de": ("Fjordlicht Hamburg", "Lange Reihe 12\n20099 Hamburg", "EUR", "Europe/Berlin", 1900),
    "da": ("Fjordlys Aarhus", "Vestergade 58\n8000 Aarhus C", "DKK", "Europe/Copenhagen", 2500),
    "en": ("Fjordlight Leeds", "14 Briggate\nLeeds LS1 6HD", "GBP", "Europe/London", 2000),
}
HOURS = ((time(9), time(18)),)


def store(language: str) -> Store:
    """The shop whose language it is."""
    name, address, _, timezone, _ = SHOPS[language]
    return Store(
        "S01",
        name,
        address,
        "+45 86 12 00 00",
        calendar=Calendar(timezone, (HOURS,) * 6 + ((),)),
        receipt_footer=("fjordlight.example",),
    )


def tenders() -> dict[str, Tender]:
    """Cash, card and gift card, named in every language."""
    return {
        "cash": Tender(
            "cash", TenderKind.CASH, {"en": "Cash", "de": "Bar", "da": "Kontant"}, opens_drawer=True
        ),
        "card": Tender("card", TenderKind.CARD, {"en": "Card", "de": "Karte", "da": "Kort"}),
        "gift_card": Tender(
            "gift_card", TenderKind.GIFT_CARD, {"en": "Gift card", "de": "Gutschein", "da": "Gavekort"}
        ),
    }


def stationery(language: str) -> Stationery:
    """Paper of that language's shop, made by Mette at till 02."""
    other = Store("S02", "Fjordlight Station", "Platform 4")
    return Stationery(
        store(language),
        NOON,
        language,
        staff="Mette Lund",
        till="02",
        stores={"S02": other},
        tenders=tenders(),
    )


def money(language: str, minor: int) -> Money:
    """An amount of the shop's currency."""
    return Money(minor, SHOPS[language][2])


def lines(language: str) -> tuple[Line, ...]:
    """Four lines: one twice with a discount, one short, one by weight, one comment."""
    rate = SHOPS[language][4]

    def line(number: int, name: str, price: int, quantities: Quantities) -> Line:
        none = money(language, 0)
        amount = money(language, price)
        shelf = ("B-10-2", "A-02-1", "", "")[number - 1]
        return Line(
            number, f"SKU{number}", name, amount, rate, quantities, none, source_store="S01", shelf=shelf
        )

    tent = line(1, "Trekking rucksack Alpina 55 litres, deep blue", 12990, Quantities(to_pick=2))
    mug = line(2, "Łódź enamel mug ελ", 1450, Quantities(to_pick=1, short=1))
    rope = line(3, "Accessory cord 6 mm", 2400, Quantities(to_pick=1250))
    card = line(4, "Gift wrapped, with the card", 0, Quantities(to_pick=1))
    return (
        replace(tent, discount=money(language, 1500), note="Rain cover included"),
        mug,
        replace(rope, unit=KILO),
        replace(card, kind=ItemKind.COMMENT, source_store=""),
    )


def order(language: str) -> Order:
    """A customer order with a deposit, to be picked."""
    paid = Payment("p1", PaymentKind.PAYMENT, "card", money(language, 8000), NOON, reference="4711 0815")
    return Order(
        id="o1",
        number=NUMBER,
        kind=OrderKind.CUSTOMER_ORDER,
        currency=SHOPS[language][2],
        created_at=NOON,
        updated_at=NOON,
        store="S01",
        source="till",
        customer=Customer("c1", "Jørgen Weißmüller", "+4586120001", language=language),
        delivery=Delivery(store="S01"),
        lines=lines(language),
        comment_staff="Customer is in a wheelchair",
        comment_customer="Your rain cover lies in the top pocket.",
        promised_at=NOON + timedelta(hours=3),
        payments=(paid,),
    )


def packed(language: str) -> Order:
    """The same order picked into two bags."""
    picked = tuple(
        replace(line, quantities=replace(line.quantities, to_pick=0, picked=line.quantities.to_pick))
        for line in lines(language)
    )
    bags = (Bag(1, "K-12", ((1, 1), (2, 1))), Bag(2, "K-13", ((1, 1), (3, 1250))))
    ready = NOON + timedelta(hours=2)
    return replace(
        order(language), lines=picked, bags=bags, ready_at=ready, collect_by=NOON + timedelta(days=4, hours=6)
    )


def handed_over(language: str) -> HandOver:
    """One rucksack and the mug left with the customer, who paid some in cash."""
    whole = packed(language)
    first, second, *rest = whole.lines
    taken = (
        replace(first, quantities=Quantities(picked=1, collected=1)),
        replace(second, quantities=Quantities(collected=1, short=1)),
        *rest,
    )
    paid = Payment("p2", PaymentKind.PAYMENT, "cash", money(language, 10000), NOON)
    after = replace(whole, lines=taken, payments=(*whole.payments, paid))
    return HandOver(after, (LineQuantity(1, 1), LineQuantity(2, 1)), (paid,), money(language, 500))


def gift_card_sale(language: str) -> Sale:
    """A gift card is sold beside goods that another card pays in part."""
    whole = sale(language)
    card = SaleLine(
        3, "GIFT", "Gift card", 1, money(language, 2500), 0, kind=ItemKind.GIFT_CARD, card="GC10020034"
    )
    used = Tendered("t2", "gift_card", money(language, 1500), "GC55667788", money(language, 350))
    rest = Tendered("t1", "cash", money(language, whole.total + 1000))
    return replace(whole, lines=(*whole.lines, card), payments=(used, rest), change=money(language, 0))


def sale(language: str, *, sign: int = 1) -> Sale:
    """An ordinary sale in cash, or with sign -1 its return."""
    rate = SHOPS[language][4]
    goods = (
        SaleLine(1, "S1", "Gas canister 230 g with screw valve", 3 * sign, money(language, 699), rate),
        SaleLine(2, "S2", "Merino sock", 1 * sign, money(language, 1999), rate, discount=200 * sign),
    )
    total = sign * (3 * 699 + 1999 - 200)
    given = money(language, 5000 if sign > 0 else total)
    change = money(language, 5000 - total if sign > 0 else 0)
    return Sale(
        id="s1",
        number="S01-02-R000077",
        store="S01",
        till="02",
        shift="S01-02-41",
        by=Actor(ActorKind.STAFF, "st1", "Mette Lund"),
        at=NOON,
        currency=SHOPS[language][2],
        lines=goods,
        payments=(Tendered("t1", "cash", given),),
        change=change,
    )


def shift(language: str, *, closed: bool) -> ShiftFigures:
    """A day at till 02."""
    rate = SHOPS[language][4]
    end = NOON + timedelta(hours=7)
    return ShiftFigures(
        shift="S01-02-41",
        currency=SHOPS[language][2],
        opened_at=NOON - timedelta(hours=3),
        opened_by="Mette Lund",
        closed_at=end if closed else None,
        closed_by="Ole Dam" if closed else "",
        sales=Counted(41, 523480),
        returns=Counted(2, -4890),
        collections=Counted(9, 118300),
        deposits_taken=Counted(5, 40000),
        deposits_refunded=Counted(1, -8000),
        deposits_used=Counted(8, -61000),
        deposits_kept=Counted(1, 2000),
        credits_kept=Counted(1, 1500),
        gift_cards=Counted(3, 12500),
        change=Counted(22, 18650),
        rounding=-12,
        taxes={rate: (636890, 101688), 700: (1000, 65)},
        tenders=(TenderTotal("cash", 210350, 4890), TenderTotal("card", 398540, 8000)),
        cash=CashTotal(50000, 210350, 4890, 0, 100000, 155410 if closed else None),
        audit_head="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" if closed else "",
    )


def web_order(language: str) -> Order:
    """A second order for the same walk."""
    first, second, *_ = lines(language)
    few = (replace(second, quantities=Quantities(to_pick=3)), replace(first, shelf="A-10-1", note=""))
    customer = Customer("c2", "Anna Nowak", language=language)
    return replace(
        order(language), id="o2", number=web_number(482), lines=few, customer=customer, comment_staff=""
    )


def to_put_back(language: str) -> Order:
    """The packed order, never collected."""
    back = tuple(
        replace(line, quantities=Quantities(to_put_back=line.quantities.picked))
        for line in packed(language).lines[:3]
    )
    return replace(packed(language), lines=back, expired_at=NOON)


def cancelled(language: str) -> Cancelled:
    """The order given up: most of its deposit went back, a fee was kept."""
    plain = order(language)
    gone = tuple(
        replace(line, quantities=replace(line.quantities, to_pick=0, cancelled=line.quantities.to_pick))
        for line in plain.lines
    )
    back = Payment("p4", PaymentKind.REFUND, "card", money(language, 7000), NOON, refund_of="p1")
    fee = Payment("p5", PaymentKind.FORFEIT, "forfeit", money(language, 1000), NOON)
    kept = replace(
        gone[2], id=9, sku="", description="Forfeited deposit", kind=ItemKind.FEE, unit_price=fee.amount,
        unit=gone[0].unit, tax_rate=0, quantities=Quantities(collected=1), source_store="",
    )  # fmt: skip
    after = replace(plain, lines=(*gone, kept), payments=(*plain.payments, back, fee))
    parts = tuple(LineQuantity(line.id, line.quantities.to_pick) for line in plain.lines[:3])
    return Cancelled(after, parts, (back, fee), "Changed their mind")


def to_ship(language: str) -> Order:
    """The packed order on its way to the customer's door."""
    home = Address("Zażółć ulica 7", "90-001", "Łódź", "PL", "3rd floor")
    delivery = Delivery("ship", DeliveryMode.SHIP, "S01", home, tracking="JJD000390007")
    return replace(packed(language), delivery=delivery)


def every_paper(language: str) -> dict[str, Document]:
    """One of each, by a short name."""
    paper, plain, ready = stationery(language), order(language), packed(language)
    code = collect_code(NUMBER, TOKEN)
    deposit = plain.payments
    offer = replace(plain, kind=OrderKind.QUOTE, payments=(), expires_at=NOON + timedelta(days=14))
    refund = replace(deposit[0], id="p3", kind=PaymentKind.REFUND, refund_of="p1")
    confirmation = order_confirmation(plain, paper, code)
    return {
        "confirmation": confirmation,
        "elsewhere": order_confirmation(replace(plain, delivery=Delivery(store="S02")), paper, code),
        "copy": as_copy(confirmation, 2),
        "quote": quote(offer, paper),
        "deposit": deposit_receipt(plain, deposit, paper, code),
        "refund": refund_receipt(plain, (refund,), paper, "Changed their mind"),
        "cancellation": cancellation(cancelled(language), paper),
        "shipping": shipping_note(to_ship(language), paper),
        "collect": collect_receipt(handed_over(language), paper),
        "sale": sales_receipt(sale(language), paper),
        "return": sales_receipt(sale(language, sign=-1), paper),
        "gift_card": sales_receipt(gift_card_sale(language), paper),
        "credit_note": credit_note(replace(plain, customer=Customer(name="Anna Nowak")), deposit[:1], paper),
        "picking": picking_slip([plain], paper),
        "walk": picking_slip([plain, web_order(language)], paper),
        "bag": collect_slip(ready, ready.bags[0], paper),
        "put_back": put_back_list([to_put_back(language)], paper),
        "x": shift_report(shift(language, closed=False), paper),
        "z": shift_report(shift(language, closed=True), paper),
        "sample": sample_page(paper, "counter"),
    }
