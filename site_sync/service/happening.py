"""What one command did to an order, for those that tell others of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from site_sync.domain.events import Event
from site_sync.domain.orders import Order


@dataclass(frozen=True, slots=True)
class Happening:
    """An order as it was (None: it is new) and as it is; what happened, by which command, when, by whom.

    `told` says that its customer has heard of it already.
    """

    before: Order | None
    order: Order
    events: tuple[Event, ...]
    command_id: str
    now: datetime
    by: str = ""
    told: bool = False
