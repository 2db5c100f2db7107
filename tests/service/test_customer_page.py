"""The customer's page: what it shows, what its buttons do, who may open it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import zxingcpp
from PIL import Image

from site_sync.domain.commands import Cancel, Ship, Substitute
from site_sync.domain.customers import Address, Customer
from site_sync.domain.money import Money
from site_sync.domain.orders import Delivery, DeliveryMode, Order
from site_sync.domain.particulars import Tendered
from site_sync.domain.shop import Store
from site_sync.domain.substitutes import Answer
from site_sync.protocol.changes import RecordKind
from site_sync.service import orders
from site_sync.service.code_pictures import png, svg
from site_sync.service.database import records
from site_sync.service.wiring import Site
from tests.service.floor import Floor, links
from tests.service.shop import JACKET, new_line
from tests.service.sites import Clock


def with_settings(site: Site, **changes: Any) -> Site:
    """The same site with other settings."""
    return replace(site, settings=site.settings.model_copy(update=changes))


def path(site: Site, order: Order) -> str:
    """The path of an order's page."""
    return (links(site).page(order) or "").removeprefix(site.settings.public_address)


def open_page(site: Site, address: str, order: Order, **query: str) -> str:
    """The page's HTML."""
    answer = httpx.get(f"{address}{path(site, order)}", params=query)
    assert answer.status_code == 200
    return answer.text


def press(site: Site, address: str, order: Order, button: str, **form: str) -> str:
    """Press a button as a browser does; the HTML of the page that follows."""
    answer = httpx.post(f"{address}{path(site, order)}/{button}", data=form, follow_redirects=True)
    assert answer.status_code == 200
    assert answer.history[0].status_code == 303
    return answer.text


def now(site: Site, order: Order) -> Order:
    """The order as it is now."""
    found = site.database.read(lambda db: orders.load(db, order.id))
    assert found is not None
    return found


def test_a_ready_order_shows_its_code_its_deadline_and_its_shop(site: Site, address: str) -> None:
    order = Floor(site).ready()
    html = open_page(site, address, order)
    for words in (
        "Ready to collect",
        order.number,
        "Sunday 22 November, 18:00",
        "Trail jacket",
        "Not available",
    ):
        assert words in html
    for words in ("Shop S01", "09:00 – 18:00", "€258.00", "I&#39;m on my way", "I&#39;m here", "More time"):
        assert words in html
    assert svg(links(site).code(order) or "") in html


def test_the_picture_of_a_code_is_small_and_read_back(tmp_path: Path) -> None:
    text = "CO1.W-000482-3.ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    file = tmp_path / "code.png"
    file.write_bytes(png(text))
    image = Image.open(file)
    assert image.size == (8 * (29 + 8), 8 * (29 + 8)), "version 3 with its quiet zone"
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [text]


