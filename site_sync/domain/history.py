"""An order's history as short entries that any language can put into words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from site_sync.domain import events as happened
from site_sync.domain.events import Event, Recorded
from site_sync.domain.orders import Order
from site_sync.domain.particulars import LineQuantity

Facts = dict[str, str | int]


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


def worth_telling(history: Iterable[HistoryEntry], order: Order) -> tuple[HistoryEntry, ...]:
    """The entries people read: a fee passes through the quantities too, but nobody picks or bags it."""
    goods = {line.id for line in order.lines if line.blocks}
    return tuple(one for one in history if one.code != "units_moved" or one.facts.get("line") in goods)


def _units(parts: tuple[LineQuantity, ...]) -> int:
    return sum(part.quantity for part in parts)


def _facts(event: Event, order: Order) -> Facts:
    """The facts of an event's sentence."""
    match event:
        case happened.OrderCreated(order=created):
            units = sum(line.quantities.ordered for line in created.lines if line.blocks)
            return {"source": created.source, "units": units, "store": created.work_store}
        case happened.LineAdded(line=line) | happened.LineChanged(line=line):
            return {"line": line.id, "item": line.description, "quantity": line.quantities.ordered}
        case happened.UnitsMoved():
            item = order.line(event.line).description
            path = {"from": event.source.value, "to": event.target.value}
            return {"line": event.line, "item": item, "quantity": event.quantity, **path, "bag": event.bag}
        case happened.PaymentRecorded(payment=payment):
            amount = payment.amount
            money: Facts = {"amount": amount.amount, "currency": amount.currency}
            return {"what": payment.kind.value, "tender": payment.tender, **money}
        case happened.GoodsHandedOver():
            identity = {"identity": event.identity.by.value, "collector": event.identity.collector}
            if event.identity.signature:
                identity["signature"] = event.identity.signature
            return {"units": _units(event.lines), **identity}
        case _:
            return _short_facts(event)


def _short_facts(event: Event) -> Facts:
    match event:
        case happened.PickingClaimed():
            return {"name": event.claim.name, "taken_from": event.taken_from}
        case happened.OrderReady():
            return {"bags": len(event.bags), "short": _units(event.short)}
        case happened.BagPlaced():
            return {"bag": event.bag, "shelf": event.shelf}
        case happened.CustomerArrived():
            return {"state": event.state.value}
        case happened.GoodsPutBack():
            return {"units": _units(event.lines)}
        case happened.OrderShipped():
            return {"tracking": f"{event.carrier} {event.tracking}".strip()}
        case happened.OrderCancelled():
            return {"reason": event.reason, "whole": int(event.whole)}
        case happened.DeadlineExtended():
            return {"until": event.collect_by.isoformat()}
        case happened.CustomerReminded():
            return {"level": event.level}
        case happened.NoteAdded():
            return {"text": event.note.text}
        case happened.SubstituteOffered(substitution=offered):
            return {"line": offered.line, "instead_of": offered.instead_of, "answer": offered.answer.value}
        case happened.SubstituteAnswered():
            return {"line": event.line, "answer": event.answer.value}
        case happened.BagsSent():
            return {"bags": len(event.bags), "store": event.store}
        case happened.BagsReceived():
            return {"bags": len(event.bags)}
        case happened.CollectorNamed():
            return {"name": event.collector.name if event.collector else ""}
        case happened.OrderClosed():
            return {"closed_as": event.closed_as.value}
        case _:
            return _put_right_facts(event)


def _put_right_facts(event: Event) -> Facts:
    match event:
        case happened.CancellationUndone():
            return {"whole": int(event.whole), "units": _units(event.lines)}
        case happened.HandOverUndone():
            return {"units": _units(event.lines)}
        case happened.PaymentTakenBack():
            return {"amount": event.amount.amount, "currency": event.amount.currency}
        case happened.PricesRecalculated():
            prices: Facts = {"before": event.before.amount, "after": event.after.amount}
            return {"lines": event.lines, "currency": event.after.currency, **prices}
        case happened.GoodsReturned():
            where: Facts = {"store": event.store, "damaged": int(event.damaged)}
            return {"units": _units(event.lines), "reason": event.reason, **where}
        case happened.MessageAsked():
            return {"message": event.message.value}
        case happened.CodeIssued():
            return {"issue": event.issue}
    return {}


def entry(recorded: Recorded, order: Order) -> HistoryEntry:
    """The history entry of one recorded event; `order` is the order after it."""
    return HistoryEntry(
        at=recorded.at,
        by=recorded.by.name or recorded.by.id,
        code=recorded.event.kind,
        facts=_facts(recorded.event, order),
        approver=recorded.approver.name if recorded.approver else "",
        reason=recorded.reason,
    )
