"""Taking money for an order and giving it back."""

from __future__ import annotations

from site_sync.domain import deposits
from site_sync.domain.catalogue import ItemKind
from site_sync.domain.commands import ActKind, Forfeit, KeepCredit, RefundPayment, TakePayment
from site_sync.domain.errors import Code, Refused
from site_sync.domain.events import LineAdded, PaymentRecorded, Posting
from site_sync.domain.lifecycle.deciding import Deciding
from site_sync.domain.money import ABSURD_AMOUNT, Money
from site_sync.domain.orders import KEPT_DEPOSIT, Line, Order, Payment, PaymentKind, Quantities
from site_sync.domain.particulars import Refunded, Tendered
from site_sync.domain.permissions import Right

DEPOSITS = "deposits"
FEES = "fees"


def check_amount(amount: Money, currency: str) -> None:
    """Refuse an amount that is not positive, absurd, or of another currency."""
    if amount.currency != currency:
        raise Refused(Code.CURRENCY_MISMATCH, currency=currency)
    if amount.amount <= 0:
        raise Refused(Code.AMOUNT_INVALID, amount=amount.amount)
    if amount.amount > ABSURD_AMOUNT:
        raise Refused(Code.AMOUNT_ABSURD, amount=amount.amount)


def _check_new(order: Order, movement_id: str) -> None:
    if not movement_id or any(payment.id == movement_id for payment in order.payments):
        raise Refused(Code.PAYMENT_REPEATED, payment=movement_id)


def _record(working: Deciding, payment: Payment, debit: str, credit: str) -> None:
    amount = payment.amount
    postings = (Posting(debit, amount), Posting(credit, -amount))
    working.add(PaymentRecorded(payment, postings))


def _tender_account(working: Deciding, tender: str) -> str:
    command = working.command
    return f"tender:{tender}:{command.store}:{command.till}:{command.shift}"


def _payment(
    working: Deciding, kind: PaymentKind, movement: Tendered | Refunded | KeepCredit | Forfeit
) -> Payment:
    command = working.command
    return Payment(
        id=movement.id,
        kind=kind,
        tender=getattr(movement, "tender", kind.value),
        amount=movement.amount,
        at=command.at,
        store=command.store,
        till=command.till,
        shift=command.shift,
        staff=command.by.id,
        reference=getattr(movement, "reference", ""),
        refund_of=getattr(movement, "payment", ""),
        balance=getattr(movement, "balance", None),
    )


def take(working: Deciding, tendered: tuple[Tendered, ...]) -> None:
    """Record money taken; not more than the balance unless it was taken elsewhere already."""
    if tendered:
        working.need_stage(ActKind.TAKE_PAYMENT)
    for movement in tendered:
        check_amount(movement.amount, working.order.currency)
        _check_new(working.order, movement.id)
        balance = deposits.balance(working.order)
        if movement.amount.amount > balance and not working.context.recorded:
            raise Refused(Code.OVER_BALANCE, balance=balance, amount=movement.amount.amount)
        payment = _payment(working, PaymentKind.PAYMENT, movement)
        _record(working, payment, _tender_account(working, movement.tender), DEPOSITS)


def take_payment(working: Deciding, act: TakePayment) -> None:
    """Take a deposit or more of it."""
    if not act.payments:
        raise Refused(Code.AMOUNT_INVALID, amount=0)
    policy = working.context.policy.deposit
    asked_for = policy.allowed or deposits.minimum_due(working.order, policy) > 0
    if not asked_for and not working.context.recorded:
        raise Refused(Code.DEPOSIT_NOT_ALLOWED)
    take(working, act.payments)


def refunded_of(order: Order, payment_id: str) -> int:
    """Minor units of a payment that were given back already."""
    return sum(
        movement.amount.amount
        for movement in order.payments
        if movement.kind is PaymentKind.REFUND and movement.refund_of == payment_id
    )


def give_back(working: Deciding, refunds: tuple[Refunded, ...], most: int = 0) -> None:
    """Record refunds: of a known payment, to its tender, never more than it or than the surplus.

    `most` may be given back together even if open lines could hold it: goods that were paid came back.
    """
    for refund in refunds:
        check_amount(refund.amount, working.order.currency)
        _check_new(working.order, refund.id)
        paid = working.order.payment(refund.payment)
        if paid.kind is not PaymentKind.PAYMENT:
            raise Refused(Code.PAYMENT_UNKNOWN, payment=refund.payment)
        left = paid.amount.amount - refunded_of(working.order, paid.id)
        if refund.amount.amount > left:
            raise Refused(Code.REFUND_OVER_PAYMENT, left=left, amount=refund.amount.amount)
        surplus = max(deposits.surplus(working.order), most)
        if refund.amount.amount > surplus and not working.context.recorded:
            raise Refused(Code.NOTHING_TO_REFUND, refundable=surplus, amount=refund.amount.amount)
        most -= refund.amount.amount
        if refund.tender != paid.tender:
            if not working.may(Right.DEPOSIT_REFUND_OTHER_TENDER):
                raise Refused(
                    Code.REFUND_OTHER_TENDER,
                    tender=paid.tender,
                    right=Right.DEPOSIT_REFUND_OTHER_TENDER.value,
                )
            working.need_reason()
        payment = _payment(working, PaymentKind.REFUND, refund)
        _record(working, payment, DEPOSITS, _tender_account(working, refund.tender))


def refund_payment(working: Deciding, act: RefundPayment) -> None:
    """Give surplus back."""
    if not act.refunds:
        raise Refused(Code.AMOUNT_INVALID, amount=0)
    give_back(working, act.refunds)


def _check_surplus(working: Deciding, movement: KeepCredit | Forfeit) -> None:
    check_amount(movement.amount, working.order.currency)
    _check_new(working.order, movement.id)
    surplus = deposits.surplus(working.order)
    if movement.amount.amount > surplus:
        raise Refused(Code.NOTHING_TO_REFUND, refundable=surplus, amount=movement.amount.amount)


def keep_credit(working: Deciding, act: KeepCredit) -> None:
    """Keep surplus as the customer's credit."""
    _check_surplus(working, act)
    _record(working, _payment(working, PaymentKind.CREDIT, act), DEPOSITS, "customer_credit")


def forfeit(working: Deciding, act: Forfeit) -> None:
    """Keep surplus as a fee, which becomes a line of the order."""
    _check_surplus(working, act)
    number = max(line.id for line in working.order.lines) + 1
    fee = Line(
        id=number,
        sku="",
        description=KEPT_DEPOSIT,
        unit_price=act.amount,
        tax_rate=0,
        quantities=Quantities(collected=1),
        discount=Money(0, act.amount.currency),
        kind=ItemKind.FEE,
    )
    working.add(LineAdded(fee, ()))
    _record(working, _payment(working, PaymentKind.FORFEIT, act), DEPOSITS, FEES)
