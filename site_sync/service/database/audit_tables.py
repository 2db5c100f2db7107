"""The table of who changed what of the shop's settings."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from site_sync.service.database.metadata import CODE, Moment, metadata

settings_changes = Table(
    "settings_changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("staff", CODE, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", CODE, nullable=False),
    Column("key", CODE, nullable=False),
    Column("act", CODE, nullable=False),
    Column("before", Text, nullable=False, default="{}"),
    Column("after", Text, nullable=False, default="{}"),
    Column("why", Text, nullable=False, default=""),
)
"""Append-only; `before` and `after` are JSON objects of what changed alone, by the path of each field."""
Index("ix_settings_changes_kind_key", settings_changes.c.kind, settings_changes.c.key)
