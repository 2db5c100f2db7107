"""Goods that are not there, by touch: every choice of the pick screen ends in the order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pos_app.operations import orders, paying, selling
from pos_app.operations.cart import Cart, with_customer
from pos_app.operations.desk import Changed, Desk
from pos_app.store.order_list import OrderFilter
from pos_app.ui.flows.pick_flow import PickFlow
from pos_app.ui.screens.pick import ARRIVALS, BAGS, CHOICES, OFFERS, QUEUE, WALK, PickScreen
from pos_app.ui.widgets.keys import ActionTile
from pos_app.ui.widgets.labels import ShortText, Text
from pos_app.ui.widgets.missing_sheets import ADDRESS
from site_sync.domain.codes import ScanSettings, bag_code, classify
from site_sync.domain.history import OrderRecord
from site_sync.domain.money import Money
from site_sync.domain.orders import Bag, Order, Stage
from site_sync.domain.substitutes import Answer
from site_sync.protocol.changes import RecordKind
from tests.builders import line, order
from tests.desks import BOSS, MARIA, acting
from tests.screens.hand import key, named, press
from tests.screens.till import Till, open_till

AWAITED = replace(
    order(line(1, picked=1), line(2, picked=1, store="S02")),
    bags=(Bag(1, "C1", ((1, 1),)), Bag(2, "", ((2, 1),), "S02")),
)


@dataclass
class Picking:
    """The pick screen in a till, with one order of a jacket and two bottles taken."""

    till: Till
    screen: PickScreen
    flow: PickFlow
    order_id: str = ""

    @property
    def order(self) -> Order:
        found: Order = self.till.tasks.call(lambda desk: desk.store.orders.order(self.order_id))
        return found

    def tile(self, words: str) -> None:
        """Press one of the tiles that are shown."""
        tiles = [one for one in self.screen.findChildren(ActionTile) if one.isVisible()]
        press(next(one for one in tiles if one.accessibleName().startswith(words)))
        self.till.rest()

    def press(self, words: str) -> None:
        """Press a key by its words."""
        press(key(self.screen, words))
        self.till.rest()

    @property
    def part(self) -> int:
        return self.screen.parts.currentIndex()


def _make(desk: Desk) -> str:
    cart = with_customer(selling.new_cart(desk), MARIA)
    for sku, count in (("JKT-1", 1), ("BTL-2", 2)):
        more = selling.add_item(desk, cart, sku, count)
        assert isinstance(more, Cart)
        cart = more
    made = orders.save(desk, acting(), cart, orders.new_details(desk))
    assert isinstance(made, Changed)
    return made.order.id


def _paid(desk: Desk, order_id: str) -> None:
    due = Money(16_890, "EUR")
    taken = paying.take_cash(desk, paying.begin(due), due)
    assert isinstance(taken, paying.Tendering)
    assert isinstance(orders.take_payment(desk, acting(), order_id, taken), Changed)


@pytest.fixture
def at_work(tmp_path: Path) -> Iterator[Picking]:
    """A picker before the first line, which is the jacket."""
    till = open_till(tmp_path, lambda bench: bench.tell(RecordKind.ORDER, AWAITED.id, OrderRecord(AWAITED)))
    till.sign_in(BOSS)
    screen = PickScreen()
    flow = PickFlow(till.at, screen)
    till.put("pick", screen, flow)
    found = Picking(till, screen, flow, till.tasks.call(_make))
    flow.arrive(found.order_id)
    till.rest()
    yield found
    till.close()


def _missing(at_work: Picking) -> None:
    assert at_work.part == WALK
    at_work.press("Not there…")
    assert at_work.part == CHOICES


def test_something_else_is_agreed_on_at_the_counter(at_work: Picking) -> None:
    _missing(at_work)
    at_work.tile("Something else instead")
    assert at_work.part == OFFERS
    at_work.tile("Sleeping mat")
    at_work.tile("The customer agrees")
    assert at_work.part == WALK
    found = at_work.order
    assert [one.answer for one in found.substitutions] == [Answer.YES]
    assert found.line(3).sku == "MAT-4"
    assert at_work.screen.current.name.text() == "Steel bottle"


def test_the_customer_is_asked_and_staff_may_answer_for_them(at_work: Picking) -> None:
    _missing(at_work)
    at_work.tile("Something else instead")
    at_work.screen.offers.search.setText("tent")
    at_work.till.rest()
    at_work.screen.offers.sought.emit("tent")
    at_work.till.rest()
    at_work.tile("Tent two")
    at_work.tile("Ask the customer by message")
    for _ in range(2):
        at_work.press("All found")
    assert at_work.part == BAGS
    assert any("Tent two instead of Trail jacket" in words for words in _texts(at_work))
    at_work.press("Customer says no")
    assert [one.answer for one in at_work.order.substitutions] == [Answer.NO]
    assert at_work.order.line(3).quantities.to_put_back == 1
    at_work.press("Ready for the customer")
    assert at_work.order.stage is Stage.TO_COLLECT


def test_the_rest_is_shipped_later_to_an_address(at_work: Picking) -> None:
    at_work.till.tasks.call(_paid, at_work.order_id)
    _missing(at_work)
    at_work.tile("Ship it later")
    at_work.press("Ship it later")
    assert at_work.screen.address.fields["street"].error()
    for name, words in zip(ADDRESS, ("Havnegade 1", "", "8000", "Aarhus", "DK"), strict=True):
        at_work.screen.address.fields[name].set_text(words)
    at_work.press("Ship it later")
    rows: Any = at_work.till.tasks.call(lambda desk: desk.store.lists.rows(OrderFilter()))
    later = [row for row in rows if row.id not in (at_work.order_id, AWAITED.id)]
    assert [(row.method, row.to_pay.amount) for row in later] == [("ship", 0)]
    assert at_work.order.line(1).quantities.short == 1
    assert "The rest comes with an order of its own." in at_work.till.said()


def test_back_and_leaving_it_out_and_another_store(at_work: Picking) -> None:
    _missing(at_work)
    at_work.tile("Keep looking")
    assert at_work.part == WALK
    _missing(at_work)
    at_work.tile("From S02")
    assert at_work.order.line(3).source_store == "S02"
    _missing(at_work)
    at_work.tile("Leave it out")
    assert at_work.order.line(2).quantities.short == 2
    assert at_work.part == BAGS
    assert any("comes from S02" in words for words in _texts(at_work))


def test_what_comes_from_another_store_is_received(at_work: Picking) -> None:
    press(named(at_work.screen, "Back"))
    at_work.till.rest()
    assert at_work.part == QUEUE
    at_work.press("Receive 1 bag")
    assert at_work.part == ARRIVALS
    assert any("Bag 2 from S02" in words for words in _texts(at_work))
    assert at_work.flow.scanned(classify(bag_code(AWAITED.number, 2), ScanSettings()))
    at_work.till.rest()
    awaited: Order = at_work.till.tasks.call(lambda desk: desk.store.orders.order(AWAITED.id))
    assert not awaited.on_its_way
    assert any("No bag is on its way" in words for words in _texts(at_work))


def _texts(at_work: Picking) -> list[str]:
    shown = [*at_work.screen.findChildren(Text), *at_work.screen.findChildren(ShortText)]
    return [one.text() for one in shown if one.isVisible()]
