"""Whatever is done to an order in whatever sequence, goods, stock and money add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from site_sync.domain import commands as acts
from site_sync.domain import deposits
from site_sync.domain.commands import Act, Command
from site_sync.domain.deadlines import Calendar
from site_sync.domain.events import LineAdded, LineChanged, OrderCreated
from site_sync.domain.lifecycle import TABLE, Context, Decision, decide, evolve
from site_sync.domain.orders import (
    ArrivalState,
    Delivery,
    DeliveryMode,
    Order,
    OrderKind,
    PaymentKind,
    Stage,
)
from site_sync.domain.particulars import LineChange, LineQuantity, NewLine, ShortNext
from site_sync.domain.permissions import Right
from site_sync.domain.policies import DepositAtEnd, DepositPolicy, OnShortage, Policy
from site_sync.domain.quantities import PIECE
from site_sync.domain.stock import StockLevel
from site_sync.domain.totals import paid, settled, total_of
from tests.builders import KILO, NOW, command, euro, fresh_id, tendered
from tests.domain.lifecycle.examples import ADDRESS, collect, create, refund

STORES = ("S01", "S02")
POLICY = Policy(deposit=DepositPolicy(minimum_percent=2_000), deposit_at_expiry=DepositAtEnd.FORFEIT)
small = st.integers(1, 5)
amounts = st.integers(1, 6_000)
numbers = st.integers(1, 4)
stores = st.sampled_from(STORES)


@st.composite
def new_lines(draw: st.DrawFn) -> NewLine:
    """A line of goods, pieces or weighed, perhaps with a discount."""
    weighed = draw(st.booleans())
    quantity = draw(st.integers(1, 4)) * (250 if weighed else 1)
    price = draw(st.integers(0, 3_000))
    off = price * quantity // (2_000 if weighed else 2)
    return NewLine(
        draw(st.sampled_from(("A", "B", "C"))),
        "thing",
        quantity,
        euro(price),
        draw(st.sampled_from((0, 700, 2_500))),
        discount=euro(draw(st.integers(0, off))) if draw(st.booleans()) else None,
        source_store=draw(st.sampled_from(("", *STORES))),
        unit=KILO if weighed else PIECE,
    )


@st.composite
def creations(draw: st.DrawFn) -> Act:
    """A new order or quote."""
    ship = draw(st.booleans()) and draw(st.booleans())
    delivery = Delivery("ship", DeliveryMode.SHIP, "", ADDRESS) if ship else Delivery(store=draw(stores))
    return create(
        draw(st.sampled_from((OrderKind.CUSTOMER_ORDER, OrderKind.CUSTOMER_ORDER, OrderKind.QUOTE))),
        lines=tuple(draw(st.lists(new_lines(), min_size=1, max_size=3))),
        delivery=delivery,
        prices_include_tax=draw(st.booleans()),
        payments=(tendered(draw(amounts)),) if draw(st.booleans()) else (),
        on_shortage=draw(st.sampled_from(OnShortage)),
        collect=collect(pays=draw(amounts)) if draw(st.integers(0, 9)) == 0 else None,
    )


def amends(draw: st.DrawFn) -> Act:
    """A change of lines, or of the collect store."""
    change = LineChange(
        draw(numbers),
        quantity=draw(st.one_of(st.none(), st.integers(0, 6))),
        unit_price=euro(draw(amounts)) if draw(st.booleans()) else None,
        discount=euro(draw(st.integers(0, 500))) if draw(st.booleans()) else None,
    )
    return draw(
        st.sampled_from(
            (
                acts.Amend(change=(change,)),
                acts.Amend(void=(change.line,)),
                acts.Amend(add=(draw(new_lines()),)),
                acts.Amend(delivery=Delivery(store=draw(stores))),
                acts.Amend(collect=collect((change.line, draw(small)), pays=draw(amounts))),
                acts.Amend(payments=(tendered(draw(amounts)),)),
            )
        )
    )


def part(draw: st.DrawFn) -> LineQuantity:
    """Some units of some line."""
    return LineQuantity(draw(numbers), draw(st.sampled_from((1, 1, 2, 250))))


def cancels(draw: st.DrawFn) -> Act:
    """A cancellation of the order or some units, with any choice for the deposit."""
    lines = (part(draw),) if draw(st.integers(0, 3)) else None
    return acts.Cancel("no need", lines, draw(st.sampled_from(DepositAtEnd)), movement_id=fresh_id())


def collects(draw: st.DrawFn) -> Act:
    """A hand-over of a part or of all."""
    chosen = part(draw)
    parts = ((chosen.line, chosen.quantity),) if draw(st.integers(0, 2)) else ()
    return collect(*parts, pays=draw(st.one_of(st.just(0), amounts)))


def shorts(draw: st.DrawFn) -> Act:
    """Units not found, dropped or sought in another store."""
    chosen = part(draw)
    return acts.ReportShort(chosen.line, chosen.quantity, draw(st.sampled_from(ShortNext)), draw(stores))


def picks(draw: st.DrawFn) -> Act:
    """Units found."""
    chosen = part(draw)
    return acts.Pick(chosen.line, chosen.quantity, draw(st.integers(1, 2)))


def unpicks(draw: st.DrawFn) -> Act:
    """Units taken out of their bag."""
    chosen = part(draw)
    return acts.Unpick(chosen.line, chosen.quantity)


def moneys(draw: st.DrawFn) -> Act:
    """Money in, money out, money kept."""
    amount = draw(amounts)
    movements: tuple[Act, ...] = (
        acts.TakePayment((tendered(amount, draw(st.sampled_from(("cash", "card")))),)),
        acts.RefundPayment((refund(amount, "first"),)),
        acts.KeepCredit(fresh_id(), euro(amount)),
        acts.Forfeit(fresh_id(), euro(amount)),
    )
    return draw(st.sampled_from(movements))


PLAIN: tuple[Act, ...] = (
    acts.ConvertQuote(),
    acts.ClaimPicking(),
    acts.ReleasePicking(),
    acts.ConfirmPicking(),
    acts.Arrive(ArrivalState.ON_THE_WAY),
    acts.Ship(),
    acts.Deliver(),
    acts.Remind(1),
    acts.Extend(NOW + timedelta(days=60)),
    acts.Expire("expiry"),
    acts.AddNote("rings twice"),
)


def plain(draw: st.DrawFn) -> Act:
    """Acts that only move the order along."""
    return draw(st.sampled_from(PLAIN))


def put_backs(draw: st.DrawFn) -> Act:
    """Goods back on their shelf."""
    return acts.PutBack((part(draw),))


KINDS: tuple[Callable[[st.DrawFn], Act], ...] = (
    amends, cancels, collects, shorts, picks, picks, picks, unpicks, moneys, moneys, plain, plain, put_backs,
)  # fmt: skip


@st.composite
def any_act(draw: st.DrawFn) -> Act:
    """Any act on any line."""
    return draw(st.sampled_from(KINDS))(draw)


@dataclass
class Books:
    """What the world outside keeps of an order's events: stock, ledger, the order folded from its history."""

    reserved: Counter[tuple[str, str]] = field(default_factory=Counter)
    on_hand: Counter[tuple[str, str]] = field(default_factory=Counter)
    accounts: Counter[str] = field(default_factory=Counter)
    folded: Order | None = None

    def enter(self, decision: Decision) -> None:
        """Write down what happened."""
        for event in decision.events:
            self.folded = event.order if isinstance(event, OrderCreated) else self._fold(event)
            for move in getattr(event, "stock", ()):
                self.reserved[move.store, move.sku] += move.reserved
                self.on_hand[move.store, move.sku] += move.on_hand
            postings = getattr(event, "postings", ())
            assert sum(posting.amount.amount for posting in postings) == 0, event
            for posting in postings:
                self.accounts[posting.account.split(":")[0]] += posting.amount.amount

    def _fold(self, event: object) -> Order:
        assert self.folded is not None
        return evolve(self.folded, event)  # type: ignore[arg-type]

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
        assert +held == +self.reserved
        assert min(self.reserved.values(), default=0) >= 0
        assert -gone == -self.on_hand

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
    assert decision.order.version == before.version + 1


