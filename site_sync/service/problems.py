"""What could not be done, kept until a person has dealt with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from site_sync.domain.card_numbers import mask_written
from site_sync.domain.money import Money
from site_sync.domain.problems import Choice, MoneyMoved, ProblemRecord
from site_sync.protocol.changes import RecordKind
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Changed, Executor, Transaction

OPEN, RESOLVED = "open", "resolved"


@dataclass(frozen=True, slots=True)
class Resolution:
    """How a problem ended: in whose words, by whom (id and name), when, at which till ("" for none)."""

    how: str
    by: str
    at: datetime
    choice: Choice = Choice.SETTLED
    name: str = ""
    till: str = ""

    def __post_init__(self) -> None:
        mask_written(self)


def problem_of(row: Any) -> ProblemRecord:
    """The problem in a row."""
    return ProblemRecord(
        id=row.id,
        at=row.at,
        store=row.store,
        code=row.code,
        facts=json.loads(row.facts),
        order_id=row.order_id,
        command_id=row.command_id,
        device=row.device,
        act=row.act,
        open=row.state == OPEN,
        resolution=row.resolved_how,
        staff=row.staff,
        till=row.till,
        money=tuple(
            MoneyMoved(tender, Money(amount, currency), payment)
            for tender, amount, currency, payment in json.loads(row.money)
        ),
        choice=row.choice,
        resolved_by=row.resolved_name,
        resolved_at=row.resolved_at,
        resolved_till=row.resolved_till,
    )


def raise_problem(tx: Transaction, problem: ProblemRecord, envelope: str = "") -> None:
    """Keep a new problem, with the envelope it came in if it came in one."""
    row = {
        "id": problem.id,
        "version": 1,
        "store": problem.store,
        "order_id": problem.order_id,
        "command_id": problem.command_id,
        "device": problem.device,
        "act": problem.act,
        "code": problem.code,
        "facts": json.dumps(problem.facts, default=str),
        "at": problem.at,
        "state": OPEN,
        "envelope": envelope,
        "staff": problem.staff,
        "till": problem.till,
        "money": json.dumps(
            [[one.tender, one.amount.amount, one.amount.currency, one.payment] for one in problem.money]
        ),
    }
    tx.execute(insert(t.problems), row)
    tx.changed(Changed(RecordKind.PROBLEM.value, problem.id, 1, (problem.store,) if problem.store else ()))


def open_problems(db: Executor, store: str = "") -> list[ProblemRecord]:
    """Open problems, oldest first; of one store or of all."""
    query = select(t.problems).where(t.problems.c.state == OPEN).order_by(t.problems.c.at, t.problems.c.id)
    if store:
        query = query.where(t.problems.c.store == store)
    return [problem_of(row) for row in db.execute(query)]


def open_of_order(db: Executor, order_id: str) -> list[ProblemRecord]:
    """An order's open problems, oldest first."""
    query = select(t.problems).where(t.problems.c.order_id == order_id, t.problems.c.state == OPEN)
    return [problem_of(row) for row in db.execute(query.order_by(t.problems.c.at, t.problems.c.id))]


def find(db: Executor, problem_id: str) -> ProblemRecord | None:
    """The problem of that id."""
    row = db.execute(select(t.problems).where(t.problems.c.id == problem_id)).one_or_none()
    return None if row is None else problem_of(row)


def envelope_of(db: Executor, problem_id: str) -> str:
    """The envelope that a problem's command came in, as JSON; empty where there was none."""
    found = db.execute(select(t.problems.c.envelope).where(t.problems.c.id == problem_id))
    return found.scalar_one_or_none() or ""


def resolve(tx: Transaction, problem_id: str, ending: Resolution) -> bool:
    """Close a problem by a person's act; False when there is none that is open: the first one wins."""
    closed = tx.execute(
        update(t.problems)
        .where(t.problems.c.id == problem_id, t.problems.c.state == OPEN)
        .values(
            state=RESOLVED,
            choice=ending.choice.value,
            resolved_how=ending.how,
            resolved_by=ending.by,
            resolved_name=ending.name,
            resolved_at=ending.at,
            resolved_till=ending.till,
            version=t.problems.c.version + 1,
        )
        .returning(t.problems.c.version, t.problems.c.store)
    ).one_or_none()
    if closed is None:
        return False
    stores = (closed.store,) if closed.store else ()
    tx.changed(Changed(RecordKind.PROBLEM.value, problem_id, closed.version, stores))
    return True
