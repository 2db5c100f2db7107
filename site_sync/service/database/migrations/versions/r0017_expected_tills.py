"""Which tills have still to bring what a restored backup lacks."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, false

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.add_column("devices", Column("expected", Boolean, nullable=False, server_default=false()))
