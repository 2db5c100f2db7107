"""A receipt that a customer wants by e-mail: a fact of a till, told to the site, which sends it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from site_sync.domain.particulars import Actor

_ADDRESS = re.compile(r"[^\s@<>,;:\"\\()\[\]]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
LONGEST_ADDRESS = 254


@dataclass(frozen=True, slots=True)
class ReceiptMail:
    """One paper for one address; `document` is the paper as the print journal keeps it, `number` its own."""

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    store: str
    till: str
    by: Actor
    at: datetime
    address: str
    document: str
    number: str = ""
    language: str = "en"
    order_id: str = ""


def is_address(text: str) -> bool:
    """Whether a text can be written to: one address with a name and a domain, and nothing else."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None
