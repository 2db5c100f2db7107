"""A sale of several orders by clicks: carried out, collected and shipped, paid once, undone whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from pos_app.operations.desk import Desk
from pos_app.store.order_list import OrderFilter
from pos_app.ui.views.orders import order_details
from pos_app.ui.widgets.notice import Notice
from site_sync.domain.customers import Address
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.money import Money
from site_sync.domain.orders import DeliveryMode, Order
from site_sync.domain.policies import Policy
from site_sync.domain.shop import DeliveryMethod
from site_sync.domain.totals import paid, totals
from site_sync.protocol.changes import RecordKind
from tests.builders import NOW
from tests.desks import CASHIER, SKUS, Bench
from tests.screens.counter import DEPOSIT, Counter, open_counter
from tests.screens.hand import field, press, press_in, type_text

JACKET, BOTTLE, TENT = SKUS[:3]
Open = Callable[..., Counter]


def ships(bench: Bench) -> None:
    """The shop also ships, for a fee."""
    collect = DeliveryMethod("collect", {"en": "Collect"}, DeliveryMode.COLLECT)
    ship = DeliveryMethod("ship", {"en": "Ship"}, DeliveryMode.SHIP, Money(590, "EUR"), needs_store=False)
    bench.tell(RecordKind.DELIVERY_METHOD, "collect", collect)
    bench.tell(RecordKind.DELIVERY_METHOD, "ship", ship)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Opens a till at which a cashier works and which ships."""
    counters: list[Counter] = []

    def open_it(policy: Policy = DEPOSIT) -> Counter:
        counters.append(open_counter(tmp_path, policy=policy, prepare=ships))
        counters[-1].till.sign_in(CASHIER)
        return counters[-1]

    yield open_it
    for counter in counters:
        counter.close()


def way(counter: Counter, line: int, code: str) -> None:
    """Ask how a line reaches the customer, and answer unless the code is empty."""
    lines = counter.screen.cart.lines
    press_in(lines, lines.place_of(str(line)).center())
    counter.rest()
    counter.press("Qty")
    counter.press("How it goes…")
    assert counter.page == "choices"
    if code:
        counter.tile(code)


def choose(counter: Counter, beginning: str) -> None:
    """Touch the choice whose words begin so."""
    rows = counter.screen.places.findChildren(QWidget)
    press(next(row for row in rows if row.isVisible() and row.accessibleName().startswith(beginning)))
    counter.rest()


def ship_to(counter: Counter) -> None:
    """Fill in the details of a shipped delivery."""
    assert counter.page == "order_details"
    choose(counter, "Ship")
    for name, text in (
        ("Street", "Strandvej 1"),
        ("Postcode", "8000"),
        ("City", "Aarhus"),
        ("Country", "DK"),
    ):
        type_text(field(counter.screen, name), text)
    counter.press("Continue")


def made(counter: Counter) -> list[Order]:
    """The orders of the till, by number."""
    rows = counter.ask(lambda desk: desk.store.lists.rows(OrderFilter(), limit=50))
    found = counter.ask(lambda desk: [desk.store.orders.order(row.id) for row in rows])
    return sorted(found, key=lambda order: str(order.number))


def three_ways(counter: Counter) -> None:
    """The jacket is shipped, the bottle carried out, the tent collected elsewhere."""
    counter.customer()
    counter.scan(JACKET, BOTTLE, TENT)
    way(counter, 1, "another")
    ship_to(counter)
    assert counter.page == "sale"
    way(counter, 3, "another")
    choose(counter, "S02")
    counter.press("Continue")
    assert counter.page == "sale"


def test_carried_out_collected_and_shipped_with_one_payment(opened: Open) -> None:
    counter = opened()
    three_ways(counter)
    assert [line.badge for line in counter.screen._lines.values()] == ["ship", "carry out now", "collect S02"]
    counter.pay()
    assert counter.page == "payment_actions"
    assert list(counter.screen.tiles) == ["continue_to_payment", "pay_in_full", "save_as_quote"]
    # All of what is shipped with its fee, the bottle, a fifth of the tent.
    least = 12_900 + 590 + 1_995 + 5_980
    told = counter.screen.effects()
    assert any("S01-02-000001" in one and "ship" in one for one in told)
    assert any("S01-02-000002" in one and "S02" in one for one in told)
    counter.tile("continue_to_payment")
    counter.press("Continue")
    assert counter.page == "payment"
    counter.tile("cash")
    counter.press("Next customer")
    shipped, collected = made(counter)
    assert shipped.delivery.address == Address("Strandvej 1", "8000", "Aarhus", "DK")
    assert (paid(shipped), paid(collected)) == (12_900 + 590 + 1_995, 5_980)
    assert [line.quantities.collected for line in shipped.lines] == [0, 1, 0]
    assert (collected.work_store, totals(collected).balance.amount) == ("S02", 29_900 - 5_980)
    assert counter.moved("cash") == least
    kinds = counter.ask(_papers)
    assert kinds.count(DocumentKind.SALES_RECEIPT) == 1
    assert kinds.count(DocumentKind.ORDER_CONFIRMATION) == 2
    assert not counter.cart.lines
    facts = order_details(counter.record(shipped), None, NOW).facts
    assert f"Bought together with {collected.number}" in facts


def _papers(desk: Desk) -> list[DocumentKind]:
    rows = desk.store.lists.rows(OrderFilter(), limit=50)
    return [job.document.kind for row in rows for job in desk.store.print_jobs.of_order(row.id)]


def test_units_of_one_line_go_two_ways_and_the_amount_may_be_more(opened: Open) -> None:
    counter = opened()
    counter.order(JACKET, JACKET)
    counter.press("Back to the sale")
    way(counter, 1, "another")
    counter.say("1")
    choose(counter, "S02")
    counter.press("Continue")
    counter.pay()
    counter.tile("pay_deposit")
    counter.screen.amount.amount.set_text("100.01")
    counter.press("Continue")
    counter.tile("cash")
    counter.press("Next customer")
    assert [(order.work_store, paid(order)) for order in made(counter)] == [("S01", 5_001), ("S02", 5_000)]


def test_a_basket_without_money_is_undone_whole_at_one_touch(opened: Open) -> None:
    counter = opened(Policy())
    counter.order(JACKET, BOTTLE)
    counter.press("Back to the sale")
    way(counter, 2, "another")
    choose(counter, "S02")
    counter.press("Continue")
    counter.pay()
    counter.tile("save")
    assert len(made(counter)) == 2
    keys = [one.undo_key for one in counter.till.window.findChildren(Notice)]
    (undo,) = [one for one in keys if one is not None]
    press(undo)
    counter.rest()
    assert all(order.cancelled_at is not None for order in made(counter))


def test_a_quote_of_a_basket_is_one_for_all_lines(opened: Open) -> None:
    counter = opened()
    three_ways(counter)
    counter.pay()
    counter.tile("save_as_quote")
    (quote,) = made(counter)
    assert [line.sku for line in quote.lines if line.sku] == [JACKET, BOTTLE, TENT]
