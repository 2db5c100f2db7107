"""Receipts that tills want sent: each left as one row among the messages that wait."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import insert

from site_sync.domain.documents.codec import DocumentUnreadable, from_data
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.receipt_mail import ReceiptMail, is_address
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Transaction
from site_sync.service.notify.message_outbox import Channel, MessageKind, waiting


def queue(tx: Transaction, mail: ReceiptMail, now: datetime) -> Refusal | None:
    """Leave a row for it; a refusal when the address or the paper is none."""
    if not is_address(mail.address):
        return Refusal(Code.EMAIL_INVALID, {"address": mail.address[:80]})
    try:
        from_data(json.loads(mail.document))
    except (DocumentUnreadable, ValueError, RecursionError):
        return Refusal(Code.TEXT_INVALID, {"most": 0})
    paper = {"store": mail.store, "number": mail.number, "paper": mail.document}
    row = {
        "id": f"{MessageKind.RECEIPT.value}/{mail.id}",
        "order_id": mail.order_id,
        "order_version": 0,
        "kind": MessageKind.RECEIPT.value,
        "channel": Channel.EMAIL.value,
        "recipient": mail.address,
        "language": mail.language,
        **waiting(now, json.dumps(paper)),
    }
    tx.execute(insert(t.messages), row)
    return None
