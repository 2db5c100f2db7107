"""What the dialog settled on is tried out as it will be kept, and kept whole or not at all."""

from __future__ import annotations

from dataclasses import replace

from pos_app.operations import cart as carts
from pos_app.operations import orders, settling
from pos_app.operations.cart import Cart
from pos_app.operations.desk import Changed
from pos_app.operations.settling import Settled
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money
from site_sync.domain.orders import Order, OrderKind
from site_sync.domain.policies import OnShortage
from site_sync.domain.stock import StockLevel
from site_sync.domain.totals import total_of
from site_sync.protocol.changes import RecordKind
from tests.desks import Bench, acting, items
from tests.operations.dialog_cases import FIFTH, JACKET, InSale, quote
from tests.operations.test_orders import cash

NOTHING = Money(0, "EUR")


def _quoted(bench: Bench) -> InSale:
    bench.set_policy(FIFTH)
    return quote(bench.desk, acting())


def _of(sale: InSale, cart: Cart | None = None) -> Settled:
    return Settled(cart or sale.cart, sale.details, converts=True)


def test_a_changed_quote_is_saved_and_converted_in_one(bench: Bench) -> None:
    sale = _quoted(bench)
    noted = carts.with_note(sale.cart, 1, "gift wrap")
    assert isinstance(noted, Cart)
    kept = settling.finish(bench.desk, acting(), _of(sale, noted), cash(bench, 3_378))
    assert isinstance(kept, Changed)
    assert (kept.order.kind, kept.order.line(1).note) == (OrderKind.CUSTOMER_ORDER, "gift wrap")


def test_what_cannot_be_converted_leaves_the_quote_as_it_was(bench: Bench) -> None:
    sale = _quoted(bench)
    noted = carts.with_note(sale.cart, 1, "gift wrap")
    assert isinstance(noted, Cart)
    bench.put_on_shelf(JACKET, "S01", 0)
    kept = settling.finish(bench.desk, acting(), _of(sale, noted), cash(bench, 3_378))
    assert isinstance(kept, Refusal)
    assert kept.code is Code.INSUFFICIENT_STOCK
    assert sale.cart.base is not None
    now = bench.store.orders.order(sale.cart.base.id)
    assert now == sale.cart.base


def test_a_quote_may_wait_for_the_supplier(bench: Bench) -> None:
    sale = _quoted(bench)
    bench.tell(RecordKind.STOCK, f"S01/{JACKET}", StockLevel(JACKET, "S01", back_order=5))
    patient = replace(_of(sale), on_shortage=OnShortage.BACK_ORDER)
    refused = settling.check(bench.desk, acting(), _of(sale), Money(3_378, "EUR"))
    assert isinstance(refused, Refusal)
    assert refused.code is Code.INSUFFICIENT_STOCK
    kept = settling.finish(bench.desk, acting(), patient, cash(bench, 3_378))
    assert isinstance(kept, Changed)
    assert kept.order.line(1).quantities.to_pick == 1


def test_prices_of_today_are_tried_out_with_what_they_ask_for(bench: Bench) -> None:
    sale = _quoted(bench)
    bench.set_policy(replace(FIFTH, quote_keeps_prices=False))
    dearer = replace(items()[0], price=Money(14_900, "EUR"))
    bench.tell(RecordKind.ITEM, dearer.sku, dearer)
    short = settling.check(bench.desk, acting(), _of(sale), Money(3_378, "EUR"))
    assert isinstance(short, Refusal)
    tried = settling.check(bench.desk, acting(reason="known"), _of(sale), Money(3_778, "EUR"))
    assert isinstance(tried, Order)
    assert total_of(tried) == 18_890


def test_money_needs_a_shift(bench: Bench) -> None:
    sale = _quoted(bench)
    refused = settling.check(bench.desk, acting(shift=""), _of(sale), Money(3_378, "EUR"))
    assert isinstance(refused, Refusal)
    assert refused.code is Code.SHIFT_NEEDED


def test_a_new_quote_that_is_converted_is_an_order_from_the_start(bench: Bench) -> None:
    sale = _quoted(bench)
    fresh = replace(
        sale.cart, base=None, lines=tuple(replace(one, order_line=None) for one in sale.cart.lines)
    )
    details = orders.new_details(bench.desk, OrderKind.QUOTE)
    kept = settling.finish(bench.desk, acting(reason="r"), Settled(fresh, details, converts=True))
    assert isinstance(kept, Changed)
    assert kept.order.kind is OrderKind.CUSTOMER_ORDER
