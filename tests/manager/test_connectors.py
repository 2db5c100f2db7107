"""Web shops in the browser: added, mapped by name, what is stuck fixed and replayed, their API set up."""

from __future__ import annotations

from typing import Any

import pytest

from site_sync.service import connector_register
from site_sync.service.connector_register import Connector, ConnectorKind, ItemMapping, ShopEvent
from site_sync.service.connectors import polling, upkeep
from site_sync.service.sealing import unseal
from site_sync.service.wiring import Site
from tests.manager.browsing import Browser, forms_of, text_of
from tests.service.connectors import woo
from tests.service.connectors.senders import Sender, live
from tests.service.floor import Floor


@pytest.fixture
def shop(site: Site) -> Sender:
    """A WooCommerce shop."""
    return Sender(site, ConnectorKind.WOOCOMMERCE, name="north")


def kept(site: Site, connector_id: str = "north") -> Connector:
    """The connector as the site has it."""
    found = site.database.read(lambda db: connector_register.find(db, connector_id))
    assert found is not None
    return found


def test_a_shop_is_added_and_its_secret_shown_once(root: Browser, site: Site) -> None:
    def live(connector: Connector) -> tuple[str, ...]:
        return upkeep.live_secrets(site, connector)

    page = root.send("/connectors", kind="woocommerce", id="fjord", title="Fjord & Fell")
    made = kept(site, "fjord")
    shown = live(made)
    assert shown[0] in page.text
    assert shown[0] not in str(made.secrets), "kept sealed"
    assert "/webhooks/woocommerce/fjord" in page.text
    assert shown[0] not in root.open("/connectors/fjord")
    again = root.send("/connectors/fjord", "/secret")
    newer = kept(site, "fjord")
    assert live(newer)[0] in again.text
    assert live(newer)[1:] == shown
    csrf = dict(root.form("/connectors/fjord", "/switch").fields)
    root.http.post("/manager/connectors/fjord/secret", data={"csrf": csrf["csrf"], "drop": "yes"})
    root.http.post("/manager/connectors/fjord/switch", data={"csrf": csrf["csrf"], "active": ""})
    assert (kept(site, "fjord").secrets, kept(site, "fjord").active) == ((newer.secret,), False)


NO_SHOPS: list[tuple[dict[str, str], str]] = [
    ({"kind": "ebay"}, "Choose what kind of shop it is"),
    ({"id": "no blanks"}, "letters, digits, dot, dash"),
    ({"id": "north"}, "a connector north already"),
    ({"title": "x" * 81}, "at most 80 characters"),
    ({"secret": "s" * 301}, "This is no secret"),
]


@pytest.mark.parametrize(("wrong", "why"), NO_SHOPS)
def test_a_shop_that_cannot_be_is_refused_with_the_reason(
    root: Browser, shop: Sender, wrong: dict[str, Any], why: str
) -> None:
    given = {"kind": "shopify", "id": "other", "title": "Other"} | wrong
    page = root.send("/connectors", **given)
    assert (page.status_code, why in text_of(page.text)) == (422, True)


def test_what_needs_mapping_is_fixed_and_replayed(root: Browser, site: Site, shop: Sender) -> None:
    shop.send(woo.order(woo.item("OLD-9"), shipping_lines=[woo.pickup("Old Town")]))
    seen = root.read("/connectors/north")
    assert "unknown item OLD-9; unknown store (Old Town" in seen
    root.send("/connectors/north", "/map", item_means="NONE", place_means=["S02", "", ""])
    assert "There is no item NONE" in text_of(
        root.send("/connectors/north", "/map", item_means="NONE", place_means=["S02", "", ""]).text
    )
    page = root.send("/connectors/north", "/map", item_means="STV*1", place_means=["S02", "", ""])
    assert "What waited for that is tried again" in page.text
    shop.work()
    order = shop.order("727")
    assert (live(order), order.delivery.store) == ({"STV": 1}, "S02")
    settings = kept(site).settings
    assert (settings.items, settings.stores) == ({"OLD-9": ItemMapping("STV", 1)}, {"Old Town": "S02"})
    root.send("/connectors/north", "/map", item_name="OLD-9", item_means="")
    assert kept(site).settings.items == {}


