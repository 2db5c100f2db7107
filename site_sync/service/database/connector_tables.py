"""Tables of web shops: the connectors, what they sent, what became of it, what is told back."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, Table, Text

from site_sync.service.database.metadata import CODE, Moment, metadata

connectors = Table(
    "connectors",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("kind", CODE, nullable=False),
    Column("name", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("previous_secret", Text, nullable=False, default=""),
    Column("settings", Text, nullable=False, default="{}"),
    Column("active", Boolean, nullable=False, default=True),
    Column("created_at", Moment, nullable=False),
    Column("api_key", Text, nullable=False, default=""),
)

webhook_receipts = Table(
    "webhook_receipts",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("connector", CODE, nullable=False),
    Column("delivery_id", Text, nullable=False),
    Column("topic", CODE, nullable=False),
    Column("content_hash", CODE, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("headers", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("external_id", Text, nullable=False, default=""),
    Column("state", CODE, nullable=False),
    Column("error", Text, nullable=False, default=""),
    Column("facts", Text, nullable=False, default="{}"),
    Column("tries", Integer, nullable=False, default=0),
    Column("next_try_at", Moment),
    Column("worked_at", Moment),
    Column("duplicates", Integer, nullable=False, default=0),
)
Index(
    "uq_webhook_receipts_content",
    webhook_receipts.c.connector,
    webhook_receipts.c.content_hash,
    unique=True,
)
Index("ix_webhook_receipts_next_try_at", webhook_receipts.c.next_try_at)
Index("ix_webhook_receipts_order", webhook_receipts.c.connector, webhook_receipts.c.external_id)

connector_orders = Table(
    "connector_orders",
    metadata,
    Column("connector", CODE, primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("order_id", CODE, nullable=False, default="", index=True),
    Column("known", Text, nullable=False, default=""),
    Column("applied", Text, nullable=False, default=""),
)

connector_polls = Table(
    "connector_polls",
    metadata,
    Column("connector", CODE, primary_key=True),
    Column("since", Moment, nullable=False),
    Column("next_at", Moment),
    Column("last_at", Moment),
    Column("failures", Integer, nullable=False, default=0),
    Column("taken", Integer, nullable=False, default=0),
    Column("error", Text, nullable=False, default=""),
)

shop_reports = Table(
    "shop_reports",
    metadata,
    Column("id", Text, primary_key=True),
    Column("connector", CODE, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("order_id", CODE, nullable=False),
    Column("order_version", Integer, nullable=False),
    Column("event", CODE, nullable=False),
    Column("state", CODE, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("next_try_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("error", Text, nullable=False, default=""),
)
Index("ix_shop_reports_state_next_try_at", shop_reports.c.state, shop_reports.c.next_try_at)
Index("ix_shop_reports_order_id", shop_reports.c.order_id, shop_reports.c.order_version)
