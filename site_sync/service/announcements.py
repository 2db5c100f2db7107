"""What an order's change leaves to be told, in the transaction that made it true."""

from __future__ import annotations

from site_sync.service import shop_reports, webhook_outbox
from site_sync.service.database.transaction import Transaction
from site_sync.service.happening import Happening
from site_sync.service.notify import message_outbox


def announce(tx: Transaction, what: Happening) -> None:
    """Queue the customer's messages, the outgoing webhooks and what the order's shop is told."""
    message_outbox.queue(tx, what)
    webhook_outbox.queue(tx, what)
    shop_reports.queue(tx, what)
