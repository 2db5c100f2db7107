"""How much of what comes from or goes to others is stuck: shops' orders, messages, webhooks, reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from site_sync.service.connectors.receipts import STUCK
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor
from site_sync.service.outbox import OutState


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Counts of what a person has to look at."""

    orders: int
    messages: int
    webhooks: int
    reports: int


def undelivered(db: Executor) -> Undelivered:
    """What waits for somebody."""

    def count(query: Select[Any]) -> int:
        return int(db.execute(query).scalar_one())

    def dead(table: Any) -> int:
        return count(select(func.count()).select_from(table).where(table.c.state == OutState.DEAD.value))

    receipts = t.webhook_receipts
    return Undelivered(
        orders=count(select(func.count()).select_from(receipts).where(receipts.c.state.in_(STUCK))),
        messages=dead(t.messages),
        webhooks=dead(t.webhook_deliveries),
        reports=dead(t.shop_reports),
    )
