"""Open quotes found by an item, whatever else a till holds."""

from __future__ import annotations

from dataclasses import replace

from pos_app.operations import orders, selling
from pos_app.operations.cart import CartLine, with_customer
from pos_app.operations.desk import Changed
from pos_app.store.order_rows import MOST_ITEMS
from site_sync.domain.catalogue import Item
from site_sync.domain.money import Money
from site_sync.domain.orders import OrderKind
from tests.desks import MARIA, SKUS, Bench, acting


def item(sku: str) -> Item:
    return Item(sku, "One of many", Money(100, "EUR"), 2_500)


def quoted(bench: Bench, *skus: str) -> str:
    """A quote for one of each."""
    lines = (CartLine(number, item(sku), 1, Money(100, "EUR")) for number, sku in enumerate(skus, start=1))
    cart = replace(with_customer(selling.new_cart(bench.desk), MARIA), lines=tuple(lines))
    made = orders.save(bench.desk, acting(), cart, orders.new_details(bench.desk, OrderKind.QUOTE))
    assert isinstance(made, Changed), made
    return made.order.id


def found(bench: Bench, sku: str) -> set[str]:
    return {quote.id for quote in bench.store.quotes.with_item(sku)}


def test_open_quotes_are_found_by_their_items(bench: Bench) -> None:
    one, other = quoted(bench, SKUS[0], SKUS[1]), quoted(bench, SKUS[1])
    assert found(bench, SKUS[0]) == {one}
    assert found(bench, SKUS[1]) == {one, other}
    assert found(bench, SKUS[2]) == set()
    assert isinstance(orders.cancel(bench.desk, acting(reason="gone"), one), Changed)
    assert found(bench, SKUS[1]) == {other}


def test_a_quote_of_more_items_than_are_kept_as_words_is_found_by_the_last_of_them(bench: Bench) -> None:
    skus = [f"MANY-{number}" for number in range(MOST_ITEMS + 1)]
    quote = quoted(bench, *skus)
    assert found(bench, skus[-1]) == {quote}


def test_quotes_are_asked_of_their_own_index(bench: Bench) -> None:
    asked: list[str] = []
    bench.store.file.raw.set_trace_callback(asked.append)
    bench.store.quotes.with_item(SKUS[0])
    bench.store.file.raw.set_trace_callback(None)
    plan = " ".join(row[3] for row in bench.store.file.raw.execute(f"EXPLAIN QUERY PLAN {asked[0]}"))
    assert "orders_now_quotes" in plan
