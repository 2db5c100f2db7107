"""When open orders are due, beside what they are found by; an order that is over is never due."""

from __future__ import annotations

import json
from datetime import datetime

from alembic import op
from sqlalchemy import Column, String, bindparam, select, table, text, update
from sqlalchemy import column as named

from site_sync.service.database.metadata import Moment

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_AT_ONCE = 500
_DUE = {
    "to_pick": "promised_at", "picking": "promised_at", "to_collect": "collect_by", "quote": "expires_at",
}  # fmt: skip
"""What an order of a stage is due at, as the rules were at this step."""
_COUNTED = ["work_store", "stage", "due_at", "store", "delivery_method", "created_at", "id"]


def upgrade() -> None:
    """Take the step."""
    op.add_column("orders", Column("due_at", Moment))
    _fill()
    unfinished = text("stage <> 'done'")
    op.create_index(
        "ix_orders_open_due", "orders", _COUNTED, sqlite_where=unfinished, postgresql_where=unfinished
    )


def _fill() -> None:
    orders = table("orders", named("id", String), named("stage"), named("body"), named("due_at", Moment))
    db = op.get_bind()
    # The open ones are few and found by an index of their own, so their ids are read at once.
    of_open = text("SELECT id FROM orders WHERE orders.stage <> 'done'")
    ids = list(db.execute(of_open).scalars())
    written = update(orders).where(orders.c.id == bindparam("order_id")).values(due_at=bindparam("due"))
    for start in range(0, len(ids), _AT_ONCE):
        at_once = orders.c.id.in_(ids[start : start + _AT_ONCE])
        some = select(orders.c.id, orders.c.stage, orders.c.body).where(at_once)
        found = [(row.id, _due_at(row.stage, row.body)) for row in db.execute(some).all()]
        if due := [{"order_id": order_id, "due": moment} for order_id, moment in found if moment]:
            db.execute(written, due)


def _due_at(stage: str, body: str) -> datetime | None:
    moment = json.loads(body).get(_DUE.get(stage, ""))
    return datetime.fromisoformat(moment) if moment else None
