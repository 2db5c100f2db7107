"""The ledger: money moves as double entries that add up to zero."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from site_sync.domain.events import Posting
from site_sync.service.database import tables as t
from site_sync.service.database.prepared import Prepared
from site_sync.service.database.transaction import Transaction

_INSERT = Prepared(insert(t.ledger), [column.name for column in t.ledger.c if column.name != "id"])


@dataclass(frozen=True, slots=True)
class Origin:
    """What a posting goes back to: an order or a sale, and the command."""

    command_id: str
    at: datetime
    order_id: str = ""
    sale_id: str = ""


def balanced(postings: Iterable[Posting]) -> bool:
    """Whether the amounts add up to zero in every currency."""
    sums: dict[str, int] = {}
    for posting in postings:
        sums[posting.amount.currency] = sums.get(posting.amount.currency, 0) + posting.amount.amount
    return not any(sums.values())


def post(tx: Transaction, origin: Origin, postings: Iterable[Posting]) -> None:
    """Write postings; they must add up to zero."""
    entries = list(postings)
    if not balanced(entries):
        raise ValueError(f"the postings of {origin.command_id} do not add up to zero")
    rows = [
        {
            "account": posting.account,
            "amount": posting.amount.amount,
            "currency": posting.amount.currency,
            "order_id": origin.order_id,
            "sale_id": origin.sale_id,
            "command_id": origin.command_id,
            "at": origin.at,
        }
        for posting in entries
        if posting.amount.amount
    ]
    _INSERT.run(tx, rows)
