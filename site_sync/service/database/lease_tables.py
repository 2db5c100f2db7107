"""What of the stock is lent to which till."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table

from site_sync.service.database.metadata import CODE, metadata

leases = Table(
    "leases",
    metadata,
    Column("device", CODE, primary_key=True),
    Column("sku", CODE, primary_key=True),
    Column("store", CODE, nullable=False),
    Column("id", CODE, nullable=False),
    *(
        Column(name, Integer, nullable=False)
        for name in ("granted", "spent", "returned", "wanted", "version")
    ),
    CheckConstraint("spent >= 0 AND returned >= 0 AND wanted >= 0", name="lease_counts"),
    CheckConstraint("spent + returned <= granted", name="never_overspent"),
)
"""Written only while the stock row of its store and SKU is held."""

Index("ix_leases_store_sku", leases.c.store, leases.c.sku)
