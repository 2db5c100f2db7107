"""What the office retired is offered at the till no more, and still known on what has it."""

from __future__ import annotations

from dataclasses import replace

from pos_app.operations import drafting, paying, reasons
from site_sync.domain.shop import DeliveryMethod, Reason, ReasonFor, Tender, TenderKind
from site_sync.protocol.changes import RecordKind
from tests.desks import Bench


def test_a_retired_reason_is_not_asked_for(bench: Bench) -> None:
    torn = Reason("torn", ReasonFor.RETURN, {"en": "Torn"})
    bench.tell(RecordKind.REASON, "torn", torn)
    assert "Torn" in reasons.usual(bench.desk, ReasonFor.RETURN, "en")
    bench.tell(RecordKind.REASON, "torn", replace(torn, active=False))
    assert "Torn" not in reasons.usual(bench.desk, ReasonFor.RETURN, "en")


def test_new_orders_begin_with_a_method_that_is_offered(bench: Bench) -> None:
    for method in bench.store.shop.delivery_methods():
        bench.tell(RecordKind.DELIVERY_METHOD, method.code, replace(method, active=False))
    for code, active in (("a", False), ("b", True)):
        bench.tell(RecordKind.DELIVERY_METHOD, code, DeliveryMethod(code, {"en": code}, active=active))
    assert drafting.new_details(bench.desk).delivery.method == "b"
    assert "a" in {method.code for method in bench.store.shop.delivery_methods()}


def test_a_retired_card_tender_takes_no_money_and_keeps_its_name(bench: Bench) -> None:
    for tender in bench.store.shop.tenders():
        if tender.kind is TenderKind.CARD:
            bench.tell(RecordKind.TENDER, tender.code, replace(tender, active=False))
    bench.tell(RecordKind.TENDER, "old", Tender("old", TenderKind.CARD, {"en": "Old card"}, active=False))
    bench.tell(RecordKind.TENDER, "new", Tender("new", TenderKind.CARD, {"en": "New card"}, order=9))
    assert paying.card_tender(bench.desk) == "new"
    old = bench.store.shop.tender("old")
    assert old is not None
    assert old.names["en"] == "Old card"
