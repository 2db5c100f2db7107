"""What the papers say that end an order: cancelled, or sent to an address; and the labels of its bags."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from site_sync.domain.documents.blocks import Code, CodeKind, Columns, Document, Text
from site_sync.domain.documents.ending_papers import cancellation, shipping_note
from site_sync.domain.documents.floor_papers import collect_slips
from site_sync.domain.documents.order_papers import order_confirmation, says_the_same
from site_sync.domain.orders import KEPT_DEPOSIT, PaymentKind, Quantities
from tests.domain.document_samples import NOON, cancelled, order, packed, stationery, to_ship
from tests.domain.test_documents_papers import text

EN = stationery("en")


def _rows(document: Document) -> list[str]:
    return [row.left for block in document.blocks if isinstance(block, Columns) for row in block.rows]


def test_a_cancellation_says_what_went_back_and_what_was_kept() -> None:
    shown = text(cancellation(cancelled("en"), EN))
    for line in ("Paid in all | £80.00", "Refunded | £70.00", "  Card | £70.00", "Kept as a fee | £10.00"):
        assert line in shown
    assert "Still held" not in shown
    assert "Reason: Changed their mind" in shown


@pytest.mark.parametrize(
    ("language", "name"), [("de", "Einbehaltene Anzahlung"), ("da", "Beholdt depositum")]
)
def test_a_copy_names_the_fee_kept_from_a_deposit_in_its_own_language(language: str, name: str) -> None:
    shown = text(order_confirmation(cancelled(language).order, stationery(language)))
    assert name in shown
    assert KEPT_DEPOSIT not in shown


def test_money_that_stays_for_now_and_money_kept_as_credit_are_named() -> None:
    whole = cancelled("en")
    left = replace(whole.order, payments=whole.order.payments[:1], lines=whole.order.lines[:-1])
    assert "Still held for you | £80.00" in text(cancellation(replace(whole, order=left, money=()), EN))
    credit = replace(whole.money[0], kind=PaymentKind.CREDIT)
    assert "Kept as your credit | £70.00" in text(cancellation(replace(whole, money=(credit,)), EN))


def test_what_is_left_of_an_order_is_still_to_pay() -> None:
    whole = cancelled("en")
    part = replace(whole, order=order("en"), lines=whole.lines[:1], money=(), reason="", whole=False)
    paper = cancellation(part, EN)
    assert paper.title.startswith("Part cancellation")
    assert "Left to pay | £209.30" in text(paper)
    assert "Reason" not in text(paper)


def test_a_nameless_customer_leaves_no_empty_row() -> None:
    whole = cancelled("en")
    nameless = replace(whole.order, customer=replace(whole.order.customer, name=""))
    assert "Customer" not in _rows(cancellation(replace(whole, order=nameless), EN))


def test_a_shipping_note_shows_the_address_and_no_price() -> None:
    paper = shipping_note(to_ship("en"), EN)
    envelope = next(block for block in paper.blocks if isinstance(block, Text) and "Łódź" in block.text)
    assert envelope.text.splitlines() == [
        "Jørgen Weißmüller", "Zażółć ulica 7", "3rd floor", "90-001 Łódź", "PL",
    ]  # fmt: skip
    assert "Tracking number: JJD000390007" in text(paper)
    assert "£" not in text(paper)
    assert [code.kind for code in paper.blocks if isinstance(code, Code)] == [CodeKind.CODE128]
    assert "Enamel mug" not in text(paper)
    bare = replace(to_ship("en"), delivery=replace(to_ship("en").delivery, address=None, tracking=""))
    assert "Tracking" not in text(shipping_note(bare, EN))


def test_a_bag_keeps_its_place_after_another_one_was_collected() -> None:
    ready = replace(packed("en"), packed=(1, 2))
    first, second = collect_slips(ready, EN)
    assert ("Bag 1 of 2" in text(first), "Bag 2 of 2" in text(second)) == (True, True)
    (alone,) = collect_slips(replace(ready, bags=ready.bags[1:]), EN)
    assert "Bag 2 of 2" in text(alone)


def test_a_label_says_when_the_goods_were_picked_however_late_it_is_printed() -> None:
    later = replace(EN, now=NOON + timedelta(days=1))
    assert "Picked at | 2 Mar 2026, 13:00" in text(collect_slips(packed("en"), later)[0])


def test_a_paper_made_later_by_somebody_else_says_the_same_until_the_order_changes() -> None:
    first = order_confirmation(order("en"), EN, "CO1.X")
    later = replace(EN, now=NOON + timedelta(hours=3), staff="Ole Dam", till="03")
    assert says_the_same(first, order_confirmation(order("en"), later, "CO1.X"))
    line = order("en").lines[0]
    fewer = order("en").with_line(replace(line, quantities=Quantities(to_pick=1, cancelled=1)))
    assert not says_the_same(first, order_confirmation(fewer, EN, "CO1.X"))


@pytest.mark.parametrize("language", ["de", "da"])
def test_another_language_is_another_paper(language: str) -> None:
    paper = order_confirmation(order("en"), EN)
    assert not says_the_same(paper, order_confirmation(order("en"), replace(EN, language=language)))
