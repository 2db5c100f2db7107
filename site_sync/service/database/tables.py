"""All tables of the site by name, whatever file they are laid out in."""

from __future__ import annotations

from site_sync.service.database.access_tables import (
    api_keys,
    counters,
    idempotency,
    messages,
    passwords,
    sessions,
    webhook_deliveries,
    webhook_endpoints,
)
from site_sync.service.database.connector_tables import connector_orders, connectors, webhook_receipts
from site_sync.service.database.metadata import metadata
from site_sync.service.database.order_tables import (
    history,
    hold_lines,
    holds,
    journal,
    ledger,
    order_lines,
    orders,
    sales,
    shift_entries,
)
from site_sync.service.database.shop_tables import (
    barcodes,
    categories,
    customers,
    delivery_methods,
    items,
    policies,
    sources,
    staff,
    stock,
    stores,
    tenders,
)
from site_sync.service.database.sync_tables import (
    changes,
    commands,
    devices,
    enrolment_codes,
    feed_head,
    feed_readers,
    problems,
    site,
)

__all__ = [
    "api_keys", "barcodes", "categories", "changes", "commands", "connector_orders", "connectors", "counters",
    "customers", "delivery_methods", "devices", "enrolment_codes", "feed_head", "feed_readers", "history",
    "hold_lines", "holds", "idempotency", "items", "journal", "ledger", "messages", "metadata", "order_lines",
    "orders", "passwords", "policies", "problems", "sales", "sessions", "shift_entries", "site", "sources",
    "staff", "stock", "stores", "tenders", "webhook_deliveries", "webhook_endpoints", "webhook_receipts",
]  # fmt: skip