def knowing(levels: dict[tuple[str, str], int], books: Books) -> Context:
    """The site's view: what lies there, what is reserved, a deadline long past."""
    stock = {
        (store, sku): StockLevel(sku, store, on_hand, books.reserved[store, sku], 0, 2)
        for (store, sku), on_hand in levels.items()
    }
    calendars = {store: Calendar("UTC") for store in STORES}
    now = NOW + timedelta(days=400)
    return Context(now, frozenset(Right), POLICY, calendars=calendars, available=stock)


def first_named(act: Act) -> Act:
    """The creation with its payment under the id that refunds ask for."""
    assert isinstance(act, acts.Create)
    return replace(act, payments=tuple(replace(paid, id="first") for paid in act.payments))


@given(
    creations(),
    st.lists(any_act(), max_size=25),
    st.fixed_dictionaries({(store, sku): st.integers(0, 9) for store in STORES for sku in "ABC"}),
)
def test_any_sequence_of_acts_adds_up(
    first: Act, later: list[Act], levels: dict[tuple[str, str], int]
) -> None:
    books, order = Books(), None
    for act in (first_named(first), *later):
        asked: Command = command("order-1", act, reason="because")
        decision = decide(order, asked, knowing(levels, books))
        if not isinstance(decision, Decision):
            continue
        if order is not None:
            check_step(order, decision, act)
        order = decision.order
        books.enter(decision)
        books.check(order)
        check_order(order)
