"""Taking money: tenders, split, change, cash rounding, and card attempts that are never forgotten."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pos_app.hardware.card_terminal import TerminalResult, TerminalState
from pos_app.operations.desk import Acting, Desk, need
from pos_app.store.audit import AuditEntry
from pos_app.store.card_attempts import AttemptState, CardAttempt
from pos_app.store.cash import DrawerEntry, EntryKind
from pos_app.store.store import Beside
from site_sync.domain.balances import KIND_OF
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import ABSURD_AMOUNT, Money, cash_step, minor_digits, round_to_step
from site_sync.domain.particulars import Tendered
from site_sync.domain.permissions import Right
from site_sync.domain.shop import Tender, TenderKind, offered

PAYMENT = "payment"
REFUND = "refund"

_STATES = {
    TerminalState.IN_PROGRESS: AttemptState.ASKED,
    TerminalState.APPROVED: AttemptState.APPROVED,
    TerminalState.DECLINED: AttemptState.DECLINED,
    TerminalState.CANCELLED: AttemptState.CANCELLED,
    TerminalState.UNKNOWN: AttemptState.UNKNOWN,
}

PAID_WITH = 20_000
"""Characters of a command that are kept free for the money that comes with it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One tender: what counts towards the due amount, what was given, what went back, what rounding added.

    `refund_of` names the payment that is given back by it, `hold` the attempt by which money of a balance is
    set aside, `balance` what is left of that balance in minor units.
    """

    id: str
    tender: str
    amount: int
    given: int
    change: int = 0
    rounding: int = 0
    reference: str = ""
    attempt: str = ""
    refund_of: str = ""
    hold: str = ""
    balance: int | None = None


@dataclass(frozen=True, slots=True)
class Tendering:
    """Money being taken for an amount; a due amount below zero is paid out.

    `asks_receipt` keeps the receipts back until the customer has said how they are wanted.
    """

    due: Money
    taken: tuple[Taken, ...] = ()
    asks_receipt: bool = False


def begin(due: Money, *, asks_receipt: bool = False) -> Tendering:
    """Nothing taken yet."""
    return Tendering(due, asks_receipt=asks_receipt)


def left(tendering: Tendering) -> Money:
    """What is still to be taken (below zero: to be paid out)."""
    counted = sum(taken.amount for taken in tendering.taken)
    return Money(tendering.due.amount - counted, tendering.due.currency)


def change(tendering: Tendering) -> Money:
    """What goes back to the customer."""
    return Money(sum(taken.change for taken in tendering.taken), tendering.due.currency)


def rounding(tendering: Tendering) -> int:
    """Minor units that cash rounding added (or, below zero, took off)."""
    return sum(taken.rounding for taken in tendering.taken)


def is_enough(tendering: Tendering) -> bool:
    """Whether the due amount is taken exactly."""
    return left(tendering).amount == 0


def payments(tendering: Tendering) -> tuple[Tendered, ...]:
    """The tenders as an order's command names them: what counts towards the order."""
    currency = tendering.due.currency
    return tuple(_tendered(taken, Money(taken.amount, currency)) for taken in tendering.taken)


def given(tendering: Tendering) -> tuple[Tendered, ...]:
    """The tenders as a sale names them: what was handed over, change not taken off."""
    currency = tendering.due.currency
    return tuple(_tendered(taken, Money(taken.given, currency)) for taken in tendering.taken)


def _tendered(taken: Taken, amount: Money) -> Tendered:
    balance = None if taken.balance is None else Money(taken.balance, amount.currency)
    return Tendered(taken.id, taken.tender, amount, taken.reference, balance)


def beside(tendering: Tendering, entries: tuple[DrawerEntry, ...] = ()) -> Beside:
    """What an act that takes or gives this money brings: what rounding did, the attempts it uses up."""
    holds = tuple(taken.hold for taken in tendering.taken if taken.hold)
    return Beside(entries, attempts(tendering), holds)


def attempts(tendering: Tendering) -> tuple[str, ...]:
    """The card attempts whose money is in it."""
    return tuple(taken.attempt for taken in tendering.taken if taken.attempt)


def rounding_entries(
    desk: Desk, acting: Acting, tendering: Tendering, subject: str
) -> tuple[DrawerEntry, ...]:
    """What rounding did to the drawer beyond what the order was paid, and the change that was given."""

    def entry(taken: Taken, kind: EntryKind, amount: int) -> DrawerEntry:
        return DrawerEntry(
            id=f"{taken.id}:{kind.value}",
            shift=acting.shift,
            at=desk.now(),
            kind=kind,
            tender=taken.tender,
            amount=amount,
            subject=subject,
            staff=acting.staff.id,
        )

    rounded = (entry(one, EntryKind.ROUNDING, one.rounding) for one in tendering.taken if one.rounding)
    changed = (entry(one, EntryKind.CHANGE, one.change) for one in tendering.taken if one.change)
    return (*rounded, *changed)


