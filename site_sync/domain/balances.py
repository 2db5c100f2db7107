"""Money the site keeps for somebody: gift cards, customers' credit, and what customers owe on account."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from site_sync.domain.catalogue import ItemKind
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.events import Event, PaymentRecorded
from site_sync.domain.money import Money
from site_sync.domain.orders import Order, Payment, PaymentKind
from site_sync.domain.particulars import whole_of
from site_sync.domain.sales import Sale
from site_sync.domain.shop import Tender, TenderKind

_CARD_NUMBER = re.compile(r"[0-9A-Z]{6,32}")
_BETWEEN = re.compile(r"[\s-]+")


class BalanceKind(StrEnum):
    """What a balance is: money paid before, money kept for a customer, or money a customer owes."""

    GIFT_CARD = "gift_card"
    CREDIT = "credit"
    ACCOUNT = "account"


KIND_OF = {
    TenderKind.GIFT_CARD: BalanceKind.GIFT_CARD,
    TenderKind.CREDIT: BalanceKind.CREDIT,
    TenderKind.ACCOUNT: BalanceKind.ACCOUNT,
}
"""Tenders whose money the site keeps."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose balance: a gift card by its number, a customer by id, a guest's credit by the order's number."""

    __pydantic_config__ = {"extra": "forbid"}

    kind: BalanceKind
    key: str


class MoveReason(StrEnum):
    """Why a balance changed."""

    ISSUED = "issued"
    TAKEN_BACK = "taken_back"
    USED = "used"
    GIVEN_BACK = "given_back"
    KEPT = "kept"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class BalanceMove:
    """One entry of a balance; `hold` is the id under which the money was set aside before, if it was."""

    id: str
    holder: Holder
    amount: Money
    reason: MoveReason
    hold: str = ""


def card_number(text: str) -> str | Refusal:
    """A gift card's number as it is kept: without blanks and dashes, in capitals."""
    number = _BETWEEN.sub("", text).upper()
    if not _CARD_NUMBER.fullmatch(number):
        return Refusal(Code.CARD_NUMBER_INVALID, {"number": text.strip()[:40]})
    return number


def masked(number: str) -> str:
    """A number as papers and screens show it: its last four places."""
    return f"*{number[-4:]}"


def masked_key(holder: Holder) -> str:
    """Whose balance it is as papers and screens name it: a card by its last four places."""
    return masked(holder.key) if holder.kind is BalanceKind.GIFT_CARD else holder.key


def room(balance: int, held: int, limit: int = 0) -> int:
    """What may be used of a balance in minor units; only an account has a limit and goes below zero."""
    return max(0, balance + limit - held)


def credit_holder(order: Order) -> Holder:
    """Whose credit money kept of an order is: the customer's, or a guest's by the order's number."""
    return Holder(BalanceKind.CREDIT, order.customer.id or order.number)


def back_hold(sale_id: str, line: int) -> str:
    """The id under which the money of a sold card is set aside while the card is taken back."""
    return f"back:{sale_id}:{line}"


def moves_of_sale(sale: Sale, tenders: Mapping[str, Tender]) -> Iterator[BalanceMove]:
    """What a finished sale does to balances: cards sold or taken back, tenders used or given back to."""
    for line in sale.lines:
        if line.kind is ItemKind.GIFT_CARD and line.card:
            back = line.value < 0
            yield BalanceMove(
                f"{sale.id}:{line.id}",
                Holder(BalanceKind.GIFT_CARD, line.card),
                Money(line.value, sale.currency),
                MoveReason.TAKEN_BACK if back else MoveReason.ISSUED,
                back_hold(*line.returned) if back and line.returned else "",
            )
    for paid in sale.payments:
        holder = _holder(paid.tender, paid.reference or sale.customer_id, tenders)
        if holder is not None:
            yield _moved(paid.id, holder, -paid.amount)


def moves_of_order(
    order: Order, events: Iterable[Event], tenders: Mapping[str, Tender]
) -> Iterator[BalanceMove]:
    """What happened to an order does to balances: payments, refunds, and surplus kept as credit."""
    for event in events:
        if not isinstance(event, PaymentRecorded):
            continue
        payment = event.payment
        if payment.kind is PaymentKind.CREDIT:
            yield BalanceMove(payment.id, credit_holder(order), payment.amount, MoveReason.KEPT)
        elif payment.kind in (PaymentKind.PAYMENT, PaymentKind.REFUND):
            holder = _holder(payment.tender, _reference(order, payment), tenders)
            if holder is not None:
                refund = payment.kind is PaymentKind.REFUND
                yield _moved(payment.id, holder, payment.amount if refund else -payment.amount)


def _moved(move_id: str, holder: Holder, amount: Money) -> BalanceMove:
    used = amount.amount < 0
    reason = MoveReason.USED if used else MoveReason.GIVEN_BACK
    return BalanceMove(move_id, holder, amount, reason, whole_of(move_id) if used else "")


def _reference(order: Order, payment: Payment) -> str:
    """Whose money it was: as the payment says, for a refund as the payment says that is given back."""
    if payment.reference or not payment.refund_of:
        return payment.reference or order.customer.id
    paid = order.payment(payment.refund_of)
    return paid.reference or order.customer.id


def _holder(tender: str, key: str, tenders: Mapping[str, Tender]) -> Holder | None:
    found = tenders.get(tender)
    kind = KIND_OF.get(found.kind) if found is not None else None
    return Holder(kind, key) if kind is not None and key else None
