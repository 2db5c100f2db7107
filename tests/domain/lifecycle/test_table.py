"""Every act is tried in every stage: it works where the table says so and is refused everywhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from site_sync.domain.commands import ActKind
from site_sync.domain.customers import Customer
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.events import UnitsMoved
from site_sync.domain.lifecycle import TABLE, allowed, allowed_actions, decide
from site_sync.domain.lifecycle.table import COLUMNS
from site_sync.domain.lifecycle.taking_back import has_use
from site_sync.domain.orders import Stage
from site_sync.domain.permissions import Right
from tests.builders import command
from tests.domain.lifecycle.examples import WORKING, context, decided, fitting, in_stage

_S = Stage
SAME: frozenset[Stage] = frozenset()
TO: dict[ActKind, frozenset[Stage]] = {
    ActKind.CREATE: frozenset({_S.TO_PICK}),
    ActKind.AMEND: SAME,
    ActKind.CONVERT_QUOTE: frozenset({_S.TO_PICK}),
    ActKind.TAKE_PAYMENT: SAME,
    ActKind.REFUND_PAYMENT: SAME,
    ActKind.KEEP_CREDIT: SAME,
    ActKind.FORFEIT: SAME,
    ActKind.CLAIM: frozenset({_S.PICKING}),
    ActKind.RELEASE: frozenset({_S.TO_PICK}),
    ActKind.PICK: frozenset({_S.PICKING}),
    ActKind.SHORT: frozenset({_S.PICKING}),
    ActKind.UNPICK: frozenset({_S.TO_PICK, _S.PICKING}),
    ActKind.CONFIRM_PICKING: frozenset({_S.TO_COLLECT}),
    ActKind.PLACE_BAG: SAME,
    ActKind.SUBSTITUTE: frozenset({_S.PICKING}),
    ActKind.ANSWER_SUBSTITUTE: SAME,
    ActKind.RECEIVE: SAME,
    ActKind.NAME_COLLECTOR: SAME,
    ActKind.ARRIVE: SAME,
    ActKind.COLLECT: frozenset({_S.TO_PUT_BACK}),
    ActKind.SHIP: frozenset({_S.TO_PUT_BACK}),
    ActKind.DELIVER: SAME,
    ActKind.CANCEL: frozenset({_S.TO_PUT_BACK, _S.DONE}),
    ActKind.EXTEND: frozenset({_S.QUOTE, _S.TO_COLLECT}),
    ActKind.REMIND: SAME,
    ActKind.EXPIRE: frozenset({_S.TO_PUT_BACK, _S.DONE}),
    ActKind.PUT_BACK: SAME,
    ActKind.NOTE: SAME,
    ActKind.MARK_READY: frozenset({_S.TO_COLLECT}),
    ActKind.REOPEN: frozenset({_S.QUOTE, _S.TO_PICK, _S.PICKING}),
    ActKind.UNDO_COLLECT: frozenset({_S.QUOTE, _S.TO_PICK, _S.PICKING, _S.TO_COLLECT, _S.TO_SHIP}),
    ActKind.REPRICE: SAME,
    ActKind.RETURN: SAME,
    ActKind.SEND_MESSAGE: SAME,
    ActKind.ISSUE_CODE: SAME,
}
"""Where the working examples lead; SAME is the stage they began in."""

PAIRS = [(stage, kind) for stage in Stage for kind in ActKind]
ALLOWED = [(stage, kind) for stage, kind in PAIRS if allowed(stage, kind)]


def test_the_table_and_the_examples_cover_every_act_and_every_stage() -> None:
    assert set(TABLE) == set(WORKING) == set(TO) == set(ActKind)
    assert set(COLUMNS) == {None, *Stage}
    assert all(in_stage(stage).stage is stage for stage in Stage)
    assert all(row.stages for row in TABLE.values())


@pytest.mark.parametrize(("stage", "kind"), ALLOWED)
def test_an_allowed_act_works_and_leads_where_it_should(stage: Stage, kind: ActKind) -> None:
    before = fitting(stage, kind)
    decision = decided(before, command(before.id, WORKING[kind]), context())
    assert decision.order.stage in (TO[kind] or {stage})
    assert decision.events
    assert decision.order.version == before.version + 1
    for event in decision.events:
        if isinstance(event, UnitsMoved):
            assert (event.source, event.target) in TABLE[kind].moves


@pytest.mark.parametrize(("stage", "kind"), [pair for pair in PAIRS if pair not in ALLOWED])
def test_every_other_act_is_refused_in_that_stage(stage: Stage, kind: ActKind) -> None:
    before = fitting(stage, kind)
    answer = decide(before, command(before.id, WORKING[kind]), context())
    assert isinstance(answer, Refusal)
    if kind is ActKind.CREATE:
        assert answer.code is Code.ORDER_EXISTS
    elif (stage, kind) in ((_S.DONE, ActKind.COLLECT), (_S.TO_PUT_BACK, ActKind.COLLECT)):
        assert answer.code is Code.ALREADY_COLLECTED
    else:
        assert answer.code is Code.NOT_ALLOWED_IN_STAGE
        assert answer.facts == {"stage": stage.value, "act": kind.value}


@pytest.mark.parametrize("kind", ActKind)
def test_an_order_that_does_not_exist_can_only_be_created(kind: ActKind) -> None:
    answer = decide(None, command("order-new", WORKING[kind]), context())
    assert isinstance(answer, Refusal) is (kind is not ActKind.CREATE)
    if isinstance(answer, Refusal):
        assert answer.code is Code.ORDER_UNKNOWN


@pytest.mark.parametrize(("stage", "kind"), ALLOWED)
def test_each_act_needs_its_right_and_says_which(stage: Stage, kind: ActKind) -> None:
    before = fitting(stage, kind)
    right = TABLE[kind].right_for(quote=stage is _S.QUOTE)
    others = frozenset(Right) - ({right} if right else frozenset())
    answer = decide(before, command(before.id, WORKING[kind]), context(rights=others))
    if right is None:
        assert not isinstance(answer, Refusal)
    else:
        assert answer == Refusal(Code.RIGHT_NEEDED, {"right": right.value})


@pytest.mark.parametrize("stage", Stage)
def test_the_allowed_actions_are_read_off_the_table(stage: Stage) -> None:
    found = in_stage(stage)
    here = {kind for at, kind in ALLOWED if at is stage and has_use(found, kind)}
    assert set(allowed_actions(found, frozenset(Right))) == here
    assert set(allowed_actions(found, frozenset())) == {kind for kind in here if TABLE[kind].right is None}


def test_nothing_is_offered_that_the_order_has_no_use_for() -> None:
    ready, gone = in_stage(_S.TO_COLLECT), in_stage(_S.DONE)
    silent = replace(ready, customer=Customer(name="Ib"))
    every = frozenset(Right)
    assert {ActKind.RETURN, ActKind.REOPEN}.isdisjoint(allowed_actions(ready, every))
    assert ActKind.SEND_MESSAGE not in allowed_actions(silent, every)
    assert ActKind.RETURN in allowed_actions(gone, every)
