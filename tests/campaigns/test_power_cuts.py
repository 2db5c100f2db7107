"""Power cuts on the till's store in the gate: some that must do no harm, and some that must be noticed."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from pos_app.store.journal_file import JournalFile
from tests.campaigns.power.disk import Content
from tests.campaigns.power.run import Report, run_seed
from tests.simulation.storm.run import forget_template
from tests.simulation.storm.stand_ins import standing_in

SEEDS = range(3)
FEWEST_CUTS = 100


@pytest.fixture(scope="module", autouse=True)
def _leave_nothing() -> Iterator[None]:
    yield
    forget_template()


def test_no_power_cut_takes_what_was_acknowledged() -> None:
    whole = Report()
    for seed in SEEDS:
        whole.join(run_seed(seed))
    assert whole.broken == []
    assert whole.cuts >= FEWEST_CUTS
    doing = {moment.partition(",")[0] for moment in whole.moments}
    assert doing >= {"act", "answers and changes", "start", "start after a cut"}


def test_a_file_that_is_not_forced_to_the_disk_is_noticed() -> None:
    broken = run_seed(1, synchronous="NORMAL").broken
    assert any("something acknowledged is lost" in words for words in broken)


def test_a_journal_that_is_not_forced_to_the_disk_is_noticed() -> None:
    with standing_in((JournalFile, "flush", lambda _journal: None)):
        broken = run_seed(1).broken
    assert any("had left the till are not in the journal" in words for words in broken)


def test_a_cut_leaves_old_new_and_torn_bytes_but_what_was_forced_stays() -> None:
    content = Content(b"a" * 2048)
    content.write(0, b"b" * 512)
    content.sync()
    content.write(512, b"c" * 1024)
    content.write(1536, b"d" * 1024)
    left = {content.left(Random(seed)) for seed in range(400)}
    assert all(one[:512] == b"b" * 512 and len(one) >= 2048 for one in left)
    assert {b"b" * 512 + b"a" * 1536, b"b" * 512 + b"c" * 1024 + b"d" * 1024} <= left
    later_first = [one for one in left if one[1536:2048] == b"d" * 512 and b"a" in one[512:1536]]
    torn = [one for one in left if b"c" in one and one.count(b"c") % 512]
    assert later_first
    assert torn
