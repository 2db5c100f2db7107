"""Gift cards, credit and accounts at the till: whose balance pays, and money set aside before it counts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pos_app.operations import cut_off
from pos_app.operations.desk import Acting, Desk
from pos_app.operations.paying import Taken, Tendering, left
from pos_app.store.balance_attempts import BalanceAttempt, HeldState
from site_sync.domain.balances import KIND_OF, BalanceKind, Holder, card_number
from site_sync.domain.customers import Customer
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import ABSURD_AMOUNT, Money
from site_sync.domain.offline import OfflineAct
from site_sync.domain.shop import Tender
from site_sync.protocol.balances import BalancesWanted, HoldAnswer, HolderWords, HoldWanted, Release


@dataclass(frozen=True, slots=True)
class Wanted:
    """Money wanted of a balance: the tender, whose balance, how much at most; `attempt` names it again."""

    tender: str
    holder: Holder
    amount: Money
    attempt: str = ""


def holder(tender: Tender, typed: str, customer: Customer | None) -> Holder | Refusal:
    """Whose balance a tender takes from: the typed card, the customer of the sale, or a credit note."""
    kind = KIND_OF.get(tender.kind)
    if kind is None:
        return Refusal(Code.TENDER_UNKNOWN, {"tender": tender.code})
    known = customer.id if customer is not None else ""
    if kind is BalanceKind.GIFT_CARD:
        number = card_number(typed)
        return number if isinstance(number, Refusal) else Holder(kind, number)
    if kind is BalanceKind.ACCOUNT:
        if not known:
            return Refusal(Code.CUSTOMER_NEEDED)
        may = customer is not None and customer.account_limit > 0
        return Holder(kind, known) if may else Refusal(Code.ACCOUNT_NOT_ALLOWED)
    if typed.strip():
        return Holder(kind, typed.strip().upper())
    return Holder(kind, known) if known else Refusal(Code.CUSTOMER_NEEDED)


def needs_number(tender: Tender, customer: Customer | None) -> bool:
    """Whether a number has to be typed or scanned: a gift card's, or a guest's credit note."""
    kind = KIND_OF.get(tender.kind)
    guest = customer is None or not customer.id
    return kind is BalanceKind.GIFT_CARD or (kind is BalanceKind.CREDIT and guest)


def is_offered(tender: Tender, customer: Customer | None) -> bool:
    """Whether a tender is offered at all: an account only to a customer who may buy on account."""
    if KIND_OF.get(tender.kind) is not BalanceKind.ACCOUNT:
        return True
    return customer is not None and bool(customer.id) and customer.account_limit > 0


def question(desk: Desk, holders: tuple[Holder, ...]) -> BalancesWanted | Refusal:
    """What to ask the centre of some balances."""
    against = cut_off.refusal(desk, OfflineAct.USE_BALANCE)
    if against is not None:
        return against
    return BalancesWanted(holders=tuple(_words(one) for one in holders), currency=desk.currency)


def of_customer(customer: Customer) -> tuple[Holder, ...]:
    """The balances a customer may have."""
    if not customer.id:
        return ()
    credit = Holder(BalanceKind.CREDIT, customer.id)
    return (credit, Holder(BalanceKind.ACCOUNT, customer.id)) if customer.account_limit else (credit,)


def begin(desk: Desk, acting: Acting, wanted: Wanted) -> BalanceAttempt | Refusal:
    """Keep the wish for money of a balance; durable on return, and only then may the centre be asked."""
    if not acting.shift:
        return Refusal(Code.SHIFT_NEEDED)
    if not 0 < wanted.amount.amount <= ABSURD_AMOUNT:
        return Refusal(Code.AMOUNT_INVALID, {"amount": wanted.amount.amount})
    against = cut_off.refusal(desk, OfflineAct.USE_BALANCE)
    if against is not None:
        return against
    known = desk.store.balance_attempts.get(wanted.attempt) if wanted.attempt else None
    if known is not None:
        return known
    attempt_id = wanted.attempt or desk.new_id()
    attempt = BalanceAttempt(attempt_id, desk.now(), wanted.tender, wanted.holder, wanted.amount)
    desk.store.balance_attempts.begin(attempt)
    return attempt


def asked(attempt: BalanceAttempt, *, whole: bool = False) -> HoldWanted:
    """What to ask the centre for; `whole` wants all of it or nothing."""
    return HoldWanted(id=attempt.id, holder=_words(attempt.holder), amount=attempt.amount, whole=whole)


def _words(one: Holder) -> HolderWords:
    return HolderWords(kind=one.kind, key=one.key)


def settle(desk: Desk, answer: HoldAnswer) -> BalanceAttempt | Refusal:
    """Keep what the centre set aside; a refusal when it set nothing aside."""
    attempt = desk.store.balance_attempts.get(answer.id)
    if attempt is None:
        return Refusal(Code.PAYMENT_UNKNOWN, {"payment": answer.id})
    if answer.refused:
        desk.store.balance_attempts.settle(replace(attempt, state=HeldState.REFUSED))
        return _refusal(answer)
    held = replace(attempt, state=HeldState.HELD, amount=answer.amount, left=answer.left.amount)
    desk.store.balance_attempts.settle(held)
    return held


def _refusal(answer: HoldAnswer) -> Refusal:
    """Why the centre set nothing aside; a code of a newer centre is told as it came."""
    if answer.refused not in set(Code):
        return Refusal(Code.SITE_REFUSED, {"code": answer.refused})
    return Refusal(Code(answer.refused), {"balance": answer.left.amount})


def take(desk: Desk, tendering: Tendering, attempt_id: str) -> Tendering | Refusal:
    """Money that is set aside counts; each attempt only once."""
    attempt = desk.store.balance_attempts.get(attempt_id)
    used = attempt is None or attempt.used or attempt_id in {taken.hold for taken in tendering.taken}
    if attempt is None or used or attempt.state is not HeldState.HELD:
        return Refusal(Code.PAYMENT_UNKNOWN, {"payment": attempt_id})
    rest, amount = left(tendering).amount, attempt.amount.amount
    if amount > rest:
        return Refusal(Code.OVER_BALANCE, {"balance": rest, "amount": amount})
    shown = attempt.left if attempt.holder.kind is not BalanceKind.ACCOUNT else None
    taken = Taken(
        attempt.id, attempt.tender, amount, amount, reference=attempt.holder.key, hold=attempt.id,
        balance=shown,
    )  # fmt: skip
    return replace(tendering, taken=(*tendering.taken, taken))


def left_over(desk: Desk, besides: tuple[str, ...] = ()) -> Release | None:
    """What is to be let go at the centre: set aside for payments that never came; None without any."""
    ids = [one.id for one in desk.store.balance_attempts.left_over() if one.id not in besides]
    return Release(ids=tuple(ids[:100])) if ids and desk.online() else None


def released(desk: Desk, release: Release) -> None:
    """The centre let them go."""
    for attempt_id in release.ids:
        attempt = desk.store.balance_attempts.get(attempt_id)
        if attempt is not None and not attempt.used:
            desk.store.balance_attempts.settle(replace(attempt, state=HeldState.RELEASED))
