"""What the centre answers a till that asks for orders of any store."""

from __future__ import annotations

from site_sync.domain.history import OrderRecord
from site_sync.protocol.codec import Words


class FoundOrders(Words):
    """Orders that fit what was typed, the last changed first."""

    orders: tuple[OrderRecord, ...] = ()