def _tender(desk: Desk, code: str) -> Tender | Refusal:
    tender = desk.store.shop.tender(code)
    return tender if tender is not None else Refusal(Code.TENDER_UNKNOWN, {"tender": code})


def _foreign(desk: Desk, amount: Money) -> Refusal | None:
    """A till's drawer and terminal hold the shop's own money; other money is paid where it was asked for."""
    if amount.currency == desk.currency:
        return None
    return Refusal(Code.CURRENCY_MISMATCH, {"currency": desk.currency})


def cash_tender(desk: Desk) -> Tender | Refusal:
    """The shop's cash tender."""
    for tender in offered(desk.store.shop.tenders()):
        if tender.kind is TenderKind.CASH:
            return tender
    return Refusal(Code.TENDER_UNKNOWN, {"tender": TenderKind.CASH.value})


def rounding_step(desk: Desk, tender: Tender, currency: str) -> int:
    """What amounts of a tender are rounded to in minor units: as the shop says, else as coins are made."""
    if tender.kind is not TenderKind.CASH:
        return 1
    return cash_step(currency, max(tender.rounding, desk.policy().cash_rounding))


def cash_due(desk: Desk, tendering: Tendering) -> Money:
    """What is left, rounded as cash is in this shop."""
    tender = cash_tender(desk)
    rest = left(tendering)
    step = rounding_step(desk, tender, rest.currency) if isinstance(tender, Tender) else 1
    return Money(round_to_step(rest.amount, step), rest.currency)


def _with(tendering: Tendering, taken: Taken) -> Tendering:
    return replace(tendering, taken=(*tendering.taken, taken))


def take_cash(desk: Desk, tendering: Tendering, handed: Money) -> Tendering | Refusal:
    """Cash was handed over; more than is due gives change, and a rest that rounds to nothing takes none."""
    tender = cash_tender(desk)
    if isinstance(tender, Refusal):
        return tender
    foreign = _foreign(desk, handed) or _foreign(desk, tendering.due)
    if foreign is not None:
        return foreign
    rest, rounded = left(tendering).amount, cash_due(desk, tendering).amount
    if handed.amount < min(rounded, 1) or rest <= 0:
        return Refusal(Code.AMOUNT_INVALID, {"amount": handed.amount})
    if handed.amount > ABSURD_AMOUNT:
        return Refusal(Code.AMOUNT_ABSURD, {"amount": handed.amount})
    if handed.amount < rounded:
        return _with(tendering, Taken(desk.new_id(), tender.code, handed.amount, handed.amount))
    taken = Taken(
        id=desk.new_id(),
        tender=tender.code,
        amount=rest,
        given=handed.amount,
        change=handed.amount - rounded,
        rounding=rounded - rest,
    )
    return _with(tendering, taken)


def take(
    desk: Desk, tendering: Tendering, tender: str, amount: Money, reference: str = ""
) -> Tendering | Refusal:
    """Another tender for some or all of what is left; never more than that."""
    found = _tender(desk, tender)
    if isinstance(found, Refusal):
        return found
    if found.kind is TenderKind.CASH:
        return take_cash(desk, tendering, amount)
    foreign = _foreign(desk, amount) or _foreign(desk, tendering.due)
    if foreign is not None:
        return foreign
    if found.kind in KIND_OF:
        return Refusal(Code.PAYMENT_UNKNOWN, {"payment": tender})
    if found.kind is TenderKind.CARD and unsettled(desk):
        return Refusal(Code.TENDER_BLOCKED, {"tender": tender})
    rest = left(tendering).amount
    if amount.amount <= 0:
        return Refusal(Code.AMOUNT_INVALID, {"amount": amount.amount})
    if amount.amount > rest:
        return Refusal(Code.OVER_BALANCE, {"balance": rest, "amount": amount.amount})
    return _with(tendering, Taken(desk.new_id(), tender, amount.amount, amount.amount, reference=reference))


def take_card(desk: Desk, tendering: Tendering, attempt_id: str) -> Tendering | Refusal:
    """An approved card attempt counts; each only once."""
    attempt = desk.store.card_attempts.get(attempt_id)
    known = {taken.attempt for taken in tendering.taken}
    if attempt is None or attempt.state is not AttemptState.APPROVED or attempt.used or attempt_id in known:
        return Refusal(Code.PAYMENT_UNKNOWN, {"payment": attempt_id})
    rest = left(tendering).amount
    if attempt.amount.amount > rest:
        return Refusal(Code.OVER_BALANCE, {"balance": rest, "amount": attempt.amount.amount})
    tender = card_tender(desk)
    amount = attempt.amount.amount
    taken = Taken(attempt.id, tender, amount, amount, reference=attempt.reference, attempt=attempt.id)
    return _with(tendering, taken)


def card_tender(desk: Desk) -> str:
    """Code of the shop's card tender."""
    known = offered(desk.store.shop.tenders())
    cards = [tender.code for tender in known if tender.kind is TenderKind.CARD]
    return cards[0] if cards else TenderKind.CARD.value


