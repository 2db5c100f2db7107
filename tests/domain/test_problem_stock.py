"""Goods an order was refused for: which other ways fit, and the act each of them becomes."""

from dataclasses import replace

import pytest

from site_sync.domain.commands import Amend, Collect, Create
from site_sync.domain.orders import Delivery, OrderKind
from site_sync.domain.particulars import Identity, IdentityBy
from site_sync.domain.policies import OnShortage
from site_sync.domain.problem_stock import Levels, anew, missing_skus, ways
from site_sync.domain.problems import Choice, ProblemRecord
from site_sync.domain.stock import StockLevel
from tests.builders import MARIA, NOW, new_line

LINES = [{"line": 2, "sku": "SKU2", "store": "S01", "requested": 3, "available": 1}]
REFUSED = ProblemRecord("c-1", NOW, "S01", "insufficient_stock", {"lines": LINES}, "o-1", "c-1")
CREATE = Create(
    OrderKind.CUSTOMER_ORDER,
    "S01-02-000001-1",
    "EUR",
    MARIA,
    Delivery(store="S01"),
    (new_line("SKU1", 1, store=""), new_line("SKU2", 3, store="")),
)


def levels(**on_hand: int) -> Levels:
    return {(store, "SKU2"): StockLevel("SKU2", store, count) for store, count in on_hand.items()}


def test_only_what_fits_is_offered() -> None:
    assert ways(REFUSED, CREATE, levels(S01=1, S02=2)) == ()
    assert ways(REFUSED, CREATE, levels(S01=1, S02=3)) == (Choice.OTHER_STORE,)
    ordered = {("S01", "SKU2"): StockLevel("SKU2", "S01", 1, back_order=2)}
    assert ways(REFUSED, CREATE, ordered) == (Choice.BACK_ORDER,)


def test_the_first_store_that_has_all_of_it_sends_it() -> None:
    act = anew(REFUSED, CREATE, Choice.OTHER_STORE, levels(S03=2, S02=5, S04=9))
    assert isinstance(act, Create)
    assert [line.source_store for line in act.lines] == ["", "S02"]
    assert act.on_shortage is OnShortage.REFUSE


def test_two_lines_are_not_promised_the_same_units() -> None:
    both = replace(REFUSED, facts={"lines": [LINES[0], LINES[0] | {"line": 1}]})
    assert ways(both, CREATE, levels(S02=5)) == ()
    assert ways(both, CREATE, levels(S02=6)) == (Choice.OTHER_STORE,)


def test_on_order_means_on_order() -> None:
    act = anew(REFUSED, CREATE, Choice.BACK_ORDER, {})
    assert act == replace(CREATE, on_shortage=OnShortage.BACK_ORDER)
    assert anew(REFUSED, CREATE, Choice.TRY_AGAIN, {}) == CREATE


def test_what_left_with_the_customer_came_off_this_shelf() -> None:
    carried = replace(CREATE, collect=Collect(Identity(IdentityBy.KNOWN)))
    assert ways(REFUSED, carried, levels(S02=9)) == ()


@pytest.mark.parametrize(
    "record",
    [
        replace(REFUSED, code="malformed"),
        replace(REFUSED, facts={}),
        replace(REFUSED, facts={"lines": ["?"]}),
    ],
)
def test_other_problems_are_not_about_stock(record: ProblemRecord) -> None:
    assert missing_skus(record) == frozenset()
    assert ways(record, CREATE, levels(S02=9)) == ()


def test_a_change_of_an_order_has_no_such_ways() -> None:
    assert ways(REFUSED, Amend(add=CREATE.lines), levels(S02=9)) == ()
