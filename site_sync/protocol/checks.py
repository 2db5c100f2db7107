"""Whether a till holds what its site holds: per kind of record a count and a sum over keys and versions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from site_sync.protocol.changes import RecordKind
from site_sync.protocol.codec import Words

_RING = 1 << 64
CHECKED = frozenset(
    {
        RecordKind.STORE,
        RecordKind.CATEGORY,
        RecordKind.ITEM,
        RecordKind.STOCK,
        RecordKind.STAFF,
        RecordKind.CUSTOMER,
        RecordKind.DELIVERY_METHOD,
        RecordKind.SOURCE,
        RecordKind.TENDER,
        RecordKind.POLICIES,
        RecordKind.REASON,
        RecordKind.ORDER,
    }
)
"""Kinds that are compared. Not problems: a till goes on showing one that its site no longer knows of."""


@dataclass(slots=True)
class Tally:
    """Counts records as they come, in any order: the sum of their hashes, within 64 bits."""

    count: int = 0
    total: int = 0

    def add(self, key: str, version: int) -> None:
        """Count one record."""
        digest = hashlib.blake2b(f"{key}\n{version}".encode(), digest_size=8).digest()
        self.count += 1
        self.total = (self.total + int.from_bytes(digest)) % _RING

    def text(self) -> str:
        """The sum as it travels."""
        return f"{self.total:016x}"


class KindSum(Words):
    """How many records of a kind there are, and the sum over them as 16 hexadecimal digits."""

    kind: RecordKind
    count: int
    total: str


class Sums(Words):
    """What tills of a store should hold at the place they asked with.

    Kinds that changed since that place are left out: their sums could not be compared. Of orders those count
    that were taken or are collected at the store and are open or were closed after `closed_after`.
    """

    service: str
    nonce: str
    epoch: str
    site_time: datetime
    closed_after: datetime
    sums: tuple[KindSum, ...] = ()
