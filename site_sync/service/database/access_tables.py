"""Tables of who may come in and what goes out: keys, sessions, passwords, messages, outgoing webhooks."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, false

from site_sync.service.database.metadata import CODE, Moment, metadata

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("name", Text, nullable=False),
    Column("key_hash", CODE, nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    Column("rate_per_minute", Integer, nullable=False, default=60_000),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("owner", CODE, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body_hash", CODE, nullable=False),
    Column("subject", CODE, nullable=False, default=""),
    Column("at", Moment, nullable=False, index=True),
)

counters = Table(
    "counters",
    metadata,
    Column("name", CODE, primary_key=True),
    Column("value", Integer, nullable=False),
)

passwords = Table(
    "passwords",
    metadata,
    Column("staff", CODE, primary_key=True),
    Column("verifier", Text, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("wait_until", Moment),
    Column("locked", Boolean, nullable=False, default=False),
    Column("changed_at", Moment, nullable=False),
    Column("must_change", Boolean, nullable=False, default=False, server_default=false()),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", CODE, primary_key=True),
    Column("staff", CODE, nullable=False, index=True),
    Column("csrf", CODE, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("stage", Text, nullable=False, default="open", server_default="open"),
    *(
        Column(name, Text, nullable=False, default="", server_default="")
        for name in ("agent", "address", "id")
    ),
)

messages = Table(
    "messages",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("order_id", CODE, nullable=False, index=True),
    Column("order_version", Integer, nullable=False),
    Column("kind", CODE, nullable=False),
    Column("channel", CODE, nullable=False, default="email"),
    Column("recipient", Text, nullable=False, default=""),
    Column("language", CODE, nullable=False, default="en"),
    Column("state", CODE, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("next_try_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("error", Text, nullable=False, default=""),
    Column("body", Text, nullable=False, default=""),
)
Index("ix_messages_state_next_try_at", messages.c.state, messages.c.next_try_at)

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("owner", CODE, nullable=False, default=""),
    Column("url", Text, nullable=False),
    Column("events", Text, nullable=False, default=""),
    Column("secret", Text, nullable=False),
    Column("previous_secret", Text, nullable=False, default=""),
    Column("active", Boolean, nullable=False, default=True),
    Column("created_at", Moment, nullable=False),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("endpoint", CODE, nullable=False, index=True),
    Column("event_id", CODE, nullable=False),
    Column("event", CODE, nullable=False),
    Column("order_id", CODE, nullable=False, default=""),
    Column("order_version", Integer, nullable=False, default=0),
    Column("state", CODE, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("next_try_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("delivered_at", Moment),
    Column("answer", Text, nullable=False, default=""),
    Column("body", Text, nullable=False),
)
Index("ix_webhook_deliveries_state_next_try_at", webhook_deliveries.c.state, webhook_deliveries.c.next_try_at)
