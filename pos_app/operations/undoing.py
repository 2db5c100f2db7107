"""Undoing what was just saved, where the rules can express it and nothing has happened since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pos_app.operations.desk import NOTHING, Acting, Changed, Desk, act_on, command_for, context_for
from site_sync.domain.commands import Act, Amend, Cancel, Create
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.lifecycle.decide import decide
from site_sync.domain.money import Money
from site_sync.domain.orders import Order
from site_sync.domain.particulars import LineChange

UNDO_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Undo:
    """An act that takes back another; good until then, and only while the order is as it left it."""

    order_id: str
    number: str
    act: Act
    version: int
    until: datetime


def undo_of(desk: Desk, acting: Acting, changed: Changed, before: Order | None, words: str) -> Undo | None:
    """How an act can be taken back; None where money or goods moved, or the rules have no way back.

    `before` is the order as it was, `words` the reason kept with a cancelled one.
    """
    act = _reverse(changed, before, words)
    if act is None:
        return None
    order = changed.order
    command = command_for(desk, acting, order.id, act)
    decision = decide(order, command, context_for(desk, acting, order, command))
    if isinstance(decision, Refusal):
        return None
    until = desk.now() + timedelta(seconds=UNDO_SECONDS)
    return Undo(order.id, order.number, act, order.version, until)


def _reverse(changed: Changed, before: Order | None, words: str) -> Act | None:
    act = changed.command.act
    if isinstance(act, Create) and not act.payments and act.collect is None:
        return Cancel(words)
    if isinstance(act, Amend) and before is not None:
        return _amended_back(act, before, changed.order)
    return None


def _amended_back(act: Amend, before: Order, after: Order) -> Amend | None:
    """Voided lines cannot come to life again, and money is never undone by itself."""
    if act.void or act.payments or act.refunds or act.collect is not None:
        return None
    known = {line.id for line in before.lines}
    return Amend(
        change=tuple(_changed_back(change, before) for change in act.change),
        void=tuple(line.id for line in after.lines if line.id not in known),
        customer=before.customer if act.customer is not None else None,
        collector=before.collector if act.collector is not None else None,
        delivery=before.delivery if act.delivery is not None else None,
        comment_staff=before.comment_staff if act.comment_staff is not None else None,
        comment_customer=before.comment_customer if act.comment_customer is not None else None,
    )


def _changed_back(change: LineChange, before: Order) -> LineChange:
    line = before.line(change.line)
    discount = Money(line.discount.amount, before.currency)
    return LineChange(
        line=line.id,
        quantity=line.quantities.live if change.quantity is not None else None,
        unit_price=line.unit_price if change.unit_price is not None else None,
        discount=discount if change.discount is not None else None,
        note=line.note if change.note is not None else None,
    )


def undo(desk: Desk, acting: Acting, wanted: Undo) -> Changed | Refusal:
    """Take it back, unless it is too late or somebody changed the order meanwhile."""
    order = desk.store.orders.order(wanted.order_id)
    if order is None:
        return Refusal(Code.ORDER_UNKNOWN, {"order": wanted.order_id})
    if order.version != wanted.version or desk.now() > wanted.until:
        return Refusal(Code.NOT_ALLOWED_IN_STAGE, {"stage": order.stage.value, "act": "undo"})
    return act_on(desk, acting, wanted.order_id, wanted.act, NOTHING)
