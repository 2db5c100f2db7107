"""Tests of acts too large to travel: refused before anything is kept, so that none holds up the rest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos_app.operations import paying, selling, settling, shifts
from pos_app.operations.cart import Cart, totals, with_customer
from pos_app.operations.orders import new_details, save
from pos_app.operations.paying import Tendering
from pos_app.operations.settling import Settled
from pos_app.store.cash import Shift
from site_sync.domain.errors import Code, Refused
from site_sync.domain.money import Money
from tests.desks import MARIA, Bench, acting
from tests.store.test_outbox import saved

LIMIT = "pos_app.store.store.MOST_IN_PAYLOAD"


def big(bench: Bench) -> Cart:
    """Two thousand lines with a note each: half a million characters and more."""
    cart = selling.add_item(bench.desk, selling.new_cart(bench.desk), "WAX", 1)
    assert isinstance(cart, Cart)
    (line,) = cart.lines
    lines = tuple(replace(line, id=number, note="engrave " * 25) for number in range(1, 2_001))
    return replace(with_customer(cart, MARIA), lines=lines)


def kept(bench: Bench) -> list[int]:
    """How much there is of all that an act keeps."""
    tables = ("outbox", "audit", "orders_now", "sales", "drawer_entries", "print_jobs", "pending_stock")
    raw = bench.store.file.raw
    counters = [bench.store.counters.peek(name) for name in ("orders", "receipts")]
    return [raw.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables] + counters


def test_an_order_that_is_too_large_is_refused_whole_and_holds_up_nothing(bench: Bench) -> None:
    before, details = kept(bench), new_details(bench.desk)
    with pytest.raises(Refused) as refused:
        save(bench.desk, acting(reason="regular"), big(bench), details)
    assert refused.value.refusal.code is Code.TOO_MUCH_AT_ONCE
    assert kept(bench) == before
    after = saved(bench).command.id
    assert [one.command_id for one in bench.store.outbox.to_push(9)] == [after]


def test_it_is_said_before_any_money_moves(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    shift = shifts.open(bench.desk, acting(), Money(10_000, "EUR"))
    assert isinstance(shift, Shift)
    cart, who = big(bench), acting(shift=shift.id, reason="regular")
    due = totals(cart).total
    with pytest.raises(Refused):
        selling.check(bench.desk, who, cart)
    with pytest.raises(Refused):
        settling.check(bench.desk, who, Settled(cart, new_details(bench.desk)), Money(0, "EUR"))
    before = kept(bench)
    money = paying.take_cash(bench.desk, paying.begin(due), due)
    assert isinstance(money, Tendering)
    with pytest.raises(Refused):
        selling.finish(bench.desk, who, cart, money)
    assert kept(bench) == before
    monkeypatch.setattr(LIMIT, 10_000_000)
    assert selling.check(bench.desk, who, cart) is None
    assert isinstance(selling.finish(bench.desk, who, cart, money), selling.Sold)
