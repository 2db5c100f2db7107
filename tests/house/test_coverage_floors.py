"""The floors of coverage are counted over statements and branches."""

import tomllib

from tests.coverage_floors import tally
from tests.house.source import ROOT


def test_a_tally_counts_statements_and_branches_below_the_prefix() -> None:
    summary = {"num_statements": 8, "num_branches": 2, "covered_lines": 8, "covered_branches": 1}
    files = {path: {"summary": summary} for path in ("site_sync/domain/money.py", "pos_app/app.py")}
    assert tally(files, "site_sync/domain/").percent == 90.0


def test_nothing_measured_is_nothing_covered() -> None:
    assert tally({}, "site_sync/domain/").percent == 0.0


def test_every_floor_stands_under_code_that_exists() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    floors = settings["tool"]["handover"]["coverage_floors"]
    assert [prefix for prefix in floors if not (ROOT / prefix).exists()] == []
