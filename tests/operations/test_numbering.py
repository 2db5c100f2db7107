"""Numbers at the till: as the shop has settled, never twice, and those of before found as ever."""

from __future__ import annotations

from pos_app.operations import orders
from pos_app.operations.order_finding import NO_SIEVE, Wish, listing
from pos_app.store.order_list import Tab
from site_sync.domain.codes import ScanSettings, classify
from site_sync.domain.numbers import Numbering
from site_sync.domain.orders import OrderKind
from site_sync.domain.policies import Policies
from site_sync.protocol.changes import RecordKind
from tests.desks import Bench, acting
from tests.operations.test_orders import filled, kept


def _saved(bench: Bench, kind: OrderKind) -> str:
    details = orders.new_details(bench.desk, kind)
    return kept(orders.save(bench.desk, acting(reason="r"), filled(bench), details)).order.number


def _set(bench: Bench, style: Numbering) -> None:
    bench.tell(RecordKind.POLICIES, "policies", Policies(numbers=style))


def test_a_till_numbers_as_settled_and_finds_what_it_numbered_before(bench: Bench) -> None:
    numbers = [_saved(bench, OrderKind.QUOTE), _saved(bench, OrderKind.CUSTOMER_ORDER)]
    _set(bench, Numbering("WEB", "AN", 4))
    numbers += [_saved(bench, OrderKind.QUOTE), _saved(bench, OrderKind.CUSTOMER_ORDER)]
    _set(bench, Numbering("WEB", "Q", 6))
    numbers += [_saved(bench, OrderKind.QUOTE)]
    assert [number[:-2] for number in numbers] == [
        "S01-02-Q000001", "S01-02-000001", "S01-02-AN0002", "S01-02-0002", "S01-02-Q000003",
    ]  # fmt: skip
    for number in numbers:
        assert classify(number.lower(), ScanSettings()).order_number == number
        for typed in (number, number.split("-")[2]):
            tabs = (Tab.QUOTES, Tab.TO_PICK)
            found = [row for tab in tabs for row in listing(bench.desk, Wish(tab, NO_SIEVE, typed)).rows]
            assert number in {row.number for row in found}, typed
