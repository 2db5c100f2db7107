"""What the papers say about orders in every state, and what they keep to themselves."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from site_sync.domain.catalogue import ItemKind
from site_sync.domain.customers import Address, Collector, Customer
from site_sync.domain.documents.blocks import Block, Code, Columns, Document, DocumentKind, Image, Table, Text
from site_sync.domain.documents.codec import from_data, to_data
from site_sync.domain.documents.floor_papers import (
    collect_slips,
    picking_slip,
    put_back_list,
    shelf_order,
)
from site_sync.domain.documents.order_papers import order_confirmation, quote
from site_sync.domain.documents.order_receipts import (
    HandOver,
    collect_receipt,
    deposit_receipt,
    refund_receipt,
)
from site_sync.domain.documents.sales_receipts import sales_receipt
from site_sync.domain.documents.stationery import Stationery
from site_sync.domain.money import Money
from site_sync.domain.orders import (
    Bag,
    Delivery,
    DeliveryMode,
    OrderKind,
    Payment,
    PaymentKind,
    Quantities,
)
from site_sync.domain.particulars import LineQuantity
from tests.domain.document_samples import (
    NOON,
    every_paper,
    handed_over,
    money,
    order,
    packed,
    sale,
    stationery,
    web_order,
)

DE = stationery("de")


def words(blocks: tuple[Block, ...]) -> str:
    """Everything written on a paper, a line per row."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Text):
            lines.append(block.text)
        elif isinstance(block, Columns):
            lines.extend(f"{row.left} | {row.right}" for row in block.rows)
        elif isinstance(block, Table):
            lines.extend(" | ".join(row) for row in block.rows)
        elif isinstance(block, Code):
            lines.append(f"<{block.data}>")
    return "\n".join(lines)


def text(document: Document) -> str:
    return words(document.blocks)


@pytest.mark.parametrize("language", ["en", "de", "da"])
def test_each_paper_is_of_its_kind_and_language(language: str) -> None:
    papers = every_paper(language)
    assert {paper.kind for paper in papers.values()} == set(DocumentKind)
    assert {paper.language for paper in papers.values()} == {language}


def test_a_confirmation_says_what_is_left_to_pay_and_shows_the_code() -> None:
    shown = text(order_confirmation(order("de"), DE, "CO1.X"))
    assert "Noch zu zahlen | 209,30 €" in shown
    assert "Bereit bis | Mo 02.03.2026, 15:00" in shown
    assert "<CO1.X>" in shown
    assert "wheelchair" not in shown


def test_without_its_token_the_code_is_the_bare_number() -> None:
    assert f"<{order('de').number}>" in text(order_confirmation(order("de"), DE))


def test_a_quote_without_an_end_and_a_refund_without_a_reason_are_papers_too() -> None:
    offer = replace(order("de"), kind=OrderKind.QUOTE, payments=())
    assert "Gültig bis" not in text(quote(offer, DE))
    assert "Grund" not in text(refund_receipt(order("de"), order("de").payments, DE))


@pytest.mark.parametrize("language", ["en", "de", "da"])
def test_every_paper_can_be_kept_in_a_job(language: str) -> None:
    for paper in every_paper(language).values():
        assert from_data(json.loads(json.dumps(to_data(paper)))) == paper


def test_an_order_paid_in_full_says_so() -> None:
    paid = replace(order("de").payments[0], amount=money("de", 28930))
    full = replace(order("de"), payments=(paid,))
    receipt = deposit_receipt(full, [paid], DE)
    assert receipt.title.startswith("Zahlungsbeleg")
    assert "Vollständig bezahlt" in text(receipt)
    assert not receipt.open_drawer


def test_cash_opens_the_drawer_and_a_credit_does_not() -> None:
    cash = Payment("p9", PaymentKind.PAYMENT, "cash", money("de", 1000), NOON)
    assert deposit_receipt(order("de"), [cash], DE).open_drawer
    credit = replace(cash, kind=PaymentKind.CREDIT)
    assert not deposit_receipt(order("de"), [credit], DE).open_drawer


