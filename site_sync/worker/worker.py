"""The till's end of the agreement as a state machine: events in, actions out, nothing touched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from site_sync.domain import clocks
from site_sync.protocol.changes import Changes, RecordKind, Started
from site_sync.protocol.checks import CHECKED, Sums
from site_sync.protocol.envelope import PushAnswer
from site_sync.worker.pace import rest_after, rest_when_asked

POLL_SECONDS = 25
PUSH_LIMIT = 100
CHECK_EVERY = timedelta(hours=1)
CHECK_AFTER_BREAK = timedelta(minutes=10)
"""What the till holds is compared with the site so often; sooner after a break, or if a kind was left out."""


class Lane(StrEnum):
    """Two things go on side by side: commands up, changes down."""

    PUSH = "push"
    PULL = "pull"


class Link(StrEnum):
    """How the till stands to its site; `stopped` waits for a person."""

    OFFLINE = "offline"
    ONLINE = "online"
    STOPPED = "stopped"


class FailureKind(StrEnum):
    """What a failed call means for the next one."""

    AGAIN = "again"
    STOP = "stop"
    START_AGAIN = "start_again"
    LOAD_AGAIN = "load_again"


@dataclass(frozen=True, slots=True)
class State:
    """What the worker knows; `more` that changes wait at the site, `code` why it is not reached.

    `clock_ahead` is how far the site's clock is ahead of the till's. `compare` asks for the site's sums next,
    `compared_at` says when it was last asked for, `was_away` that the site was not reached since, `skipped`
    that a kind moved meanwhile and was left out; `suspects` are kinds that differed at the first comparison.
    """

    link: Link = Link.OFFLINE
    started: bool = False
    more: bool = False
    push_failures: int = 0
    pull_failures: int = 0
    code: str = ""
    last_contact: datetime | None = None
    clock_ahead: timedelta = timedelta(0)
    compare: bool = False
    compared_at: datetime | None = None
    was_away: bool = False
    skipped: bool = False
    suspects: frozenset[RecordKind] = frozenset()

    def failures(self, lane: Lane) -> int:
        """Failures in a row of one lane."""
        return self.push_failures if lane is Lane.PUSH else self.pull_failures


@dataclass(frozen=True, slots=True)
class Turn:
    """A lane is asked what to do next; `has_cursor` says whether the replica was ever loaded."""

    lane: Lane
    has_cursor: bool


@dataclass(frozen=True, slots=True)
class StartAnswered:
    """The site has given an incarnation."""

    started: Started
    now: datetime


@dataclass(frozen=True, slots=True)
class PushAnswered:
    """The site has answered commands; `epoch` is the one the till follows."""

    answer: PushAnswer
    epoch: str
    now: datetime


@dataclass(frozen=True, slots=True)
class NothingToPush:
    """Every command has its answer."""


@dataclass(frozen=True, slots=True)
class ChangesAnswered:
    """A batch, maybe empty, has come."""

    changes: Changes
    epoch: str
    now: datetime


@dataclass(frozen=True, slots=True)
class SnapshotCame:
    """A snapshot lies in a file."""

    file: Path
    now: datetime


@dataclass(frozen=True, slots=True)
class SumsAnswered:
    """The site has said how much of each kind this till should hold."""

    sums: Sums
    epoch: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The till holds something else of these kinds."""

    differing: frozenset[RecordKind]


@dataclass(frozen=True, slots=True)
class KindsCame:
    """A snapshot of some kinds lies in a file."""

    file: Path
    kinds: frozenset[RecordKind]
    now: datetime


@dataclass(frozen=True, slots=True)
class Failed:
    """A call failed; `chance` in 0 .. 1 spreads the next try, `wait` are seconds the site asked for."""

    lane: Lane
    kind: FailureKind
    code: str
    chance: float
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Reset:
    """A person wants it tried again now."""


Kept = StartAnswered | PushAnswered | ChangesAnswered | SnapshotCame | KindsCame
"""What the till's store takes in."""

Event = Turn | Kept | NothingToPush | SumsAnswered | Compared | Failed | Reset


@dataclass(frozen=True, slots=True)
class CallStart:
    """Ask for an incarnation."""


@dataclass(frozen=True, slots=True)
class CallPush:
    """Send the oldest envelopes, up to `limit`."""

    limit: int = PUSH_LIMIT


