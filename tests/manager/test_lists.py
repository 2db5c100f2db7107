"""Delivery methods, sources, reasons and tenders in the browser: added, changed, retired, told, noted."""

from __future__ import annotations

import pytest

from site_sync.domain.money import Money
from site_sync.domain.orders import OrderKind
from site_sync.domain.sales import ReturnTo
from site_sync.domain.shop import DeliveryField, DeliveryMethod, ReasonFor, Tender, TenderKind
from site_sync.protocol.changes import RecordKind
from site_sync.service import audit_enquiry
from site_sync.service.audit_enquiry import Wanted
from site_sync.service.database import records
from site_sync.service.settings_audit import Did, SettingsChange
from site_sync.service.wiring import Site
from tests.manager.browsing import Browser, text_of
from tests.manager.test_shop import kept, told

HOME: dict[str, str | list[str]] = {
    "code": "home", "name_en": "Home delivery", "name_da": "Levering", "mode": "ship", "fee": "9,90",
    "fee_tax_rate": "25", "needs_address": "yes", "needs_store": [], "required": ["phone", "requested"],
    "carriers": "Own van\nGLS\n", "order": "4",
}  # fmt: skip


def noted(site: Site) -> SettingsChange:
    """The latest entry of who changed what."""
    return site.database.read(lambda db: audit_enquiry.found(db, Wanted())).entries[0]


def test_a_delivery_method_is_added_told_and_retired(root: Browser, site: Site) -> None:
    form = root.form("/lists/methods/add", "/lists/methods/add")
    assert ("needs_store", "yes") in form.fields
    assert "Added" in root.send("/lists/methods/add", "", **HOME).text
    home = kept(site, RecordKind.DELIVERY_METHOD, "home")
    assert (home.names, home.fee) == ({"en": "Home delivery", "da": "Levering"}, Money(990, "EUR"))
    assert (home.required, home.carriers) == (
        (DeliveryField.PHONE, DeliveryField.REQUESTED),
        ("Own van", "GLS"),
    )
    assert (home.fee_tax_rate, home.needs_address, home.needs_store, home.order) == (2500, True, False, 4)
    assert told(site) == [("delivery_method", "home")]
    entry = noted(site)
    assert (entry.staff, entry.key, entry.did) == ("root", "home", Did.ADDED)
    root.send("/lists/methods/of/home", active=[], mode="collect")
    retired = kept(site, RecordKind.DELIVERY_METHOD, "home")
    assert (retired.active, retired.mode, retired.carriers) == (False, home.mode, home.carriers)
    assert ("active", True, False) in noted(site).changed
    assert "Retired" in root.read("/lists/methods")


NO_METHODS: tuple[tuple[str, str | list[str], str], ...] = (
    ("code", "Home Delivery", "Small letters"),
    ("code", "collect", "has this code"),
    ("name_en", "", "in English is needed"),
    ("name_en", "Collect in store", "has this name"),
    ("name_de", "x" * 61, "up to 60"),
    ("fee", "free", "Write a number"),
    ("fee_tax_rate", "101", "From 0 to 100"),
    ("needs_address", [], "need an address"),
    ("carriers", "GLS\ngls", "each once"),
    ("order", "1000", "From 0 to 999"),
    ("mode", "fly", "Choose one"),
)


def test_a_method_that_cannot_be_is_refused_beside_the_field(root: Browser, site: Site) -> None:
    form = dict(root.form("/lists/methods/add", "/lists/methods/add").fields)
    for field, typed, said in NO_METHODS:
        sent: dict[str, str | list[str]] = {**form, **HOME, field: typed}
        fields = {name: value for name, value in sent.items() if value != []}
        answer = root.http.post("/manager/lists/methods/add", data=fields)
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text, (field, typed)
        assert said in text_of(answer.text), (field, typed)
    assert kept(site, RecordKind.DELIVERY_METHOD, "home") is None


