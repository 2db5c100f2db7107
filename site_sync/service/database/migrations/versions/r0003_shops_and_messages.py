"""Keys of shops' own APIs, polls, what is told back to shops, message templates; ids apart per connector."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text, text

from site_sync.service.database.metadata import Moment, metadata

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TYPES = {"s": String, "x": Text, "i": Integer}
TABLES = {
    "connector_polls": "connector:s* since:m next_at:m? last_at:m? failures:i taken:i error:x",
    "shop_reports": (
        "id:x* connector:s external_id:x order_id:s order_version:i event:s state:s tries:i next_try_at:m? "
        "created_at:m sent_at:m? error:x"
    ),
    "message_templates": (
        "channel:s* kind:s* language:s* method:s* subject:x title:x text:x changed_at:m changed_by:s"
    ),
    "message_options": "name:s* value:x",
}
"""Columns as `name:type` like in the first step."""
INDEXES = (
    ("ix_shop_reports_state_next_try_at", ("state", "next_try_at")),
    ("ix_shop_reports_order_id", ("order_id", "order_version")),
)
UNIQUE_BEFORE, UNIQUE = "uq_orders_source_external_id", "uq_orders_staff_source_external_id"


def _column(word: str) -> Column[object]:
    name, _, rest = word.partition(":")
    kind = Moment(timezone=True) if rest[0] == "m" else _TYPES[rest[0]]()
    return Column(name, kind, primary_key="*" in rest, nullable="?" in rest)


def upgrade() -> None:
    """Take the step."""
    third = MetaData(naming_convention=metadata.naming_convention)
    for name, words in TABLES.items():
        Table(name, third, *(_column(word) for word in words.split()))
    for index, columns in INDEXES:
        Index(index, *(third.tables["shop_reports"].c[column] for column in columns))
    third.create_all(op.get_bind())
    op.add_column("connectors", Column("api_key", Text, nullable=False, server_default=""))
    op.drop_index(UNIQUE_BEFORE, "orders")
    named = text("external_id <> ''")
    op.create_index(
        UNIQUE,
        "orders",
        ["staff", "source", "external_id"],
        unique=True,
        sqlite_where=named,
        postgresql_where=named,
    )
