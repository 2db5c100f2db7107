"""What an order costs, what is paid and what is owed add up."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from site_sync.domain.orders import PaymentKind, Quantities
from site_sync.domain.totals import line_tax, line_total, paid, settled, total_of, totals
from tests.builders import euro, line, order, payment, service

held = st.builds(Quantities, *(st.integers(0, 9) for _ in range(7)))
lines = st.lists(st.tuples(st.integers(0, 9_999), held, st.integers(0, 900)), min_size=1, max_size=5)


def test_an_order_with_tax_in_its_prices() -> None:
    bought = order(line(1, 10_000, discount=1_000, to_pick=2), service(2, 500, to_pick=1), paid=4_000)
    sums = totals(bought)
    assert sums.lines == euro(20_500)
    assert sums.discount == euro(1_000)
    assert sums.total == euro(19_500)
    assert sums.tax == euro(3_800 + 100)
    assert (sums.paid, sums.balance, sums.refundable) == (euro(4_000), euro(15_500), euro(0))


def test_an_order_with_tax_on_top_of_its_prices() -> None:
    bought = replace(order(line(1, 10_000, to_pick=1, collected=1)), prices_include_tax=False)
    sums = totals(bought)
    assert (sums.lines, sums.tax, sums.total) == (euro(20_000), euro(5_000), euro(25_000))
    assert settled(bought) == 12_500


def test_only_live_units_cost_anything() -> None:
    bought = order(
        line(1, 100, to_pick=1, picked=1, collected=1, short=1, cancelled=1, to_put_back=1), paid=500
    )
    sums = totals(bought)
    assert sums.total == euro(300)
    assert sums.refundable == euro(200)
    assert sums.balance == euro(0)
    assert settled(bought) == 100


def test_money_held_is_what_came_less_what_went_and_a_forfeit_stays() -> None:
    kinds = (PaymentKind.REFUND, PaymentKind.CREDIT, PaymentKind.FORFEIT)
    movements = (payment(1_000), payment(500, "card"), *(payment(100, kind=kind) for kind in kinds))
    assert paid(replace(order(), payments=movements)) == 1_300


@given(lines, st.booleans(), st.integers(0, 50_000))
def test_sums_are_consistent(drawn: list[tuple[int, Quantities, int]], including: bool, money: int) -> None:
    made = (
        replace(line(n, price, discount=min(off, price)), quantities=held)
        for n, (price, held, off) in enumerate(drawn, 1)
    )
    bought = replace(order(*made, paid=money), prices_include_tax=including)
    sums = totals(bought)
    assert sums.total.amount == total_of(bought)
    assert sums.paid.amount == paid(bought) == money
    assert sums.total - sums.paid == sums.balance - sums.refundable
    assert not sums.balance or not sums.refundable
    net = sums.lines - sums.discount
    assert sums.total == (net if including else net + sums.tax)
    assert sum(line_tax(one, one.quantities.live, prices_include_tax=including) for one in bought.lines) == (
        sums.tax.amount
    )
    for one in bought.lines:
        assert line_total(one, 0, prices_include_tax=including) == euro(0)


def test_returned_units_are_charged_no_more_to_the_cent() -> None:
    kept = replace(line(1, 333, collected=3, discount=100), returned=2)
    found = order(kept, line(2, 1_000), paid=1_899)
    assert kept.charged == 1
    assert total_of(found) == 899 - 599 + 1_000
    assert settled(found) == 899 - 599
    assert totals(found).total.amount == total_of(found)
    assert totals(found).lines.amount - totals(found).discount.amount == total_of(found)
    back = replace(kept, returned=3)
    assert settled(replace(found, lines=(back,))) == 0
