"""Tests of the worker's state machine: what follows from what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_sync.protocol.changes import Change, Changes, RecordKind, Started
from site_sync.protocol.checks import CHECKED, KindSum, Sums
from site_sync.protocol.envelope import PushAnswer, Result, ResultKind
from site_sync.worker import worker as w
from site_sync.worker.pace import FIRST_SECONDS, LONGEST_SECONDS, rest_after
from site_sync.worker.worker import FailureKind, Lane, Link, State, step
from tests.builders import NOW

STARTED = Started(service="s", epoch="e1", site_time=NOW, incarnation=1, next_seq=1)
ONLINE = State(Link.ONLINE, started=True)


def answer(epoch: str = "e1", results: int = 1) -> w.PushAnswered:
    found = tuple(Result(command_id=f"c{n}", seq=n, kind=ResultKind.APPLIED) for n in range(results))
    return w.PushAnswered(PushAnswer(service="s", epoch=epoch, site_time=NOW, results=found), "e1", NOW)


def changes(epoch: str = "e1", *, more: bool = False) -> w.ChangesAnswered:
    words = Changes(service="s", nonce="", epoch=epoch, site_time=NOW, cursor="c", more=more)
    return w.ChangesAnswered(words, "e1", NOW)


def failed(lane: Lane, kind: FailureKind, chance: float = 1.0, wait: float = 0.0) -> w.Failed:
    return w.Failed(lane, kind, "why", chance, wait)


def test_nothing_is_sent_before_the_site_gave_an_incarnation() -> None:
    assert step(State(), w.Turn(Lane.PUSH, True))[1] == (w.CallStart(),)
    assert step(State(), w.Turn(Lane.PULL, True))[1] == (w.Rest(None),)
    state, actions = step(State(), w.StartAnswered(STARTED, NOW))
    assert state.started
    assert actions[0] == w.Keep(w.StartAnswered(STARTED, NOW))
    assert w.TellLink(Link.ONLINE, "") in actions
    assert w.Wake(Lane.PULL) in actions


def test_a_till_without_a_replica_loads_a_snapshot_first() -> None:
    assert step(ONLINE, w.Turn(Lane.PULL, False))[1] == (w.CallSnapshot(),)
    came = w.SnapshotCame(Path("file"), NOW)
    state, actions = step(ONLINE, came)
    assert actions == (w.Keep(came), w.Wake(Lane.PUSH), w.Rest(0))
    assert step(state, w.Turn(Lane.PULL, True))[1] == (w.CallChanges(0),)


def test_what_the_site_wants_back_of_a_lease_goes_up_at_once() -> None:
    told = changes()
    lease = Change(kind=RecordKind.LEASE, key="d/s", version=2, body=None)
    lent = replace(told, changes=told.changes.model_copy(update={"changes": (lease,)}))
    assert w.Wake(Lane.PUSH) in step(replace(ONLINE, compared_at=NOW), lent)[1]
    assert w.Wake(Lane.PUSH) not in step(replace(ONLINE, compared_at=NOW), told)[1]


def test_a_till_that_has_seen_everything_waits_at_the_feed() -> None:
    state, actions = step(ONLINE, changes(more=True))
    assert step(state, w.Turn(Lane.PULL, True))[1] == (w.CallChanges(0),)
    state, actions = step(replace(state, compared_at=NOW), changes())
    assert actions == (w.Keep(changes()), w.Rest(0))
    assert step(state, w.Turn(Lane.PULL, True))[1] == (w.CallChanges(w.POLL_SECONDS),)


def compared_at(minutes: int, *, away: bool = False) -> State:
    """What the till knows after a batch that came so long after it was last compared."""
    state = replace(ONLINE, compared_at=NOW - timedelta(minutes=minutes), was_away=away)
    return step(state, changes())[0]


def test_a_till_compares_once_it_has_caught_up_and_then_now_and_then() -> None:
    assert not step(ONLINE, changes(more=True))[0].compare
    assert step(ONLINE, changes())[0].compare
    assert not compared_at(59).compare
    assert compared_at(60).compare
    assert not compared_at(9, away=True).compare
    assert compared_at(10, away=True).compare
    assert compared_at(-1).compare, "the clock was set back"
    state = compared_at(60)
    assert step(state, w.Turn(Lane.PUSH, True))[0].compare
    state, actions = step(state, w.Turn(Lane.PULL, True))
    assert actions == (w.CallSums(),)
    assert (state.compare, state.was_away, state.compared_at) == (False, False, NOW)


def sums_of(kinds: Iterable[RecordKind]) -> Sums:
    counted = tuple(KindSum(kind=kind, count=0, total="") for kind in kinds)
    return Sums(service="s", nonce="", epoch="e1", site_time=NOW, closed_after=NOW, sums=counted)


def test_what_differs_twice_is_fetched_again_and_what_differs_once_is_not() -> None:
    sums = sums_of(CHECKED)
    assert step(ONLINE, w.SumsAnswered(sums, "e1")) == (ONLINE, (w.Compare(sums),))
    state, actions = step(ONLINE, w.Compared(frozenset({RecordKind.ITEM, RecordKind.STOCK})))
    assert actions == (w.Rest(0),)
    assert step(state, w.Turn(Lane.PULL, True))[1] == (w.CallChanges(0),)
    state = step(replace(state, compared_at=NOW), changes())[0]
    assert step(state, w.Turn(Lane.PULL, True))[1] == (w.CallSums(),)
    state, actions = step(state, w.Compared(frozenset({RecordKind.ITEM})))
    assert actions == (w.CallKinds(frozenset({RecordKind.ITEM})),)
    assert not state.suspects
    came = w.KindsCame(Path("file"), frozenset({RecordKind.ITEM}), NOW)
    state, actions = step(state, came)
    assert actions == (w.Keep(came), w.Rest(0))
    assert step(state, w.Compared(frozenset()))[1] == (w.Rest(0),)


def test_a_kind_that_moved_while_it_was_counted_is_compared_again_soon() -> None:
    state = step(ONLINE, w.SumsAnswered(sums_of(CHECKED - {RecordKind.STOCK}), "e1"))[0]
    state = replace(state, compared_at=NOW - timedelta(minutes=10))
    assert step(state, changes())[0].compare
    assert not step(step(state, w.SumsAnswered(sums_of(CHECKED), "e1"))[0], changes())[0].compare


def test_sums_of_another_epoch_are_compared_with_nothing() -> None:
    sums = Sums(service="s", nonce="", epoch="e2", site_time=NOW, closed_after=NOW)
    state, actions = step(ONLINE, w.SumsAnswered(sums, "e1"))
    assert (state.started, actions) == (False, (w.Wake(Lane.PUSH), w.Rest(None)))


def test_a_clock_that_is_wrong_is_told_and_so_is_that_it_is_right_again() -> None:
    behind = replace(changes(), now=NOW - timedelta(hours=3))
    state, actions = step(ONLINE, behind)
    assert state.clock_ahead == timedelta(hours=3)
    assert w.TellLink(Link.ONLINE, "") in actions
    assert w.TellLink(Link.ONLINE, "") not in step(state, behind)[1]
    state, actions = step(state, changes())
    assert (state.clock_ahead, w.TellLink(Link.ONLINE, "") in actions) == (timedelta(0), True)
    late = replace(changes(), now=NOW + timedelta(seconds=119))
    assert w.TellLink(Link.ONLINE, "") not in step(ONLINE, late)[1]


def test_the_push_lane_rests_until_woken_when_everything_is_answered() -> None:
    assert step(ONLINE, w.Turn(Lane.PUSH, True))[1] == (w.CallPush(),)
    assert step(ONLINE, answer())[1] == (w.Keep(answer()), w.Rest(0))
    assert step(ONLINE, w.NothingToPush())[1] == (w.Rest(None),)


@pytest.mark.parametrize("event", [answer(epoch="e2"), changes(epoch="e2")])
def test_a_new_epoch_is_met_with_a_new_start_and_nothing_of_it_is_kept(event: w.Event) -> None:
    state, actions = step(ONLINE, event)
    assert not state.started
    assert not [action for action in actions if isinstance(action, w.Keep)]


def test_a_gap_in_the_sequence_is_mended_by_a_new_start_with_growing_rests() -> None:
    state, actions = step(ONLINE, answer(results=0))
    assert (state.started, actions[-1]) == (False, w.Rest(0.0))
    state, actions = step(state, answer(results=0))
    assert actions[-1] == w.Rest(FIRST_SECONDS)


@pytest.mark.parametrize("results", [0, 1])
def test_what_a_restored_site_does_not_take_yet_goes_again_as_it_is_sealed(results: int) -> None:
    told = answer(results=results)
    waits = replace(told, answer=told.answer.model_copy(update={"send_from": 2, "wait": 2.0}))
    state, actions = step(replace(ONLINE, push_failures=3), waits)
    assert (state.started, state.push_failures, state.link) == (True, 0, Link.ONLINE)
    assert actions == (*([w.Keep(waits)] * results), w.Rest(2.0))


@pytest.mark.parametrize("lane", list(Lane))
def test_failures_make_the_rest_longer_and_a_success_short_again(lane: Lane) -> None:
    state, rests = ONLINE, []
    for _ in range(12):
        state, actions = step(state, failed(lane, FailureKind.AGAIN))
        rests.append(actions[-1])
    assert rests[:3] == [w.Rest(0.5), w.Rest(1.0), w.Rest(2.0)]
    assert rests[-1] == w.Rest(LONGEST_SECONDS)
    assert (state.link, state.code) == (Link.OFFLINE, "why")
    state, actions = step(state, answer() if lane is Lane.PUSH else changes())
    assert (state.failures(lane), state.link) == (0, Link.ONLINE)
    assert w.TellLink(Link.ONLINE, "") in actions


def test_the_site_may_ask_for_more_time_and_tills_do_not_come_back_together() -> None:
    asked = [failed(Lane.PUSH, FailureKind.AGAIN, chance, wait=9) for chance in (0.0, 0.5, 1.0)]
    rests = [step(ONLINE, one)[1][-1] for one in asked]
    assert rests == [w.Rest(9), w.Rest(13.5), w.Rest(18)]
    longest = step(ONLINE, failed(Lane.PUSH, FailureKind.AGAIN, wait=600))[1][-1]
    assert longest == w.Rest(600 + LONGEST_SECONDS)


def test_an_offline_till_is_told_once() -> None:
    state, first = step(ONLINE, failed(Lane.PULL, FailureKind.AGAIN))
    _, second = step(state, failed(Lane.PULL, FailureKind.AGAIN))
    assert w.TellLink(Link.OFFLINE, "why") in first
    assert w.TellLink(Link.OFFLINE, "why") not in second


def test_a_site_that_says_no_stops_everything_until_a_person_tries_again() -> None:
    state, actions = step(ONLINE, failed(Lane.PUSH, FailureKind.STOP))
    assert actions == (w.TellLink(Link.STOPPED, "why"), w.Rest(None))
    for lane in Lane:
        assert step(state, w.Turn(lane, True))[1] == (w.Rest(None),)
    state, actions = step(state, w.Reset())
    assert actions == (w.Wake(Lane.PUSH), w.Wake(Lane.PULL))
    assert step(state, w.Turn(Lane.PUSH, True))[1] == (w.CallStart(),)


def test_a_cursor_that_is_gone_means_a_fresh_load() -> None:
    assert step(ONLINE, failed(Lane.PULL, FailureKind.LOAD_AGAIN))[1] == (w.CallSnapshot(),)


def test_an_old_incarnation_starts_again_on_the_push_lane() -> None:
    state, actions = step(ONLINE, failed(Lane.PULL, FailureKind.START_AGAIN))
    assert (state.started, actions) == (False, (w.Wake(Lane.PUSH), w.Rest(None)))
    state, actions = step(ONLINE, failed(Lane.PUSH, FailureKind.START_AGAIN))
    assert (state.started, actions) == (False, (w.Rest(0.0),))


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_the_rest_is_never_negative_and_never_too_long(failures: int, chance: float) -> None:
    assert 0 <= rest_after(failures, chance) <= LONGEST_SECONDS


EVENTS = st.one_of(
    st.builds(w.Turn, st.sampled_from(Lane), st.booleans()),
    st.just(w.StartAnswered(STARTED, NOW + timedelta(hours=1))),
    st.builds(answer, st.sampled_from(["e1", "e2"]), st.integers(0, 2)),
    st.builds(changes, st.sampled_from(["e1", "e2"]), more=st.booleans()),
    st.just(w.NothingToPush()),
    st.builds(failed, st.sampled_from(Lane), st.sampled_from(FailureKind)),
    st.builds(w.Compared, st.frozensets(st.sampled_from(RecordKind))),
    st.just(w.Reset()),
)


@given(st.lists(EVENTS, max_size=30))
def test_whatever_comes_one_turn_makes_one_call_at_most(events: list[w.Event]) -> None:
    state = State()
    calls = w.Call.__args__
    for event in events:
        state, actions = step(state, event)
        made = [action for action in actions if isinstance(action, calls)]
        rests = [action for action in actions if isinstance(action, w.Rest)]
        assert len(made) + len(rests) <= 1
        assert made or rests or isinstance(event, w.Reset)
        if state.link is Link.STOPPED:
            assert not made
