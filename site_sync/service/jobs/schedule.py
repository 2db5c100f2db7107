"""The jobs of a running site, each in a rhythm of its own."""

from __future__ import annotations

from site_sync.service.jobs.connectors import forget_receipts, working_receipts
from site_sync.service.jobs.deadlines import answer_for_customers, expire_orders, remind_customers
from site_sync.service.jobs.drift import check_drift
from site_sync.service.jobs.holds import expire_holds
from site_sync.service.jobs.imports import ImportWork
from site_sync.service.jobs.leases import lend_stock
from site_sync.service.jobs.messages import send_messages
from site_sync.service.jobs.pick_pace import measure_picking
from site_sync.service.jobs.rhythm import Job, Wake, repeat
from site_sync.service.jobs.shops import ask_shops, tell_shops
from site_sync.service.jobs.upkeep import look_after
from site_sync.service.jobs.webhooks import send_webhooks
from site_sync.service.wiring import Site

OUTBOX_SECONDS = 5.0
DEADLINE_SECONDS = 20.0
HOLD_SECONDS = 5.0
IMPORT_SECONDS = 1.0
LEASE_SECONDS = 2.0
RECEIPT_SECONDS = 0.5
FORGET_SECONDS = 3600.0
DRIFT_SECONDS = 300.0
PACE_SECONDS = 3600.0
UPKEEP_SECONDS = 60.0


def jobs(site: Site) -> tuple[Job, ...]:
    """All jobs; outgoing rows are looked for at each commit, deadlines and drift by the clock."""
    mail, hooks, shops = Wake(), Wake(), Wake()
    site.database.on_commit(mail.tell)
    site.database.on_commit(hooks.tell)
    site.database.on_commit(shops.tell)
    return (
        repeat("messages", lambda: send_messages(site), OUTBOX_SECONDS, mail),
        repeat("webhooks", lambda: send_webhooks(site), OUTBOX_SECONDS, hooks),
        repeat("reports to shops", lambda: tell_shops(site), OUTBOX_SECONDS, shops),
        repeat("questions to shops", lambda: ask_shops(site), OUTBOX_SECONDS),
        repeat("webhooks in", working_receipts(site), RECEIPT_SECONDS),
        repeat("old webhooks", lambda: forget_receipts(site), FORGET_SECONDS),
        repeat("holds", lambda: expire_holds(site), HOLD_SECONDS),
        repeat("leases", lambda: lend_stock(site), LEASE_SECONDS),
        repeat("files of goods", ImportWork(site), IMPORT_SECONDS),
        repeat("expiry", lambda: expire_orders(site), DEADLINE_SECONDS),
        repeat("reminders", lambda: remind_customers(site), DEADLINE_SECONDS),
        repeat("answers", lambda: answer_for_customers(site), DEADLINE_SECONDS),
        repeat("pace of picking", lambda: measure_picking(site), PACE_SECONDS),
        repeat("drift", lambda: check_drift(site), DRIFT_SECONDS),
        repeat("upkeep", lambda: look_after(site), UPKEEP_SECONDS),
    )
