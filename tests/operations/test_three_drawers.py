"""One order's money over three tills in any sequence: ledger, drawers, shares and refund bounds agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pos_app.hardware.card_terminal import TerminalResult, TerminalState
from pos_app.operations import desk as desks
from pos_app.operations import order_returns, paying, refunding
from pos_app.operations.desk import Desk
from pos_app.operations.order_returns import ReturnWish
from pos_app.operations.paying import Tendering
from pos_app.operations.refunding import PayBack
from pos_app.store.card_attempts import CardAttempt
from pos_app.store.cash import NO_MONEY
from pos_app.store.store import NOTHING_BESIDE, Beside
from site_sync.domain import commands as acts
from site_sync.domain import deposits
from site_sync.domain.commands import Act
from site_sync.domain.errors import Refusal
from site_sync.domain.events import PaymentRecorded
from site_sync.domain.history import OrderRecord
from site_sync.domain.lifecycle.decide import decide
from site_sync.domain.lifecycle.paying import refunded_of
from site_sync.domain.lifecycle.taking_back import refundable_for
from site_sync.domain.money import Money
from site_sync.domain.orders import Delivery, Order, OrderKind, PaymentKind
from site_sync.domain.particulars import Identity, IdentityBy, LinePrice, LineQuantity, NewLine, Tendered
from site_sync.domain.policies import DepositAtEnd
from site_sync.domain.shop import Tender, TenderKind
from site_sync.domain.totals import paid, settled, total_of
from site_sync.protocol.changes import RecordKind
from tests.desks import MARIA, SKUS, Bench, acting, open_bench

pytestmark = pytest.mark.long

TILLS = ("01", "02", "03")
SEQUENCES = 10 * settings().max_examples
"""600 in the gate; 20 000 with `HYPOTHESIS_PROFILE=deep`."""
TAKING_BACK = ("Reopen", "UndoCollect", "ReturnGoods", "Reprice")
WHO = acting(reason="asked for")


class _NextSequence(Exception):
    """Ends a sequence: everything it kept is rolled back."""


@pytest.fixture(scope="module")
def tills(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Bench, ...]]:
    """Three tills whose shop rounds cash to five cents."""
    opened = tuple(open_bench(tmp_path_factory.mktemp(f"till-{till}"), till) for till in TILLS)
    for bench in opened:
        cash = Tender("cash", TenderKind.CASH, {"en": "Cash"}, 1, 5, opens_drawer=True)
        bench.tell(RecordKind.TENDER, "cash", cash)
    yield opened
    for bench in opened:
        bench.store.close()


@dataclass(frozen=True)
class Step:
    """One drawn act: at which till, which kind, two numbers that choose its particulars, the money's way."""

    till: int
    kind: int
    share: int
    choice: int
    money: DepositAtEnd


