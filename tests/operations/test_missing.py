"""Goods that are not there, at the till: something else, a later order, another store's bag."""

from __future__ import annotations

from dataclasses import replace

from pos_app.operations import missing, orders, picking, putting_back
from pos_app.operations.desk import Changed, act_on
from pos_app.operations.missing import Later, Missing
from pos_app.operations.orders import Settlement
from pos_app.store.order_list import OrderFilter
from site_sync.domain import deposits
from site_sync.domain.catalogue import Item
from site_sync.domain.codes import ScanSettings, bag_code, barcode_check_digit, classify
from site_sync.domain.commands import Pick, ReportShort
from site_sync.domain.customers import Address
from site_sync.domain.deadlines import Calendar
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.errors import Code
from site_sync.domain.history import OrderRecord
from site_sync.domain.orders import Bag, Delivery, Order, Stage
from site_sync.domain.pace import HOURS
from site_sync.domain.particulars import ShortNext
from site_sync.domain.scales import scales_typed
from site_sync.domain.shop import Store as Shop
from site_sync.domain.substitutes import Answer
from site_sync.domain.totals import paid, total_of
from site_sync.protocol.changes import RecordKind
from tests.builders import KILO, NOW, line, order
from tests.desks import PICKER, SKUS, Bench, acting
from tests.operations.test_orders import cash, euro, filled, kept, refused

ADDRESS = Address("Havnegade 1", "8000", "Aarhus", "DK")
JACKET, BOTTLE, _, MAT, LAMP = SKUS


def picking_order(bench: Bench, deposit: int = 0) -> Order:
    """An order of one jacket and two bottles, taken to pick."""
    settlement = Settlement(cash(bench, deposit)) if deposit else Settlement()
    made = kept(orders.save(bench.desk, acting(), filled(bench), orders.new_details(bench.desk), settlement))
    picking.claim(bench.desk, acting(PICKER), (made.order.id,))
    return made.order


def _drawer(bench: Bench) -> list[tuple[str, int]]:
    """What the shift's drawer holds by tender."""
    found: dict[str, int] = {}
    for one in bench.store.cash.sums("shift-1"):
        if one.tender:
            found[one.tender] = found.get(one.tender, 0) + one.amount
    return list(found.items())


def now(bench: Bench, order: Order) -> Order:
    found = bench.store.orders.order(order.id)
    assert found is not None
    return found


def test_alternatives_lie_here_are_near_in_price_and_never_dearer_unless_asked_for_by_name(
    bench: Bench,
) -> None:
    order = picking_order(bench)
    offers = missing.alternatives(bench.desk, Missing(order.id, 2, 2))
    assert [one.item.sku for one in offers] == [LAMP]
    assert {one.pays.amount for one in offers} == {3_990}
    assert offers[0].usual.amount == 6_500
    assert [one.item.sku for one in missing.alternatives(bench.desk, Missing(order.id, 2, 2), "tent")] == [
        "TNT-3"
    ]
    bench.put_on_shelf(LAMP, "S01", 1)
    assert LAMP not in [one.item.sku for one in missing.alternatives(bench.desk, Missing(order.id, 2, 2))]


def test_a_substitute_agreed_on_is_picked_and_the_difference_is_free_at_once(bench: Bench) -> None:
    order = picking_order(bench, deposit=16_890)
    changed = kept(missing.substitute(bench.desk, acting(PICKER), Missing(order.id, 1, 1), MAT, agreed=True))
    assert deposits.surplus(changed.order) == 12_900 - 4_999
    assert [line.sku for line in picking.walk(bench.desk, (order.id,)) if line.to_pick] == [BOTTLE, MAT]


def test_staff_may_answer_for_a_customer_who_calls_back(bench: Bench) -> None:
    order = picking_order(bench)
    asked = kept(missing.substitute(bench.desk, acting(PICKER), Missing(order.id, 1, 1), MAT, agreed=False))
    assert [one.answer for one in asked.order.substitutions] == [Answer.WAITING]
    said = kept(missing.answer(bench.desk, acting(PICKER), order.id, 3, accepted=False))
    assert said.order.line(3).quantities.cancelled == 1
    assert (
        refused(missing.answer(bench.desk, acting(PICKER), order.id, 3, accepted=True)) is Code.NOTHING_ASKED
    )


def test_what_is_shipped_later_is_an_order_of_its_own_with_its_money(bench: Bench) -> None:
    order = picking_order(bench, deposit=16_890)
    wish = Later(Missing(order.id, 1, 1), ShortNext.SHIP_LATER, ADDRESS)
    assert refused(missing.bring_later(bench.desk, acting(PICKER), wish)) is Code.RIGHT_NEEDED
    assert not now(bench, order).line(1).quantities.short, "nothing is kept of half an act"
    assert (
        refused(missing.bring_later(bench.desk, acting(), replace(wish, address=None))) is Code.ADDRESS_NEEDED
    )
    changed = kept(missing.bring_later(bench.desk, acting(), wish))
    later = [row for row in bench.store.lists.rows(OrderFilter()) if row.id != order.id]
    made = bench.store.orders.order(later[0].id)
    assert made is not None
    assert (made.follows, made.delivery.address, made.lines[0].source_store) == (order.number, ADDRESS, "S02")
    assert (paid(made), total_of(made)) == (12_900, 12_900)
    assert (deposits.surplus(changed.order), paid(changed.order)) == (0, 3_990)
    assert _drawer(bench) == [("cash", 16_890)]
    kinds = [job.document.kind for one in changed.jobs if (job := bench.store.print_jobs.get(one))]
    assert DocumentKind.DEPOSIT_RECEIPT in kinds


