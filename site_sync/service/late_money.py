"""Money that came for an order that had ended: told to its store, until it is given back or kept."""

from __future__ import annotations

from site_sync.domain import deposits
from site_sync.domain.commands import Command
from site_sync.domain.errors import Code
from site_sync.domain.events import PaymentRecorded
from site_sync.domain.lifecycle import Decision
from site_sync.domain.orders import Order, PaymentKind
from site_sync.domain.problems import ProblemRecord
from site_sync.service import problems
from site_sync.service.database.transaction import Transaction
from site_sync.service.problems import Resolution

SETTLED = "the money was given back or kept"


def watch(tx: Transaction, command: Command, before: Order | None, decision: Decision) -> None:
    """Raise a problem when money comes for an ended order; close it once nothing is left to give back."""
    if before is None:
        return
    surplus = deposits.surplus(decision.order)
    if surplus and _ended(before) and _paid(decision):
        _tell(tx, command, decision.order, surplus)
    elif not surplus and deposits.surplus(before):
        _close(tx, command, before.id)


def _ended(order: Order) -> bool:
    return order.cancelled_at is not None or order.closed_at is not None


def _paid(decision: Decision) -> bool:
    return any(
        isinstance(event, PaymentRecorded) and event.payment.kind is PaymentKind.PAYMENT
        for event in decision.events
    )


def _tell(tx: Transaction, command: Command, order: Order, surplus: int) -> None:
    """The payment itself was kept, so the problem names no command that could be sent again."""
    problem = ProblemRecord(
        id=f"{command.id}:late",
        at=command.at,
        store=order.work_store,
        code=Code.MONEY_FOR_ENDED.value,
        facts={"number": order.number, "amount": surplus, "currency": order.currency},
        order_id=order.id,
        act=command.act.kind.value,
        staff=command.by.name,
        till=f"{command.store}-{command.till}" if command.till else "",
    )
    problems.raise_problem(tx, problem)


def _close(tx: Transaction, command: Command, order_id: str) -> None:
    for problem in problems.open_of_order(tx, order_id):
        if problem.code == Code.MONEY_FOR_ENDED.value:
            ending = Resolution(SETTLED, command.by.id, command.at, name=command.by.name)
            problems.resolve(tx, problem.id, ending)