def pay_out(desk: Desk, tendering: Tendering, tender: str, reference: str = "") -> Tendering | Refusal:
    """Give back all that is left of an amount below zero, by one tender."""
    found = _tender(desk, tender)
    if isinstance(found, Refusal):
        return found
    foreign = _foreign(desk, tendering.due)
    if foreign is not None:
        return foreign
    rest = left(tendering).amount
    if rest >= 0:
        return Refusal(Code.NOTHING_TO_REFUND, {"refundable": 0})
    rounded = round_to_step(rest, rounding_step(desk, found, tendering.due.currency))
    taken = Taken(desk.new_id(), tender, rest, rounded, rounding=rounded - rest, reference=reference)
    return _with(tendering, taken)


def untake(tendering: Tendering, taken_id: str) -> Tendering | Refusal:
    """Take a tender back out; an approved card payment stays."""
    for taken in tendering.taken:
        if taken.id == taken_id and not taken.attempt:
            return replace(tendering, taken=tuple(old for old in tendering.taken if old is not taken))
    return Refusal(Code.PAYMENT_UNKNOWN, {"payment": taken_id})


def quick_cash(desk: Desk, tendering: Tendering) -> tuple[Money, ...]:
    """Amounts people hand over for what is left: exact, and up to the next notes.

    The exact amount is 0 where what is left is less than the smallest coin.
    """
    exact = cash_due(desk, tendering)
    if left(tendering).amount <= 0:
        return ()
    if not exact:
        return (exact,)
    whole = 10 ** minor_digits(exact.currency)
    found = [exact.amount]
    for note in (5, 10, 20, 50, 100, 200, 500, 1000):
        step = note * whole
        rounded = -(-exact.amount // step) * step
        if rounded not in found and len(found) < 5:
            found.append(rounded)
    return tuple(Money(amount, exact.currency) for amount in found)


def begin_card(
    desk: Desk, acting: Acting, amount: Money, subject: str, purpose: str = PAYMENT
) -> CardAttempt | Refusal:
    """Keep an attempt; durable on return, and only then may the terminal be asked."""
    if not acting.shift:
        return Refusal(Code.SHIFT_NEEDED)
    foreign = _foreign(desk, amount)
    if foreign is not None:
        return foreign
    if not 0 < amount.amount <= ABSURD_AMOUNT:
        return Refusal(Code.AMOUNT_INVALID, {"amount": amount.amount})
    if unsettled(desk):
        return Refusal(Code.TENDER_BLOCKED, {"tender": TenderKind.CARD.value})
    desk.store.room.need()
    attempt = CardAttempt(desk.new_id(), desk.now(), purpose, subject, amount, acting.staff.id, acting.shift)
    desk.store.card_attempts.begin(attempt)
    return attempt


def settle_card(desk: Desk, result: TerminalResult) -> CardAttempt | Refusal:
    """Keep what the terminal said of an attempt; what is settled stays settled."""
    attempt = desk.store.card_attempts.get(result.attempt_id)
    if attempt is None:
        return Refusal(Code.PAYMENT_UNKNOWN, {"payment": result.attempt_id})
    if attempt.state not in (AttemptState.ASKED, AttemptState.UNKNOWN):
        return attempt
    settled = replace(
        attempt, state=_STATES[result.state], reference=result.reference, reason=result.reason.value
    )
    desk.store.card_attempts.settle(settled)
    return settled


def unsettled(desk: Desk) -> tuple[CardAttempt, ...]:
    """Attempts whose outcome nobody knows: they block the card tender."""
    return desk.store.card_attempts.unsettled()


def unused(desk: Desk) -> tuple[CardAttempt, ...]:
    """Approved attempts whose money stands in no act, as after a crash in between."""
    return desk.store.card_attempts.unused()


def decide_unknown(
    desk: Desk, acting: Acting, attempt_id: str, *, approved: bool, reference: str = ""
) -> CardAttempt | Refusal:
    """Somebody with the right says what became of an attempt the terminal cannot tell of."""
    refusal = need(acting, Right.PAYMENT_FORCE)
    if refusal is not None:
        return refusal
    if not acting.reason.strip():
        return Refusal(Code.REASON_NEEDED)
    attempt = desk.store.card_attempts.get(attempt_id)
    if attempt is None or attempt.state not in (AttemptState.ASKED, AttemptState.UNKNOWN):
        return Refusal(Code.PAYMENT_UNKNOWN, {"payment": attempt_id})
    state = AttemptState.APPROVED if approved else AttemptState.DECLINED
    who = acting.approver or acting.staff
    settled = replace(attempt, state=state, reference=reference, reason=acting.reason, settled_by=who.id)
    with desk.store.file.transaction():
        desk.store.card_attempts.settle(settled)
        entry = AuditEntry(desk.now(), acting.staff.id, "card_decided", attempt_id, state.value, who.id)
        desk.store.audit.add(entry)
    return settled
