"""A short run of damaged inputs for every reader."""

from __future__ import annotations

import pytest

from tests.campaigns.parsers.__main__ import run
from tests.campaigns.parsers.subjects import SUBJECTS

INPUTS = 250


@pytest.mark.parametrize("name", SUBJECTS)
def test_damaged_inputs_are_a_value_or_the_error_that_is_named(name: str) -> None:
    told: list[str] = []
    tally = run(name, INPUTS, 7, told.append)
    assert told == []
    assert tally.read + sum(tally.refused.values()) == INPUTS
    assert tally.read > 0