def test_today_says_what_is_stuck_to_those_who_can_mend_it(root: Browser, shop: Sender) -> None:
    assert "wait for somebody" not in root.read("/")
    shop.send(woo.order(woo.item("OLD-9")), woo.order(woo.item("OLD-8"), id=8))
    assert "2 orders of web shops wait for somebody" in root.read("/")
    root.http.cookies.clear()
    root.sign_in("bert")
    assert "wait for somebody" not in root.read("/")


def test_a_refused_order_says_why_and_is_tried_again(root: Browser, site: Site, shop: Sender) -> None:
    shop.send(woo.order(woo.item("TNT", 1, "240.00")), woo.order(woo.item("TNT", 1, "240.00"), id=9))
    assert "There was not enough stock: TNT at S01" in root.read("/connectors/north")
    root.send("/connectors/north", "/replay")
    assert shop.rows()[-1].state == "received"


def test_the_shops_api_is_set_up_and_its_key_never_shown(root: Browser, site: Site, shop: Sender) -> None:
    page = root.send(
        "/connectors/north", "/settings", title="North", api_url="https://shop.example",
        api_key="ck_1:cs_2", poll_minutes="15", report_ready="wc-ready-pickup", store="S01",
    )  # fmt: skip
    assert page.status_code == 200
    found = kept(site)
    assert unseal(site.keys.seal_key, found.api_key, "north") == "ck_1:cs_2"
    assert (found.name, found.settings.poll_minutes, found.settings.store) == ("North", 15, "S01")
    assert found.settings.reports == {ShopEvent.READY: "ready-pickup"}
    assert "cs_2" not in root.open("/connectors/north")
    root.send("/connectors/north", "/settings", title="North again")
    assert kept(site).api_key == found.api_key
    root.send("/connectors/north", "/reconcile")
    assert site.database.read(lambda db: polling.find(db, "north")) is not None
    root.send("/connectors/north", "/settings", no_key="yes")
    assert kept(site).api_key == ""


def test_an_old_page_of_a_shop_takes_nothing_back(root: Browser, site: Site, shop: Sender) -> None:
    old = root.form("/connectors/north", "/settings")
    root.send("/connectors/north", "/settings", title="Fjord", store="S02", api_key="ck_1:cs_2")
    root.send("/connectors/north", "/map", item_name="OLD-9", item_means="STV")
    kept_then = kept(site)
    wrong = root.http.post(old.action, data=dict(old.fields) | {"title": "", "source": "fair"})
    [again] = [form for form in forms_of(wrong.text) if form.action == old.action]
    assert dict(again.fields)["source"] == "fair"
    for typed in (dict(old.fields), dict(again.fields) | {"title": "South"}):
        answer = root.http.post(old.action, data=typed)
        assert (answer.status_code, "changed this meanwhile" in answer.text) == (422, True)
        assert 'value="Fjord"' in answer.text
    assert kept(site) == kept_then


@pytest.mark.parametrize(("field", "value"), [
    ("api_url", "http://shop.example"), ("api_url", "https://169.254.169.254"), ("poll_minutes", "soon"),
    ("poll_minutes", "9999"), ("api_key", "half"), ("report_ready", "Ready!"), ("store", "S99"),
    ("title", ""),
])  # fmt: skip
def test_settings_that_cannot_be_are_refused(
    root: Browser, site: Site, shop: Sender, field: str, value: str
) -> None:
    before = kept(site)
    answer = root.send("/connectors/north", "/settings", **{"source": "fair", field: value})
    assert answer.status_code == 422
    assert 'value="fair"' in answer.text  # nothing that was typed is lost
    assert kept(site) == before


def test_an_order_shows_what_its_shop_was_told_and_the_message_goes_again(root: Browser, site: Site) -> None:
    shop = Sender(
        site, ConnectorKind.WOOCOMMERCE, name="north", api_url="https://shop.example",
        reports={ShopEvent.READY: "note"},
    )  # fmt: skip
    shop.send(woo.order())
    floor, order = Floor(site), shop.order("727")
    floor.picked(order.id)
    assert "What the shop was told Ready to collect Waiting" in root.read(f"/orders/{order.id}")
    page = root.send(f"/orders/{order.id}", "/send_message")
    assert "The message is on its way" in page.text
    assert root.read(f"/orders/{order.id}").count("maria@example.com Waiting") == 3
