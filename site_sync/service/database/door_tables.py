"""Tables of the back office's doors, and of what people keep there: second factors, rules, saved views."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table, Text

from site_sync.service.database.metadata import CODE, Moment, metadata

second_factors = Table(
    "second_factors",
    metadata,
    Column("staff", CODE, primary_key=True),
    Column("secret", Text, nullable=False),
    Column("last_step", BigInteger, nullable=False, default=0),
    Column("since", Moment),
)
"""A sealed secret; without `since` it was offered and never confirmed."""

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("staff", CODE, primary_key=True),
    Column("code_hash", CODE, primary_key=True),
    Column("used_at", Moment),
)

door_rules = Table(
    "door_rules",
    metadata,
    Column("name", CODE, primary_key=True),
    Column("value", Text, nullable=False),
)

saved_views = Table(
    "saved_views",
    metadata,
    Column("staff", CODE, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("query", Text, nullable=False),
)
"""Filters of the list of customer orders that a person gave a name."""
