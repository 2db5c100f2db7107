"""Races of two tills over real HTTP in the gate: each kind a few times, on both databases."""

from __future__ import annotations

from pathlib import Path
from random import Random

from tests.campaigns.races.kinds import RACES
from tests.campaigns.races.running import run_races, track

KINDS = len(RACES) + 1
OF_A_KIND = 4


def test_a_race_has_one_winner_and_the_loser_is_told_why(database_url: str, tmp_path: Path) -> None:
    with track(database_url, tmp_path, Random(1)) as on:
        tally = run_races(on, KINDS * OF_A_KIND, OF_A_KIND)
    assert tally.broken == []
    assert tally.races == KINDS * OF_A_KIND
    raced = {words.partition(":")[0] for words in tally.ended}
    assert raced == {race.name for race in RACES} | {"same gift card"}
