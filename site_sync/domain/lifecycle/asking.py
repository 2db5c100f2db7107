"""The rules of a delivery as staff meet them; what shops and customers sent is checked where it comes in."""

from __future__ import annotations

from datetime import datetime

from site_sync.domain.commands import Command, Create
from site_sync.domain.delivery_rules import (
    Asked,
    check_fields,
    check_promised,
    check_requested,
    check_slot,
)
from site_sync.domain.lifecycle.deciding import Context
from site_sync.domain.offering import check_method, check_source
from site_sync.domain.orders import Delivery, OrderKind
from site_sync.domain.particulars import ActorKind


def check_asked(command: Command, context: Context, asked: Asked, before: Delivery | None = None) -> None:
    """Refuse a delivery of staff that lacks a field or cannot be kept; a time kept from before stays."""
    if command.by.kind is not ActorKind.STAFF or context.recorded:
        return
    delivery, policy = asked.delivery, context.policy
    check_fields(asked, context.methods.get(delivery.method))
    times = (delivery.store, delivery.requested_at, delivery.requested_until)
    if before is not None and times == (before.store, before.requested_at, before.requested_until):
        return
    check_requested(delivery, command.at, policy.order_days, context.calendars.get(delivery.store))
    check_slot(delivery, context.slot_taken, policy.slot_capacity)


def check_choices(command: Command, act: Create, context: Context) -> None:
    """Refuse a new order whose source or delivery method is not for its kind, or was not chosen by staff.

    One that brings missing goods comes from where the order came from that it follows.
    """
    staff = command.by.kind is ActorKind.STAFF
    if (staff and context.recorded) or act.follows:
        return
    policy = context.policy if staff else None
    check_method(act.order_kind, act.delivery.method, context.methods, policy)
    check_source(act.order_kind, act.source, context.sources, policy)


def check_method_for(command: Command, context: Context, kind: OrderKind, method: str) -> None:
    """Refuse a delivery method that staff may not choose for orders of that kind."""
    if command.by.kind is ActorKind.STAFF and not context.recorded:
        check_method(kind, method, context.methods, context.policy)


def check_promise(command: Command, context: Context, promised: datetime | None) -> None:
    """Refuse a promise of staff that cannot be kept."""
    if command.by.kind is ActorKind.STAFF and not context.recorded:
        check_promised(promised, command.at, context.policy.order_days)
