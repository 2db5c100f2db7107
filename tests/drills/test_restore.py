"""A restore drill on each engine; `python -m tests.drills.restore` runs many."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drills.restore import Report, drill


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_what_a_backup_lacks_comes_back(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    report = Report()
    drill(request.getfixturevalue(f"{engine}_database"), tmp_path, 7, report)
    assert report.broken == []
    assert report.counts["commands the backup lacked"] > 0
