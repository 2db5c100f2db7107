"""Every awkward day ends well: order, money, stock and drawers at the site are what the guide says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.screens.awkward_days.calendar import DAYS
from tests.screens.awkward_days.town import TillHere, open_town


@pytest.mark.long
def test_every_day_ends_well(tmp_path: Path) -> None:
    """One after the other in one town, as the guide tells them."""
    pages: list[str] = []

    def look(till: TillHere, _step: str) -> None:
        pages.append(till.page)

    with open_town(tmp_path) as town:
        for day in DAYS:
            town.tomorrow()
            day(town, look)
            town.everybody_meets()
            town.all_is_well()
    assert {"collect", "pick", "pay_back", "problems", "put_back"} <= set(pages)
