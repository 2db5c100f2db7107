"""The sync threads: commands up and changes down, told to the screens as signals."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from PySide6.QtCore import QObject, Qt, Signal

from pos_app.background.centre import Centre
from pos_app.background.tasks import Tasks
from pos_app.operations.desk import Desk
from site_sync.domain.errors import Refused
from site_sync.domain.invitations import Invitation, read_invitation
from site_sync.protocol.changes import Changes, Enrol, Enrolled, RecordKind, Started
from site_sync.protocol.checks import Tally
from site_sync.protocol.envelope import Envelope, PushAnswer
from site_sync.worker.authority import Trust
from site_sync.worker.client import CallFailed, SiteClient, enrol
from site_sync.worker.ports import Applied, Place
from site_sync.worker.running import Surroundings, Told, Worker
from site_sync.worker.worker import Lane, Link, State

_log = structlog.get_logger(__name__)

STOP_SECONDS = 5.0
NAP_AFTER_BUG_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class World:
    """Clock, chance (0 .. 1) and nonces, read at the composition root alone."""

    now: Callable[[], datetime]
    chance: Callable[[], float]
    nonce: Callable[[], str]


@dataclass(frozen=True, slots=True)
class LinkState:
    """How the till stands to its site: `code` says why it is offline or stopped.

    `clock_ahead` is by how much the site's clock is ahead of the till's.
    """

    link: Link
    code: str = ""
    last_contact: datetime | None = None
    clock_ahead: timedelta = timedelta(0)


class TillOnDatabaseThread:
    """The till's end for the sync threads: every call is done on the database thread."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks

    def place(self) -> Place:
        return self._tasks.submit_with_desk(lambda desk: desk.store.site_side.place()).result()

    def start(self, started: Started, now: datetime) -> None:
        self._tasks.submit_with_desk(lambda desk: desk.store.site_side.start(started, now)).result()

    def to_push(self, limit: int) -> tuple[Envelope, ...]:
        return self._tasks.submit_with_desk(lambda desk: desk.store.site_side.to_push(limit)).result()

    def take_answer(self, answer: PushAnswer, now: datetime) -> Applied:
        return self._tasks.submit_with_desk(
            lambda desk: desk.store.site_side.take_answer(answer, now)
        ).result()

    def take_changes(self, changes: Changes, now: datetime) -> Applied:
        return self._tasks.submit_with_desk(
            lambda desk: desk.store.site_side.take_changes(changes, now)
        ).result()

    def take_snapshot(self, file: Path, now: datetime) -> Applied:
        return self._tasks.submit_with_desk(
            lambda desk: desk.store.site_side.take_snapshot(file, now)
        ).result()

    def take_kinds(self, file: Path, kinds: frozenset[RecordKind], now: datetime) -> Applied:
        return self._tasks.submit_with_desk(
            lambda desk: desk.store.site_side.take_kinds(file, kinds, now)
        ).result()

    def tally(self, kind: RecordKind, closed_after: datetime, after: str, tally: Tally) -> str:
        return self._tasks.submit_with_desk(
            lambda desk: desk.store.site_side.tally(kind, closed_after, after, tally)
        ).result()

    def forget_closed(self, before: datetime) -> None:
        self._tasks.submit_with_desk(lambda desk: desk.store.site_side.forget_closed(before)).result()


class _Lane:
    """One thread that runs a lane, rests, and can be woken."""

    def __init__(self, lane: Lane, run_once: Callable[[Lane], float | None]) -> None:
        self._lane = lane
        self._run_once = run_once
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"sync-{lane.value}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._woken.set()

    def ask_to_stop(self) -> None:
        self._stopping.set()
        self._woken.set()

    def join(self) -> None:
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            if self._stopping.is_set():
                return
            try:
                rest = self._run_once(self._lane)
            except Refused as refused:  # the disk takes no more: what was asked for stays as it was
                _log.warning("what came from the site could not be kept", code=refused.refusal.code.value)
                rest = NAP_AFTER_BUG_SECONDS
            except Exception:  # the outermost loop: a bug must not end the agreement for good
                if self._stopping.is_set():
                    return
                _log.exception("the sync thread met a bug", lane=self._lane.value)
                rest = NAP_AFTER_BUG_SECONDS
            if rest is None or rest > 0:
                self._woken.wait(rest)


