"""What the shop's lists may hold, and what of them is still offered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from site_sync.domain.money import Money
from site_sync.domain.orders import DeliveryMode
from site_sync.domain.shop import DeliveryMethod, Reason, ReasonFor, Source, Tender, TenderKind, offered
from site_sync.domain.shop_rules import Listed, listed_refusal, same_words

COLLECT = DeliveryMethod("collect", {"en": "Collect"})
SHIP = DeliveryMethod("ship", {"en": "Ship"}, DeliveryMode.SHIP, needs_address=True, needs_store=False)
CASH = Tender("cash", TenderKind.CASH, {"en": "Cash"})
CARD = Tender("card", TenderKind.CARD, {"en": "Card"})


@pytest.mark.parametrize(
    "one", [COLLECT, SHIP, CASH, CARD, Source("phone", {"en": "Phone", "da": "Telefon"})]
)
def test_what_is_well_is_not_refused(one: Listed) -> None:
    assert listed_refusal(one) is None


@pytest.mark.parametrize(
    ("one", "field"),
    [
        (replace(COLLECT, code="Collect"), "code"),
        (replace(COLLECT, names={"de": "Abholen"}), "name_en"),
        (replace(COLLECT, names={"en": "Collect", "de": "a\nb"}), "name_de"),
        (replace(COLLECT, needs_store=False), "needs_store"),
        (replace(SHIP, needs_address=False), "needs_address"),
        (replace(SHIP, fee=Money(-1, "EUR")), "fee"),
        (replace(SHIP, fee_tax_rate=10_001), "fee_tax_rate"),
        (replace(SHIP, carriers=("DHL", "dhl")), "carriers"),
        (replace(CASH, active=False), "active"),
        (replace(CASH, kind=TenderKind.CARD), "kind"),
        (replace(CASH, code="notes"), "kind"),
        (replace(CASH, rounding=0), "rounding"),
        (replace(CARD, rounding=5), "rounding"),
        (replace(CARD, order=-1), "order"),
    ],
)
def test_what_is_wrong_is_refused_by_its_field(one: Listed, field: str) -> None:
    refused = listed_refusal(one)
    assert refused is not None
    assert refused.facts["field"] == field


def test_words_are_had_once_by_what_is_offered_for_one_use() -> None:
    torn = Reason("torn", ReasonFor.RETURN, {"en": "Torn"})
    again = Reason("again", ReasonFor.RETURN, {"en": "TORN", "de": "Zerrissen"})
    assert same_words(again, [torn, again]) == "en"
    assert same_words(again, [replace(torn, active=False)]) == ""
    assert same_words(again, [replace(torn, used_for=ReasonFor.DISCOUNT)]) == ""


def test_what_is_retired_is_offered_no_more() -> None:
    assert offered([COLLECT, replace(SHIP, active=False)]) == (COLLECT,)


def test_what_is_offered_is_for_something() -> None:
    for one in (replace(COLLECT, kinds=()), replace(Source("phone", {"en": "Phone"}), kinds=())):
        refused = listed_refusal(one)
        assert refused is not None
        assert refused.facts["field"] == "kinds"
