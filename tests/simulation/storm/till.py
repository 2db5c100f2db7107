"""A till of the storm: the shipped store and worker, opened, killed, cut off, damaged and copied."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy.exc import OperationalError

from pos_app.operations.desk import Acting, Desk
from pos_app.store.journal_file import lines
from pos_app.store.recovery import _PENDING, _is_sound, close_folder, open_folder
from pos_app.store.store import DATABASE, JOURNAL, Store
from site_sync.domain.errors import Code, Refused
from site_sync.protocol.changes import Change, RecordKind
from site_sync.worker.ports import Applied, Place, SnapshotBroken
from site_sync.worker.running import Surroundings, Told, Worker
from site_sync.worker.worker import CHECK_EVERY, Lane, Link
from tests.simulation.storm.wire import TillDied, Wire, WireClient

FULL = 2
"""SQLite's number for `synchronous = FULL`."""
WAL = f"{DATABASE}-wal"
_LOSABLE = (
    (RecordKind.STOCK, "SELECT store || '/' || sku FROM stock ORDER BY 1"),
    (RecordKind.STAFF, "SELECT key FROM shop_records WHERE kind = 'staff' ORDER BY 1"),
    (RecordKind.ORDER, "SELECT id FROM orders_now WHERE sync = 'central' AND body IS NULL ORDER BY 1"),
)
"""Kinds of which a record can be lost, and how those of a till are found."""
NEVER = timedelta(days=3650)


