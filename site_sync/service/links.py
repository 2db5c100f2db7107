"""What an order's secret tokens open: the customer's page and the collect code."""

from __future__ import annotations

from dataclasses import dataclass

from site_sync.domain.code_issues import issue_hashes, next_code
from site_sync.domain.codes import collect_code, token_hash
from site_sync.domain.commands import IssueCode
from site_sync.domain.numbers import is_order_number
from site_sync.domain.orders import Order
from site_sync.domain.tokens import COLLECT, COLLECTOR, PAGE, derive_token


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links and codes from the site's key; tokens are derived each time and never stored."""

    public_url: str
    code_key: bytes

    def hashes(self, order_id: str) -> tuple[str, str]:
        """SHA-256 of a new order's collect token and of its page token, as they are stored."""
        return issue_hashes(self.code_key, order_id)

    def next_code(self, order: Order) -> IssueCode:
        """The act by which the order's code and page link are void and others count."""
        return next_code(self.code_key, order)

    def page(self, order: Order) -> str | None:
        """Link to the customer's page, None when the order has none."""
        token = self._page_token(order)
        return None if token is None else f"{self.public_url.rstrip('/')}/o/{token}"

    def code(self, order: Order) -> str | None:
        """Text of the QR code that proves the right to collect, None when the order's code is another's."""
        token = derive_token(self.code_key, COLLECT, order.id, order.code_issue)
        ours = token_hash(token) == order.code_hash and is_order_number(order.number)
        return collect_code(order.number, token) if ours else None

    def first_collector(self, order_id: str) -> str:
        """Hash of the code that a collector gets who is named with a new order."""
        return self._collector_hash(order_id, 1)

    def new_collector(self, order: Order) -> tuple[str, int]:
        """Hash and issue of the code that the next named collector gets; all before it are void."""
        issue = order.collector_issue + 1
        return self._collector_hash(order.id, issue), issue

    def _collector_hash(self, order_id: str, issue: int) -> str:
        return token_hash(derive_token(self.code_key, COLLECTOR, order_id, issue))

    def collector_code(self, order: Order) -> str | None:
        """Text of the named collector's own QR code, None when nobody is named or the code is another's."""
        token = self._collector_token(order)
        return None if token is None else collect_code(order.number, token)

    def collector_page(self, order: Order) -> str | None:
        """Link to the page with the collector's code, which shows nothing else of the order."""
        token = self._collector_token(order)
        return None if token is None else f"{self.public_url.rstrip('/')}/c/{order.number}/{token}"

    def _collector_token(self, order: Order) -> str | None:
        if not order.collector_hash or not is_order_number(order.number):
            return None
        token = derive_token(self.code_key, COLLECTOR, order.id, order.collector_issue)
        return token if token_hash(token) == order.collector_hash else None

    def _page_token(self, order: Order) -> str | None:
        token = derive_token(self.code_key, PAGE, order.id, order.code_issue)
        return token if token_hash(token) == order.page_hash else None
