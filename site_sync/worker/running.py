"""The thin shell around the worker: does what `step` says with a real client, store, clock and chance."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from site_sync.protocol.changes import Start
from site_sync.protocol.envelope import PROTOCOL
from site_sync.worker import worker as core
from site_sync.worker.client import CallFailed, SiteClient
from site_sync.worker.ports import Applied, Place, TillSide
from site_sync.worker.worker import Lane, Link, State


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
        """A person wants it tried again now."""
        self._follow(Lane.PUSH, self._around.till.place(), core.Reset())

    def _follow(self, lane: Lane, place: Place, event: core.Event) -> tuple[core.Event | None, float | None]:
        """Do what follows from an event; the event that answers a call, and how long to rest."""
        with self._lock:
            self._state, actions = core.step(self._state, event)
            state = self._state
        answer: core.Event | None = None
        rest: float | None = 0.0
        for action in actions:
            match action:
                case core.Rest():
                    rest = action.seconds
                case core.Wake():
                    self._told.wake(action.lane)
                case core.TellLink():
                    self._told.link(state)
                case core.Keep():
                    self._keep(action.what)
                case _:
                    answer = self._call(lane, place, action)
        return answer, rest

    def _call(self, lane: Lane, place: Place, action: core.Action) -> core.Event:
        try:
            return self._ask(self._around.client(lane, place), place, action)
        except CallFailed as failed:
            chance = self._around.chance()
            return core.Failed(lane, failed.kind, failed.code, chance, failed.wait)

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
                changes = client.changes(place.cursor, action.wait, around.nonce())
                return core.ChangesAnswered(changes, place.epoch, around.now())
            case core.CallSnapshot():
                file = around.folder / "snapshot.sqlite"
                client.snapshot(file)
                return core.SnapshotCame(file, around.now())
        raise TypeError(f"{action} is not a call")

    def _keep(
        self,
        what: core.StartAnswered | core.PushAnswered | core.ChangesAnswered | core.SnapshotCame,
    ) -> None:
        till = self._around.till
        match what:
            case core.StartAnswered():
                till.start(what.started, what.now)
                return
            case core.PushAnswered():
                applied = till.take_answer(what.answer, what.now)
            case core.ChangesAnswered():
                applied = till.take_changes(what.changes, what.now)
            case core.SnapshotCame():
                applied = till.take_snapshot(what.file, what.now)
                what.file.unlink()
        self._told.applied(applied)


__all__ = ["Link", "Surroundings", "Told", "Worker"]
