"""Tokens that opened an order once are kept, so that whoever shows one is told that it was replaced."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, MetaData, String, Table

from site_sync.service.database.metadata import metadata

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    fresh = MetaData(naming_convention=metadata.naming_convention)
    Table(
        "void_tokens",
        fresh,
        Column("token_hash", String, primary_key=True),
        Column("order_id", String, nullable=False, index=True),
    )
    fresh.create_all(op.get_bind())
