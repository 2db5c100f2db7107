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
from site_sync.service.database.audit_tables import audit_head, settings_changes, till_audit_seals
from site_sync.service.database.balance_tables import balance_entries, balance_holds, balances, return_lines
from site_sync.service.database.connector_tables import (
    connector_orders,
    connector_polls,
    connectors,
    shop_reports,
    webhook_receipts,
)
from site_sync.service.database.door_tables import door_rules, recovery_codes, saved_views, second_factors
from site_sync.service.database.lease_tables import leases
from site_sync.service.database.message_tables import message_options, message_templates
from site_sync.service.database.metadata import metadata
from site_sync.service.database.order_tables import (
    HAS_EXTERNAL_ID,
    HAS_PAGE,
    HOLD_LINE_HELD,
    LINE_HELD,
    LINE_QUOTED,
    PAID_TOO_MUCH,
    STILL_OPEN,
    history,
    hold_lines,
    holds,
    journal,
    ledger,
    order_lines,
    order_presence,
    order_words,
    orders,
    sales,
    shift_entries,
)
from site_sync.service.database.setup_tables import catalogue_imports, catalogue_problems, setup_facts
from site_sync.service.database.shop_tables import (
    barcodes,
    categories,
    customers,
    delivery_methods,
    items,
    policies,
    reasons,
    sources,
    staff,
    stock,
    stores,
    tenders,
)
from site_sync.service.database.stock_tables import stock_document_lines, stock_documents, stock_movements
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
from site_sync.service.database.token_tables import void_tokens
from site_sync.service.database.upkeep_tables import feed_marks, upkeep

__all__ = [
    "HAS_EXTERNAL_ID", "HAS_PAGE", "HOLD_LINE_HELD", "LINE_HELD",
    "LINE_QUOTED", "PAID_TOO_MUCH", "STILL_OPEN",
    "api_keys", "audit_head", "balance_entries", "balance_holds", "balances", "barcodes",
    "catalogue_imports", "catalogue_problems", "categories", "changes", "commands", "connector_orders",
    "connector_polls", "connectors", "counters", "customers", "delivery_methods", "devices", "door_rules",
    "enrolment_codes", "feed_head", "feed_marks", "feed_readers", "history", "hold_lines", "holds",
    "idempotency", "items", "journal", "leases", "ledger", "message_options", "message_templates",
    "messages", "metadata", "order_lines", "order_presence", "order_words", "orders", "passwords",
    "policies", "problems",
    "reasons", "recovery_codes", "return_lines", "sales", "saved_views", "second_factors", "sessions",
    "settings_changes",
    "setup_facts", "shift_entries", "shop_reports", "site", "sources", "staff", "stock",
    "stock_document_lines",
    "stock_documents", "stock_movements", "stores",
    "tenders", "till_audit_seals", "upkeep", "void_tokens", "webhook_deliveries", "webhook_endpoints",
    "webhook_receipts",
]  # fmt: skip
