"""Which till has which order in its sale."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, MetaData, String, Table

from site_sync.service.database.metadata import Moment, metadata

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    fifth = MetaData(naming_convention=metadata.naming_convention)
    names = ("order_id", "store", "till", "staff")
    Table(
        "order_presence",
        fifth,
        Column("device", String, primary_key=True, nullable=False),
        *(Column(name, String, nullable=False) for name in names),
        Column("since", Moment(timezone=True), nullable=False),
        Column("until", Moment(timezone=True), nullable=False),
    )
    fifth.create_all(op.get_bind())
