"""Two tills of one site with stock on lease: cut off, promised hard, confirmed or told, given back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pos_app.operations import cart as carts
from pos_app.operations import drafting, orders, printing, problems, selling
from pos_app.operations.cart import Cart
from pos_app.operations.desk import Changed
from pos_app.operations.orders import Settlement
from pos_app.store.order_rows import SyncState
from site_sync.domain.actions import ActionCode, EffectCode, what_will_happen
from site_sync.domain.customers import Customer
from site_sync.domain.documents.blocks import Columns
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.policies import Policies
from site_sync.domain.problems import Choice
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RecordKind
from site_sync.service import leases, reservations
from site_sync.service import orders as site_orders
from site_sync.service.database import records
from site_sync.service.database.migrate import migrate
from site_sync.service.jobs.leases import lend_stock
from site_sync.service.wiring import Site, begin_epoch
from tests.service.sites import Clock, make_site
from tests.service.web_shop import served
from tests.simulation.shop import COUNTER, ITEMS, MORNING, POLICY, fill
from tests.simulation.till import Till

SKU = ITEMS[1].sku
KEY = ("S01", SKU)
LENDS = replace(POLICY, lease_percent=60, lease_most=6)


@dataclass
class Shop:
    """A site that lends three of ten units to each of two tills."""

    site: Site
    one: Till
    two: Till

    def lend(self) -> None:
        while lend_stock(self.site):
            pass
        for till in (self.one, self.two):
            till.meet()
            till.push()

    def level(self) -> StockLevel:
        return self.site.database.read(lambda db: reservations.levels(db, [KEY]))[KEY]

    def settle(self, percent: int) -> None:
        policies = Policies(replace(LENDS, lease_percent=percent))
        self.site.database.write(lambda tx: records.save(tx, RecordKind.POLICIES, policies))

    def check(self) -> None:
        assert self.site.database.read(leases.uneven) == []


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    url = f"sqlite:///{tmp_path / 'site.sqlite'}"
    migrate(url)
    with ExitStack() as stack:
        site = make_site(url, tmp_path / "site", Clock(MORNING))
        stack.callback(site.close)
        site.database.write(fill)
        site.database.write(lambda tx: reservations.set_levels(tx, [StockLevel(SKU, "S01", 10)]))
        site.database.write(lambda tx: records.save(tx, RecordKind.POLICIES, Policies(LENDS)))
        address = stack.enter_context(served(site))
        tills = [Till(site, address, tmp_path / number, number) for number in ("01", "02")]
        for till in tills:
            stack.callback(till.close)
        made = Shop(site, *tills)
        made.lend()
        yield made
        made.check()


def filled(till: Till, units: int) -> Cart:
    cart: Cart | Refusal = carts.with_customer(
        selling.new_cart(till.desk), Customer(name="Ann Lee", phone="+4520304050")
    )
    assert isinstance(cart, Cart)
    cart = selling.add_item(till.desk, cart, SKU, units)
    assert isinstance(cart, Cart)
    return cart


def ordered(till: Till, units: int) -> Changed:
    details = orders.new_details(till.desk)
    done = orders.save(till.desk, till.acting(COUNTER[0]), filled(till, units), details, Settlement())
    assert isinstance(done, Changed), done
    return done


def left(till: Till) -> int:
    return till.store.leases.left_at([KEY]).get(KEY, 0)


def doubtful(till: Till, done: Changed) -> int:
    return sum(till.store.leases.to_confirm(done.order.id).values())


def test_each_till_shows_as_free_what_is_everybodys_and_its_own(shop: Shop) -> None:
    assert (left(shop.one), left(shop.two)) == (3, 3)
    assert shop.level().available == 4
    assert shop.one.store.catalogue.stock_at([KEY])[KEY].available == 7


def test_what_is_lent_is_promised_for_certain_whatever_others_take(shop: Shop) -> None:
    shop.one.online = False
    done = ordered(shop.one, 3)
    assert doubtful(shop.one, done) == 0
    assert left(shop.one) == 0
    ordered(shop.two, 7)
    shop.two.meet()
    assert shop.level().available == 0
    shop.one.online = True
    shop.one.meet()
    assert shop.one.store.orders.sync_state(done.order.id) is SyncState.CENTRAL
    assert (shop.level().reserved, shop.level().leased) == (10, 0)
    assert problems.open_problems(shop.one.desk) == ()


def test_beyond_it_the_order_is_to_be_confirmed_at_the_till_in_the_dialog_and_on_paper(shop: Shop) -> None:
    shop.one.online = False
    desk, acting = shop.one.desk, shop.one.acting(COUNTER[0])
    offer = drafting.actions(desk, acting, filled(shop.one, 5), orders.new_details(desk))
    assert not isinstance(offer, Refusal)
    save = next(one for one in offer.actions if one.code is ActionCode.SAVE)
    told = {one.code: one.facts for one in what_will_happen(save, offer.order, offer.draft)}
    assert told[EffectCode.TO_CONFIRM] == {"items": 2}
    done = ordered(shop.one, 5)
    assert doubtful(shop.one, done) == 2
    paper = printing.order_paper(desk, COUNTER[0], done.order)
    rows = [row for block in paper.blocks if isinstance(block, Columns) for row in block.rows]
    assert ("2", True) in {(row.right, row.bold) for row in rows}
    shop.one.online = True
    shop.one.meet()
    assert doubtful(shop.one, done) == 0
    again = printing.order_paper(desk, COUNTER[0], done.order)
    assert len(again.blocks) < len(paper.blocks)


def test_what_cannot_be_confirmed_is_a_problem_and_its_lease_stays_whole(shop: Shop) -> None:
    shop.one.online = False
    done = ordered(shop.one, 6)
    ordered(shop.two, 7)
    shop.two.meet()
    shop.one.online = True
    shop.one.meet()
    (case,) = problems.open_problems(shop.one.desk)
    assert case.problem.code == Code.INSUFFICIENT_STOCK
    assert doubtful(shop.one, done) == 0
    assert left(shop.one) == 3


def test_a_till_gives_back_what_the_centre_wants_back_but_not_what_it_promised(shop: Shop) -> None:
    shop.one.online = False
    ordered(shop.one, 2)
    shop.settle(percent=0)
    shop.lend()
    assert shop.level().leased == 3
    shop.one.online = True
    shop.one.meet()
    shop.one.push()
    assert (shop.level().reserved, shop.level().leased, left(shop.one)) == (2, 0, 0)


def test_a_snapshot_does_not_bring_back_what_was_spent_and_counts_what_waits(shop: Shop) -> None:
    shop.one.online = False
    ordered(shop.one, 2)
    shop.one.store.file.raw.execute("DELETE FROM lease_draws")
    shop.one.store.file.raw.execute("UPDATE identity SET cursor = ''")
    shop.one.store.identity._forget()
    shop.one.online = True
    shop.one.pull()
    assert left(shop.one) == 1
    shop.one.push()
    assert left(shop.one) == 1


def test_after_a_restore_old_leases_count_no_longer(shop: Shop) -> None:
    shop.one.online = False
    done = ordered(shop.one, 3)
    shop.site.database.write(lambda tx: begin_epoch(tx, "epoch-2", shop.site.now()))
    assert shop.level().leased == 0
    command = done.command
    assert command.leased
    authority = site_orders.Authority(COUNTER[0].rights, device=shop.one.store.identity.read().device)
    decided = shop.site.database.write(lambda tx: site_orders.apply(tx, command, authority, shop.site.now()))
    assert not isinstance(decided, Refusal)
    assert (shop.level().reserved, shop.level().leased) == (3, 0)


def test_goods_nobody_can_confirm_are_brought_from_another_store(shop: Shop) -> None:
    shop.site.database.write(lambda tx: reservations.set_levels(tx, [StockLevel(SKU, "S02", 9)]))
    shop.two.meet()
    shop.one.online = False
    done = ordered(shop.one, 6)
    ordered(shop.two, 7)
    shop.two.meet()
    shop.one.online = True
    shop.one.meet()
    (case,) = problems.open_problems(shop.one.desk)
    assert Choice.OTHER_STORE in case.choices
    assert Choice.BACK_ORDER not in case.choices
    who = shop.one.acting(COUNTER[0])
    made = problems.resolve(shop.one.desk, who, case.problem.id, Choice.OTHER_STORE)
    assert isinstance(made, Changed), made
    shop.one.meet()
    kept = shop.site.database.read(lambda db: site_orders.find(db, done.order.number))
    assert kept is not None
    assert [line.source_store for line in kept.lines] == ["S02"]
    assert problems.open_problems(shop.one.desk) == ()
