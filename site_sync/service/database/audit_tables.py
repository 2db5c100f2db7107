"""Tables of who changed what: the audit of the site, its head, and what tills said of theirs."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

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
    Column("hash", CODE, nullable=False, server_default=""),
)
"""Append-only; `before` and `after` are JSON objects of what changed alone, by the path of each field.

`hash` covers the entry and the hash of the one before it; ids are in the order of the chain.
"""
Index("ix_settings_changes_kind_key", settings_changes.c.kind, settings_changes.c.key)
Index("ix_settings_changes_kind", settings_changes.c.kind, settings_changes.c.id)
Index("ix_settings_changes_staff", settings_changes.c.staff, settings_changes.c.id)
Index("ix_settings_changes_at", settings_changes.c.at, settings_changes.c.id)

audit_head = Table(
    "audit_head",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("rows", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("hash", CODE, nullable=False),
)
"""One row: how long the chain is, the id and the hash of its last entry; held by whoever writes the next."""

till_audit_seals = Table(
    "till_audit_seals",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("device", CODE, nullable=False),
    Column("store", CODE, nullable=False),
    Column("till", CODE, nullable=False),
    Column("shift", CODE, nullable=False),
    Column("act", CODE, nullable=False),
    Column("place", BigInteger, nullable=False),
    Column("hash", CODE, nullable=False),
    Column("at", Moment, nullable=False),
    Column("verdict", CODE, nullable=False),
    Column("told", Text, nullable=False, default=""),
)
"""Heads of tills' own audits as each said at an act of a shift, and what the comparison came to.

`told` is when the till began the file that its audit is in, where one was damaged before.
"""
Index("ix_till_audit_seals_device", till_audit_seals.c.device, till_audit_seals.c.id)