def test_nothing_comes_from_elsewhere_and_nothing_is_told_elsewhere(site: Site, address: str) -> None:
    order = Floor(site).ready()
    answer = httpx.get(f"{address}{path(site, order)}")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "http" not in answer.text.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    sheet = httpx.get(f"{address}/o/page.css")
    assert (sheet.status_code, sheet.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "url(" not in sheet.text


def test_who_does_not_have_the_token_sees_nothing(site: Site, address: str) -> None:
    order = Floor(site).ready()
    for token in ("A" * 26, order.number, order.id, "%00", "page", "a" * 500):
        answer = httpx.get(f"{address}/o/{token}")
        assert answer.status_code == 404
        assert order.number not in answer.text
        assert httpx.post(f"{address}/o/{token}/cancel").status_code == 404
    danish = httpx.get(f"{address}/o/x", headers={"accept-language": "da-DK"})
    assert "Den side kender vi ikke" in danish.text


def test_the_customer_is_coming_and_here(site: Site, address: str) -> None:
    order = Floor(site).ready()
    assert "We know that you are coming" in press(site, address, order, "on-the-way")
    arrival = now(site, order).arrival
    assert arrival is not None
    assert arrival.state == "on_the_way"
    assert "Welcome" in press(site, address, order, "here")
    arrival = now(site, order).arrival
    assert arrival is not None
    assert arrival.state == "here"


def test_the_deadline_is_extended_once(site: Site, address: str) -> None:
    order = Floor(site).ready()
    html = press(site, address, order, "extend")
    assert "You have more time now" in html
    assert "Tuesday 24 November, 18:00" in html
    assert "/extend" not in html
    assert "not possible any more" in press(site, address, order, "extend")
    assert now(site, order).extensions == 1


def test_an_expired_order_is_brought_back_while_its_goods_are_aside(
    site: Site, address: str, clock: Clock
) -> None:
    from site_sync.service.jobs.deadlines import expire_orders

    order = Floor(site).ready()
    clock.forward(days=3)
    assert expire_orders(site) == 1
    assert "The time to collect is over" in open_page(site, address, order)
    assert "Ready to collect" in press(site, address, order, "extend")


def test_another_collector_is_named(site: Site, address: str) -> None:
    order = Floor(site).ready()
    html = press(site, address, order, "collector", name="  Dev <b>Nair</b>\x07 ")
    assert "Dev &lt;b&gt;Nair&lt;/b&gt; may collect it." in html
    assert "not possible" in press(site, address, order, "collector", name=" ")
    named = now(site, order)
    assert named.collector is not None
    assert named.collector.name == "Dev <b>Nair</b>"


def test_the_collector_has_a_page_and_a_code_of_their_own_until_another_one_is_named(
    site: Site, address: str
) -> None:
    order = Floor(site).ready()
    html = press(site, address, order, "collector", name="Dev")
    first = now(site, order)
    theirs = (links(site).collector_page(first) or "").removeprefix(site.settings.public_address)
    assert theirs in html
    page = httpx.get(f"{address}{theirs}")
    code = links(site).collector_code(first) or ""
    assert svg(code) in page.text
    assert code != links(site).code(first)
    assert not {"Trail jacket", "Maria", "Cancel"} & set(page.text.split())
    press(site, address, order, "collector", name="Pia")
    assert httpx.get(f"{address}{theirs}").status_code == 410
    second = now(site, order)
    assert (second.collector_issue, first.opened_by(second.collector_hash)) == (2, False)
    assert "void now" in press(site, address, order, "no-collector")
    assert now(site, order).collector is None
    assert httpx.get(f"{address}/c/{order.number}/{'A' * 26}").status_code == 404
    assert httpx.get(f"{address}/c/x/{'A' * 26}").status_code == 404


def test_a_question_about_something_else_is_answered_once(site: Site, address: str) -> None:
    floor = Floor(site)
    for answer, words in (("yes", Answer.YES), ("no", Answer.NO)):
        order = floor.ordered()
        floor.give(order.id, Substitute(2, 1, replace(new_line(JACKET), unit_price=Money(4_000, "EUR"))))
        html = open_page(site, address, order)
        assert "We could not find 1 × Stove. We can give you 1 × Trail jacket for €40.00." in html
        assert "Please answer until Friday 20 November, 13:30." in html
        assert "not possible" in press(site, address, order, "substitute", line="x", answer="yes")
        said = press(site, address, order, "substitute", line="3", answer=answer)
        assert "We know now" in said
        assert "May it be something else?" not in said
        assert [one.answer for one in now(site, order).substitutions] == [words]
        assert "not possible" in press(site, address, order, "substitute", line="3", answer="yes")


def test_the_way_there_opens_the_phones_own_map(site: Site, address: str) -> None:
    order = Floor(site).ready()
    shop = Store("S01", "Harbour", "Kajen 3\n8000 Aarhus", latitude=56.15, longitude=10.21)
    site.database.write(lambda tx: records.save(tx, RecordKind.STORE, shop))
    agents = {"Mozilla/5.0 (Linux; Android 15)": "geo:", "Mozilla/5.0 (iPhone)": "maps:?q="}
    for agent, scheme in agents.items():
        page = httpx.get(f"{address}{path(site, order)}", headers={"user-agent": agent})
        assert f'href="{scheme}' in page.text


def test_an_order_is_cancelled_by_its_customer(site: Site, address: str) -> None:
    order = Floor(site).ready()
    html = press(site, address, order, "cancel")
    assert "Your order is cancelled" in html
    assert "<svg" not in html
    assert now(site, order).cancelled_at is not None
    assert "not possible any more" in press(site, address, order, "here")


def shipped(floor: Floor) -> Order:
    """A paid order whose goods are packed to be shipped."""
    address = Address("Havnegade 1", "8000", "Aarhus", "DK")
    delivery = Delivery("ship", DeliveryMode.SHIP, address=address)
    paid = (Tendered("p", "online", Money(4_000, "EUR")),)
    return floor.picked(floor.ordered(lines=floor.one_stove(), delivery=delivery, payments=paid).id)


def test_each_state_has_its_words(site: Site, address: str) -> None:
    floor = Floor(site)
    assert "We have your order" in open_page(site, address, floor.ordered())
    done = floor.collected(floor.ready())
    assert "Thank you, and enjoy." in open_page(site, address, done)
    gone = floor.give(floor.ordered().id, Cancel("no"))
    assert "Nothing more is to be done." in open_page(site, address, gone)
    sent = floor.give(shipped(floor).id, Ship("JD0002"))
    page = open_page(site, address, sent)
    assert ("Sent to you" in page, "Already collected" in page) == (True, False)
    german = floor.ready(customer=Customer(name="Anke", email="a@example.com", language="de"))
    assert "Zur Abholung bereit" in open_page(site, address, german)
    assert "<i>" not in open_page(site, address, german, said="<i>")
