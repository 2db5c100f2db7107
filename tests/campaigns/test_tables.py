"""A short run of damaged tables."""

from __future__ import annotations

from tests.campaigns.tables.__main__ import run


def test_damaged_tables_are_rows_or_refused_in_words() -> None:
    told: list[str] = []
    seen = run(1_500, 3, told.append)
    assert told == []
    assert min(seen[what] for what in ("taken", "unreadable", "not_a_number", "sku_missing")) > 100
