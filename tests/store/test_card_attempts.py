"""Tests of what the till keeps of card payments: found without reading all that were ever made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos_app.store.card_attempts import AttemptState, CardAttempt
from site_sync.domain.money import Money
from tests.builders import NOW
from tests.desks import Bench

BOTH = {
    "card_attempts_by_state": "CREATE INDEX card_attempts_by_state ON card_attempts (state)",
    "card_attempts_unused": (
        "CREATE INDEX card_attempts_unused ON card_attempts (state, used, at) "
        "WHERE state = 'approved' AND used = 0"
    ),
}


@pytest.mark.parametrize("order", [tuple(BOTH), tuple(reversed(BOTH))], ids=["state first", "unused first"])
def test_approved_attempts_in_no_act_are_found_without_reading_the_used_ones(
    bench: Bench, order: tuple[str, ...]
) -> None:
    """They are asked for after every act, and rows are never deleted."""
    raw, attempts = bench.store.file.raw, bench.store.card_attempts
    kept = dict(raw.execute("SELECT name, sql FROM sqlite_master WHERE name LIKE 'card_attempts_%'"))
    assert kept == BOTH
    for name in order:
        raw.execute(f"DROP INDEX {name}")
    for name in order:
        raw.execute(BOTH[name])
    for number in range(3):
        attempt = CardAttempt(f"a{number}", NOW, "payment", "o1", Money(900, "EUR"), "clerk", "s1")
        attempts.begin(attempt)
        attempts.settle(replace(attempt, state=AttemptState.APPROVED))
    attempts.use(("a0", "a2"))
    asked: list[str] = []
    raw.set_trace_callback(asked.append)
    assert [one.id for one in attempts.unused()] == ["a1"]
    raw.set_trace_callback(None)
    plan = " ".join(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {asked[0]}"))
    assert "card_attempts_unused" in plan
    assert "TEMP B-TREE" not in plan
