"""Orders of one basket on their way from a till to the site's database: each once, each by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pos_app.operations import baskets, orders, paying, problems, selling
from pos_app.operations import cart as carts
from pos_app.operations.baskets import Settled
from pos_app.operations.cart import Cart
from pos_app.operations.desk import Changed
from pos_app.operations.orders import Offer
from pos_app.operations.paying import Tendering
from site_sync.domain.actions import ActionCode
from site_sync.domain.customers import Customer
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.orders import Delivery, Order
from site_sync.domain.totals import paid
from site_sync.protocol.codec import ORDER
from site_sync.service.database import tables as t
from site_sync.service.database.migrate import migrate
from site_sync.service.wiring import Site
from tests.service.sites import Clock, make_site
from tests.service.web_shop import served
from tests.simulation.shop import COUNTER, ITEMS, MORNING, fill
from tests.simulation.till import Till

SCARCE, PLENTY = ITEMS[0].sku, ITEMS[1].sku
ANN = Customer(name="Ann Lee", phone="+4520304050")


class Shop:
    """A site and two tills of it."""

    def __init__(self, site: Site, address: str, folder: Path) -> None:
        self.site = site
        self.tills = [Till(site, address, folder / number, number) for number in ("01", "02")]

    def stored(self) -> dict[str, Order]:
        """The orders in the site's database, by number."""
        rows = self.site.database.read(lambda db: db.execute(select(t.orders.c.body)).scalars().all())
        return {order.number: order for order in map(ORDER.load, rows)}

    def commands(self) -> int:
        """How many commands the site has taken in."""
        query = select(func.count()).select_from(t.commands)
        return int(self.site.database.read(lambda db: db.execute(query).scalar_one()))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A site served on loopback, and tills that are let in."""
    url = f"sqlite:///{tmp_path / 'site.sqlite'}"
    migrate(url)
    with ExitStack() as stack:
        site = make_site(url, tmp_path / "site", Clock(MORNING))
        stack.callback(site.close)
        site.database.write(fill)
        made = Shop(site, stack.enter_context(served(site)), tmp_path)
        for till in made.tills:
            stack.callback(till.close)
        yield made


def bought(till: Till, scarce: int) -> tuple[Changed, ...]:
    """So much of what is scarce collected here, two of what is not at the other store, paid in full."""
    desk, acting = till.desk, till.acting(COUNTER[0])
    cart: Cart | Refusal = carts.with_customer(selling.new_cart(desk), ANN)
    for sku, units in ((SCARCE, scarce), (PLENTY, 2)):
        assert isinstance(cart, Cart)
        cart = selling.add_item(desk, cart, sku, units)
    assert isinstance(cart, Cart)
    cart = carts.with_group(cart, 2, 1, 2)
    assert isinstance(cart, Cart)
    first = orders.new_details(desk)
    ways = (first, replace(first, delivery=Delivery("collect", store="S02")))
    portions = baskets.portions(cart, ways)
    shown = baskets.offer(desk, acting, portions)
    assert isinstance(shown, Offer)
    amount = next(one.amount_now for one in shown.actions if one.code is ActionCode.PAY_IN_FULL)
    money = paying.take_cash(desk, paying.begin(amount), amount)
    assert isinstance(money, Tendering)
    done = baskets.finish(desk, acting, Settled(portions, shown, ActionCode.PAY_IN_FULL, amount), money)
    assert not isinstance(done, Refusal), done
    return done


def test_each_order_of_a_basket_reaches_the_site_once_with_its_part_of_the_money(shop: Shop) -> None:
    (till, _) = shop.tills
    till.online = False
    done = bought(till, 3)
    till.online = True
    till.meet()
    till.store.outbox.send_again()
    till.meet()
    stored = shop.stored()
    assert shop.commands() == 2
    assert [paid(stored[one.order.number]) for one in done] == [paid(one.order) for one in done]
    assert {order.basket for order in stored.values()} == {tuple(one.order.number for one in done)}
    assert sorted(order.work_store for order in stored.values()) == ["S01", "S02"]


def test_a_refused_order_leaves_the_other_and_names_the_basket(shop: Shop) -> None:
    apart, quick = shop.tills
    apart.online = False
    done = bought(apart, 20)
    quick.pull()
    bought(quick, 20)
    quick.meet()
    apart.online = True
    apart.meet()
    here, there = (one.order for one in done)
    stored = shop.stored()
    assert here.number not in stored
    assert paid(stored[there.number]) == paid(there)
    (case,) = problems.open_problems(apart.desk)
    assert (case.problem.code, case.number) == (Code.INSUFFICIENT_STOCK.value, here.number)
    assert case.problem.facts["basket"] == [here.number, there.number]