def test_a_shipped_order_names_its_address_and_another_collector_stands_on_the_paper() -> None:
    address = Address("Hauptstr. 1", "24103", "Kiel", "DE")
    shipped = replace(order("de"), delivery=Delivery("ship", DeliveryMode.SHIP, "", address))
    assert "Versand an: Hauptstr. 1, 24103 Kiel" in text(order_confirmation(shipped, DE))
    nowhere = replace(shipped, delivery=Delivery("ship", DeliveryMode.SHIP))
    assert "Versand an: " in text(order_confirmation(nowhere, DE))
    other = replace(order("de"), collector=Collector("Ida Berg"), customer=Customer())
    shown = text(order_confirmation(other, DE))
    assert "Abholung durch | Ida Berg" in shown
    assert "Kunde" not in shown


def test_a_store_unknown_here_is_named_by_its_code_and_a_wish_is_shown() -> None:
    wished = Delivery(store="S09", requested_at=NOON + timedelta(days=1))
    shown = text(order_confirmation(replace(order("de"), delivery=wished, promised_at=None), DE))
    assert "Abholung bei | S09" in shown
    assert "Gewünscht für | Di 03.03.2026, 12:00" in shown


def test_a_ready_order_says_since_when_and_until_when() -> None:
    shown = text(order_confirmation(packed("de"), DE))
    assert "Bereit seit | Mo 02.03.2026, 14:00" in shown
    assert "Abholen bis | Fr 06.03.2026, 18:00" in shown


def test_cancelled_lines_cost_nothing_and_say_why() -> None:
    first, *rest = order("de").lines
    gone = replace(first, quantities=Quantities(cancelled=2), note="")
    shown = text(order_confirmation(replace(order("de"), lines=(gone, *rest)), DE))
    assert f"{first.description} | 0,00" in shown
    assert "  2 storniert" in shown


def test_prices_without_tax_show_the_tax_as_its_own_line() -> None:
    net = replace(order("de"), prices_include_tax=False)
    shown = text(order_confirmation(net, DE))
    assert "Zwischensumme | 289,30" in shown
    assert "MwSt. | 54,97" in shown
    assert "Summe | 344,27 €" in shown
    trade = replace(sale("de"), prices_include_tax=False)
    assert "MwSt. | 7,40 €" in text(sales_receipt(trade, DE))
    receipt = text(
        collect_receipt(
            replace(handed_over("de"), order=replace(handed_over("de").order, prices_include_tax=False)), DE
        )
    )
    assert "  Rabatt | -7,50" in receipt
    assert "MwSt. | 26,02" in receipt
    assert "Summe | 162,92 €" in receipt


def test_a_hand_over_uses_the_deposit_first_and_lists_what_is_still_to_come() -> None:
    shown = text(collect_receipt(handed_over("de"), DE))
    assert "Summe | 136,90 €" in shown
    assert "Anzahlung verrechnet | 36,90 €" in shown
    assert "Gegeben | 105,00 €" in shown
    assert "  1 × Trekking rucksack Alpina 55 litres, deep blue" in shown
    assert "Noch zu zahlen | 109,30 €" in shown


def test_parts_handed_over_one_after_the_other_add_up_to_the_whole() -> None:
    whole = packed("de")
    line = replace(whole.lines[0], discount=money("de", 1001), quantities=Quantities(collected=2))
    both = replace(whole, lines=(line,), payments=())
    one = replace(both, lines=(replace(line, quantities=Quantities(picked=1, collected=1)),))
    first = HandOver(one, (LineQuantity(1, 1),))
    second = HandOver(both, (LineQuantity(1, 1),))
    value = first.value(one.lines[0], 1) + second.value(line, 1)
    assert value == 2 * 12990 - 1001
    assert "Noch abzuholen" not in text(collect_receipt(second, DE))
    assert second.given == Money(0, "EUR")


def test_nothing_of_a_deposit_is_named_where_all_was_paid_now() -> None:
    handed = handed_over("de")
    paid = replace(handed.payments[0], amount=money("de", 13690))
    shown = text(collect_receipt(replace(handed, payments=(paid,), change=None), DE))
    assert "Anzahlung verrechnet" not in shown
    assert "Rückgeld" not in shown


def test_a_sale_shows_cash_rounding_comments_and_notes() -> None:
    goods = sale("da").lines
    comment = replace(goods[0], id=3, kind=ItemKind.COMMENT, description="Gift receipt inside")
    rounded = replace(
        sale("da"), rounding=4, lines=(*goods, comment, replace(goods[1], id=4, note="Blue", discount=0))
    )
    shown = text(sales_receipt(rounded, stationery("da")))
    assert "Afrunding | 0,04 kr." in shown
    assert "Gift receipt inside | " in shown
    assert "  Blue | " in shown


