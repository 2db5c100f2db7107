"""Problems as the back office lists them: open ones first seen first, dealt-with ones newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from site_sync.domain.problems import ProblemRecord
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor
from site_sync.service.problems import OPEN, RESOLVED, problem_of

MOST = 200


@dataclass(frozen=True, slots=True)
class ProblemSeen:
    """A problem with its order's number and, once dealt with, by whom and when."""

    record: ProblemRecord
    number: str
    resolved_by: str
    resolved_at: datetime | None


def _within(stores: frozenset[str] | None) -> list[ColumnElement[bool]]:
    return [] if stores is None else [t.problems.c.store.in_({"", *stores})]


def count_open(db: Executor, stores: frozenset[str] | None) -> int:
    """How many problems are open at these stores, None meaning all."""
    query = select(func.count()).select_from(t.problems)
    return int(db.execute(query.where(t.problems.c.state == OPEN, *_within(stores))).scalar_one())


def listed(db: Executor, stores: frozenset[str] | None, *, resolved: bool = False) -> list[ProblemSeen]:
    """Up to 200 problems that are open, or that were resolved."""
    p = t.problems.c
    query = select(t.problems, t.orders.c.number.label("order_number")).join_from(
        t.problems, t.orders, t.orders.c.id == p.order_id, isouter=True
    )
    query = query.where(p.state == (RESOLVED if resolved else OPEN), *_within(stores))
    by = (p.resolved_at.desc(), p.id.desc()) if resolved else (p.at, p.id)
    return [
        ProblemSeen(problem_of(row), row.order_number or "", row.resolved_by, row.resolved_at)
        for row in db.execute(query.order_by(*by).limit(MOST))
    ]
