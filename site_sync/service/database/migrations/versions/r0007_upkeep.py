"""Turns of work that one process does for all, and where the feed stood when."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, MetaData, String, Table, Text

from site_sync.service.database.metadata import Moment, metadata

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    seventh = MetaData(naming_convention=metadata.naming_convention)
    Table(
        "upkeep",
        seventh,
        Column("name", String, primary_key=True, nullable=False),
        Column("next_at", Moment(timezone=True), nullable=False),
        Column("last_at", Moment(timezone=True)),
        Column("outcome", Text, nullable=False),
    )
    Table(
        "feed_marks",
        seventh,
        Column("at", Moment(timezone=True), primary_key=True, nullable=False),
        Column("position", BigInteger, nullable=False),
    )
    seventh.create_all(op.get_bind())
