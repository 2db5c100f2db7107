"""The thin shell around the worker: does what `step` says with a real client, store, clock and chance."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from site_sync.protocol.changes import RecordKind, Start
from site_sync.protocol.checks import Sums, Tally
from site_sync.protocol.envelope import PROTOCOL
from site_sync.worker import worker as core
from site_sync.worker.client import CallFailed, SiteClient
from site_sync.worker.ports import Applied, Place, SnapshotBroken, TillSide
from site_sync.worker.worker import FailureKind, Lane, Link, State

FORGOTTEN_AFTER = timedelta(days=31)
"""A till forgets orders that were closed so long ago; the site sends those of 30 days."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the worker needs of the world: store, clients, clock, chance (0 .. 1), nonces, a folder."""

    till: TillSide
    client: Callable[[Lane, Place], SiteClient]
    now: Callable[[], datetime]
    chance: Callable[[], float]
    nonce: Callable[[], str]
    folder: Path
    version: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """Who hears what: what was applied, how the link stands, which lane to wake."""

    applied: Callable[[Applied], None]
    link: Callable[[State], None]
    wake: Callable[[Lane], None]


class Worker:
    """Two lanes, each run by one thread; the state between them is changed under one lock."""

    def __init__(self, around: Surroundings, told: Told) -> None:
        self._around = around
        self._told = told
        self._lock = threading.Lock()
        self._state = State()

    @property
    def state(self) -> State:
        """What the worker knows now."""
        return self._state

    def run_once(self, lane: Lane) -> float | None:
        """One turn of a lane; seconds to rest afterwards, None for until woken."""
        place = self._around.till.place()
        event: core.Event | None = core.Turn(lane, bool(place.cursor))
        rest: float | None = 0.0
        while event is not None:
            event, rest = self._follow(lane, place, event)
        return rest

    def reset(self) -> None:
        """A person wants it tried again now, and waits for nothing: the till is not asked."""
        for action in self._step(core.Reset()):
            if isinstance(action, core.Wake):
                self._told.wake(action.lane)

    def _step(self, event: core.Event) -> tuple[core.Action, ...]:
        """What follows from an event; how the link stands is told before another lane can change it."""
        with self._lock:
            self._state, actions = core.step(self._state, event)
            if any(isinstance(action, core.TellLink) for action in actions):
                self._told.link(self._state)
        return actions

    def _follow(self, lane: Lane, place: Place, event: core.Event) -> tuple[core.Event | None, float | None]:
        """Do what follows from an event; the event that answers a call, and how long to rest."""
        answer: core.Event | None = None
        rest: float | None = 0.0
        for action in self._step(event):
            match action:
                case core.Rest():
                    rest = action.seconds
                case core.Wake():
                    self._told.wake(action.lane)
                case core.TellLink():
                    continue
                case core.Keep():
                    answer = self._keep(lane, action.what)
                case _:
                    answer = self._call(lane, place, action)
        return answer, rest

    def _call(self, lane: Lane, place: Place, action: core.Action) -> core.Event:
        try:
            return self._ask(self._around.client(lane, place), place, action)
        except CallFailed as failed:
            return self._failed(lane, failed.kind, failed.code, failed.wait)

    def _failed(self, lane: Lane, kind: FailureKind, code: str, wait: float = 0.0) -> core.Failed:
        return core.Failed(lane, kind, code, self._around.chance(), wait)

    def _ask(self, client: SiteClient, place: Place, action: core.Action) -> core.Event:
        around = self._around
        match action:
            case core.CallStart():
                words = Start(
                    incarnation=place.incarnation or None,
                    version=around.version,
                    protocol=PROTOCOL,
                    leases=True,
                )
                return core.StartAnswered(client.start(words), around.now())
            case core.CallPush():
                envelopes = around.till.to_push(action.limit)
                if not envelopes:
                    return core.NothingToPush()
                answer = client.push(envelopes)
                return core.PushAnswered(answer, place.epoch, around.now())
            case core.CallChanges():
                changes = client.changes(place.cursor, action.wait, around.nonce(), place.waiting)
                return core.ChangesAnswered(changes, place.epoch, around.now())
            case core.CallSnapshot():
                file = around.folder / "snapshot.sqlite"
                client.snapshot(file, place.epoch)
                return core.SnapshotCame(file, around.now())
            case core.CallSums():
                return core.SumsAnswered(client.sums(place.cursor, around.nonce()), place.epoch)
            case core.Compare():
                return core.Compared(frozenset(self._differing(action.sums)))
            case core.CallKinds():
                file = around.folder / "kinds.sqlite"
                client.snapshot(file, place.epoch, action.kinds, place.cursor)
                return core.KindsCame(file, action.kinds, around.now())
        raise TypeError(f"{action} is not a call")

    def _differing(self, sums: Sums) -> Iterator[RecordKind]:
        """Kinds of which the till holds something else, counted in pieces, so that other work goes on."""
        till = self._around.till
        till.forget_closed(sums.site_time - FORGOTTEN_AFTER)
        for one in sums.sums:
            tally = Tally()
            after = till.tally(one.kind, sums.closed_after, "", tally)
            while after:
                after = till.tally(one.kind, sums.closed_after, after, tally)
            if (tally.count, tally.text()) != (one.count, one.total):
                yield one.kind

    def _keep(self, lane: Lane, what: core.Kept) -> core.Failed | None:
        """Give it to the till; a fetched file is used once, and one that is no snapshot has failed."""
        till = self._around.till
        try:
            match what:
                case core.StartAnswered():
                    till.start(what.started, what.now)
                    return None
                case core.PushAnswered():
                    applied = till.take_answer(what.answer, what.now)
                case core.ChangesAnswered():
                    applied = till.take_changes(what.changes, what.now)
                case core.SnapshotCame():
                    applied = till.take_snapshot(what.file, what.now)
                case core.KindsCame():
                    applied = till.take_kinds(what.file, what.kinds, what.now)
        except SnapshotBroken:
            return self._failed(lane, FailureKind.AGAIN, "snapshot_broken")
        finally:
            if isinstance(what, core.SnapshotCame | core.KindsCame):
                what.file.unlink(missing_ok=True)
        self._told.applied(applied)
        return None


__all__ = ["Link", "Surroundings", "Told", "Worker"]
