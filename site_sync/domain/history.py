"""An order's history as short entries that any language can put into words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from site_sync.domain import events as happened
from site_sync.domain.events import Event, Recorded
from site_sync.domain.orders import Order


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """What happened in one code and the facts of its sentence (texts and whole numbers)."""

    __pydantic_config__ = {"extra": "forbid"}

    at: datetime
    by: str
    code: str
    facts: dict[str, str | int] = field(default_factory=dict)
    approver: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """An order with its history, as it travels to the tills."""

    __pydantic_config__ = {"extra": "forbid"}

    order: Order
    history: tuple[HistoryEntry, ...] = ()


def _facts(event: Event, order: Order) -> dict[str, str | int] | None:
    """The facts of an event worth telling; None for one that another event of the same command tells."""
    match event:
        case happened.OrderCreated(order=created):
            units = sum(line.quantities.ordered for line in created.lines if line.blocks)
            return {"source": created.source, "units": units, "store": created.work_store}
        case happened.LineAdded(line=line) | happened.LineChanged(line=line):
            return {"line": line.id, "item": line.description, "quantity": line.quantities.ordered}
        case happened.UnitsMoved():
            return {
                "line": event.line,
                "item": order.line(event.line).description,
                "quantity": event.quantity,
                "from": event.source.value,
                "to": event.target.value,
                "bag": event.bag,
            }
        case happened.PaymentRecorded(payment=payment):
            amount = payment.amount
            return {
                "what": payment.kind.value,
                "tender": payment.tender,
                "amount": amount.amount,
                "currency": amount.currency,
            }
        case happened.PickingClaimed():
            return {"name": event.claim.name, "taken_from": event.taken_from}
        case happened.OrderReady():
            return {"bags": len(event.bags), "short": sum(part.quantity for part in event.short)}
        case happened.BagPlaced():
            return {"bag": event.bag, "shelf": event.shelf}
        case happened.CustomerArrived():
            return {"state": event.state.value}
        case happened.GoodsHandedOver():
            units = sum(part.quantity for part in event.lines)
            return {
                "units": units,
                "identity": event.identity.by.value,
                "collector": event.identity.collector,
            }
        case happened.GoodsPutBack():
            return {"units": sum(part.quantity for part in event.lines)}
        case happened.OrderShipped():
            return {"tracking": event.tracking}
        case happened.OrderCancelled():
            return {"reason": event.reason, "whole": int(event.whole)}
        case happened.DeadlineExtended():
            return {"until": event.collect_by.isoformat()}
        case happened.CustomerReminded():
            return {"level": event.level}
        case happened.NoteAdded():
            return {"text": event.note.text}
        case happened.OrderClosed():
            return {"closed_as": event.closed_as.value}
    return {}


def entry(recorded: Recorded, order: Order) -> HistoryEntry:
    """The history entry of one recorded event; `order` is the order after it."""
    return HistoryEntry(
        at=recorded.at,
        by=recorded.by.name or recorded.by.id,
        code=recorded.event.kind,
        facts=_facts(recorded.event, order) or {},
        approver=recorded.approver.name if recorded.approver else "",
        reason=recorded.reason,
    )
