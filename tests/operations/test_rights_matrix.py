"""Who may do what at the till: every role against every sensitive act, alone and with somebody's approval."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from pos_app.operations import (
    cancelling,
    collecting,
    orders,
    paying,
    printing,
    refunding,
    repricing,
    returning,
    selling,
    shifts,
    signing_in,
)
from pos_app.operations.cancelling import CancelWish
from pos_app.operations.cart import Cart
from pos_app.operations.collecting import HandOver
from pos_app.operations.desk import Acting
from pos_app.store.card_attempts import CardAttempt
from pos_app.store.cash import Shift
from pos_app.ui.flows.approval_flow import needed_right
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money
from site_sync.domain.orders import Order
from site_sync.domain.particulars import Identity, IdentityBy
from site_sync.domain.permissions import Right, Role, rights_of
from site_sync.domain.policies import DepositAtEnd, DepositPolicy, IdentityCheck, Policy
from site_sync.protocol.changes import RecordKind
from tests import builders
from tests.desks import BOSS, PIN, Bench, acting, open_bench, person, with_pin
from tests.operations.test_orders import cash, filled, kept, ready, saved

Act = Callable[[Bench, Acting], Any]
STRICT = Policy(deposit=DepositPolicy(minimum_percent=2_000), identity=IdentityCheck.APPROVAL)
ROLES = tuple(Role)
CASHIERS = {Role.CASHIER, Role.SUPERVISOR, Role.MANAGER, Role.ADMINISTRATOR}
LEADERS = {Role.SUPERVISOR, Role.MANAGER, Role.ADMINISTRATOR}
EURO = Money(100, "EUR")


def _order(bench: Bench) -> Order:
    return saved(bench, deposit=4_000).order


def _line_of(bench: Bench) -> Cart:
    return filled(bench, **{"BTL-2": 1})


def void(bench: Bench, who: Acting) -> Any:
    return selling.void(bench.desk, who, _line_of(bench), 1)


def discount(bench: Bench, who: Acting) -> Any:
    return selling.set_discount(bench.desk, who, _line_of(bench), 1, EURO)


def price(bench: Bench, who: Acting) -> Any:
    return selling.set_price(bench.desk, who, _line_of(bench), 1, EURO)


def goods_back(bench: Bench, who: Acting) -> Any:
    sold = selling.finish(bench.desk, acting(), _line_of(bench), cash(bench, 1_995))
    assert isinstance(sold, selling.Sold), sold
    cart = returning.return_cart(bench.desk, sold.sale.number)
    assert isinstance(cart, Cart)
    refusal = returning.refusal_against(bench.desk, who, cart)
    return refusal if refusal is not None else cart


def save_below_minimum(bench: Bench, who: Acting) -> Any:
    return orders.save(bench.desk, who, filled(bench), orders.new_details(bench.desk))


def refund_to_another_tender(bench: Bench, who: Acting) -> Any:
    paid = replace(builders.order(builders.line()), payments=(builders.payment(200, "card"),))
    back = refunding.of_order(bench.desk, paid, Money(200, "EUR"))
    assert isinstance(back, refunding.PayBack)
    return refunding.give(bench.desk, who, back, back.parts[0], "cash")


def forfeit(bench: Bench, who: Acting) -> Any:
    return cancelling.cancel(
        bench.desk, who, CancelWish(_order(bench).id, "gone", None, DepositAtEnd.FORFEIT)
    )


def cash_out(bench: Bench, who: Acting) -> Any:
    return shifts.cash_out(bench.desk, who, EURO)


def drawer(bench: Bench, who: Acting) -> Any:
    return shifts.open_drawer(bench.desk, who)


def copy(bench: Bench, who: Acting) -> Any:
    return printing.print_order(bench.desk, who, _order(bench).id, (DocumentKind.ORDER_CONFIRMATION,))


def reprice(bench: Bench, who: Acting) -> Any:
    return repricing.reprice(bench.desk, who, _line_of(bench), ())


def collect_unverified(bench: Bench, who: Acting) -> Any:
    order = ready(bench, _order(bench).id).order
    how = HandOver(Identity(IdentityBy.PHONE))
    return collecting.check(bench.desk, who, order.id, how)


def force_payment(bench: Bench, who: Acting) -> Any:
    attempt = paying.begin_card(bench.desk, acting(), EURO, "subject")
    assert isinstance(attempt, CardAttempt), attempt
    try:
        return paying.decide_unknown(bench.desk, who, attempt.id, approved=False)
    finally:
        paying.decide_unknown(bench.desk, acting(BOSS, reason="tidy"), attempt.id, approved=False)


@dataclass(frozen=True)
class Row:
    """The right an act needs and who holds it; anybody else has it approved by somebody who does."""

    act: Act
    right: Right
    alone: set[Role]


TABLE = (
    Row(void, Right.SALE_VOID, CASHIERS),
    Row(discount, Right.SALE_DISCOUNT, LEADERS),
    Row(price, Right.SALE_PRICE, LEADERS),
    Row(goods_back, Right.SALE_RETURN, CASHIERS),
    Row(save_below_minimum, Right.DEPOSIT_OVERRIDE_MINIMUM, LEADERS),
    Row(refund_to_another_tender, Right.DEPOSIT_REFUND_OTHER_TENDER, LEADERS),
    Row(forfeit, Right.DEPOSIT_FORFEIT, LEADERS),
    Row(cash_out, Right.SHIFT_CASH, LEADERS),
    Row(drawer, Right.DRAWER_OPEN, LEADERS),
    Row(copy, Right.PRINT_COPY, set(Role)),
    Row(reprice, Right.ORDER_REPRICE, LEADERS),
    Row(collect_unverified, Right.ORDER_COLLECT_UNVERIFIED, LEADERS),
    Row(force_payment, Right.PAYMENT_FORCE, LEADERS),
)


@pytest.fixture(scope="module")
def till(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """One till for the whole table, with a shift and plenty on the shelves."""
    bench = open_bench(tmp_path_factory.mktemp("rights") / "till")
    bench.tell(RecordKind.STAFF, BOSS.id, with_pin(BOSS))
    for sku in ("JKT-1", "BTL-2"):
        bench.put_on_shelf(sku, "S01", 5_000)
    shift = shifts.open(bench.desk, Acting(BOSS), Money(50_000, "EUR"))
    assert isinstance(shift, Shift)
    yield bench
    bench.store.close()


def _who(role: Role, shift: str) -> Acting:
    return Acting(person(f"r-{role.value}", f"One {role.value}", role), shift, reason="as asked")


def _is_refused_for(result: Any, right: Right) -> bool:
    return isinstance(result, Refusal) and needed_right(result) is right


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.act.__name__)
def test_each_role_does_it_alone_or_asks_or_may_not(till: Bench, row: Row) -> None:
    bench, shift = till, shifts.current(till.desk)
    assert shift is not None
    if row.act in (save_below_minimum, collect_unverified):
        bench.set_policy(STRICT)
    else:
        bench.set_policy(Policy())
    for role in ROLES:
        who = _who(role, shift.id)
        assert (row.right in rights_of(role)) == (role in row.alone), role
        alone = row.act(bench, who)
        if role in row.alone:
            assert not _is_refused_for(alone, row.right), (role, alone)
            continue
        assert isinstance(alone, Refusal), (role, alone)
        assert needed_right(alone) is not None, (role, alone)
        approved = row.act(bench, replace(who, approver=BOSS))
        assert not (isinstance(approved, Refusal) and needed_right(approved)), (role, approved)
        powerless = person("r-else", "Somebody else", Role.PICKER)
        lent = row.act(bench, replace(who, approver=powerless))
        assert isinstance(lent, Refusal), (role, lent)
        own = row.act(bench, replace(who, approver=who.staff))
        assert isinstance(own, Refusal), (role, own)


def test_both_names_stand_in_history_command_and_audit(till: Bench) -> None:
    """The cashier asks, the supervisor approves with a PIN: nobody is missing afterwards."""
    bench, shift = till, shifts.current(till.desk)
    assert shift is not None
    bench.set_policy(STRICT)
    clerk = _who(Role.CASHIER, shift.id)
    approved = signing_in.approve(bench.desk, clerk, BOSS.id, PIN, "a regular")
    assert isinstance(approved, Acting)
    changed = kept(save_below_minimum(bench, approved))
    first = changed.record.history[0]
    assert (first.by, first.approver, first.reason) == (clerk.staff.name, BOSS.name, "a regular")
    assert (changed.command.by.id, changed.command.approver) == (
        clerk.staff.id,
        replace(changed.command.by, id=BOSS.id, name=BOSS.name),
    )
    assert drawer(bench, approved) is None
    row = bench.store.file.raw.execute("SELECT staff, approver, act FROM audit ORDER BY place DESC LIMIT 1")
    assert tuple(row.fetchone()) == (clerk.staff.id, BOSS.id, "drawer_opened")


def test_nobody_approves_for_themselves(till: Bench) -> None:
    who = acting(BOSS)
    assert signing_in.approve(till.desk, who, BOSS.id, PIN, "x") == Refusal(Code.APPROVER_IS_REQUESTER)
