"""What must hold after a kill, and what must hold when all is over, from the databases alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool, create_engine

from pos_app.store.store import Store
from site_sync.service.database.engine import Database, open_database
from tests.campaigns.kills.forked import Parent, Work
from tests.campaigns.kills.site_at_work import PLENTY
from tests.simulation.storm import checks_site, checks_tills
from tests.simulation.storm.stand_ins import standing_in


@contextmanager
def rows_of(url: str) -> Iterator[Any]:
    """The driver's connection to a site's database."""
    engine = create_engine(url, poolclass=NullPool)
    with closing(engine.raw_connection()) as connection:
        yield connection.driver_connection
    engine.dispose()


def look(url: str, kept: dict[str, str]) -> Iterator[str]:
    """After healing: whatever the till acknowledged is at the site, once and as it was."""
    with rows_of(url) as raw:
        there = dict(raw.execute("SELECT command_id, payload_hash FROM commands").fetchall())
        seqs = raw.execute("SELECT incarnation, seq FROM commands").fetchall()
    lost = [command_id for command_id in kept if command_id not in there]
    if lost:
        yield f"{len(lost)} acknowledged commands are not at the site"
    if any(there[one] != kept[one] for one in kept.keys() & there.keys()):
        yield "a command came as something else"
    if len(set(seqs)) != len(seqs):
        yield "two commands came as one place of the till's sequence"


def head_of(url: str) -> int:
    """Where the site's feed ends."""
    with rows_of(url) as raw:
        return int(raw.execute("SELECT position FROM feed_head").fetchone()[0])


@dataclass
class EndedTill:
    """A till that has ended, as the storm's checks look at one."""

    name: str
    store_code: str
    folder: Path
    store: Store
    kept: dict[str, str]


@dataclass
class EndedClock:
    """The moment of the look."""

    now: datetime


@dataclass
class Ended:
    """What is left of a world, as the storm's checks look at one."""

    tills: list[EndedTill]
    database: Database
    clock: EndedClock
    fired: Counter[str] = field(default_factory=Counter)
    restored: int = 0


class _Raw:
    """A site's database with a driver's connection, on either engine."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw


def checking(url: str, folder: Path, kept: dict[str, str]) -> Work:
    """What the last process of a world does: every invariant that speaks of one till and its site."""

    def work(parent: Parent) -> None:
        database = open_database(url)
        till: Any = EndedTill("till", "S01", folder, Store(folder), kept)
        ended: Any = Ended([till], database, EndedClock(datetime.now(UTC)))
        with rows_of(url) as raw, standing_in((checks_site, "FEW", PLENTY)):
            shown: Any = _Raw(raw)
            rows = checks_site.read_site(shown)
            found = [*checks_site.check_site(rows), *_till_checks(ended, till, rows)]
        for words in found:
            parent.say(words)
        database.close()

    return work


def _till_checks(ended: Any, till: Any, rows: checks_site.SiteRows) -> Iterator[str]:
    yield from checks_tills._arrived(ended, till, rows)
    yield from checks_tills._settled(till, rows)
    yield from checks_tills._same(till, checks_tills._wanted(ended, till.store_code))
    yield from checks_tills._drawers(ended, rows)
    yield from checks_tills._numbers(ended, rows)
    place = till.store.audit.broken_at()
    if place is not None:
        yield f"17: the audit breaks at {place}"