class Sync(QObject):
    """The till's agreement with its site while the till runs; every signal arrives in the UI thread."""

    link_changed = Signal(object)
    pending_changed = Signal(int)
    orders_changed = Signal(object)
    order_arrived = Signal(str)
    problem_raised = Signal(str)
    records_changed = Signal(object)
    loaded = Signal()
    enrolled = Signal(object)
    enrolment_failed = Signal(str)

    def __init__(self, tasks: Tasks, world: World, folder: Path, version: str) -> None:
        super().__init__()
        self._tasks = tasks
        self._version = version
        self._folder = folder
        self._state = LinkState(Link.OFFLINE)
        self._clients: dict[Lane, SiteClient] = {}
        self._places: dict[Lane, tuple[str, str, str, str]] = {}
        self._till = TillOnDatabaseThread(tasks)
        self.enquiry = Centre(self._till.place)
        self.centre = Centre(self._till.place)
        for owned in (self.enquiry, self.centre):
            owned.setParent(self)  # goes in this thread, not when another one collects garbage
        around = Surroundings(
            till=self._till,
            client=self._client,
            now=world.now,
            chance=world.chance,
            nonce=world.nonce,
            folder=folder,
            version=version,
        )
        self._worker = Worker(around, Told(self._applied, self._link, self._wake))
        self._lanes: dict[Lane, _Lane] = {}
        # On the database thread itself: a busy screen must not hold a command back.
        tasks.kept.connect(self._on_kept, Qt.ConnectionType.DirectConnection)

    def start(self) -> None:
        """Begin; does nothing while the till is not enrolled or when it runs already."""
        if self._lanes or not self._till.place().token:
            return
        self._lanes = {lane: _Lane(lane, self._worker.run_once) for lane in Lane}
        for lane in self._lanes.values():
            lane.start()

    def stop(self) -> None:
        """End the threads, waiting calls included."""
        self.enquiry.stop()
        self.centre.stop()
        lanes, self._lanes = self._lanes, {}
        for lane in lanes.values():
            lane.ask_to_stop()
        for client in tuple(self._clients.values()):
            client.abort()
        for lane in lanes.values():
            lane.join()
        for client in tuple(self._clients.values()):
            client.close()
        self._clients.clear()
        self._places.clear()

    def try_now(self) -> None:
        """Try again at once, also after the site said no."""
        self._worker.reset()

    def is_online(self) -> bool:
        """Whether the site was reached by the last call; may be asked from any thread."""
        return self._state.link is Link.ONLINE

    @property
    def state(self) -> LinkState:
        """How the till stands to its site."""
        return self._state

    def enrol(self, site_url: str, code: str, device_name: str) -> None:
        """Ask the site to let this till in; `enrolled` or `enrolment_failed(code)` follows."""
        arguments = (site_url, read_invitation(code), device_name)
        threading.Thread(target=self._enrol, args=arguments, name="enrol", daemon=True).start()

    def _enrol(self, site_url: str, asked: Invitation, device_name: str) -> None:
        try:
            waiting = self._tasks.submit_with_desk(_holds_for).result()
            words = Enrol(code=asked.code, device_name=device_name, version=self._version, holds_for=waiting)
            trust = Trust(self._folder, site_url, asked.mark)
            answer = enrol(site_url, words, authority=trust.begin())
            trust.keep()
            self._tasks.submit_with_desk(lambda desk: _become(desk, answer, site_url)).result()
        except CallFailed as failed:
            self.enrolment_failed.emit(failed.code)
        except Refused as refused:
            self.enrolment_failed.emit(refused.refusal.code.value)
        else:
            self.enrolled.emit(answer)

    def _client(self, lane: Lane, place: Place) -> SiteClient:
        wanted = (place.site_url, place.token, place.service, place.authority)
        if self._places.get(lane) != wanted:
            if (replaced := self._clients.get(lane)) is not None:
                replaced.close()
            self._places[lane] = wanted
            self._clients[lane] = SiteClient(*wanted[:3], authority=place.authority)
        return self._clients[lane]

    def _wake(self, lane: Lane) -> None:
        if lane in self._lanes:
            self._lanes[lane].wake()

    def _on_kept(self, _order_id: str) -> None:
        self._wake(Lane.PUSH)
        self._count()

    def _count(self) -> None:
        self._tasks.run(lambda desk: desk.store.outbox.pending_count(), then=self.pending_changed.emit)

    def _link(self, state: State) -> None:
        self._state = LinkState(state.link, state.code, state.last_contact, state.clock_ahead)
        self.link_changed.emit(self._state)

    def _applied(self, applied: Applied) -> None:
        if applied.orders:
            self.orders_changed.emit(applied.orders)
        for order_id in applied.arrived:
            self.order_arrived.emit(order_id)
        for problem_id in applied.problems:
            self.problem_raised.emit(problem_id)
        if applied.kinds:
            self.records_changed.emit(applied.kinds)
        if applied.answered:
            self._count()
        if applied.reloaded:
            _log.warning("records differed from the site's", kinds=sorted(applied.reloaded))
        if applied.whole:
            self.loaded.emit()


def _holds_for(desk: Desk) -> str:
    """Which till's commands wait here, "" when none do; as another till they could not be sent.

    Refused, before a code is used up, while there is too little room to keep what the site answers.
    """
    desk.store.room.need()
    known = desk.identity
    return f"{known.store}-{known.till}" if known.device and desk.store.outbox.pending_count() else ""


def _become(desk: Desk, enrolled: Enrolled, site_url: str) -> None:
    desk.store.identity.enrol(enrolled, site_url)