def test_what_is_ordered_back_is_collected_here_later_and_paid_then(bench: Bench) -> None:
    order = picking_order(bench)
    changed = kept(
        missing.bring_later(bench.desk, acting(), Later(Missing(order.id, 2, 2), ShortNext.BACK_ORDER))
    )
    assert changed.order.line(2).quantities.short == 2
    made = [row for row in bench.store.lists.rows(OrderFilter()) if row.id != order.id]
    assert [(row.stage, row.work_store, row.to_pay.amount) for row in made] == [(Stage.TO_PICK, "S01", 3_990)]


def test_another_store_sends_its_bag_which_is_received_before_the_order_is_ready(bench: Bench) -> None:
    cart = filled(bench, **{JACKET: 1})
    details = replace(orders.new_details(bench.desk), delivery=Delivery("collect", store="S02"))
    order = kept(orders.save(bench.desk, acting(), cart, details)).order
    short = ReportShort(1, 1, ShortNext.OTHER_STORE, "S01")
    from_hill = kept(act_on(bench.desk, acting(), order.id, short))
    waiting = picking.queue(bench.desk)
    assert [(one.row.id, one.lines, one.goes_to) for one in waiting] == [(order.id, 1, "S02")]
    assert [one.refusal for one in picking.claim(bench.desk, acting(PICKER), (order.id,))] == [None]
    sent = kept(picking.pick(bench.desk, acting(PICKER), order.id, Pick(2, 1)))
    assert [(bag.number, bag.sent_from) for bag in sent.order.bags] == [(1, "S01")]
    assert sent.order.claim == from_hill.order.claim
    (label,) = (bench.store.print_jobs.get(job) for job in sent.jobs)
    assert label is not None
    assert "S02" in str(label.document.blocks), "the label says where the bag goes"
    assert picking.queue(bench.desk) == ()
    assert picking.release_all(bench.desk, acting(PICKER), (order.id,)) == ()


def test_awaited_bags_are_listed_and_received_by_a_scan_of_their_label(bench: Bench) -> None:
    bags = Bag(1, contents=((1, 1),)), Bag(2, contents=((2, 1),), sent_from="S02")
    awaited = replace(order(line(1, picked=1), line(2, picked=1, store="S02")), bags=bags)
    bench.tell(RecordKind.ORDER, awaited.id, OrderRecord(awaited))
    who = acting()
    assert refused(picking.confirm(bench.desk, who, awaited.id, {})) is Code.BAGS_ON_THEIR_WAY
    assert [(one.number, one.bag, one.sent_from) for one in picking.to_receive(bench.desk)] == [
        (awaited.number, 2, "S02")
    ]
    scan = classify(bag_code(awaited.number, 2), ScanSettings())
    assert isinstance(picking.receive_scan(bench.desk, who, scan), Changed)
    assert picking.receive_scan(bench.desk, who, scan) is None
    assert now(bench, awaited).stage is Stage.PICKING
    assert kept(picking.confirm(bench.desk, who, awaited.id, {})).order.stage is Stage.TO_COLLECT


def test_goods_to_put_back_are_listed_where_they_may_lie(bench: Bench) -> None:
    goods = line(1, to_put_back=1, store="S02"), line(2, to_put_back=1, store="S01")
    bags = Bag(1, contents=((1, 1),)), Bag(2, contents=((2, 1),), sent_from="S01")
    given_up = order(*goods, store="S02")
    bench.tell(RecordKind.ORDER, given_up.id, OrderRecord(replace(given_up, bags=bags)))
    assert [one.line for one in putting_back.rows(bench.desk)] == [2], "sent from here, perhaps not yet gone"
    assert kept(putting_back.put_back(bench.desk, acting(), given_up.id)).order.line(1).quantities.to_put_back


def test_the_promise_clock_goes_by_what_was_measured_and_else_by_the_shops_estimate(bench: Bench) -> None:
    order = picking_order(bench)
    assert order.promised_at is not None
    (one,) = picking.queue(bench.desk)
    assert (order.promised_at - one.start_by).total_seconds() == 120 * 60
    measured = Shop(
        "S01", "Harbour", calendar=Calendar("UTC"), pick_seconds=(0,) * NOW.hour + (50,) * (HOURS - NOW.hour)
    )
    bench.tell(RecordKind.STORE, "S01", measured)
    (one,) = picking.queue(bench.desk)
    assert (order.promised_at - one.start_by).total_seconds() == 2 * 50


def test_weighed_goods_are_picked_by_what_their_label_says(bench: Bench) -> None:
    body, label = "210012300000", "210012300985"
    cheese = Item(
        "CHEESE",
        "Cheese",
        euro(1_250),
        2_500,
        (body + barcode_check_digit(body),),
        unit=KILO,
        shelf="F1",
    )
    bench.tell(RecordKind.ITEM, cheese.sku, cheese)
    bench.put_on_shelf(cheese.sku, "S01", 20_000)
    made = kept(
        orders.save(bench.desk, acting(), filled(bench, CHEESE=1_000), orders.new_details(bench.desk))
    )
    picking.claim(bench.desk, acting(), (made.order.id,))
    scales = ScanSettings(measured=scales_typed("21 weight 3"))
    scan = classify(label + barcode_check_digit(label), scales)
    picked = picking.pick_scan(bench.desk, acting(), (made.order.id,), scan)
    assert isinstance(picked, picking.Picked)
    assert now(bench, made.order).line(1).quantities.picked == 985
    again = picking.pick_scan(bench.desk, acting(), (made.order.id,), scan)
    assert isinstance(again, picking.Picked)
    assert now(bench, made.order).line(1).quantities.to_pick == 0, "never more than was ordered"
    assert refused(picking.pick_scan(bench.desk, acting(), (made.order.id,), scan)) is Code.LINE_UNKNOWN
