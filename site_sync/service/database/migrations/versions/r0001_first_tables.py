"""The first tables."""

from __future__ import annotations

from alembic import op

from site_sync.service.database import tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    tables.metadata.create_all(op.get_bind())
