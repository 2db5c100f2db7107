"""Tables of the agreement between tills and site: devices, commands, changes, problems."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text, UniqueConstraint, false

from site_sync.service.database.metadata import CODE, Moment, metadata

site = Table(
    "site",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("service", CODE, nullable=False),
    Column("epoch", CODE, nullable=False),
    Column("created_at", Moment, nullable=False),
)

devices = Table(
    "devices",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("name", Text, nullable=False, default=""),
    Column("store", CODE, nullable=False),
    Column("till", CODE, nullable=False),
    Column("profile", CODE, nullable=False, default="till"),
    Column("token_hash", CODE, nullable=False, unique=True),
    Column("state", CODE, nullable=False),
    Column("incarnation", Integer, nullable=False, default=0),
    Column("next_seq", Integer, nullable=False, default=1),
    Column("chain_hash", CODE, nullable=False, default=""),
    Column("app_version", CODE, nullable=False, default=""),
    Column("enrolled_at", Moment, nullable=False),
    Column("last_seen", Moment),
    Column("waiting", Integer, nullable=False, default=0, server_default="0"),
    Column("takes_leases", Boolean, nullable=False, default=False, server_default=false()),
    Column("expected", Boolean, nullable=False, default=False, server_default=false()),
)

enrolment_codes = Table(
    "enrolment_codes",
    metadata,
    Column("code_hash", CODE, primary_key=True),
    Column("store", CODE, nullable=False),
    Column("till", CODE, nullable=False),
    Column("profile", CODE, nullable=False, default="till"),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

commands = Table(
    "commands",
    metadata,
    Column("command_id", CODE, primary_key=True),
    Column("device", CODE, nullable=False),
    Column("incarnation", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("payload_kind", CODE, nullable=False),
    Column("subject", CODE, nullable=False, default=""),
    Column("payload_hash", CODE, nullable=False),
    Column("chain_hash", CODE, nullable=False),
    Column("result", Text, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("device", "incarnation", "seq"),
)
Index("ix_commands_subject", commands.c.subject)

changes = Table(
    "changes",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", CODE, nullable=False),
    Column("key", Text, nullable=False),
    Column("version", Integer, nullable=False, default=0),
    Column("stores", Text, nullable=False, default=""),
)

feed_head = Table(
    "feed_head",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("position", BigInteger, nullable=False),
)

feed_readers = Table(
    "feed_readers",
    metadata,
    Column("name", CODE, primary_key=True),
    Column("position", BigInteger, nullable=False),
)

problems = Table(
    "problems",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("version", Integer, nullable=False, default=1),
    Column("store", CODE, nullable=False, default=""),
    Column("order_id", CODE, nullable=False, default="", index=True),
    Column("command_id", CODE, nullable=False, default="", index=True),
    Column("device", CODE, nullable=False, default=""),
    Column("act", CODE, nullable=False, default=""),
    Column("code", CODE, nullable=False),
    Column("facts", Text, nullable=False, default="{}"),
    Column("at", Moment, nullable=False),
    Column("state", CODE, nullable=False),
    Column("resolved_by", CODE, nullable=False, default=""),
    Column("resolved_how", Text, nullable=False, default=""),
    Column("resolved_at", Moment),
    Column("envelope", Text, nullable=False, default=""),
    *(
        Column(name, CODE, nullable=False, default="", server_default="")
        for name in ("staff", "till", "choice", "resolved_name", "resolved_till")
    ),
    Column("money", Text, nullable=False, default="[]", server_default="[]"),
)
Index("ix_problems_state_store", problems.c.state, problems.c.store)