def test_a_sale_of_nothing_has_no_tax_table() -> None:
    empty = replace(sale("de"), lines=(), payments=(), change=money("de", 0))
    assert not any(isinstance(block, Table) for block in sales_receipt(empty, DE).blocks)


def test_a_picking_slip_goes_along_the_shelves_and_only_this_store_s() -> None:
    far = replace(order("de").lines[0], id=9, source_store="S02", description="Elsewhere")
    both = [replace(order("de"), lines=(*order("de").lines, far)), web_order("de")]
    shown = text(picking_slip(both, DE))
    shelves = [line.split(" | ")[0] for line in shown.splitlines() if line.startswith("[ ]")]
    assert shelves == ["[ ] A-02-1", "[ ] A-02-1", "[ ] A-10-1", "[ ] B-10-2", "[ ] —"]
    assert "Elsewhere" not in shown
    assert "Gift wrapped" not in shown
    assert "Customer is in a wheelchair" in shown
    assert not any(isinstance(block, Code) for block in picking_slip(both, DE).blocks)


def test_a_slip_without_a_promise_has_no_time_and_many_orders_have_letters() -> None:
    plain = replace(order("de"), promised_at=None)
    assert "Bereit bis" not in text(picking_slip([plain], DE))
    shown = text(picking_slip([plain] * 28, DE))
    assert f"Z  {plain.number}" in shown
    assert f"B2  {plain.number}" in shown


def test_shelves_are_walked_in_their_order() -> None:
    shelves = ["B-1", "", "A-10", "a-2", "12", "A-2-b"]
    assert sorted(shelves, key=shelf_order) == ["12", "a-2", "A-2-b", "A-10", "B-1", ""]
    assert shelf_order("²") == ((1, 0, "²"),)


def test_a_bag_says_which_it_is_and_not_whose() -> None:
    first, second = collect_slips(packed("de"), DE)
    assert "Tasche 1 von 2" in text(first)
    assert "JW | K-12" in text(first)
    assert f"<BG1.{packed('de').number}.2>" in text(second)
    assert "Accessory cord 6 mm | 1,250 kg" in text(second)
    for secret in ("Weißmüller", "+4586120001"):
        assert secret not in text(first) + first.title


def test_a_bag_without_contents_or_deadline_is_still_labelled() -> None:
    bare = replace(packed("de"), bags=(Bag(1, "K-1"),), collect_by=None)
    (label,) = collect_slips(bare, replace(DE, staff=""))
    assert "Abholen bis" not in text(label)
    assert "Kommissioniert von" not in text(label)


def test_a_put_back_list_says_where_the_bags_stand() -> None:
    shown = text(every_paper("de")["put_back"])
    assert f"A  {packed('de').number} | K-12, K-13" in shown
    assert "[ ] B-10-2 | 2 A" in shown
    assert "[ ]" not in text(put_back_list([packed("de")], DE))


def test_reports_show_the_drawer_as_it_should_be_and_as_it_was_counted() -> None:
    x, z = text(every_paper("de")["x"]), text(every_paper("de")["z"])
    assert "Soll | 1.554,60 €" in x
    assert "Gezählt" not in x
    assert "Schicht noch offen" in x
    assert "Differenz | -0,50 €" in z
    assert "Anzahlungen erstattet | 1 | -80,00" in z
    assert "Karte | 3.985,40 | 80,00" in z
    assert "9f86d081 884c7d65" in z


def test_the_store_s_own_words_and_logo_are_on_its_paper() -> None:
    own = replace(DE.store, receipt_header=("Werkstatt im Hof",), receipt_footer=(), phone="")
    paper = replace(DE, store=own, logo="logo", till="", staff="")
    document = order_confirmation(order("de"), paper)
    assert document.blocks[0] == Image("logo")
    assert "Werkstatt im Hof" in text(document)
    assert "Kasse" not in text(document)
    assert isinstance(document.blocks[-1], Text)


@pytest.mark.parametrize(("code", "name"), [("cash", "Bar"), ("voucher", "voucher"), ("points", "Points")])
def test_tenders_are_named(code: str, name: str) -> None:
    points = replace(DE.tenders["card"], code="points", names={"en": "Points"})
    paper: Stationery = replace(DE, tenders={**DE.tenders, "points": points})
    assert paper.tender(code) == name
