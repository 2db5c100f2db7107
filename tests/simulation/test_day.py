"""A small day in the gate; the whole one is `python -m tests.simulation.day`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from site_sync.service.database.migrate import migrate
from tests.simulation.day import run

ORDERS = 16


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file."""
    path = tmp_path_factory.mktemp("simulated") / "site.sqlite"
    migrate(f"sqlite:///{path}")
    return path


def test_a_day_keeps_its_promises(migrated: Path, tmp_path: Path) -> None:
    shutil.copyfile(migrated, tmp_path / "site.sqlite")
    report = run(ORDERS, f"sqlite:///{tmp_path / 'site.sqlite'}", tmp_path)
    assert report.broken == []
    assert report.counts["ordered"] == ORDERS
    for happened in ("claimed", "picked", "ready", "handed over", "put back", "turned away: second use"):
        assert report.counts[happened], f"{happened}: the day shows nothing of it"
    assert report.messages >= 2 * report.counts["ready"]
