"""An hour apart in the gate: all three agree in the end, and the till tells of what was refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.campaigns.apart import account
from tests.campaigns.apart.story import Apart, Hour

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def apart(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Apart, Hour]:
    """The hour has passed, and all have ended."""
    folder = tmp_path_factory.mktemp("apart")
    file = folder / "site.sqlite"
    file.write_bytes(migrated_sqlite.read_bytes())
    apart = Apart(f"sqlite:///{file}", folder)
    try:
        return apart, apart.pass_the_hour()
    finally:
        apart.close()


def test_all_three_agree_and_nothing_is_lost_or_doubled(apart: tuple[Apart, Hour]) -> None:
    _, hour = apart
    one, two = hour.states
    assert hour.passed_minutes == 60
    assert hour.refused_by_till() == []
    assert one["orders"] == two["orders"] == hour.site
    assert one["stock"] == two["stock"]
    assert sorted(one["commands"] + two["commands"]) == sorted(hour.commands)
    assert (one["pending"], two["pending"], one["audit"], two["audit"]) == (0, 0, None, None)
    assert hour.lost_answers >= 2


def test_the_till_tells_what_was_refused_and_how_it_can_end(apart: tuple[Apart, Hour], qtbot: QtBot) -> None:
    folder = apart[0].folders[1]
    shown = account.views(folder)
    told = "\n".join(account.lines(shown))
    assert len(shown) == 5
    assert "was handed over twice: by" in told
    assert "Not possible: this order stands at “Done”." in told
    assert "Not possible: this order stands at “To put back”." in told
    assert "was taken from the customer and is booked on no order." in told
    assert all(view.ways for view in shown)
    picture = folder / "problems.png"
    account.picture(shown, picture)
    assert picture.stat().st_size > 10_000
