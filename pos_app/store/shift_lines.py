"""What a shift's report tells of an order's act besides the money that moved: deposits used, tax earned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pos_app.store.cash import DrawerEntry, EntryKind
from site_sync.domain.commands import Command
from site_sync.domain.events import (
    Event,
    GoodsHandedOver,
    GoodsReturned,
    HandOverUndone,
    OrderShipped,
    PaymentRecorded,
    PaymentTakenBack,
)
from site_sync.domain.lifecycle.deciding import Decision
from site_sync.domain.lifecycle.paying import DEPOSITS
from site_sync.domain.orders import Order, PaymentKind
from site_sync.domain.totals import earned_by_rate

EARNING = GoodsHandedOver | HandOverUndone | GoodsReturned | OrderShipped
"""What earns by goods that leave, or takes back what was earned."""
_TAKEN_BACK = {PaymentKind.CREDIT: EntryKind.CREDIT_KEPT, PaymentKind.FORFEIT: EntryKind.DEPOSIT_KEPT}


def told(command: Command, what: str, kind: EntryKind, amount: int) -> DrawerEntry:
    """A line of the report that belongs to a command and to no tender."""
    return DrawerEntry(
        id=f"{command.id}:{what}",
        shift=command.shift,
        at=command.at,
        kind=kind,
        tender="",
        amount=amount,
        subject=command.order_id,
        staff=command.by.id,
    )


def earned(event: EARNING) -> int:
    """Minor units that goods earned when they left, below zero when they came back."""
    return sum(posting.amount.amount for posting in event.postings if posting.account == DEPOSITS)


def told_besides(command: Command, decision: Decision, before: Order | None) -> Iterator[DrawerEntry]:
    """The lines of the report for a decided command; `before` is the order it was decided on."""
    for event in decision.events:
        if isinstance(event, EARNING):
            yield from _deposit_used(command, decision, event, before)
            yield from _taxes(command, before, decision.order)
        elif isinstance(event, PaymentTakenBack) and before is not None:
            kind = _TAKEN_BACK[before.payment(event.payment).kind]
            yield told(command, "back", kind, -event.amount.amount)


def _deposit_used(
    command: Command, decision: Decision, event: EARNING, before: Order | None
) -> Iterator[DrawerEntry]:
    """What goods cost beyond the money that came with them; undone with the hand-over."""
    if isinstance(event, HandOverUndone):
        done = before.hand_over if before is not None else None
        paid = [one for one in before.payments if done is not None and one.at == done.at] if before else []
        came = sum(one.amount.amount for one in paid if one.kind is PaymentKind.PAYMENT)
        used = min(0, earned(event) + came)
    else:
        used = max(0, earned(event) - _taken(decision.events))
    if used:
        yield told(command, "used", EntryKind.DEPOSIT_USED, used)


def _taken(events: tuple[Event, ...]) -> int:
    payments = (event.payment for event in events if isinstance(event, PaymentRecorded))
    return sum(one.amount.amount for one in payments if one.kind is PaymentKind.PAYMENT)


def _taxes(command: Command, before: Order | None, after: Order) -> Iterator[DrawerEntry]:
    """What was earned at each rate of tax: with the tax, and the tax in it."""
    old = earned_by_rate(before) if before is not None else {}
    for rate, (gross, tax) in earned_by_rate(after).items():
        was_gross, was_tax = old.get(rate, (0, 0))
        for kind, amount in ((EntryKind.EARNED, gross - was_gross), (EntryKind.EARNED_TAX, tax - was_tax)):
            if amount:
                yield replace(told(command, f"{kind.value}:{rate}", kind, amount), tender=str(rate))
