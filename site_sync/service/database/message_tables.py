"""Tables of what a shop says in its messages instead of the shipped words, and how it sends them."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from site_sync.service.database.metadata import CODE, Moment, metadata

message_templates = Table(
    "message_templates",
    metadata,
    Column("channel", CODE, primary_key=True),
    Column("kind", CODE, primary_key=True),
    Column("language", CODE, primary_key=True),
    Column("method", CODE, primary_key=True),
    Column("subject", Text, nullable=False, default=""),
    Column("title", Text, nullable=False, default=""),
    Column("text", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("changed_by", CODE, nullable=False, default=""),
)

message_options = Table(
    "message_options",
    metadata,
    Column("name", CODE, primary_key=True),
    Column("value", Text, nullable=False),
)
