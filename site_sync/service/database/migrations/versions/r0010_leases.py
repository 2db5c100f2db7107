"""Stock that is lent to tills, which may promise it while they are cut off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import CheckConstraint, Column, Index, Integer, MetaData, String, Table

from site_sync.service.database.metadata import metadata

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    tenth = MetaData(naming_convention=metadata.naming_convention)
    counts = ("granted", "spent", "returned", "wanted", "version")
    table = Table(
        "leases",
        tenth,
        *(Column(name, String, primary_key=True, nullable=False) for name in ("device", "sku")),
        *(Column(name, String, nullable=False) for name in ("store", "id")),
        *(Column(name, Integer, nullable=False) for name in counts),
        CheckConstraint("spent >= 0 AND returned >= 0 AND wanted >= 0", name="lease_counts"),
        CheckConstraint("spent + returned <= granted", name="never_overspent"),
    )
    Index("ix_leases_store_sku", table.c.store, table.c.sku)
    tenth.create_all(op.get_bind())
    op.add_column("stock", Column("leased", Integer, nullable=False, server_default="0"))
    op.add_column("devices", Column("takes_leases", sa.Boolean, nullable=False, server_default=sa.false()))