@dataclass
class VirtualClock:
    """The one clock that everything runs on."""

    now: datetime

    def forward(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of each file is on the disk for good."""

    wal: int
    journal: int


@dataclass
class SimTill:
    """One till; `kept` are the commands it acknowledged to its staff, by their payload's hash."""

    name: str
    store_code: str
    folder: Path
    wire: Wire
    clock: VirtualClock
    skew: timedelta = timedelta(0)
    kept: dict[str, str] = field(default_factory=dict)
    woken: set[Lane] = field(default_factory=set)
    due: dict[Lane, datetime] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    """What was wrong at its starts."""
    reloaded: set[str] = field(default_factory=set)
    """Kinds that were not as the site's and were loaded again."""
    lost_records: bool = False
    """Whether some of its records were taken from it."""

    def __post_init__(self) -> None:
        self._ids = count(1)
        self._lives = count(1)
        self._client: WireClient | None = None
        self.open()

    def ids_from(self, first: int) -> None:
        """Let new ids count from there."""
        self._ids = count(first)

    def now(self) -> datetime:
        """What this till believes the time is."""
        return self.clock.now + self.skew

    def open(self) -> None:
        """The process starts."""
        opened = open_folder(self.folder, self.now())
        self.store: Store = opened.store
        self.salvaged = opened.salvaged
        self._look_into_journal()
        self._wal, self._journal = f"{self.folder}/{WAL}", f"{self.folder}/{JOURNAL}"
        self.synced = self._sizes()
        self.desk = Desk(self.store, self.now, lambda: f"{self.name}-{next(self._ids):05}", self._is_online)
        self._client, self.due, self.woken = None, {}, set()
        self.store.when_kept(lambda _order: self._wake(Lane.PUSH))
        around = Surroundings(
            till=self.store.site_side,
            client=self._connected,
            now=self.now,
            chance=lambda: 0.5,
            nonce=lambda: f"nonce-{self.name}-{next(self._ids)}",
            folder=self.folder,
            version="storm",
        )
        self.worker = Worker(around, Told(self._applied, lambda _state: None, self._wake))

    def _look_into_journal(self) -> None:
        """After a start the journal has every command that waits: else the next damage would take it."""
        journalled = {line.command_id for line in lines(self.folder / JOURNAL)}
        for command_id, *_ in self.store.file.raw.execute(_PENDING).fetchall():
            if command_id not in journalled:
                self.broken.append(f"1: the journal of {self.name} lacks {command_id} after a start")

    def _applied(self, applied: Applied) -> None:
        self.reloaded |= {kind.value for kind in applied.reloaded}

    def _is_online(self) -> bool:
        return self.worker.state.link is Link.ONLINE

    def _connected(self, _lane: Lane, place: Place) -> WireClient:
        if self._client is None or (self._client.token, self._client.service) != (place.token, place.service):
            self._client = WireClient(self.wire, place.token, place.service)
        return self._client

    def _wake(self, lane: Lane) -> None:
        self.woken.add(lane)
        self.due.pop(lane, None)

    def _sizes(self) -> Sizes:
        return Sizes(_size(self._wal), _size(self._journal))

    # what the worker does

    def turn(self, lane: Lane) -> bool:
        """One turn of a lane when its rest is over; whether it goes on at once."""
        if self.due.get(lane, self.clock.now) > self.clock.now:
            return False
        self.woken.discard(lane)
        place = self.store.site_side.place()
        if lane is Lane.PULL and self._waits_for_news(place):
            return False
        try:
            rest = self.worker.run_once(lane)
        except (OperationalError, sqlite3.OperationalError, SnapshotBroken) as error:
            if "full" not in str(error):
                raise
            rest = 5.0
        except Refused as refused:
            _only_full(refused)
            rest = 5.0
        self.synced = self._sizes()
        if lane in self.woken:
            self.due.pop(lane, None)
            return True
        if rest != 0:
            self.due[lane] = self.clock.now + (NEVER if rest is None else timedelta(seconds=rest))
            return False
        state = self.worker.state
        unmoved = lane is Lane.PULL and self.store.site_side.place() == place
        return not unmoved or state.more or state.compare

    def _waits_for_news(self, place: Place) -> bool:
        """Whether a pull would only wait at the site until something happens."""
        wire, state = self.wire, self.worker.state
        ready = wire.up and not wire.planned and state.started and not (state.more or state.compare)
        told = self._client is not None and self._client.told_waiting == str(place.waiting)
        return ready and told and place.cursor == wire.door.cursor() and not self._has_to_compare()

    def _has_to_compare(self) -> bool:
        """Whether a till that lost records is about to find out; the others are spared the hourly call."""
        state = self.worker.state
        due = state.compared_at is None or self.now() - state.compared_at >= CHECK_EVERY
        return self.lost_records and (due or bool(state.suspects))

    @property
    def settled(self) -> bool:
        """Whether the site has answered everything and the till knows all that the site tells."""
        idle = not self.store.outbox.pending_count() and not self.wire.soon and not self.wire.late
        return idle and self._waits_for_news(self.store.site_side.place())

    def meet(self, turns: int = 8) -> bool:
        """Both lanes, side by side, for a moment; whether both came to rest."""
        for _ in range(turns):
            pushed, pulled = self.turn(Lane.PUSH), self.turn(Lane.PULL)
            if not (pushed or pulled):
                return True
        return False

    # what staff do

    def do(self, act: Callable[[Desk], Any]) -> Any:
        """Let somebody act; what was durable on return counts as acknowledged. None when it failed."""
        before = self._places()
        try:
            done = act(self.desk)
        except (OperationalError, sqlite3.OperationalError, OSError) as error:
            if "full" not in str(error) and "space" not in str(error):
                raise
            done = None
        except Refused as refused:
            _only_full(refused)
            done = None
        for command_id, payload_hash in self._since(before):
            self.kept[command_id] = payload_hash
        self.synced = self._sizes()
        self._wake(Lane.PUSH)
        return done

    def _places(self) -> int:
        row = self.store.file.raw.execute("SELECT coalesce(max(place), 0) FROM outbox").fetchone()
        return int(row[0])

    def _since(self, place: int) -> list[tuple[str, str]]:
        query = "SELECT command_id, payload_hash FROM outbox WHERE place > ?"
        return list(self.store.file.raw.execute(query, (place,)))

    def acting(self, staff: str) -> Acting | None:
        """Somebody at work here as this till knows them; None when they may not sign in."""
        member = self.store.shop.staff_member(staff)
        shift = self.store.cash.open_shift()
        if member is None or not member.active:
            return None
        return Acting(member, shift.id if shift else "", reason="storm")

    # what breaks

    def kill(self) -> None:
        """The process ends like by kill -9 and starts again."""
        self._reopen(self._copied())

    def power_cut(self) -> None:
        """What was not forced to the disk is gone; then it starts again."""
        full = self.store.file.raw.execute("PRAGMA synchronous").fetchone()[0] >= FULL
        target = self._copied()
        if not full:
            _cut(target / WAL, 0)
        _cut(target / JOURNAL, self._flushed())
        self._reopen(target)

    def _flushed(self) -> int:
        """How much of the journal was forced to the disk."""
        journal: Any = self.store._journal
        return int(getattr(journal, "synced_bytes", 0))

    def power_cut_in(self, act: Callable[[Desk], Any], draw: Random) -> None:
        """The power goes while somebody acts: the last write is torn anywhere."""
        before = self._sizes().wal
        with suppress(OperationalError, sqlite3.OperationalError, OSError, Refused):
            act(self.desk)
        target = self._copied()
        after = _size(target / WAL)
        if after > before:
            _cut(target / WAL, draw.randint(before, after))
        _cut(target / JOURNAL, self._flushed())
        self._reopen(target)

    def kill_in(self, act: Callable[[Desk], Any], draw: Random) -> None:
        """The process ends somewhere in the middle of an act."""
        left = [draw.randint(1, 12)]
        image: list[Path] = []

        def tick() -> int:
            left[0] -= 1
            if left[0] == 0:
                image.append(self._copied())
            return int(left[0] <= 0)

        self.store.file.raw.set_progress_handler(tick, 400)
        with suppress(OperationalError, sqlite3.OperationalError, OSError, Refused):
            act(self.desk)
        self.store.file.raw.set_progress_handler(None, 0)
        self._reopen(image[0] if image else self._copied())

    def damage(self, draw: Random) -> None:
        """The process ends and pages of its file cannot be read any more."""
        self.store.file.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        target = self._copied()
        size = _size(target / DATABASE)
        _cut(target / WAL, 0)
        for _ in range(4):
            _overwrite(target / DATABASE, draw.randrange(size // 2, size - 600), draw)
        if _is_sound(target / DATABASE, thorough=True):  # no page's structure was hit
            _overwrite(target / DATABASE, 0, draw)
        self._reopen(target)

    def lose(self, draw: Random) -> None:
        """A record is gone from its file, which is sound all the same."""
        self.lost_records = True
        kind, query = draw.choice(_LOSABLE)
        keys = [row[0] for row in self.store.file.raw.execute(query)]
        if keys:
            gone = Change(kind=kind, key=draw.choice(keys), version=0, body=None)
            with self.store.file.transaction():
                (self.store.orders.apply if kind is RecordKind.ORDER else self.store.site_side._apply)(gone)
        self.open_again()

    def fill_disk(self, *, full: bool) -> None:
        """The disk is full, or has room again."""
        raw = self.store.file.raw
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count = {pages if full else 1_000_000_000}").fetchall()

    def copied_to(self, name: str, wire: Wire) -> SimTill:
        """Another machine with a copy of this till's disk."""
        target = self._copied()
        twin = SimTill(name, self.store_code, target, wire, self.clock)
        twin.kept = dict(self.kept)
        twin.lost_records = self.lost_records
        return twin

    def _copied(self) -> Path:
        target = self.folder.with_name(f"{self.name}.{next(self._lives)}")
        copy_folder(self.folder, target)
        return target

    def _reopen(self, target: Path) -> None:
        old = self.folder
        self.close()
        shutil.rmtree(old)
        self.folder = target
        self.open()

    def open_again(self) -> None:
        """Staff end the program and start it."""
        close_folder(self.store)
        self.open()

    def close_in_order(self) -> None:
        """Staff end the program."""
        close_folder(self.store)

    def close(self) -> None:
        """Let go of the files."""
        self.store.close()

    def dies_in(self, work: Callable[[], Any]) -> None:
        """Do something during which the till may die; it then starts again."""
        try:
            work()
        except TillDied:
            self.kill()


def _only_full(refused: Refused) -> None:
    """Raise it again unless it says that the disk is full."""
    if refused.refusal.code is not Code.DISK_NEARLY_FULL:
        raise refused


def copy_folder(folder: Path, target: Path) -> None:
    """A folder as it is this moment."""
    os.mkdir(target)
    with os.scandir(folder) as found:
        for entry in found:
            if entry.is_file():
                shutil.copyfile(entry.path, f"{target}/{entry.name}")


def _size(path: Path | str) -> int:
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0


def _overwrite(path: Path, place: int, draw: Random) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        file.write(draw.randbytes(600))


def _cut(path: Path, size: int) -> None:
    if path.exists() and path.stat().st_size > size:
        with path.open("r+b") as file:
            file.truncate(size)
