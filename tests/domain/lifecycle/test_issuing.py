"""A new code voids whatever opened the order before, and is told at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from site_sync.domain import commands as acts
from site_sync.domain.customers import Collector, Customer
from site_sync.domain.errors import Code
from site_sync.domain.events import CodeIssued, Event
from site_sync.domain.later_events import MessageAsked, MessageTold
from site_sync.domain.offline import Standing
from site_sync.domain.orders import Stage
from site_sync.domain.particulars import Identity, IdentityBy
from tests.builders import command, line, order
from tests.domain.lifecycle.examples import code, collect, context, decided, done, in_stage, refusal

NEW = acts.IssueCode("c" * 64, "d" * 64, 2)
ISSUED = CodeIssued(NEW.code_hash, NEW.page_hash, 2)
FIRST = replace(order(line(1, picked=1)), code_hash="a" * 64, page_hash="b" * 64)


def shown(code_hash: str) -> acts.Collect:
    """A hand-over to whoever shows that code."""
    return collect(pays=1_000, identity=Identity(IdentityBy.CODE, code_hash))


def test_the_code_before_and_the_collectors_open_nothing_any_more() -> None:
    named = done(FIRST, acts.NameCollector(Collector("Ole"), "e" * 64, 1))
    after = done(named, NEW)
    assert (after.code_hash, after.page_hash, after.code_issue) == (NEW.code_hash, NEW.page_hash, 2)
    for void in (FIRST.code_hash, "e" * 64):
        assert done(named, shown(void)).stage is Stage.DONE
        assert code(after, shown(void)) is Code.CODE_WRONG
    assert done(after, shown(NEW.code_hash)).stage is Stage.DONE
    assert after.collector == Collector("Ole")
    anew = done(after, acts.NameCollector(Collector("Ole"), "f" * 64, 2))
    assert done(anew, shown("f" * 64)).stage is Stage.DONE


@pytest.mark.parametrize(
    ("stage", "told"),
    [
        (Stage.TO_PICK, MessageTold.CREATED),
        (Stage.PICKING, MessageTold.CREATED),
        (Stage.TO_COLLECT, MessageTold.READY),
        (Stage.TO_SHIP, MessageTold.CREATED),
        (Stage.TO_PUT_BACK, MessageTold.EXPIRED),
    ],
)
def test_whoever_can_be_reached_is_told_how_the_order_stands(stage: Stage, told: MessageTold) -> None:
    before = in_stage(stage)
    events: tuple[Event, ...] = decided(before, command(before.id, NEW)).events
    assert events == (ISSUED, MessageAsked(told))
    unreached = replace(before, customer=Customer(name="Maria"))
    assert decided(unreached, command(before.id, NEW)).events == (ISSUED,)


def test_of_two_new_codes_at_once_the_later_one_is_refused_by_name() -> None:
    refused = refusal(done(FIRST, NEW), replace(NEW, code_hash="9" * 64))
    assert (refused.code, refused.facts) == (Code.CODE_REPLACED, {"number": FIRST.number, "issue": 2})


def test_a_till_that_is_cut_off_issues_codes_of_its_own_stores_orders() -> None:
    cut_off = context(cut_off=Standing())
    assert decided(FIRST, command(FIRST.id, NEW), cut_off).order.code_issue == 2
    refused = refusal(replace(FIRST, store="S02"), NEW, cut_off)
    assert (refused.code, refused.facts["why"]) == (Code.OFFLINE, "other_store")
