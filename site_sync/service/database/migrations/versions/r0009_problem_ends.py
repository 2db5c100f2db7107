"""Problems say who did what at which till, what money moved, and how, where and by whom they ended."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String, Text

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    for name in ("staff", "till", "choice", "resolved_name", "resolved_till"):
        op.add_column("problems", Column(name, String, nullable=False, server_default=""))
    op.add_column("problems", Column("money", Text, nullable=False, server_default="[]"))
