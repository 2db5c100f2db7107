"""A short run of damaged inputs for every reader."""

from __future__ import annotations

import json
import random

import pytest

from site_sync.service.api.surround import BODY_LIMIT
from tests.campaigns.parsers import damage
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


def test_a_document_is_doubled_within_what_a_body_may_have() -> None:
    """Three hundred times three hundred blocks are no input of a reader but a burden of the campaign."""
    chance, sample = random.Random(1), [[["x" * 3_000 for _ in range(3)] for _ in range(3)]]
    sizes = [len(json.dumps(damage.document(chance, sample))) for _ in range(300)]
    assert BODY_LIMIT // 2 < max(sizes) <= BODY_LIMIT + 50_000
