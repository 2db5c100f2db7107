"""How many commands wait at each till, as it said when it last called."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.add_column("devices", Column("waiting", Integer, nullable=False, server_default="0"))
