"""An order changed elsewhere while it lies in the sale: one's own changes stay on top of what it is now."""

from __future__ import annotations

from pos_app.operations import cart as carts
from pos_app.operations import meanwhile, orders, selling
from pos_app.operations.cart import Cart
from pos_app.operations.desk import act_on
from site_sync.domain.commands import Amend, TakePayment
from site_sync.domain.errors import Refusal
from site_sync.domain.particulars import LineChange, NewLine
from tests.builders import euro, tendered
from tests.desks import SKUS, Bench, acting
from tests.operations.test_orders import filled, kept, saved


def test_own_changes_are_kept_on_top_of_what_others_did(bench: Bench) -> None:
    order = saved(bench, cart=filled(bench, **{SKUS[0]: 1, SKUS[1]: 2, SKUS[2]: 1})).order
    found = orders.recall(bench.desk, acting(), order.id)
    assert not isinstance(found, Refusal)
    assert meanwhile.caught_up(bench.desk, found.cart, found.details) is None
    own = carts.with_quantity(carts.without(found.cart, 3), 2, 4)
    assert isinstance(own, Cart)
    own = selling.add_item(bench.desk, own, SKUS[3], 1)
    assert isinstance(own, Cart)
    elsewhere = Amend(
        add=(NewLine(SKUS[4], "Head lamp", 1, euro(3_250), 2_500),),
        change=(LineChange(1, 2), LineChange(2, 3)),
        comment_staff="rings twice",
    )
    kept(act_on(bench.desk, acting(), order.id, elsewhere))
    kept(act_on(bench.desk, acting(), order.id, TakePayment((tendered(500),))))
    after = meanwhile.caught_up(bench.desk, own, found.details)
    assert after is not None
    assert after.told
    assert [(one.name, one.units) for one in after.lines] == [
        ("Trail jacket", (1, 2)),
        ("Steel bottle", (2, 3)),
        ("Head lamp", (0, 1)),
    ]
    assert after.paid == (euro(0), euro(500))
    assert [(line.item.sku, line.quantity, line.voided) for line in after.cart.lines] == [
        (SKUS[0], 2, False),
        (SKUS[1], 4, False),
        (SKUS[2], 1, True),
        (SKUS[3], 1, False),
        (SKUS[4], 1, False),
    ]
    assert after.details.comment_staff == "rings twice"
    done = kept(orders.save(bench.desk, acting(), after.cart, after.details)).order
    assert [line.quantities.live for line in done.lines] == [2, 4, 0, 1, 1]


def test_a_line_taken_out_elsewhere_leaves_the_sale(bench: Bench) -> None:
    order = saved(bench).order
    found = orders.recall(bench.desk, acting(), order.id)
    assert not isinstance(found, Refusal)
    kept(act_on(bench.desk, acting(), order.id, Amend(void=(1,))))
    after = meanwhile.caught_up(bench.desk, found.cart, found.details)
    assert after is not None
    assert [line.order_line for line in after.cart.lines] == [2]
    assert [(one.name, one.units) for one in after.lines] == [("Trail jacket", (1, 0))]
