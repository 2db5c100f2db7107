"""Commands that are no commands, and tills whose clock is wrong: neither stops or bends anything."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from site_sync.domain.commands import AddNote
from site_sync.domain.sales import ShiftAct, ShiftEntry
from site_sync.protocol.codec import COMMAND
from site_sync.protocol.envelope import ResultKind
from site_sync.service import problems
from site_sync.service.database import tables as t
from site_sync.service.jobs.deadlines import expire_orders
from site_sync.service.wiring import Site
from tests.fixtures.logs import ExpectedLogs
from tests.service.shop import ANNA, NOON, Commands
from tests.service.test_intake import sale
from tests.service.tills import Till
from tests.service.web_shop import WebShop


def told(**changes: object) -> str:
    """A command's text in which some members were replaced."""
    return json.dumps(json.loads(COMMAND.text(replace(Commands().create(), id="poison"))) | changes)


@pytest.mark.parametrize(
    "payload",
    [
        "[" * 100_000,
        '{"order_id":' * 30_000,
        told(order_id="\ud800"),
        told(order_id="x" * 400_000),
        told(order_id="two words"),
        told(order_id="nul\x00"),
        told(at="2026-11-20T12:00:00"),
    ],
    ids=["deep list", "deep object", "half a character", "long id", "no id", "NUL", "no offset"],
)
def test_a_payload_that_is_none_is_refused_and_the_next_command_is_taken(
    site: Site, till: Till, payload: str
) -> None:
    result = till.result(till.seal_text("poison", payload))
    assert (result.kind, result.code) == (ResultKind.REJECTED, "malformed")
    assert [problem.code for problem in site.database.read(problems.open_problems)] == ["malformed"]
    assert till.give(Commands().create()).kind is ResultKind.APPLIED


@pytest.mark.parametrize(
    "change", [{"command_id": "c\x00"}, {"command_id": "two words"}, {"payload_hash": "\x00"}]
)
def test_an_envelope_with_words_no_database_takes_is_malformed(
    web_shop: WebShop, till: Till, change: dict[str, str]
) -> None:
    envelope = till.seal(Commands().create()).model_dump(mode="json") | change
    answer = web_shop.http.post(
        "/sync/v1/commands",
        json={"protocol": 1, "envelopes": [envelope]},
        headers={"Authorization": f"Bearer {till.token}"},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


@pytest.mark.parametrize("year", [1, 1970, 2100, 9999])
def test_a_till_whose_clock_is_wrong_acts_now(
    site: Site, till: Till, expected_logs: ExpectedLogs, year: int
) -> None:
    for _ in range(2):
        expected_logs.expect("clock is wrong")
    wrong = datetime(year, 1, 1, tzinfo=UTC)
    commands = Commands(at=wrong)
    order = till.give(commands.create()).order
    assert order is not None
    assert order.created_at == order.updated_at == NOON
    noted = till.give(commands.give(order.id, AddNote("hi")), order.version).order
    assert noted is not None
    assert noted.notes[0].at == NOON
    assert expire_orders(site) == 0


def test_sales_and_shifts_of_a_wrong_clock_stand_under_today(
    site: Site, till: Till, expected_logs: ExpectedLogs
) -> None:
    for _ in range(2):
        expected_logs.expect("clock is wrong")
    wrong = datetime(2100, 1, 1, tzinfo=UTC)
    assert till.result(till.seal_sale(replace(sale(), at=wrong))).kind is ResultKind.APPLIED
    opening = ShiftEntry("s1", "z1", ShiftAct.OPEN, "S01", "02", ANNA, wrong, sale().payments[0].amount)
    assert till.result(till.seal_shift(opening)).kind is ResultKind.APPLIED
    for table in (t.sales, t.shift_entries, t.ledger):
        assert set(site.database.read(lambda db, at=table.c.at: db.execute(select(at)).scalars())) == {NOON}  # type: ignore[misc]


def test_what_happened_offline_keeps_its_time_and_is_found_as_changed_now(site: Site, till: Till) -> None:
    order = till.give(Commands(at=NOON - timedelta(days=3)).create()).order
    assert order is not None
    assert (order.created_at, order.updated_at) == (NOON - timedelta(days=3) + timedelta(minutes=1), NOON)


@pytest.mark.parametrize("hours", [-3, 3, 24 * 400])
def test_what_a_wrong_clock_wrote_down_gets_the_time_it_had(site: Site, till: Till, hours: int) -> None:
    """Acts of an hour ago, told by a till whose clock is that far ahead of the site's."""
    fast = timedelta(hours=hours)
    envelope = till.seal(Commands(at=NOON - timedelta(hours=1) + fast).create())
    ahead = -fast // timedelta(milliseconds=1)
    order = till.result(envelope.model_copy(update={"site_ahead_ms": ahead})).order
    assert order is not None
    assert order.created_at == NOON - timedelta(minutes=59)
