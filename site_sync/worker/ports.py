"""What the worker asks of the till it serves, directly or through the till's database thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from site_sync.protocol.changes import Changes, RecordKind, Started
from site_sync.protocol.checks import Tally
from site_sync.protocol.envelope import Envelope, PushAnswer


@dataclass(frozen=True, slots=True)
class Place:
    """Where the till stands: the site's address, its own token, how far it has followed the feed,
    its last incarnation (0: it never started), the file of the authority it trusts (empty: the system's),
    how many commands wait."""

    site_url: str
    token: str = field(repr=False)
    service: str
    epoch: str
    cursor: str
    incarnation: int = 0
    authority: str = ""
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Applied:
    """What an answer or a batch changed at the till.

    `orders` are ids of orders that may look different now, `arrived` those never seen before, `problems` ids
    of new problems, `answered` the commands that are settled, `kinds` what other records changed, `reloaded`
    kinds that differed from the site's and were loaded again, `whole` that everything was replaced.
    """

    orders: frozenset[str] = frozenset()
    arrived: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    kinds: frozenset[RecordKind] = frozenset()
    reloaded: frozenset[RecordKind] = frozenset()
    whole: bool = False


class SnapshotBroken(Exception):
    """The file is no whole snapshot of the epoch the till follows; it is fetched again."""


class TillSide(Protocol):
    """The till's end of the agreement; every method is one local transaction."""

    def place(self) -> Place:
        """Where the till stands now."""
        ...

    def start(self, started: Started, now: datetime) -> None:
        """Take the incarnation; after a restore of the site, make what it had acknowledged pending again."""
        ...

    def to_push(self, limit: int) -> tuple[Envelope, ...]:
        """The oldest envelopes without an answer."""
        ...

    def take_answer(self, answer: PushAnswer, now: datetime) -> Applied:
        """Keep results and settle the orders they are about."""
        ...

    def take_changes(self, changes: Changes, now: datetime) -> Applied:
        """Apply a batch and move the cursor."""
        ...

    def take_snapshot(self, file: Path, now: datetime) -> Applied:
        """Replace the replica by a snapshot file and stand at its head; SnapshotBroken when it is none."""
        ...

    def take_kinds(self, file: Path, kinds: frozenset[RecordKind], now: datetime) -> Applied:
        """Make the records of some kinds those of a snapshot file; the till's place stays."""
        ...

    def tally(self, kind: RecordKind, closed_after: datetime, after: str, tally: Tally) -> str:
        """Count some of a kind's records from a place on; the place to go on from, "" when all are."""
        ...

    def forget_closed(self, before: datetime) -> None:
        """Forget orders that were closed before a moment and that nothing waits for."""
        ...