@dataclass(frozen=True, slots=True)
class CallChanges:
    """Ask for changes, waiting up to `wait` seconds for some."""

    wait: int


@dataclass(frozen=True, slots=True)
class CallSnapshot:
    """Fetch everything."""


@dataclass(frozen=True, slots=True)
class CallSums:
    """Ask how much of each kind this till should hold."""


@dataclass(frozen=True, slots=True)
class Compare:
    """Count what the till holds, and compare."""

    sums: Sums


@dataclass(frozen=True, slots=True)
class CallKinds:
    """Fetch some kinds once more."""

    kinds: frozenset[RecordKind]


@dataclass(frozen=True, slots=True)
class Keep:
    """Hand what came to the till's store."""

    what: Kept


@dataclass(frozen=True, slots=True)
class Wake:
    """Another lane has something to do now."""

    lane: Lane


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing to do for so many seconds, or (None) until woken."""

    seconds: float | None


@dataclass(frozen=True, slots=True)
class TellLink:
    """How the till stands to its site has changed."""

    link: Link
    code: str


Call = CallStart | CallPush | CallChanges | CallSnapshot | CallSums | Compare | CallKinds
"""What is answered by a further event."""

Action = Call | Keep | Wake | Rest | TellLink


def step(state: State, event: Event) -> tuple[State, tuple[Action, ...]]:
    """What follows from an event. Calls are answered by further events of the same lane.

    While the site says no to this till, nothing is called, whatever was begun before it said so.
    """
    state, actions = _followed(state, event)
    if state.link is Link.STOPPED:
        actions = tuple(Rest(None) if isinstance(action, Call) else action for action in actions)
    return state, actions


def _followed(state: State, event: Event) -> tuple[State, tuple[Action, ...]]:
    match event:
        case Turn():
            return replace(state, compare=state.compare and event.lane is not Lane.PULL), _turn(state, event)
        case StartAnswered():
            return _started(state, event)
        case PushAnswered():
            return _pushed(state, event)
        case NothingToPush():
            return state, (Rest(None),)
        case ChangesAnswered():
            return _changed(state, event)
        case SnapshotCame():
            state, told = _reached(replace(state, pull_failures=0, more=True), event.now)
            return state, (Keep(event), Wake(Lane.PUSH), *told, Rest(0))
        case SumsAnswered():
            return _summed(state, event)
        case Compared():
            return _compared(state, event)
        case KindsCame():
            return replace(state, more=True), (Keep(event), Rest(0))
        case Failed():
            return _failed(state, event)
        case Reset():
            fresh = replace(state, push_failures=0, pull_failures=0)
            if state.link is Link.STOPPED:
                fresh = replace(fresh, link=Link.OFFLINE, started=False)
            return fresh, (Wake(Lane.PUSH), Wake(Lane.PULL))


def _turn(state: State, event: Turn) -> tuple[Action, ...]:
    if event.lane is Lane.PUSH:
        return (CallPush(),) if state.started else (CallStart(),)
    if not state.started:
        return (Rest(None),)
    if not event.has_cursor:
        return (CallSnapshot(),)
    if state.compare:
        return (CallSums(),)
    return (CallChanges(0 if state.more else POLL_SECONDS),)


def _reached(
    state: State, now: datetime, site_time: datetime | None = None
) -> tuple[State, tuple[Action, ...]]:
    """The site was reached; when it was not before, that is told and no lane rests any longer.

    That the till's clock is wrong, or right again, is told too.
    """
    ahead = state.clock_ahead if site_time is None else site_time - now
    told: tuple[Action, ...] = ()
    if state.link is not Link.ONLINE:
        told = (TellLink(Link.ONLINE, ""), Wake(Lane.PUSH), Wake(Lane.PULL))
    elif clocks.is_off(ahead) != clocks.is_off(state.clock_ahead):
        told = (TellLink(Link.ONLINE, ""),)
    return replace(state, link=Link.ONLINE, code="", last_contact=now, clock_ahead=ahead), told


def _started(state: State, event: StartAnswered) -> tuple[State, tuple[Action, ...]]:
    fresh = replace(state, started=True, more=True, push_failures=0, was_away=True)
    state, told = _reached(fresh, event.now, event.started.site_time)
    return state, (Keep(event), Wake(Lane.PULL), *told, Rest(0))


def _pushed(state: State, event: PushAnswered) -> tuple[State, tuple[Action, ...]]:
    """Answers of another epoch count for nothing: the site was restored, and the till begins anew with it."""
    state, told = _reached(state, event.now, event.answer.site_time)
    if event.answer.epoch != event.epoch:
        return replace(state, started=False), (*told, Rest(0))
    if event.answer.wait is not None:
        # A restored site waits for other tills: what it did not take yet goes again as it is sealed.
        kept = (Keep(event),) if event.answer.results else ()
        return replace(state, push_failures=0), (*kept, *told, Rest(event.answer.wait))
    if not event.answer.results:
        # The sequences do not fit: a new incarnation seals what waits from the seq the site waits for.
        failures = state.push_failures + 1
        again = replace(state, started=False, push_failures=failures)
        return again, (*told, Rest(rest_after(failures - 1, 1.0)))
    return replace(state, push_failures=0), (Keep(event), *told, Rest(0))


def _changed(state: State, event: ChangesAnswered) -> tuple[State, tuple[Action, ...]]:
    state, told = _reached(replace(state, pull_failures=0), event.now, event.changes.site_time)
    if event.changes.epoch != event.epoch:
        return replace(state, started=False), (*told, Wake(Lane.PUSH), Rest(None))
    state = replace(state, more=event.changes.more)
    if not state.more and (state.suspects or _is_due(state, event.now)):
        state = replace(state, compare=True, compared_at=event.now, was_away=False)
    return state, (Keep(event), *_returns(event.changes), *told, Rest(0))


def _returns(changes: Changes) -> tuple[Action, ...]:
    """What the site wants back of a lease goes up at once."""
    lent = any(change.kind is RecordKind.LEASE for change in changes.changes)
    return (Wake(Lane.PUSH),) if lent else ()


def _is_due(state: State, now: datetime) -> bool:
    """Whether it is time to compare; a clock that was set back decides nothing."""
    if state.compared_at is None or now < state.compared_at:
        return True
    soon = state.was_away or state.skipped
    return now - state.compared_at >= (CHECK_AFTER_BREAK if soon else CHECK_EVERY)


def _summed(state: State, event: SumsAnswered) -> tuple[State, tuple[Action, ...]]:
    if event.sums.epoch != event.epoch:
        return replace(state, started=False), (Wake(Lane.PUSH), Rest(None))
    skipped = CHECKED - {one.kind for one in event.sums.sums}
    return replace(state, skipped=bool(skipped)), (Compare(event.sums),)


def _compared(state: State, event: Compared) -> tuple[State, tuple[Action, ...]]:
    """What differs is looked at once more, as an answer may just have come; then it is fetched again."""
    confirmed = event.differing & state.suspects
    if confirmed:
        return replace(state, suspects=frozenset()), (CallKinds(confirmed),)
    return replace(state, suspects=event.differing, more=bool(event.differing)), (Rest(0),)


def _failed(state: State, event: Failed) -> tuple[State, tuple[Action, ...]]:
    if event.kind is FailureKind.STOP:
        stopped = replace(state, link=Link.STOPPED, code=event.code, started=False)
        return stopped, (TellLink(Link.STOPPED, event.code), Rest(None))
    if event.kind is FailureKind.LOAD_AGAIN:
        return state, (CallSnapshot(),)
    failures = state.failures(event.lane) + 1
    counted = (
        replace(state, push_failures=failures)
        if event.lane is Lane.PUSH
        else replace(state, pull_failures=failures)
    )
    if event.kind is FailureKind.START_AGAIN:
        rest: float | None = rest_after(failures - 1, event.chance)
        if event.lane is Lane.PULL:
            return replace(counted, started=False), (Wake(Lane.PUSH), Rest(None))
        return replace(counted, started=False), (Rest(rest),)
    rest = rest_when_asked(event.wait, failures, event.chance)
    told: tuple[Action, ...] = ()
    if state.link is Link.ONLINE or state.code != event.code:
        told = (TellLink(Link.OFFLINE, event.code),)
    offline = replace(counted, link=Link.OFFLINE, code=event.code, more=True, was_away=True)
    return offline, (*told, Rest(rest))
