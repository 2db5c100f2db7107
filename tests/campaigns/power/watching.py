"""A till at work on a watched disk: cuts taken at any of its writes, with what had been promised by then."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from pos_app.store import till_file
from pos_app.store.till_file import TillFile
from site_sync.protocol.envelope import Push
from tests.campaigns.power.disk import Disk, Happening, Image
from tests.campaigns.power.python_disk import PythonLayer
from tests.campaigns.power.sqlite_disk import SqliteLayer, sqlite_layer
from tests.simulation.storm.door import Answered, Asked
from tests.simulation.storm.stand_ins import standing_in

LUCK = {Happening.WRITE: 0.03, Happening.SYNC: 0.3, Happening.NAMES: 0.3}
"""How often the power goes right before each."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What a power cut left, and what the till had promised when it came."""

    image: Image
    commits: int
    sent: frozenset[str]
    before: Happening


@dataclass
class Ground:
    """Where files are watched, and how the till is set up."""

    layer: SqliteLayer
    commits: Callable[[TillFile], None] = lambda _file: None

    def watch(self, folder: Path) -> Disk:
        """From now on the folder is a disk; its files are on it for good."""
        disk = self.layer.disks[str(folder)] = Disk(folder)
        return disk

    def forget(self, folder: Path) -> None:
        """Nobody looks at that folder any more."""
        self.layer.disks.pop(str(folder), None)

    def raise_what_failed(self) -> None:
        """What went wrong in a call of SQLite's."""
        if self.layer.failed:
            raise self.layer.failed.pop()


def with_pragmas(**changes: object) -> AbstractContextManager[None]:
    """The till's file with some of its settings otherwise."""
    kept = tuple(one for one in till_file.PRAGMAS if one.split()[1] not in changes)
    added = tuple(f"PRAGMA {name} = {value}" for name, value in changes.items())
    return standing_in((till_file, "PRAGMAS", kept + added))


@contextmanager
def watched_ground() -> Iterator[Ground]:
    """SQLite's and Python's writing is seen, and so is every commit of a till's file."""
    layer = sqlite_layer()
    ground = Ground(layer)
    usual: Any = TillFile.transaction

    @contextmanager
    def transaction(file: TillFile) -> Iterator[None]:
        outermost, before = not file.in_transaction, file.raw.total_changes
        with usual(file):
            yield
        if outermost and file.raw.total_changes != before:
            ground.commits(file)

    with ExitStack() as stack:
        stack.enter_context(layer.in_use())
        stack.enter_context(PythonLayer(layer.disks).in_use())
        stack.enter_context(standing_in((TillFile, "transaction", transaction)))
        try:
            yield ground
        finally:
            layer.disks.clear()


def digest(raw: Any) -> str:
    """All that a till's file holds, in one word."""
    tables = raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
    told = hashlib.sha256()
    for (name,) in tables:
        told.update(repr((name, raw.execute(f'SELECT * FROM "{name}"').fetchall())).encode())
    return told.hexdigest()


@dataclass
class Life:
    """A till between two starts: the state after each commit, and the cuts taken so far."""

    disk: Disk
    draw: Random
    states: list[str] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)
    cuts: list[Cut] = field(default_factory=list)
    luck: float = 1.0
    """How often the power goes, as a multiple of what is usual."""

    def __post_init__(self) -> None:
        self.disk.about_to = self._about_to

    def opened(self, file: TillFile) -> None:
        """The till is open; this is its state before any work."""
        self.states[:] = [digest(file.raw)]

    def committed(self, file: TillFile) -> None:
        """One transaction is durable, says the store."""
        if self.states:
            self.states.append(digest(file.raw))

    def heard(self, asked: Asked, _answered: Answered) -> None:
        """Commands have left the till."""
        if asked.path == "/sync/v1/commands":
            self.sent.update(one.command_id for one in Push.model_validate_json(asked.body).envelopes)

    def _about_to(self, what: Happening) -> None:
        if self.draw.random() < LUCK[what] * self.luck:
            self.cut(what)

    def cut(self, what: Happening = Happening.WRITE) -> None:
        """The power goes now."""
        image = self.disk.left(self.draw)
        self.cuts.append(Cut(image, max(len(self.states) - 1, 0), frozenset(self.sent), what))

    def allowed(self, cut: Cut) -> frozenset[str]:
        """The states that may be found after a cut: the last promised one, or the one under way."""
        return frozenset(self.states[cut.commits : cut.commits + 2])
