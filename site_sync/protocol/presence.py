"""Who has which order in the sale to change it: said by tills, told to tills, kept for minutes only."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from site_sync.protocol.codec import PRINTABLE, Words


class Presence(Words):
    """What a till has in its sale: an order, or none. Saying so asks who else changes orders now."""

    order_id: str = Field(default="", max_length=64, pattern=PRINTABLE)
    staff: str = Field(default="", max_length=80, pattern=PRINTABLE)


class Changing(Words):
    """Somebody changes an order at another till, since when."""

    order_id: str
    store: str
    till: str
    staff: str
    since: datetime


class Others(Words):
    """Everybody else who changes an order now."""

    others: tuple[Changing, ...] = ()
