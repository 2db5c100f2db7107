"""Tests of the receipts a till keeps: what came back of one, what a shift sold, found by their indexes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pos_app.store.sales import Sales
from site_sync.domain.money import Money
from site_sync.domain.particulars import Actor, ActorKind, Tendered
from site_sync.domain.sales import Sale, SaleLine, return_note
from tests.builders import NOW
from tests.desks import Bench, open_bench

BOTTLE = SaleLine(1, "BTL-2", "Steel bottle", 2, Money(1_995, "EUR"), 2_500)


def sale(number: int, *lines: SaleLine, till: str = "02") -> Sale:
    """A receipt of a till of the first shop."""
    total = Money(sum(line.value for line in lines), "EUR")
    return Sale(
        id=f"sale-{number}",
        number=f"S01-{till}-R{number:06d}-0",
        store="S01",
        till=till,
        shift=f"shift-{number % 2}",
        by=Actor(ActorKind.STAFF, "clerk", "Karl Clerk"),
        at=NOW,
        currency="EUR",
        lines=lines,
        payments=(Tendered(f"p{number}", "cash", total),),
        change=Money(0, "EUR"),
    )


def back_of(number: int) -> SaleLine:
    return replace(BOTTLE, quantity=-1, note=return_note(f"sale-{number}", 1))


def fill(sales: Sales) -> None:
    """Three receipts, two returns of the first at this till and one at another."""
    for number in (1, 2, 3):
        sales.keep(sale(number, BOTTLE))
    for number in (4, 5):
        sales.keep(sale(number, back_of(1)))
    foreign = sale(6, back_of(1), back_of(2), till="03")
    sales.keep_foreign((foreign, foreign))


def returned(sales: Sales) -> list[list[str]]:
    return [[one.id for one in sales.returns_of(f"sale-{number}")] for number in (1, 2, 3)]


RETURNED = [["sale-4", "sale-5", "sale-6"], ["sale-6"], []]


def test_what_came_back_of_a_receipt_is_found_by_it_wherever_it_was_taken(bench: Bench) -> None:
    fill(bench.store.sales)
    assert returned(bench.store.sales) == RETURNED
    assert {one.id for one in bench.store.sales.of_shift("shift-1")} == {"sale-1", "sale-3", "sale-5"}


def test_receipts_are_never_read_through(bench: Bench) -> None:
    """They are never forgotten, so that goods can come back; no question may read them all."""
    raw, asked = bench.store.file.raw, list[str]()
    raw.set_trace_callback(asked.append)
    bench.store.sales.returns_of("sale-1")
    bench.store.sales.of_shift("shift-1")
    raw.set_trace_callback(None)
    plans = [row[3] for query in asked for row in raw.execute(f"EXPLAIN QUERY PLAN {query}")]
    assert not [plan for plan in plans if plan.startswith("SCAN")], plans


def test_an_older_file_learns_what_came_back_and_passes_over_what_it_cannot_read(tmp_path: Path) -> None:
    bench = open_bench(tmp_path)
    fill(bench.store.sales)
    raw = bench.store.file.raw
    raw.execute("DROP TABLE sale_returns")
    raw.execute("""UPDATE sales SET body = '{"return:' WHERE id = 'sale-5'""")
    raw.execute("PRAGMA user_version = 5")
    bench.store.close()
    again = open_bench(tmp_path).store
    assert returned(again.sales) == [["sale-4", "sale-6"], ["sale-6"], []]
    again.close()
