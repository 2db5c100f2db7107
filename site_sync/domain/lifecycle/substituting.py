"""Offering something else for what was not found, at the customer's word or by asking them."""

from __future__ import annotations

from datetime import timedelta

from site_sync.domain.commands import AnswerSubstitute, Substitute
from site_sync.domain.errors import Code, Refused
from site_sync.domain.events import LineAdded
from site_sync.domain.lifecycle.closing import drop
from site_sync.domain.lifecycle.creating import check_line, make_line
from site_sync.domain.lifecycle.deciding import Deciding, stock_for
from site_sync.domain.lifecycle.picking import check_claim, check_held
from site_sync.domain.money import Money, divide
from site_sync.domain.orders import Bucket, Line
from site_sync.domain.particulars import NewLine
from site_sync.domain.permissions import Right
from site_sync.domain.picking_events import SubstituteAnswered, SubstituteOffered
from site_sync.domain.quantities import value_of
from site_sync.domain.stock import StockReason
from site_sync.domain.substitutes import Answer, Substitution


def most_for(line: Line, quantity: int) -> Money:
    """What a substitute for `quantity` units may cost: not more than they would have."""
    ordered = line.quantities.ordered
    discount = divide(line.discount.amount * quantity, ordered) if ordered else 0
    return value_of(line.unit_price, quantity, line.unit) - Money(discount, line.unit_price.currency)


def fair_discount(line: Line, quantity: int, price: Money, new_quantity: int, new_line: NewLine) -> Money:
    """The discount that makes a dearer substitute cost no more than what it stands for; zero when cheaper."""
    cost = value_of(price, new_quantity, new_line.unit)
    return max(cost - most_for(line, quantity), Money(0, price.currency), key=lambda money: money.amount)


def _check_price(working: Deciding, line: Line, quantity: int, by: NewLine) -> None:
    asked = value_of(by.unit_price, by.quantity, by.unit).amount - (by.discount.amount if by.discount else 0)
    most = most_for(line, quantity).amount
    if asked > most and not working.may(Right.ORDER_REPRICE):
        raise Refused(
            Code.SUBSTITUTE_DEARER, amount=asked, worth=most, currency=working.order.currency,
            right=Right.ORDER_REPRICE.value,
        )  # fmt: skip


def substitute(working: Deciding, act: Substitute) -> None:
    """Units that were not found are short; a new line stands for them, at once or until the answer is no."""
    check_claim(working)
    line = check_held(working, act.line, act.quantity, Bucket.TO_PICK)
    check_line(act.by, working.order.currency)
    if act.by.sku == line.sku:
        raise Refused(Code.SUBSTITUTE_SAME, sku=line.sku)
    _check_price(working, line, act.quantity, act.by)
    number = max(one.id for one in working.order.lines) + 1
    fresh = make_line(number, act.by, working.order.delivery, working.order.store)
    free = working.reservable(fresh, act.by.quantity, back_order=False)
    if free < act.by.quantity:
        facts = {"line": number, "sku": fresh.sku, "store": fresh.source_store, "requested": act.by.quantity}
        raise Refused(Code.INSUFFICIENT_STOCK, lines=[facts | {"available": free}])
    working.add(LineAdded(fresh, stock_for(fresh, (act.by.quantity, 0), StockReason.SUBSTITUTED)))
    working.move(act.line, (Bucket.TO_PICK, Bucket.SHORT), act.quantity, StockReason.SHORT)
    answer = Answer.YES if act.agreed else Answer.WAITING
    until = None if act.agreed else working.at + timedelta(minutes=working.context.policy.substitute_minutes)
    working.add(SubstituteOffered(Substitution(number, act.line, act.quantity, working.at, answer, until)))


def answer_substitute(working: Deciding, act: AnswerSubstitute) -> None:
    """Yes keeps the line; no drops what is left of it, and what is in the bag already is put back."""
    if act.line not in {one.line for one in working.order.asked}:
        raise Refused(Code.NOTHING_ASKED, line=act.line)
    working.add(SubstituteAnswered(act.line, Answer.YES if act.accepted else Answer.NO))
    if not act.accepted:
        left = working.order.line(act.line).quantities.open
        drop(working, act.line, left, StockReason.SUBSTITUTED)
