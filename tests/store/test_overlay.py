"""Tests of what the till shows: the site's copy with what waits on top, whatever order messages come in."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pos_app.operations import collecting, orders, picking, putting_back
from pos_app.operations.cart import Cart, with_customer
from pos_app.operations.desk import Changed
from pos_app.operations.selling import add_item, new_cart
from pos_app.store.order_rows import SyncState
from site_sync.domain.commands import AddNote, Cancel, Pick
from site_sync.domain.errors import Refusal
from site_sync.domain.orders import ArrivalState, Order
from site_sync.domain.particulars import Identity, IdentityBy
from site_sync.protocol.envelope import PushAnswer
from tests.builders import NOW, command
from tests.desks import MARIA, SKUS, acting, open_bench
from tests.store.small_site import SmallSite

BOSS = acting(reason="because")
PICKS = st.integers(min_value=0, max_value=3)


class TillAndSite(RuleBasedStateMachine):
    """People act at the till, the site answers late, twice or never, and others change the same orders."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.bench = open_bench(Path(self.folder.name))
        self.site = SmallSite()
        self.answers: list[PushAnswer] = []
        self.ids: list[str] = []
        self.done: Counter[str] = Counter()

    @initialize()
    def an_order(self) -> None:
        self.create(0)

    @rule(which=PICKS)
    def create(self, which: int) -> None:
        cart = new_cart(self.bench.desk)
        for sku in SKUS[which : which + 2]:
            more = add_item(self.bench.desk, cart, sku)
            assert isinstance(more, Cart)
            cart = more
        details = orders.new_details(self.bench.desk)
        done = orders.save(self.bench.desk, BOSS, with_customer(cart, MARIA), details)
        if isinstance(done, Changed):
            self.ids.append(done.order.id)
            self.count(done)

    def count(self, done: Changed | Refusal) -> None:
        if isinstance(done, Changed):
            self.done[done.order.id] += 1

    def some(self, which: int) -> tuple[str, Order]:
        order_id = self.ids[which % len(self.ids)]
        order = self.bench.store.orders.order(order_id)
        assert order is not None
        return order_id, order

    @rule(which=PICKS)
    def pick(self, which: int) -> None:
        order_id, order = self.some(which)
        for line in order.lines:
            if line.quantities.to_pick:
                self.count(picking.pick(self.bench.desk, BOSS, order_id, Pick(line.id, 1)))
                return
        self.count(picking.confirm(self.bench.desk, BOSS, order_id, {1: "C1"}))

    @rule(which=PICKS, text=st.sampled_from(["gift", "call first"]))
    def note(self, which: int, text: str) -> None:
        self.count(orders.note(self.bench.desk, BOSS, self.some(which)[0], text))

    @rule(which=PICKS)
    def arrive(self, which: int) -> None:
        self.count(collecting.arrive(self.bench.desk, BOSS, self.some(which)[0], ArrivalState.HERE))

    @rule(which=PICKS)
    def hand_over(self, which: int) -> None:
        identity = Identity(IdentityBy.KNOWN)
        self.count(
            collecting.hand_over(self.bench.desk, BOSS, self.some(which)[0], collecting.HandOver(identity))
        )

    @rule(which=PICKS)
    def cancel(self, which: int) -> None:
        self.count(orders.cancel(self.bench.desk, BOSS, self.some(which)[0]))

    @rule(which=PICKS)
    def put_back(self, which: int) -> None:
        self.count(putting_back.put_back(self.bench.desk, BOSS, self.some(which)[0]))

    @rule(which=PICKS, cancels=st.booleans())
    def somebody_else(self, which: int, *, cancels: bool) -> None:
        order_id = self.ids[which % len(self.ids)]
        act = Cancel("elsewhere") if cancels else AddNote("from elsewhere")
        if self.site.act(command(order_id, act)) is None:
            self.done[order_id] += 1

    @rule(most=st.integers(min_value=1, max_value=4), lost=st.booleans())
    def push(self, most: int, *, lost: bool) -> None:
        envelopes = self.bench.store.outbox.to_push(most)
        answer = self.site.take(envelopes)
        if not lost and envelopes:
            self.answers.append(answer)

    @precondition(lambda self: self.answers)
    @rule(twice=st.booleans())
    def answer(self, *, twice: bool) -> None:
        answer = self.answers.pop(0)
        for _ in range(1 + twice):
            self.bench.store.site_side.take_answer(answer, NOW)

    @rule()
    def feed(self) -> None:
        self.bench.take(self.site.tell())

    @rule()
    def stop_and_start(self) -> None:
        self.bench.store.close()
        self.bench = open_bench(Path(self.folder.name))

    @invariant()
    def nothing_counts_twice(self) -> None:
        for order_id in self.ids:
            order = self.bench.store.orders.order(order_id)
            assert order is not None
            assert order.version <= self.done[order_id], "a command counted twice"

    def teardown(self) -> None:
        store = self.bench.store
        while envelopes := store.outbox.to_push(50):
            store.site_side.take_answer(self.site.take(envelopes), NOW)
        self.bench.take(self.site.tell())
        for order_id, record in self.site.records.items():
            assert store.orders.record(order_id) == record
        refused = {problem.order_id for problem in store.problems.open()}
        for order_id in self.ids:
            expected = SyncState.REFUSED if order_id in refused else SyncState.CENTRAL
            assert store.orders.sync_state(order_id) is expected
        assert store.outbox.pending_count() == 0
        assert store.audit.broken_at() is None
        store.close()
        self.folder.cleanup()


TillAndSite.TestCase.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
TestTillAndSite = TillAndSite.TestCase
