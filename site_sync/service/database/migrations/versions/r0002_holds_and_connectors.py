"""Checkout holds with their lines, connectors with what they sent; replaces tables never used so far."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from site_sync.service.database.metadata import Moment, metadata

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TYPES = {"s": String, "x": Text, "i": Integer, "b": Boolean, "y": LargeBinary}
REPLACED = ("holds", "connectors", "webhook_receipts")
TABLES = {
    "holds": "id:s* owner:s store:s created_at:m expires_at:m order_id:s state:s",
    "hold_lines": "hold_id:s* line:i* sku:s store:s quantity:i reserved:i",
    "connectors": "id:s* kind:s name:x secret:x previous_secret:x settings:x active:b created_at:m",
    "webhook_receipts": (
        "id:s* connector:s delivery_id:x topic:s content_hash:s received_at:m headers:x body:y external_id:x "
        "state:s error:x facts:x tries:i next_try_at:m? worked_at:m? duplicates:i"
    ),
    "connector_orders": "connector:s* external_id:x* order_id:s known:x applied:x",
}
"""Columns as `name:type` like in the first step; y is raw bytes."""
INDEXES: tuple[tuple[str, str, tuple[str, ...], bool, str], ...] = (
    ("ix_holds_state_expires_at", "holds", ("state", "expires_at"), False, ""),
    ("ix_hold_lines_open", "hold_lines", ("store", "sku"), False, "reserved > 0"),
    ("uq_webhook_receipts_content", "webhook_receipts", ("connector", "content_hash"), True, ""),
    ("ix_webhook_receipts_next_try_at", "webhook_receipts", ("next_try_at",), False, ""),
    ("ix_webhook_receipts_order", "webhook_receipts", ("connector", "external_id"), False, ""),
    ("ix_connector_orders_order_id", "connector_orders", ("order_id",), False, ""),
)


def _column(word: str) -> Column[object]:
    name, _, rest = word.partition(":")
    kind = Moment(timezone=True) if rest[0] == "m" else _TYPES[rest[0]]()
    return Column(name, kind, primary_key="*" in rest, nullable="?" in rest)


def upgrade() -> None:
    """Take the step."""
    for name in REPLACED:
        op.drop_table(name)
    second = MetaData(naming_convention=metadata.naming_convention)
    for name, words in TABLES.items():
        Table(name, second, *(_column(word) for word in words.split()))
    second.tables["hold_lines"].append_constraint(
        CheckConstraint("reserved >= 0", name="reserved_not_negative")
    )
    for index, name, columns, unique, where in INDEXES:
        part = text(where) if where else None
        Index(
            index,
            *(second.tables[name].c[column] for column in columns),
            unique=unique,
            sqlite_where=part,
            postgresql_where=part,
        )
    second.create_all(op.get_bind())
