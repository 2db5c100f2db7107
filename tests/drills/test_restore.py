"""A restore drill on each engine; `python -m tests.drills.restore` runs many."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

from pos_app.operations import cart as carts
from pos_app.operations import orders, selling
from pos_app.operations.cart import Cart
from pos_app.operations.desk import Acting, Changed, Desk
from pos_app.operations.orders import Settlement
from site_sync.domain.customers import Customer
from site_sync.domain.orders import Order, Stage
from site_sync.service import orders as orders_at_site
from site_sync.service.backup import making, restoring
from site_sync.service.backup.restoring import Wish
from site_sync.service.database import tables as t
from tests.drills.floor import DrillTill, Floor
from tests.drills.restore import Report, drill
from tests.simulation.storm import acts
from tests.simulation.storm.acts import OrderAct

MARIA = Customer(name="Maria", email="maria@example.com")


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_what_a_backup_lacks_comes_back(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    report = Report()
    drill(request.getfixturevalue(f"{engine}_database"), tmp_path, 7, report)
    assert report.broken == []
    assert report.counts["commands the backup lacked"] > 0


def ordered(floor: Floor, till: DrillTill) -> Order:
    """An order that a till has just made."""
    cart = selling.add_item(till.desk, selling.new_cart(till.desk), "SKU-4")
    assert isinstance(cart, Cart)
    cart = carts.with_customer(cart, MARIA)
    details = orders.new_details(till.desk)
    done = till.do(lambda desk: orders.save(desk, floor._staff(till), cart, details, Settlement()))
    assert isinstance(done, Changed), done
    floor.meet()
    return done.order


def hand_over(floor: Floor, till: DrillTill, order_id: str) -> None:
    """Another till picks the order and hands it over."""
    for act in (acts.pick_all, acts.hand_over):
        order = till.store.orders.order(order_id)
        assert order is not None
        assert isinstance(till.do(partial(_done, act, floor._staff(till), order)), Changed)
    floor.meet()


def _done(act: OrderAct, staff: Acting, order: Order, desk: Desk) -> Any:
    return act(desk, staff, Random(0), order)


def stage_at_site(floor: Floor, order_id: str) -> Stage | None:
    """How the order stands at the site; None when it knows of none."""
    order = floor.site.database.read(lambda db: orders_at_site.load(db, order_id))
    return order.stage if order else None


def test_goods_that_another_till_handed_over_stay_handed_over_whoever_calls_first(
    sqlite_database: str, tmp_path: Path
) -> None:
    floor = Floor(sqlite_database, tmp_path, 1)
    try:
        made, _ = making.make(floor.site)
        first, second, _ = floor.tills
        order = ordered(floor, first)
        hand_over(floor, second, order.id)
        assert stage_at_site(floor, order.id) is Stage.DONE
        floor.stop()
        restoring.restore(floor.settings, floor.around, Wish(made))
        floor.start()
        for _ in range(4):
            second.meet()
            floor.clock.forward(seconds=20)
        assert stage_at_site(floor, order.id) is None
        assert second.store.outbox.pending_count() > 0
        floor.heal()
        assert stage_at_site(floor, order.id) is Stage.DONE
        assert [till.store.problems.open() for till in floor.tills] == [(), (), ()]
        told = select(func.count()).select_from(t.messages)
        assert floor.site.database.read(lambda db: db.execute(told).scalar_one()) == 0
    finally:
        floor.close()
