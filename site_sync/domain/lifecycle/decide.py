"""One command on one order: what happens, or why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from site_sync.domain.commands import Act, ActKind, Command, Create
from site_sync.domain.errors import Code, Refusal, Refused
from site_sync.domain.events import OrderClosed
from site_sync.domain.lifecycle import (
    amending,
    closing,
    collecting,
    creating,
    cut_off,
    issuing,
    paying,
    picking,
    readying,
    substituting,
    taking_back,
)
from site_sync.domain.lifecycle.deciding import Context, Deciding, Decision
from site_sync.domain.lifecycle.table import TABLE
from site_sync.domain.orders import Bucket, ClosedAs, Order, OrderKind, Stage
from site_sync.domain.permissions import Right

_DECIDERS: dict[ActKind, Callable[[Deciding, Any], None]] = {
    ActKind.AMEND: amending.amend,
    ActKind.CONVERT_QUOTE: creating.convert,
    ActKind.TAKE_PAYMENT: paying.take_payment,
    ActKind.REFUND_PAYMENT: paying.refund_payment,
    ActKind.KEEP_CREDIT: paying.keep_credit,
    ActKind.FORFEIT: paying.forfeit,
    ActKind.CLAIM: picking.claim,
    ActKind.RELEASE: picking.release,
    ActKind.PICK: picking.pick,
    ActKind.SHORT: picking.short,
    ActKind.UNPICK: picking.unpick,
    ActKind.CONFIRM_PICKING: picking.confirm_picking,
    ActKind.PLACE_BAG: picking.place_bag,
    ActKind.SUBSTITUTE: substituting.substitute,
    ActKind.ANSWER_SUBSTITUTE: substituting.answer_substitute,
    ActKind.RECEIVE: picking.receive,
    ActKind.NAME_COLLECTOR: issuing.name_collector,
    ActKind.ARRIVE: closing.arrive,
    ActKind.COLLECT: collecting.collect,
    ActKind.SHIP: collecting.ship,
    ActKind.DELIVER: collecting.deliver,
    ActKind.CANCEL: closing.cancel,
    ActKind.EXTEND: closing.extend,
    ActKind.REMIND: closing.remind,
    ActKind.EXPIRE: closing.expire,
    ActKind.PUT_BACK: collecting.put_back,
    ActKind.NOTE: closing.add_note,
    ActKind.MARK_READY: readying.mark_ready,
    ActKind.REOPEN: taking_back.reopen,
    ActKind.UNDO_COLLECT: taking_back.undo_collect,
    ActKind.REPRICE: amending.reprice,
    ActKind.RETURN: taking_back.return_goods,
    ActKind.SEND_MESSAGE: taking_back.send_message,
    ActKind.ISSUE_CODE: issuing.issue_code,
}


def right_for(order: Order | None, act: Act) -> Right | None:
    """The right that an act needs on that order (a new one when None)."""
    if isinstance(act, Create):
        quote = act.order_kind is OrderKind.QUOTE
    else:
        quote = order is not None and order.kind is OrderKind.QUOTE
    return TABLE[act.kind].right_for(quote=quote)


def _check_stage(order: Order | None, command: Command) -> None:
    act = command.act
    if order is None or isinstance(act, Create):
        return
    stage = order.stage
    if stage in TABLE[act.kind].stages:
        return
    if act.kind is ActKind.COLLECT and order.count(Bucket.COLLECTED):
        when = order.closed_at or order.updated_at
        raise Refused(Code.ALREADY_COLLECTED, at=when.isoformat(), number=order.number)
    raise Refused(Code.NOT_ALLOWED_IN_STAGE, stage=stage.value, act=act.kind.value)


def _creation(order: Order | None, command: Command) -> Create:
    """The act that makes the order; refused when there is nothing to act on, or already an order."""
    if order is not None:
        raise Refused(Code.ORDER_EXISTS, order=command.order_id)
    if not isinstance(command.act, Create):
        raise Refused(Code.ORDER_UNKNOWN, order=command.order_id)
    return command.act


def _check_right(order: Order | None, command: Command, context: Context) -> None:
    approver = command.approver
    if approver is not None and approver.id == command.by.id:
        raise Refused(Code.APPROVER_IS_REQUESTER)
    right = right_for(order, command.act)
    held = right is None or right in context.rights
    if not held and not (approver is not None and right in context.approver_rights):
        raise Refused(Code.RIGHT_NEEDED, right=right.value if right else "")


def _close(working: Deciding, act: Act) -> None:
    """An order with nothing open any more is closed by the act that made it so."""
    order = working.order
    if order.closed_at is not None:
        return
    if order.kind is OrderKind.QUOTE:
        if act.kind is ActKind.EXPIRE:
            working.add(OrderClosed(working.at, ClosedAs.EXPIRED))
        elif order.cancelled_at is not None:
            working.add(OrderClosed(working.at, ClosedAs.CANCELLED))
    elif order.stage is Stage.DONE and order.closed_as is not None:
        working.add(OrderClosed(working.at, order.closed_as))


def decide(order: Order | None, command: Command, context: Context) -> Decision | Refusal:
    """What the command does to the order (None: it does not exist yet), or a Refusal with code and facts.

    Pure: the same order, command and context give the same answer at till and site.
    """
    try:
        _check_stage(order, command)
        _check_right(order, command, context)
        if order is None or isinstance(command.act, Create):
            working = creating.create(command, _creation(order, command), context)
        else:
            working = Deciding(order, command, context)
            _DECIDERS[command.act.kind](working, command.act)
        cut_off.check(order, working)
        _close(working, command.act)
    except Refused as refused:
        return refused.refusal
    return working.decision()


def allowed_actions(order: Order, rights: frozenset[Right]) -> tuple[ActKind, ...]:
    """The acts that have a place in the order's stage, and a use for it, for somebody with these rights."""
    quote = order.kind is OrderKind.QUOTE
    return tuple(
        kind
        for kind, row in TABLE.items()
        if order.stage in row.stages
        and row.right_for(quote=quote) in {None, *rights}
        and taking_back.has_use(order, kind)
    )
