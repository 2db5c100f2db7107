"""Second factors, what a password still asks for, which browser a session is, how strict the doors are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, MetaData, String, Table, Text

from site_sync.service.database.metadata import Moment, metadata

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    eleventh = MetaData(naming_convention=metadata.naming_convention)
    Table(
        "second_factors",
        eleventh,
        Column("staff", String, primary_key=True),
        Column("secret", Text, nullable=False),
        Column("last_step", BigInteger, nullable=False),
        Column("since", Moment(timezone=True)),
    )
    Table(
        "recovery_codes",
        eleventh,
        Column("staff", String, primary_key=True),
        Column("code_hash", String, primary_key=True),
        Column("used_at", Moment(timezone=True)),
    )
    Table(
        "door_rules",
        eleventh,
        Column("name", String, primary_key=True),
        Column("value", Text, nullable=False),
    )
    eleventh.create_all(op.get_bind())
    op.add_column("passwords", Column("must_change", Boolean, nullable=False, server_default=sa.false()))
    for name, usual in (("stage", "open"), ("agent", ""), ("address", ""), ("id", "")):
        op.add_column("sessions", Column(name, Text, nullable=False, server_default=usual))
