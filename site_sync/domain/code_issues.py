"""The tokens of an order by their issue: the hashes of the next one, and which were good once."""

from __future__ import annotations

import hmac

from site_sync.domain.codes import token_hash
from site_sync.domain.commands import IssueCode
from site_sync.domain.orders import Order
from site_sync.domain.tokens import COLLECT, COLLECTOR, PAGE, derive_token

REMEMBERED = 20
"""So many issues back a void code is known for what it is; older ones are only wrong."""


def issue_hashes(code_key: bytes, order_id: str, issue: int = 1) -> tuple[str, str]:
    """SHA-256 of an order's collect token and of its page token of that issue, as they are stored."""
    code, page = (token_hash(derive_token(code_key, what, order_id, issue)) for what in (COLLECT, PAGE))
    return code, page


def next_code(code_key: bytes, order: Order) -> IssueCode:
    """The act that voids an order's code and page link by those of the next issue."""
    issue = order.code_issue + 1
    return IssueCode(*issue_hashes(code_key, order.id, issue), issue)


def was_good(code_key: bytes, order: Order, shown: str) -> bool:
    """Whether a token that opens the order no more (its hash) was once its customer's or collector's."""
    earlier = [(COLLECT, issue) for issue in _before(order.code_issue)]
    earlier += [(COLLECTOR, issue) for issue in _before(order.collector_issue + 1)]
    hashes = (token_hash(derive_token(code_key, what, order.id, issue)) for what, issue in earlier)
    return any(hmac.compare_digest(known, shown) for known in hashes)


def _before(issue: int) -> range:
    return range(max(1, issue - REMEMBERED), issue)
