"""Whatever is done to an order in whatever sequence, goods, stock and money add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from site_sync.domain import deposits
from site_sync.domain.commands import Act
from site_sync.domain.deadlines import Calendar
from site_sync.domain.events import Event, LineAdded, LineChanged, OrderCreated
from site_sync.domain.lifecycle import TABLE, Context, Decision, decide, evolve
from site_sync.domain.orders import Order, OrderKind, PaymentKind, Stage
from site_sync.domain.permissions import Right
from site_sync.domain.policies import DepositAtEnd, DepositPolicy, Policy
from site_sync.domain.stock import StockLevel, StockReason
from site_sync.domain.totals import paid, settled, total_of
from tests.builders import NOW, command
from tests.domain.lifecycle.drawn import STORES, creations, next_acts

STEPS = 25
POLICY = Policy(deposit=DepositPolicy(minimum_percent=2_000), deposit_at_expiry=DepositAtEnd.FORFEIT)


@dataclass
class Books:
    """What the world outside keeps of an order's events: stock, ledger, the order folded from its history."""

    reserved: Counter[tuple[str, str]] = field(default_factory=Counter)
    on_hand: Counter[tuple[str, str]] = field(default_factory=Counter)
    accounts: Counter[str] = field(default_factory=Counter)
    back: Counter[tuple[str, str]] = field(default_factory=Counter)
    folded: Order | None = None

    def enter(self, decision: Decision) -> None:
        """Write down what happened."""
        for event in decision.events:
            self.folded = event.order if isinstance(event, OrderCreated) else self._fold(event)
            for move in getattr(event, "stock", ()):
                self.reserved[move.store, move.sku] += move.reserved
                self.on_hand[move.store, move.sku] += move.on_hand
                if move.reason in (StockReason.RETURNED, StockReason.MOVED):
                    self.back[move.store, move.sku] += move.on_hand
            postings = getattr(event, "postings", ())
            assert sum(posting.amount.amount for posting in postings) == 0, event
            for posting in postings:
                self.accounts[posting.account.split(":")[0]] += posting.amount.amount

    def _fold(self, event: Event) -> Order:
        assert self.folded is not None
        return evolve(self.folded, event)

    def check(self, order: Order) -> None:
        """Hold the order against the books."""
        assert self.folded == replace(order, version=0, updated_at=order.created_at)
        self._check_stock(order)
        self._check_money(order)

    def _check_stock(self, order: Order) -> None:
        held: Counter[tuple[str, str]] = Counter()
        gone: Counter[tuple[str, str]] = Counter()
        for line in order.lines:
            if line.stocked and order.kind is OrderKind.CUSTOMER_ORDER:
                held[line.source_store, line.sku] += line.quantities.reserved
                gone[line.source_store, line.sku] -= line.quantities.collected
        for (store, sku), quantity in self.back.items():
            gone[store, sku] += quantity
        assert +held == +self.reserved
        assert min(self.reserved.values(), default=0) >= 0
        assert -gone == -self.on_hand
        assert +gone == +self.on_hand

    def _check_money(self, order: Order) -> None:
        held = paid(order) - settled(order)
        assert -self.accounts["deposits"] == held == deposits.held(order)
        taken = dict.fromkeys(PaymentKind, 0)
        for payment in order.payments:
            taken[payment.kind] += payment.amount.amount
        assert self.accounts["tender"] == taken[PaymentKind.PAYMENT] - taken[PaymentKind.REFUND]
        assert -self.accounts["customer_credit"] == taken[PaymentKind.CREDIT]
        for payment in order.payments:
            back = [p.amount.amount for p in order.payments if p.refund_of == payment.id]
            assert sum(back) <= payment.amount.amount


def check_order(order: Order) -> None:
    """What holds of every order whatever its history."""
    for line in order.lines:
        held = line.quantities
        assert min(held.to_pick, held.picked, held.collected, held.short, held.cancelled) >= 0
        assert min(held.to_put_back, held.put_back) >= 0
        assert 0 <= line.returned <= held.collected
    open_values = deposits.open_values(order)
    shares = deposits.shares(order)
    assert sum(shares.values()) == (min(deposits.held(order), sum(open_values)) if any(open_values) else 0)
    everything = {line.id: line.quantities.open for line in order.lines}
    assert deposits.due_now(order, everything) == deposits.balance(order)
    assert total_of(order) - paid(order) == deposits.balance(order) - deposits.surplus(order)
    assert (order.closed_at is not None) is (order.stage is Stage.DONE)


def check_step(before: Order, decision: Decision, act: Act) -> None:
    """What holds between an order and the next."""
    changed = {event.line.id for event in decision.events if isinstance(event, LineChanged | LineAdded)}
    for line in before.lines:
        if line.id not in changed:
            assert decision.order.line(line.id).quantities.ordered == line.quantities.ordered
    assert before.stage in TABLE[act.kind].stages
    assert decision.order.code_issue >= before.code_issue
    assert decision.order.version == before.version + bool(decision.events)


def knowing(levels: dict[tuple[str, str], int], books: Books) -> Context:
    """The site's view: what lies there, what is reserved, a deadline long past."""
    stock = {
        (store, sku): StockLevel(sku, store, on_hand, books.reserved[store, sku], 0, 2)
        for (store, sku), on_hand in levels.items()
    }
    calendars = {store: Calendar("UTC") for store in STORES}
    now = NOW + timedelta(days=400)
    return Context(now, frozenset(Right), POLICY, calendars=calendars, available=stock)


levels = st.sampled_from((0, 3, 10_000, 10_000))


@given(
    creations(),
    st.fixed_dictionaries({(store, sku): levels for store in STORES for sku in "ABC"}),
    st.data(),
)
def test_any_sequence_of_acts_adds_up(
    act: Act, levels: dict[tuple[str, str], int], data: st.DataObject
) -> None:
    books, order = Books(), None
    for _ in range(STEPS):
        asked = command("order-1", act, reason="because")
        decision = decide(order, asked, knowing(levels, books))
        if isinstance(decision, Decision):
            if order is not None:
                check_step(order, decision, act)
            order = decision.order
            books.enter(decision)
            books.check(order)
            check_order(order)
        if order is None:
            break
        act = data.draw(next_acts(order))
