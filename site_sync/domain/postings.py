"""One side of a double entry, as events carry it to the ledger."""

from __future__ import annotations

from dataclasses import dataclass

from site_sync.domain.money import Money


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of a double entry; the amounts of one event's postings add up to zero.

    Accounts: `tender:<tender>:<store>:<till>:<shift>`, `deposits` (owed to customers), `sales`, `tax`,
    `fees`, `customer_credit`. Positive is debit.
    """

    __pydantic_config__ = {"extra": "forbid"}

    account: str
    amount: Money
