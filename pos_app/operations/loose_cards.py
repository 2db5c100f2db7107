"""Card attempts that stand alone, as after a crash: no known end, or no act that tells of their money."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pos_app.operations import paying, refunding
from pos_app.operations.desk import Acting, Bringing, Changed, Desk, act_on
from pos_app.store.card_attempts import AttemptState, CardAttempt
from pos_app.store.order_rows import SyncState
from pos_app.store.store import Beside
from site_sync.domain import deposits
from site_sync.domain.commands import RefundPayment, TakePayment
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.orders import Order
from site_sync.domain.particulars import Refunded, Tendered


class LooseChoice(StrEnum):
    """How it can end: booked where it belongs, settled outside the till, or told how the terminal ended."""

    BOOK = "book"
    OPEN = "open"
    BY_HAND = "by_hand"
    WAS_PAID = "was_paid"
    WAS_NOT_PAID = "was_not_paid"


@dataclass(frozen=True, slots=True)
class LooseCard:
    """An attempt with the order it was for, if there is one, and what can be done about it."""

    attempt: CardAttempt
    number: str
    order_id: str
    choices: tuple[LooseChoice, ...]


def loose(desk: Desk) -> tuple[LooseCard, ...]:
    """Everything of the card terminal that waits for a person, oldest first."""
    unknown = (LooseChoice.WAS_PAID, LooseChoice.WAS_NOT_PAID)
    found = [_case(desk, attempt, unknown) for attempt in paying.unsettled(desk)]
    for attempt in paying.unused(desk):
        order = _order(desk, attempt)
        ways = [LooseChoice.BY_HAND]
        if order is not None and not _refused(desk, order):
            ways.insert(0, LooseChoice.BOOK if _fits(order, attempt) else LooseChoice.OPEN)
        found.append(_case(desk, attempt, tuple(ways)))
    return tuple(found)


def _case(desk: Desk, attempt: CardAttempt, choices: tuple[LooseChoice, ...]) -> LooseCard:
    order = _order(desk, attempt)
    return LooseCard(attempt, order.number if order else "", order.id if order else "", choices)


def _order(desk: Desk, attempt: CardAttempt) -> Order | None:
    return desk.store.orders.order(attempt.subject.partition(":")[0])


def _refused(desk: Desk, order: Order) -> bool:
    """Whether the site has refused to have the order at all: money is booked on it once it is made again."""
    orders = desk.store.orders
    return orders.site_version(order.id) is None and orders.sync_state(order.id) is SyncState.REFUSED


def _fits(order: Order, attempt: CardAttempt) -> bool:
    """Whether the order has room for the money as it is now."""
    room = deposits.surplus(order) if attempt.purpose == paying.REFUND else deposits.balance(order)
    return attempt.amount.amount <= room


def end(desk: Desk, acting: Acting, attempt_id: str, choice: LooseChoice) -> object:
    """End it; a `Refusal` when it cannot end like this."""
    attempt = desk.store.card_attempts.get(attempt_id)
    if attempt is None:
        return Refusal(Code.PAYMENT_UNKNOWN, {"payment": attempt_id})
    if choice in (LooseChoice.WAS_PAID, LooseChoice.WAS_NOT_PAID):
        moved = choice is LooseChoice.WAS_PAID
        return paying.decide_unknown(desk, acting, attempt_id, approved=moved)
    if choice is LooseChoice.BOOK:
        return book(desk, acting, attempt)
    return refunding.settle_by_hand(desk, acting, attempt_id)


def book(desk: Desk, acting: Acting, attempt: CardAttempt) -> Changed | Refusal:
    """Keep the act the money belongs to; never twice."""
    order = _order(desk, attempt)
    if order is None or attempt.used or attempt.state is not AttemptState.APPROVED:
        return Refusal(Code.PAYMENT_UNKNOWN, {"payment": attempt.id})
    if not acting.shift:
        return Refusal(Code.SHIFT_NEEDED)
    tender = paying.card_tender(desk)
    act: RefundPayment | TakePayment
    if attempt.purpose == paying.REFUND:
        payment = attempt.subject.partition(":")[2]
        act = RefundPayment((Refunded(attempt.id, payment, tender, attempt.amount, attempt.reference),))
    else:
        act = TakePayment((Tendered(attempt.id, tender, attempt.amount, attempt.reference),))
    return act_on(desk, acting, order.id, act, Bringing(Beside(attempts=(attempt.id,))))
