"""The table of tokens that opened an order once and do so no more."""

from __future__ import annotations

from sqlalchemy import Column, Table

from site_sync.service.database.metadata import CODE, metadata

void_tokens = Table(
    "void_tokens",
    metadata,
    Column("token_hash", CODE, primary_key=True),
    Column("order_id", CODE, nullable=False, index=True),
)
