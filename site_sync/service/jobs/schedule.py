"""The jobs of a running site, each in a rhythm of its own."""

from __future__ import annotations

from collections.abc import Callable

from site_sync.service.jobs.alerts import tell_staff
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
from site_sync.service.meters import metered
from site_sync.service.sentences import Retold
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
ALERT_SECONDS = 30.0
UPKEEP_SECONDS = 60.0


def jobs(site: Site, retold: Retold) -> tuple[Job, ...]:
    """All jobs; outgoing rows are looked for at each commit, deadlines and drift by the clock.

    `retold` says what staff are told in their language.
    """
    mail, hooks, shops = Wake(), Wake(), Wake()
    site.database.on_commit(mail.tell)
    site.database.on_commit(hooks.tell)
    site.database.on_commit(shops.tell)

    def every(name: str, work: Callable[[], int], seconds: float, wake: Wake | None = None) -> Job:
        return repeat(name, metered(site.meters, site.now, name, work), seconds, wake)

    return (
        every("messages", lambda: send_messages(site), OUTBOX_SECONDS, mail),
        every("webhooks", lambda: send_webhooks(site), OUTBOX_SECONDS, hooks),
        every("reports to shops", lambda: tell_shops(site), OUTBOX_SECONDS, shops),
        every("questions to shops", lambda: ask_shops(site), OUTBOX_SECONDS),
        every("webhooks in", working_receipts(site), RECEIPT_SECONDS),
        every("old webhooks", lambda: forget_receipts(site), FORGET_SECONDS),
        every("holds", lambda: expire_holds(site), HOLD_SECONDS),
        every("leases", lambda: lend_stock(site), LEASE_SECONDS),
        every("files of goods", ImportWork(site), IMPORT_SECONDS),
        every("expiry", lambda: expire_orders(site), DEADLINE_SECONDS),
        every("reminders", lambda: remind_customers(site), DEADLINE_SECONDS),
        every("answers", lambda: answer_for_customers(site), DEADLINE_SECONDS),
        every("pace of picking", lambda: measure_picking(site), PACE_SECONDS),
        every("drift", lambda: check_drift(site), DRIFT_SECONDS),
        every("alerts", lambda: tell_staff(site, retold), ALERT_SECONDS),
        every("upkeep", lambda: look_after(site), UPKEEP_SECONDS),
    )
