"""Tests of finding items, customers and orders by what is typed."""

from datetime import timedelta

import pytest

from pos_app.operations import orders
from pos_app.operations.cart import Cart, with_customer
from pos_app.operations.desk import Changed
from pos_app.operations.selling import add_item, new_cart
from pos_app.store.order_list import OrderFilter, PaidState, Tab
from site_sync.domain.customers import Customer
from site_sync.domain.history import OrderRecord
from site_sync.domain.orders import Delivery, OrderKind
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RecordKind
from tests import builders
from tests.desks import MARIA, SKUS, Bench, acting, items


def record(bench: Bench, number: str, **fields: object) -> str:
    """An order of the site; its id."""
    made = builders.order(builders.line(to_pick=2))
    made = type(made)(**{name: getattr(made, name) for name in made.__slots__} | {"number": number} | fields)
    bench.tell(RecordKind.ORDER, made.id, OrderRecord(made))
    return made.id


@pytest.mark.parametrize(
    "typed", ["trail", "TRA", "jacket trail", "jkt-1", "5799410001", "träil"[:2] + "ail"]
)
def test_items_are_found_by_the_beginnings_of_words_and_codes(bench: Bench, typed: str) -> None:
    assert [item.sku for item in bench.store.catalogue.search(typed)] == ["JKT-1"]


@pytest.mark.parametrize("typed", ["", "  ", "xyz", '"', "trail OR", "-", "*", "NEAR("])
def test_odd_typing_finds_nothing_and_breaks_nothing(bench: Bench, typed: str) -> None:
    assert bench.store.catalogue.search(typed) == ()
    assert bench.store.customers.search(typed) == ()


def test_an_item_is_found_under_its_newest_name_and_codes_only(bench: Bench) -> None:
    item = items()[0]
    bench.tell(
        RecordKind.ITEM, item.sku, type(item)(item.sku, "Storm coat", item.price, 2500, ("4006381333931",))
    )
    catalogue = bench.store.catalogue
    assert catalogue.search("trail") == ()
    assert [found.sku for found in catalogue.search("storm")] == [item.sku]
    assert catalogue.by_code("579941000100") is None
    assert catalogue.by_code("4006381333931") is not None
    bench.tell(RecordKind.ITEM, item.sku, None)
    assert (catalogue.item(item.sku), catalogue.search("storm")) == (None, ())


@pytest.mark.parametrize("typed", ["maria", "jens", "20304050", "4050", "+45 2030", "maria@ex", "MC-77"])
def test_customers_are_found_by_name_phone_mail_and_card(bench: Bench, typed: str) -> None:
    assert bench.store.customers.search(typed) == (MARIA,)


def test_a_customer_the_site_forgot_is_forgotten(bench: Bench) -> None:
    bench.tell(RecordKind.CUSTOMER, MARIA.id, None)
    assert bench.store.customers.search("maria") == ()
    assert bench.store.customers.by_card(MARIA.member_card) is None


@pytest.mark.parametrize("typed", ["S01-02-000318", "318", "000318", "s0102000318", "maria", "4050"])
def test_orders_are_found_by_number_customer_and_phone(bench: Bench, typed: str) -> None:
    wanted = record(bench, "S01-02-000318-6")
    record(bench, "S01-02-000944-1", customer=Customer("c2", "Ole Olsen", "+4599887766"))
    found = bench.store.lists.rows(OrderFilter(typed=typed))
    assert [row.id for row in found] == [wanted]


@pytest.mark.parametrize("typed", ["sku1", "FJ-2041", "318 item"])
def test_orders_are_found_by_their_items_and_their_tracking_number(bench: Bench, typed: str) -> None:
    wanted = record(bench, "S01-02-000318-6", delivery=Delivery("ship", store="S01", tracking="FJ-2041-77"))
    record(bench, "S01-02-000944-1", lines=(builders.line(2, to_pick=1),))
    assert [row.id for row in bench.store.lists.rows(OrderFilter(typed=typed))] == [wanted]


def test_filters_narrow_list_and_counts_alike(bench: Bench) -> None:
    line = builders.line(price=1_000, to_pick=1)
    unpaid = record(bench, "S01-02-000001-1", source="phone", staff="ann")
    partly = record(bench, "S01-02-000002-9", lines=(line,), payments=(builders.payment(400),))
    paid = record(bench, "S01-02-000003-7", lines=(line,), payments=(builders.payment(1_000),))
    old = record(bench, "S01-02-000004-5", created_at=builders.NOW - timedelta(days=40))
    lists = bench.store.lists
    for state, ids in {
        PaidState.UNPAID: {unpaid, old},
        PaidState.DEPOSIT: {partly},
        PaidState.PAID: {paid},
    }.items():
        wanted = OrderFilter(Tab.TO_PICK, store="S01", paid=state)
        assert {row.id for row in lists.rows(wanted)} == ids
        assert lists.tab_counts(wanted)[Tab.TO_PICK] == len(ids)
    for one in (
        OrderFilter(source="phone"),
        OrderFilter(staff="ann"),
        OrderFilter(source="phone", typed="maria"),
    ):
        assert [row.id for row in lists.rows(one)] == [unpaid]
    month = OrderFilter(since=builders.NOW - timedelta(days=30), until=builders.NOW + timedelta(days=1))
    assert old not in {row.id for row in lists.rows(month)}


def test_a_store_sees_what_concerns_it_and_counts_what_customers_asked_for(bench: Bench) -> None:
    at = builders.later(24)
    asked = Delivery("collect", store="S01", requested_at=at)
    mine = [record(bench, f"S01-02-00000{number}-1", delivery=asked) for number in (1, 2)]
    taken = record(bench, "S01-02-000003-7", delivery=Delivery("collect", store="S02"))
    record(bench, "S02-01-000003-7", store="S02", delivery=Delivery("collect", store="S02"))
    lists = bench.store.lists
    assert {row.id for row in lists.rows(OrderFilter(concerns="S01"))} == {*mine, taken}
    assert lists.requested("S01", builders.NOW, builders.later(48)) == {at: 2}


def test_lists_are_sorted_by_lateness_and_tabs_count_this_store(bench: Bench) -> None:
    late = record(bench, "S01-02-000001-1", promised_at=builders.NOW - timedelta(hours=2))
    soon = record(bench, "S01-02-000002-9", promised_at=builders.NOW + timedelta(hours=1))
    record(bench, "S01-02-000003-7", delivery=Delivery("collect", store="S02"))
    record(bench, "S01-02-Q000001-1", kind=OrderKind.QUOTE)
    rows = bench.store.lists.rows(OrderFilter(Tab.TO_PICK, store="S01"))
    assert [row.id for row in rows] == [late, soon]
    counts = bench.store.lists.tab_counts(OrderFilter(store="S01"))
    assert (counts[Tab.TO_PICK], counts[Tab.QUOTES], counts[Tab.DONE]) == (2, 1, 0)


def test_pending_commands_count_in_stock_until_they_are_answered(bench: Bench) -> None:
    cart = add_item(bench.desk, new_cart(bench.desk), SKUS[0], 3)
    assert isinstance(cart, Cart)
    who, details = acting(reason="r"), orders.new_details(bench.desk)
    done = orders.save(bench.desk, who, with_customer(cart, MARIA), details)
    assert isinstance(done, Changed)
    key = ("S01", SKUS[0])
    assert bench.store.catalogue.stock_at([key])[key] == StockLevel(SKUS[0], "S01", 20, 3)
    bench.store.catalogue.answered(done.command.id)
    assert bench.store.catalogue.stock_at([key])[key] == StockLevel(SKUS[0], "S01", 20, 0)
