"""Problems: what the site refused or parked, and the act that ends each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from pos_app.operations.desk import Acting, Bringing, Changed, Desk, act_on, make_again, need
from pos_app.store.audit import AuditEntry
from pos_app.store.problems import Problem
from site_sync.domain.commands import Command, Create
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.permissions import Right
from site_sync.protocol.codec import COMMAND, Malformed
from site_sync.protocol.envelope import PayloadKind


class Choice(StrEnum):
    """How a problem can end: with the site's view, or by trying the same act once more."""

    ACCEPT = "accept"
    SEND_AGAIN = "send_again"


@dataclass(frozen=True, slots=True)
class Case:
    """A problem with the number and customer of its order (empty for a sale) and its choices."""

    problem: Problem
    number: str
    choices: tuple[Choice, ...]
    customer: str = ""


def open_problems(desk: Desk) -> tuple[Case, ...]:
    """What waits for a person, oldest first."""
    return tuple(_case(desk, problem) for problem in desk.store.problems.open())


def _case(desk: Desk, problem: Problem) -> Case:
    order = desk.store.orders.order(problem.order_id) if problem.order_id else None
    again = (Choice.SEND_AGAIN,) if _command(desk, problem) is not None else ()
    named = replace(problem, facts=_with_item_names(desk, problem.facts))
    if order is None:
        return Case(named, "", (*again, Choice.ACCEPT))
    return Case(named, order.number, (*again, Choice.ACCEPT), order.customer.name)


def _with_item_names(desk: Desk, facts: Mapping[str, object]) -> dict[str, object]:
    """The facts with items called as on their shelf, since nobody at a till knows a SKU by heart."""
    lines = facts.get("lines")
    if not isinstance(lines, list):
        return dict(facts)
    return {**facts, "lines": [_named(desk, line) if isinstance(line, Mapping) else line for line in lines]}


def _named(desk: Desk, line: Mapping[str, Any]) -> dict[str, Any]:
    item = desk.store.catalogue.item(str(line.get("sku", "")))
    return {**line, "sku": item.name} if item is not None else dict(line)


def _command(desk: Desk, problem: Problem) -> Command | None:
    """The order command a problem is about, when this till made it and it can be read."""
    sent = desk.store.outbox.payload(problem.command_id)
    if sent is None or sent[0] is not PayloadKind.ORDER:
        return None
    try:
        return COMMAND.load(sent[1])
    except Malformed:
        return None


def resolve(desk: Desk, acting: Acting, problem_id: str, choice: str) -> bool | Changed | Refusal:
    """End a problem; False when somebody else did. To send again is a new act by who presses the key."""
    refusal = need(acting, Right.SYNC_RESOLVE)
    if refusal is not None:
        return refusal
    problem = desk.store.problems.get(problem_id)
    if problem is None:
        return Refusal(Code.PROBLEM_UNKNOWN, {"problem": problem_id})
    if Choice(choice) is Choice.ACCEPT:
        with desk.store.file.transaction():
            return _end(desk, acting, problem, Choice.ACCEPT)
    return _again(desk, acting, problem)


def _again(desk: Desk, acting: Acting, problem: Problem) -> Changed | Refusal:
    command = _command(desk, problem)
    if command is None:
        return Refusal(Code.PROBLEM_UNKNOWN, {"problem": problem.id})

    def end(_changed: Changed) -> tuple[str, ...]:
        _end(desk, acting, problem, Choice.SEND_AGAIN)
        return ()

    bringing = Bringing(papers=end)
    unknown_there = desk.store.orders.site_version(command.order_id) is None
    if isinstance(command.act, Create) and unknown_there:
        return make_again(desk, acting, command.order_id, command.act, bringing)
    return act_on(desk, acting, command.order_id, command.act, bringing)


def _end(desk: Desk, acting: Acting, problem: Problem, choice: Choice) -> bool:
    now = desk.now()
    if not desk.store.problems.resolve(problem.id, choice.value, acting.staff.id, now):
        return False
    desk.store.audit.add(AuditEntry(now, acting.staff.id, "problem_resolved", problem.id, choice.value))
    if problem.order_id:
        desk.store.orders.settle(problem.order_id)
    return True
