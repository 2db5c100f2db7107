"""A short run of damaged calls by everybody."""

from __future__ import annotations

from pathlib import Path

from tests.campaigns.routes.__main__ import run
from tests.fixtures.logs import ExpectedLogs


def test_damaged_calls_are_answered_or_refused_in_words(tmp_path: Path, expected_logs: ExpectedLogs) -> None:
    expected_logs.allow("")  # what is warned of is damaged calls; mistakes are told by the run itself
    tally = run(250, 4, tmp_path, pages=20)
    assert tally.wrong == []
    assert {200, 303, 403, 404, 422} <= set(tally.statuses)
    assert len(tally.rows) > 80
