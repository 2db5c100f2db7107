"""The audit as one chain of hashes, and what tills said of theirs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import BigInteger, Column, Connection, Index, Integer, MetaData, String, Table, Text

from site_sync.service.database.metadata import Moment, metadata

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
AT_ONCE = 1000
_HASHED = ("at", "staff", "name", "kind", "key", "act", "before", "after", "why")
"""What of an entry its hash covers, as it was settled at this step."""


def upgrade() -> None:
    """Take the step."""
    fifteenth = MetaData(naming_convention=metadata.naming_convention)
    head = Table(
        "audit_head",
        fifteenth,
        Column("one", Integer, primary_key=True),
        Column("rows", BigInteger, nullable=False),
        Column("last", BigInteger, nullable=False),
        Column("hash", String, nullable=False),
    )
    seals = Table(
        "till_audit_seals",
        fifteenth,
        Column("id", Integer, primary_key=True, autoincrement=True),
        *(Column(name, String, nullable=False) for name in ("device", "store", "till", "shift", "act")),
        Column("place", BigInteger, nullable=False),
        Column("hash", String, nullable=False),
        Column("at", Moment(timezone=True), nullable=False),
        Column("verdict", String, nullable=False),
        Column("told", Text, nullable=False),
    )
    Index("ix_till_audit_seals_device", seals.c.device, seals.c.id)
    fifteenth.create_all(op.get_bind())
    op.add_column("settings_changes", Column("hash", String, nullable=False, server_default=""))
    op.create_index("ix_settings_changes_kind", "settings_changes", ["kind", "id"])
    op.create_index("ix_settings_changes_staff", "settings_changes", ["staff", "id"])
    op.create_index("ix_settings_changes_at", "settings_changes", ["at", "id"])
    _chain(op.get_bind(), head)


def _chain(connection: Connection, head: Table) -> None:
    """Give the rows there are their hashes, in the order in which they were written."""
    columns = [
        Column("at", Moment(timezone=True)) if name == "at" else Column(name, Text) for name in _HASHED
    ]
    rows = Table("settings_changes", MetaData(), Column("id", Integer), *columns, Column("hash", String))
    last, count, previous = 0, 0, ""
    while found := connection.execute(
        sa.select(rows).where(rows.c.id > last).order_by(rows.c.id).limit(AT_ONCE)
    ).all():
        for row in found:
            previous = _chained(previous, row._asdict())
            hashed = sa.update(rows).where(rows.c.id == row.id).values(hash=previous)
            connection.execute(hashed)
            last, count = row.id, count + 1
    connection.execute(head.insert(), {"one": 1, "rows": count, "last": last, "hash": previous})


def _chained(previous: str, row: Mapping[str, Any]) -> str:
    values = [row["at"].astimezone(UTC).isoformat(), *(row[name] for name in _HASHED[1:])]
    text = json.dumps([previous, *values], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
