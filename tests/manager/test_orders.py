"""Customer orders in the browser: finding them, reading one, acting on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from site_sync.domain.commands import Cancel, ConfirmPicking, Pick, TakePayment
from site_sync.domain.customers import Customer
from site_sync.domain.money import Money
from site_sync.domain.orders import ClosedAs, Order, OrderKind, Stage
from site_sync.domain.particulars import Tendered
from site_sync.service import orders
from site_sync.service.links import Links
from site_sync.service.wiring import Site
from tests.manager.browsing import Browser, text_of
from tests.service.shop import STOVE, Commands, new_line
from tests.service.sites import Clock

Give = Callable[..., Order]


def stored(site: Site, order: Order) -> Order:
    """The order as the site has it now."""
    found = site.database.read(lambda db: orders.load(db, order.id))
    assert found is not None
    return found


def ready(give: Give, commands: Commands, order: Order) -> Order:
    """The order picked and ready."""
    for act in (Pick(1, 2), Pick(2, 1), ConfirmPicking()):
        order = give(commands.give(order.id, act))
    return order


@pytest.mark.parametrize("typed", ["S01-02-0000", "jensen", "maria@example.com", "stv", "STV", "SHOP-77"])
def test_an_order_is_found_by_what_people_know_of_it(
    root: Browser, give: Give, commands: Commands, typed: str
) -> None:
    order = give(commands.create(new_line(STOVE), external_id="SHOP-77"))
    give(Commands(till="09").create(customer=Customer(name="Ole Brandt", phone="+4520114307")))
    found = root.open("/orders", q=typed)
    assert order.number in found
    assert "Ole Brandt" not in found


def test_orders_with_money_to_give_back_are_listed(root: Browser, give: Give, commands: Commands) -> None:
    paid = Tendered("p1", "cash", Money(4_000, "EUR"))
    owed = give(commands.create(new_line(STOVE), payments=(paid,)))
    even = give(Commands(till="09").create(new_line(STOVE)))
    owed = give(commands.give(owed.id, Cancel("changed my mind")))
    found = root.open("/orders", refund="yes")
    assert owed.number in found
    assert "€40.00 to give back" in found
    assert even.number not in found


def test_searching_while_typing_gets_the_rows_alone(root: Browser, order: Order) -> None:
    part = root.http.get("/manager/orders", params={"q": "jensen"}, headers={"HX-Request": "true"}).text
    assert order.number in part
    assert "<html" not in part
    whole = root.http.get(
        "/manager/orders", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )
    assert "<html" in whole.text


def test_filters_narrow_by_stage_store_and_lateness(
    root: Browser, give: Give, commands: Commands, order: Order, clock: Clock
) -> None:
    quote = give(commands.create(order_kind=OrderKind.QUOTE))
    assert quote.number not in root.open("/orders", stage="to_pick")
    assert order.number in root.open("/orders", stage="to_pick")
    assert order.number not in root.open("/orders", store="S02")
    assert "No orders found" in root.open("/orders", late="yes")
    clock.forward(hours=5)
    root.sign_in("root")
    late = root.open("/orders", late="yes")
    assert order.number in late
    assert quote.number not in late


def test_pages_of_many_orders_follow_each_other(root: Browser, give: Give) -> None:
    kind = OrderKind.QUOTE  # quotes hold no stock
    numbers = {give(Commands(till=f"{n:02}").create(order_kind=kind)).number for n in range(10, 40)}
    pages = [root.open("/orders", page=page) for page in ("1", "2")]
    shown = [{number for number in numbers if number in page} for page in pages]
    assert [len(part) for part in shown] == [25, 5]
    assert shown[0] | shown[1] == numbers
    assert "Page 2 of 2" in text_of(root.open("/orders", page="99"))


def test_an_order_shows_all_that_belongs_to_it(
    root: Browser, give: Give, commands: Commands, order: Order
) -> None:
    give(commands.give(order.id, TakePayment((Tendered("p1", "cash", Money(10_000, "EUR")),))))
    ready(give, commands, order)
    page = root.read(f"/orders/{order.id}")
    for words in (
        "Trail jacket", "2 picked", "Stove", "€298.00", "€198.00", "€100.00 taken by Anna, cash",
        "Ready, 1 bag, by Anna", "Bag 1", "Created", "Maria Jensen", "Ready to collect",
    ):  # fmt: skip
        assert words in page, words
    assert "−2" in page


def test_markup_in_a_name_stays_text(root: Browser, give: Give, commands: Commands) -> None:
    order = give(commands.create(customer=Customer(name="<script>alert(1)</script>", email="x@example.com")))
    for path in (f"/orders/{order.id}", "/orders", "/items/JKT/explain/S01"):
        assert "<script>alert" not in root.open(path)


def test_a_note_is_kept_in_the_persons_name(root: Browser, order: Order, site: Site) -> None:
    page = root.send(f"/orders/{order.id}", "/note", text="Call before closing").text
    assert "The note was added" in page
    assert "Note by Ruth: Call before closing" in text_of(page)
    assert stored(site, order).notes[0].by == "Ruth"


def test_a_sign_that_no_database_takes_is_kept_out(root: Browser, order: Order, site: Site) -> None:
    root.send(f"/orders/{order.id}", "/note", text="Call\x00back")
    assert stored(site, order).notes[0].text == "Call\ufffdback"
    assert "There is nothing here" in root.open("/orders/%00", status=404)
    assert "\x00" not in root.open("/orders", q="a\x00b")


def test_what_is_missing_is_said_beside_the_field(root: Browser, order: Order, site: Site) -> None:
    answer = root.send(f"/orders/{order.id}", "/cancel", reason="")
    assert answer.status_code == 422
    assert 'id="reason-error"' in answer.text
    assert "Say why." in answer.text
    assert stored(site, order).version == order.version


def test_a_deadline_is_extended_on_the_stores_clock(
    root: Browser, give: Give, commands: Commands, order: Order, site: Site
) -> None:
    ready(give, commands, order)
    root.send(f"/orders/{order.id}", "/extend", day="2026-12-01", time="18:30")
    until = stored(site, order).collect_by
    assert until is not None
    assert until.isoformat() == "2026-12-01T17:30:00+00:00"
    far = root.send(f"/orders/{order.id}", "/extend", day="2028-12-01", time="18:30")
    assert "within 90 days" in far.text
    before_time = root.send(f"/orders/{order.id}", "/extend", day="0001-01-01", time="00:00")
    assert "Give a day and a time." in before_time.text


def test_cancelling_frees_the_stock_and_says_what_becomes_of_the_money(
    root: Browser, give: Give, commands: Commands, order: Order, site: Site
) -> None:
    give(commands.give(order.id, TakePayment((Tendered("p1", "cash", Money(10_000, "EUR")),))))
    root.send(f"/orders/{order.id}", "/cancel", reason="Ordered twice", deposit="credit")
    cancelled = stored(site, order)
    assert (cancelled.stage, cancelled.closed_as) == (Stage.DONE, ClosedAs.CANCELLED)
    page = root.read(f"/orders/{order.id}")
    assert "€100.00 kept as credit by Ruth" in page
    assert "Cancelled by Ruth: Ordered twice" in page
    assert "take back the cancellation" in page


def test_an_order_that_changed_meanwhile_is_looked_at_again(
    root: Browser, give: Give, commands: Commands, order: Order, site: Site
) -> None:
    form = root.form(f"/orders/{order.id}", "/cancel")
    now = give(commands.give(order.id, Pick(1, 1)))
    answer = root.http.post(form.action, data=dict(form.fields) | {"reason": "too late"})
    assert answer.status_code == 422
    assert 'value="too late"' in answer.text
    assert "changed meanwhile" in answer.text
    assert stored(site, order) == now


def test_a_new_code_is_issued_and_the_page_says_where_it_goes(
    root: Browser, give: Give, commands: Commands, site: Site
) -> None:
    keys = Links(site.settings.public_address, site.keys.code_key)
    code_hash, page_hash = keys.hashes("order-of-two-codes")
    made = commands.create(new_line(STOVE), code_hash=code_hash, page_hash=page_hash)
    order = give(replace(made, order_id="order-of-two-codes"))
    before = keys.code(order)
    assert "The message with the new ones goes to maria@example.com." in root.read(f"/orders/{order.id}")
    answer = root.send(f"/orders/{order.id}", "/issue_code")
    assert "A new code was issued; the one before is void." in text_of(answer.text)
    assert "New code issued by Ruth; the one before is void" in text_of(answer.text)
    after = stored(site, order)
    assert (after.code_issue, keys.code(after) in (None, before)) == (2, False)
    give(commands.give(order.id, Cancel("changed my mind")))
    assert "/issue_code" not in root.open(f"/orders/{order.id}")


def test_a_form_sent_twice_acts_once(root: Browser, order: Order, site: Site) -> None:
    form = root.form(f"/orders/{order.id}", "/note")
    for _ in range(2):
        root.http.post(form.action, data=dict(form.fields) | {"text": "once"})
    assert len(stored(site, order).notes) == 1


def test_only_acts_of_the_stage_and_the_right_are_offered(browser: Browser, give: Give, order: Order) -> None:
    browser.sign_in("mona")
    page = browser.open(f"/orders/{order.id}")
    assert "/extend" not in page  # nothing is ready yet
    assert "Cancel the order" in page
    assert "take back the cancellation" not in page  # nothing was cancelled
    for act in ("collect", "expire", "nonsense"):
        fields = dict(browser.form(f"/orders/{order.id}", "/note").fields)
        assert browser.http.post(f"/manager/orders/{order.id}/{act}", data=fields).status_code == 404


def test_today_counts_what_waits_and_what_is_late(
    root: Browser, give: Give, commands: Commands, order: Order, clock: Clock
) -> None:
    page = root.read("/")
    assert "Late 0" in page
    assert "To pick 1" in page
    ready(give, commands, order)
    clock.forward(days=5)
    root.sign_in("root")
    page = root.read("/")
    assert "Late 1" in page
    assert "To collect 1" in page
