"""Tables of the shop's own records: stores, catalogue, stock, staff, customers, settings."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text, func

from site_sync.service.database.metadata import CODE, Moment, metadata


def _record(name: str, *columns: Column[Any]) -> Table:
    """A table of records: key, version, body as JSON, whether it was removed, and columns to search by."""
    return Table(
        name,
        metadata,
        Column("key", CODE, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("body", Text, nullable=False),
        Column("removed", Boolean, nullable=False, default=False),
        *columns,
    )


stores = _record("stores")
categories = _record("categories")
items = _record(
    "items",
    Column("name", Text, nullable=False, default=""),
    Column("category", CODE, default=""),
    Column("updated_at", Moment, nullable=False, server_default=func.now(), onupdate=func.now(), index=True),
)
staff = _record("staff", Column("badge_hash", CODE, nullable=False, default="", index=True))
delivery_methods = _record("delivery_methods")
sources = _record("sources")
tenders = _record("tenders")
policies = _record("policies")
reasons = _record("reasons")
customers = _record(
    "customers",
    Column("name", Text, nullable=False, default="", index=True),
    Column("phone", CODE, nullable=False, default="", index=True),
    Column("email", Text, nullable=False, default="", index=True),
    Column("member_card", CODE, nullable=False, default="", index=True),
)

barcodes = Table(
    "barcodes",
    metadata,
    Column("barcode", CODE, primary_key=True),
    Column("sku", CODE, nullable=False, index=True),
)

stock = Table(
    "stock",
    metadata,
    Column("store", CODE, primary_key=True),
    Column("sku", CODE, primary_key=True),
    Column("on_hand", Integer, nullable=False, default=0),
    Column("reserved", Integer, nullable=False, default=0),
    Column("safety", Integer, nullable=False, default=0),
    Column("back_order", Integer, nullable=False, default=0),
    Column("leased", Integer, nullable=False, default=0, server_default="0"),
    Column("version", Integer, nullable=False, default=1),
    CheckConstraint("reserved >= 0", name="reserved_not_negative"),
)

Index("ix_stock_sku", stock.c.sku)
