"""The till of the kill campaign: shipped operations, database thread, sync threads and store, no screens."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uuid_utils
from PySide6.QtCore import QCoreApplication, Qt

from pos_app.background.sync import Sync, World
from pos_app.background.tasks import Tasks
from pos_app.operations.desk import Acting, Desk
from pos_app.store.recovery import open_folder
from site_sync.protocol.changes import Enrol, Enrolled
from site_sync.service import changes
from site_sync.worker.client import CallFailed, enrol
from site_sync.worker.worker import FailureKind
from tests.campaigns.kills.forked import Parent, Work
from tests.campaigns.kills.site_at_work import CODE, silent
from tests.simulation.storm import acts

SETTLED = "settled"
ENDED = "ended"
STAFF = "anna"
AGAIN_SECONDS = 0.05
_NEW = "SELECT command_id, payload_hash FROM outbox WHERE place > ? ORDER BY place"


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return str(uuid_utils.uuid7())


@dataclass
class TillAtWork:
    """Says each command once it is durable, and when everything is settled."""

    folder: Path
    address: str
    luck: random.Random
    parent: Parent

    def __post_init__(self) -> None:
        self.application = QCoreApplication.instance() or QCoreApplication([])
        self.news = threading.Condition()
        self.tasks = Tasks(lambda: Desk(open_folder(self.folder, _now()).store, _now, _new_id, self._online))
        self.sync = Sync(self.tasks, World(_now, random.random, _new_id), self.folder, "campaign")
        for signalled in (self.sync.link_changed, self.sync.pending_changed):
            signalled.connect(self._heard, Qt.ConnectionType.DirectConnection)
        self.tasks.wait_until_open()

    def _online(self) -> bool:
        return self.sync.is_online()

    def _heard(self, *_: object) -> None:
        with self.news:
            self.news.notify_all()

    def begin(self) -> None:
        """Be let in by the site where that is still to be done; the sync threads run."""
        if not self.tasks.call(lambda desk: desk.identity.enrolled):
            answer = self._let_in()
            self.tasks.call(lambda desk: desk.store.identity.enrol(answer, self.address))
        self.sync.start()
        self._wait(lambda desk: bool(desk.store.site_side.place().cursor))

    def _let_in(self) -> Enrolled:
        """As soon as the site answers."""
        words = Enrol(code=CODE, device_name="till", version="campaign")
        while True:
            try:
                return enrol(self.address, words)
            except CallFailed as failed:
                if failed.kind is not FailureKind.AGAIN:
                    raise
                with self.news:
                    self.news.wait(AGAIN_SECONDS)

    def _wait(self, reached: Callable[[Desk], bool]) -> None:
        """Until something holds; the site is tried again and again meanwhile."""
        while not self.tasks.call(reached):
            self.sync.try_now()
            with self.news:
                self.news.wait(AGAIN_SECONDS)

    def work(self) -> None:
        """One act after the other; when asked, settle, say so, and go on when asked again."""
        while True:
            while not self.parent.has_asked():
                kept = self.tasks.call(self._act)
                if kept:
                    self.parent.say(json.dumps(kept))
            self.parent.hear()
            self._wait(_is_settled)
            self.parent.say(SETTLED)
            self.parent.hear()

    def follow(self, head: int) -> None:
        """Send what waits, follow the feed to a place, and end in order."""
        self._wait(lambda desk: _is_settled(desk) and _place(desk) >= head)
        self.sync.stop()
        self.tasks.close()
        self.parent.say(ENDED)

    def _act(self, desk: Desk) -> list[Any]:
        before = desk.store.file.raw.execute("SELECT coalesce(max(place), 0) FROM outbox").fetchone()[0]
        acts.drawn(desk, _acting(desk), self.luck)
        return [list(row) for row in desk.store.file.raw.execute(_NEW, (before,))]


def _acting(desk: Desk) -> Acting:
    member = desk.store.shop.staff_member(STAFF)
    if member is None:
        raise LookupError(STAFF)
    shift = desk.store.cash.open_shift()
    return Acting(member, shift.id if shift else "", reason="campaign")


def _is_settled(desk: Desk) -> bool:
    return desk.store.outbox.pending_count() == 0


def _place(desk: Desk) -> int:
    return changes.cursor_place(desk.store.site_side.place().cursor)[1]


def working(folder: Path, address: str, luck: int) -> Work:
    """What the till's process does until it is killed."""

    def life(parent: Parent) -> None:
        silent()
        till = TillAtWork(folder, address, random.Random(luck), parent)
        till.begin()
        till.work()

    return life


def ending(folder: Path, address: str, head: int) -> Work:
    """What the till's last process does: send and hear everything, and end."""

    def life(parent: Parent) -> None:
        silent()
        till = TillAtWork(folder, address, random.Random(0), parent)
        till.begin()
        till.follow(head)

    return life
