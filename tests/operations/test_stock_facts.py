"""What a till says of units in quotes: how many there are, and which quotes a sale takes from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pos_app.operations import orders, selling
from pos_app.operations.cart import Cart, with_customer
from pos_app.operations.desk import Changed
from pos_app.operations.orders import Recalled
from pos_app.operations.stock_facts import StockFact, stock_fact, stock_facts
from site_sync.domain.orders import Delivery, Order, OrderKind
from site_sync.domain.policies import Policies, Policy, PolicyRule, QuoteReserves
from site_sync.domain.quoted import GivesWay
from site_sync.protocol.changes import RecordKind
from tests.desks import MARIA, SKUS, Bench, acting

TENT = SKUS[2]
SOFTLY = Policy(quote_reserves=QuoteReserves.SOFTLY)


def filled(bench: Bench, quantity: int, sku: str = TENT) -> Cart:
    cart = selling.add_item(bench.desk, with_customer(selling.new_cart(bench.desk), MARIA), sku, quantity)
    assert isinstance(cart, Cart)
    return cart


def saved(bench: Bench, quantity: int, kind: OrderKind = OrderKind.QUOTE, store: str = "S01") -> Order:
    details = replace(orders.new_details(bench.desk, kind), delivery=Delivery("collect", store=store))
    bench.clock.move(minutes=1)
    result = orders.save(bench.desk, acting(), filled(bench, quantity), details)
    assert isinstance(result, Changed), result
    return result.order


def fact(bench: Bench, cart: Cart) -> StockFact:
    return stock_facts(bench.desk, cart)[cart.live[0].id]


def kept(bench: Bench) -> int:
    item = bench.store.catalogue.item(TENT)
    assert item is not None
    return stock_fact(bench.desk, item).in_quotes


def test_units_in_quotes_are_told_only_where_quotes_reserve(bench: Bench) -> None:
    bench.put_on_shelf(TENT, "S01", 5)
    quote = saved(bench, 2)
    assert fact(bench, filled(bench, 5)) == StockFact(5, fact(bench, filled(bench, 5)).elsewhere)
    bench.set_policy(SOFTLY)
    found = fact(bench, filled(bench, 3))
    assert (found.here, found.in_quotes, found.gives_way) == (5, 2, ())
    assert fact(bench, filled(bench, 4)).gives_way == (GivesWay(quote.number, 1),)
    bench.tell(RecordKind.POLICIES, "policies", Policies(SOFTLY, (PolicyRule(Policy(), store="S01"),)))
    assert kept(bench) == 0


def test_a_cut_off_till_knows_its_stores_quotes_and_their_end(bench: Bench) -> None:
    bench.put_on_shelf(TENT, "S01", 5)
    bench.set_policy(SOFTLY)
    bench.online[0] = False
    first, second = saved(bench, 2), saved(bench, 1)
    assert kept(bench) == 3
    assert isinstance(orders.cancel(bench.desk, acting(reason="gone"), second.id), Changed)
    assert kept(bench) == 2
    assert first.expires_at is not None
    bench.clock.now = first.expires_at - timedelta(seconds=1)
    assert kept(bench) == 2
    bench.clock.move(seconds=1)
    assert kept(bench) == 0


def test_a_quote_in_the_sale_takes_from_others_but_not_from_itself(bench: Bench) -> None:
    bench.put_on_shelf(TENT, "S01", 3)
    bench.set_policy(SOFTLY)
    own, other = saved(bench, 2), saved(bench, 2)
    recalled = orders.recall(bench.desk, acting(), own.id)
    assert isinstance(recalled, Recalled)
    found = fact(bench, recalled.cart)
    assert (found.in_quotes, found.gives_way) == (2, (GivesWay(other.number, 1),))
    assert isinstance(orders.convert_quote(bench.desk, acting(), own.id), Changed)
    found = fact(bench, filled(bench, 1))
    assert (found.here, found.in_quotes, found.gives_way) == (1, 1, (GivesWay(other.number, 1),))


def test_an_order_takes_only_what_it_does_not_hold_yet(bench: Bench) -> None:
    bench.put_on_shelf(TENT, "S01", 5)
    bench.set_policy(SOFTLY)
    order = saved(bench, 3, OrderKind.CUSTOMER_ORDER)
    quote = saved(bench, 2)
    recalled = orders.recall(bench.desk, acting(), order.id)
    assert isinstance(recalled, Recalled)
    assert fact(bench, recalled.cart).gives_way == ()
    more = selling.add_item(bench.desk, recalled.cart, TENT, 1)
    assert isinstance(more, Cart)
    facts = stock_facts(bench.desk, more)
    assert [one for found in facts.values() for one in found.gives_way] == [GivesWay(quote.number, 1)]


def test_goods_of_another_store_are_not_taken_here(bench: Bench) -> None:
    bench.put_on_shelf(TENT, "S01", 2)
    bench.set_policy(SOFTLY)
    quote = saved(bench, 2)
    cart = filled(bench, 2)
    away = replace(orders.new_details(bench.desk), delivery=Delivery("collect", store="S02"))
    assert stock_facts(bench.desk, cart, (away,))[1].gives_way == ()
    here = orders.new_details(bench.desk)
    assert stock_facts(bench.desk, cart, (here,))[1].gives_way == (GivesWay(quote.number, 2),)
    saved(bench, 9, store="S02")
    assert kept(bench) == 2


def test_lines_of_one_item_take_one_after_the_other(bench: Bench) -> None:
    bench.put_on_shelf(TENT, "S01", 3)
    bench.set_policy(SOFTLY)
    quote = saved(bench, 2)
    cart = filled(bench, 2)
    [line] = cart.lines
    two = replace(cart, lines=(replace(line, quantity=1, note="for Ib"), replace(line, id=2)))
    facts = stock_facts(bench.desk, two)
    assert (facts[1].gives_way, facts[2].gives_way) == ((), (GivesWay(quote.number, 2),))