def test_reasons_have_uses_and_send_goods_somewhere(root: Browser, site: Site) -> None:
    root.send("/lists/reasons/add", code="torn", used_for="return", stock_to="damaged", name_en="Torn")
    root.send("/lists/reasons/add", code="torn_price", used_for="discount", name_en="Torn", order="2")
    torn, cheaper = (kept(site, RecordKind.REASON, code) for code in ("torn", "torn_price"))
    assert (torn.used_for, torn.stock_to) == (ReasonFor.RETURN, ReturnTo.DAMAGED)
    assert (cheaper.used_for, cheaper.stock_to) == (ReasonFor.DISCOUNT, ReturnTo.ON_HAND)
    again = root.send("/lists/reasons/add", code="torn2", used_for="return", name_en="torn")
    assert again.status_code == 422
    root.send("/lists/reasons/of/torn", name_de="Zerrissen", used_for="cancel")
    torn = kept(site, RecordKind.REASON, "torn")
    assert (torn.words("de"), torn.used_for) == ("Zerrissen", ReasonFor.RETURN)
    listed = root.read("/lists/reasons")
    assert "Discounts" in listed
    assert "damaged goods" in listed


def test_a_source_keeps_names_in_other_languages(root: Browser, site: Site) -> None:
    site.database.write(
        lambda tx: records.save(tx, RecordKind.DELIVERY_METHOD, DeliveryMethod("x", {"en": "X", "sv": "Y"}))
    )
    root.send("/lists/methods/of/x", name_en="Z")
    assert kept(site, RecordKind.DELIVERY_METHOD, "x").names == {"en": "Z", "sv": "Y"}
    root.send("/lists/sources/add", code="fair", name_en="Trade fair", order="7")
    assert kept(site, RecordKind.SOURCE, "fair").order == 7
    assert told(site) == [("source", "fair")]


def test_sources_and_methods_are_for_orders_or_quotes_or_both(root: Browser, site: Site) -> None:
    root.send("/lists/sources/add", code="expo", name_en="Expo", kinds=["quote"])
    assert kept(site, RecordKind.SOURCE, "expo").kinds == (OrderKind.QUOTE,)
    listed = root.read("/lists/sources")
    assert "Offered for" in listed
    refused = root.send("/lists/sources/of/expo", kinds=[])
    assert refused.status_code == 422
    assert "Tick at least one" in text_of(refused.text)
    root.send("/lists/sources/of/expo", kinds=["customer_order", "quote"])
    assert kept(site, RecordKind.SOURCE, "expo").kinds == (OrderKind.CUSTOMER_ORDER, OrderKind.QUOTE)
    root.send("/lists/methods/of/collect", kinds=["customer_order"])
    assert kept(site, RecordKind.DELIVERY_METHOD, "collect").kinds == (OrderKind.CUSTOMER_ORDER,)
    assert ("kinds", ["customer_order", "quote"], ["customer_order"]) in noted(site).changed


def test_cash_stays_and_only_cash_is_rounded(root: Browser, site: Site) -> None:
    cash = Tender("cash", TenderKind.CASH, {"en": "Cash"})
    site.database.write(lambda tx: records.save(tx, RecordKind.TENDER, cash))
    root.send("/lists/tenders/of/cash", rounding="0.05", opens_drawer="yes")
    assert kept(site, RecordKind.TENDER, "cash").rounding == 5
    assert root.send("/lists/tenders/of/cash", active=[]).status_code == 422
    assert root.send("/lists/tenders/of/cash", rounding="100").status_code == 422
    root.send("/lists/tenders/add", code="amex", kind="card", name_en="American Express", rounding="5")
    assert kept(site, RecordKind.TENDER, "amex").rounding == 1


@pytest.mark.parametrize("name", ["methods", "sources", "reasons", "tenders"])
def test_a_manager_looks_and_changes_nothing(browser: Browser, name: str) -> None:
    browser.sign_in("mona")
    browser.open(f"/lists/{name}")
    browser.open(f"/lists/{name}/add", 403)
    csrf = dict(browser.form("/", "/sign-out").fields)
    assert browser.http.post(f"/manager/lists/{name}/add", data=csrf).status_code == 403
    browser.open("/lists/others", 404)