@dataclass
class Day:
    """One order, what the ledger says of it, and the cash that lies in each drawer."""

    tills: tuple[Bench, ...]
    record: OrderRecord | None = None
    ledger: Counter[str] = field(default_factory=Counter)
    in_drawer: Counter[int] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)

    @property
    def order(self) -> Order:
        assert self.record is not None
        return self.record.order

    def keep(self, till: int, act: Act, beside: Beside = NOTHING_BESIDE) -> bool:
        """Decide an act at a till and keep it there; False when the rules refuse it."""
        desk = self.tills[till].desk
        order = self.record.order if self.record else None
        order_id = order.id if order else desk.new_id()
        command = desks.command_for(desk, WHO, order_id, act)
        decision = decide(order, command, desks.context_for(desk, WHO, order, command))
        if isinstance(decision, Refusal):
            return False
        self.record = desk.store.keep_command(command, decision, self.record, beside)
        for event in decision.events:
            postings = getattr(event, "postings", ())
            assert sum(posting.amount.amount for posting in postings) == 0
            for posting in postings:
                self.ledger[posting.account] += posting.amount.amount
            assert not isinstance(event, PaymentRecorded) or event.payment.amount.amount > 0
        return True

    # money in

    def tender(self, till: int, amount: int, *, by_card: bool) -> tuple[Tendering, Beside, int]:
        """Take an amount: cash in notes with change, or a card that says yes."""
        desk = self.tills[till].desk
        begun = paying.begin(Money(amount, "EUR"))
        if by_card:
            attempt = _asked(desk, paying.begin_card(desk, WHO, begun.due, self.order.id), amount)
            taken = paying.take_card(desk, begun, attempt.id)
        else:
            taken = paying.take_cash(desk, begun, Money(-(-amount // 500) * 500, "EUR"))
        assert isinstance(taken, Tendering)
        assert paying.is_enough(taken)
        cash = 0 if by_card else sum(one.given - one.change for one in taken.taken)
        entries = paying.rounding_entries(desk, WHO, taken, self.order.id)
        return taken, Beside(entries, paying.attempts(taken)), cash

    def pay(self, step: Step) -> None:
        """A deposit, or more of it."""
        balance = deposits.balance(self.order)
        if balance:
            taken, beside, cash = self.tender(
                step.till, 1 + step.share % balance, by_card=bool(step.choice % 2)
            )
            if self.keep(step.till, acts.TakePayment(paying.payments(taken)), beside):
                self.in_drawer[step.till] += cash

    def pick_up(self, step: Step) -> None:
        """Some units, or all of them, leave against what is due."""
        open_lines = [line for line in self.order.lines if line.quantities.open]
        if not open_lines:
            return
        line = open_lines[step.choice % len(open_lines)]
        units = 1 + step.share % line.quantities.open
        wanted = {line.id: units} if step.share % 3 else {one.id: one.quantities.open for one in open_lines}
        due = deposits.due_now(self.order, wanted)
        beside, cash = NOTHING_BESIDE, 0
        payments: tuple[Tendered, ...] = ()
        if due > 0:
            taken, beside, cash = self.tender(step.till, due, by_card=bool(step.choice % 2))
            payments = paying.payments(taken)
        parts = tuple(LineQuantity(*one) for one in sorted(wanted.items()))
        act = acts.Collect(Identity(IdentityBy.KNOWN), parts, payments)
        if self.keep(step.till, act, beside):
            self.in_drawer[step.till] += cash

    # money back

    def give_back(self, till: int, order: Order, amount: int, *, other_way: bool) -> tuple[PayBack, int]:
        """Give an amount back part by part; (what was given, cash that left the drawer)."""
        desk = self.tills[till].desk
        back = refunding.of_order(desk, order, Money(amount, "EUR"))
        assert isinstance(back, PayBack)
        while back.open:
            part = back.open[0]
            if part.tender == "card" and not other_way:
                begun = refunding.begin_card(desk, WHO, back, part)
                attempt = _asked(desk, begun, part.amount)
                given = refunding.with_attempt(desk, back, part, attempt.id)
            else:
                given = refunding.give(desk, WHO, back, part, "cash")
            assert isinstance(given, PayBack)
            back = given
        assert sum(-one.amount for one in back.tendering.taken) == amount
        return back, sum(one.given for one in back.tendering.taken if one.tender == "cash")

    def refund(self, step: Step) -> None:
        """Some of what no line can hold."""
        surplus = deposits.surplus(self.order)
        if surplus:
            amount = 1 + step.share % surplus
            back, cash = self.give_back(step.till, self.order, amount, other_way=step.choice % 3 == 0)
            self._keep_refund(step.till, acts.RefundPayment(refunding.refunds(back.tendering)), back, cash)

    def _keep_refund(self, till: int, act: Act, back: PayBack, cash: int) -> None:
        desk = self.tills[till].desk
        entries = paying.rounding_entries(desk, WHO, back.tendering, self.order.id)
        assert self.keep(till, act, Beside(entries, paying.attempts(back.tendering)))
        self.in_drawer[till] += cash

    def cancel(self, step: Step) -> None:
        """A line, or the whole order, with any choice for the money."""
        open_lines = [line for line in self.order.lines if line.quantities.open]
        if not open_lines:
            return
        line = open_lines[step.share % len(open_lines)]
        lines = (LineQuantity(line.id, line.quantities.open),) if step.choice % 3 else None
        desk = self.tills[step.till].desk
        act = acts.Cancel("no need", lines, step.money, movement_id=desk.new_id())
        if step.money is DepositAtEnd.REFUND and (after := self.would_be(step.till, act)):
            surplus = deposits.surplus(after)
            if surplus:
                back, cash = self.give_back(step.till, after, surplus, other_way=False)
                refunds = refunding.refunds(back.tendering)
                act = acts.Cancel("no need", lines, step.money, refunds, desk.new_id())
                self._keep_refund(step.till, act, back, cash)
                return
        self.keep(step.till, act)

    def would_be(self, till: int, act: Act) -> Order | None:
        """The order after an act that is not kept."""
        desk = self.tills[till].desk
        command = desks.command_for(desk, WHO, self.order.id, act)
        decision = decide(self.order, command, desks.context_for(desk, WHO, self.order, command))
        return None if isinstance(decision, Refusal) else decision.order

    def change(self, step: Step) -> None:
        """A line is voided, or another one added."""
        line = self.order.lines[step.share % len(self.order.lines)]
        act = acts.Amend(void=(line.id,)) if step.choice % 2 else acts.Amend(add=(_line(step.share),))
        self.keep(step.till, act)

    def undo(self, step: Step) -> None:
        """The latest cancellation or hand-over is taken back, as it was or by right later."""
        done = self.order.cancellation if step.choice % 2 else self.order.hand_over
        if done is not None:
            make = acts.Reopen if step.choice % 2 else acts.UndoCollect
            before = paid(self.order)
            if self.keep(step.till, make(done.command)):
                self.seen[make.__name__] += 1
                assert step.choice % 2 or paid(self.order) == before

    def reprice(self, step: Step) -> None:
        """A line gets the price of today."""
        line = self.order.lines[step.share % len(self.order.lines)]
        price = LinePrice(line.id, Money(1 + step.share % 5_000, "EUR"))
        self.seen["Reprice"] += self.keep(step.till, acts.Reprice((price,)))

    def bring_back(self, step: Step) -> None:
        """Collected units come back to the store, with the money that was paid for them."""
        lines = order_returns.lines(self.order)
        if not lines:
            return
        one = lines[step.choice % len(lines)]
        wish = ReturnWish(
            self.order.id, {one.line.id: 1 + step.share % one.most}, "too small", step.choice == 5
        )
        act = acts.ReturnGoods(
            tuple(LineQuantity(*part) for part in wish.units.items()), wish.reason, wish.damaged
        )
        after = self.would_be(step.till, act)
        assert after is not None
        amount = refundable_for(after, order_returns.value(self.order, wish.units).amount)
        held = deposits.held(self.order)
        if amount and step.choice % 3:
            back, cash = self.give_back(step.till, after, amount, other_way=False)
            self._keep_refund(step.till, replace(act, refunds=refunding.refunds(back.tendering)), back, cash)
            assert deposits.held(self.order) == max(held, 0)
        else:
            assert self.keep(step.till, act)
        self.seen["ReturnGoods"] += 1

    def keep_credit(self, step: Step) -> None:
        """What no line can hold becomes the customer's credit."""
        surplus = deposits.surplus(self.order)
        if surplus:
            amount = Money(1 + step.share % surplus, "EUR")
            self.keep(step.till, acts.KeepCredit(self.tills[step.till].desk.new_id(), amount))

    def do(self, step: Step) -> None:
        """One step, then everything must agree."""
        kinds = (
            self.pay, self.pay, self.change, self.pick_up, self.refund, self.cancel, self.keep_credit,
            self.undo, self.bring_back, self.reprice,
        )  # fmt: skip
        kinds[step.kind % len(kinds)](step)
        self.check()

    # what must agree

    def check(self) -> None:
        """Ledger, drawers, balance, shares and refund bounds."""
        order = self.order
        assert self.ledger["deposits"] == settled(order) - paid(order)
        assert sum(self.ledger.values()) == 0
        assert total_of(order) == paid(order) + deposits.balance(order) - deposits.surplus(order)
        self._check_shares(order)
        self._check_refunds(order)
        for till, bench in enumerate(self.tills):
            self._check_drawer(till, bench)

    @staticmethod
    def _check_shares(order: Order) -> None:
        shares = deposits.shares(order)
        values = deposits.open_values(order)
        assert sum(shares.values()) == min(deposits.held(order), sum(values))
        if deposits.held(order) >= 0:
            assert all(0 <= shares[line.id] <= value for line, value in zip(order.lines, values, strict=True))

    @staticmethod
    def _check_refunds(order: Order) -> None:
        ids = [movement.id for movement in order.payments]
        assert len(ids) == len(set(ids))
        for movement in order.payments:
            if movement.kind is PaymentKind.PAYMENT:
                assert 0 <= refunded_of(order, movement.id) <= movement.amount.amount

    def _check_drawer(self, till: int, bench: Bench) -> None:
        sums = [one for one in bench.store.cash.sums(WHO.shift) if one.kind not in NO_MONEY]
        assert sum(one.amount for one in sums if one.tender == "cash") == self.in_drawer[till]
        for tender in ("cash", "card"):
            kept = sum(one.amount for one in sums if one.tender == tender and one.kind.value != "rounding")
            assert kept == self.ledger[f"tender:{tender}:S01:{TILLS[till]}:{WHO.shift}"]


def _asked(desk: Desk, begun: CardAttempt | Refusal, amount: int) -> CardAttempt:
    """The terminal says yes to an attempt that is kept already."""
    assert isinstance(begun, CardAttempt)
    said = TerminalResult(begun.id, TerminalState.APPROVED, Money(amount, "EUR"), "SLIP-1")
    settled_now = paying.settle_card(desk, said)
    assert isinstance(settled_now, CardAttempt)
    return settled_now


def _line(number: int) -> NewLine:
    price = Money(101 + 37 * (number % 90), "EUR")
    return NewLine(SKUS[number % len(SKUS)], "thing", 1 + number % 3, price, 2_500)


# Integers are drawn by the constants of the modules that happen to be loaded too, members of a list are not.
steps = st.builds(
    Step,
    st.sampled_from(range(3)),
    st.sampled_from(range(10)),
    st.integers(0, 9_999),
    st.sampled_from(range(6)),
    st.sampled_from(DepositAtEnd),
)


def _play(tills: tuple[Bench, ...], wanted: list[int], sequence: list[Step], seen: Counter[str]) -> None:
    """One order from its making to the last step; nothing of it stays in the tills."""
    with suppress(_NextSequence), ExitStack() as kept:
        for bench in tills:
            kept.enter_context(bench.store.file.transaction())
        day = Day(tills)
        lines = tuple(_line(number) for number in wanted)
        delivery = Delivery("collect", store="S01")
        assert day.keep(
            0, acts.Create(OrderKind.CUSTOMER_ORDER, "S01-01-000001-0", "EUR", MARIA, delivery, lines)
        )
        for step in sequence:
            day.do(step)
        seen.update(f"{movement.kind} {movement.tender}" for movement in day.order.payments)
        seen.update(day.seen)
        seen.update(f"at {len({one.till for one in day.order.payments})} tills" for _ in (1,))
        raise _NextSequence


def test_any_sequence_over_three_tills_leaves_all_books_right(tills: tuple[Bench, ...]) -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=SEQUENCES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.integers(0, 99), min_size=1, max_size=3), st.lists(steps, min_size=2, max_size=9))
    def play(wanted: list[int], sequence: list[Step]) -> None:
        _play(tills, wanted, sequence, seen)

    play()
    ways = {f"{kind} {tender}" for kind in ("payment", "refund") for tender in ("cash", "card")}
    for way in (*ways, "credit credit", "forfeit forfeit", "at 2 tills", "at 3 tills", *TAKING_BACK):
        assert seen[way], f"{way} was never tried: {seen}"
