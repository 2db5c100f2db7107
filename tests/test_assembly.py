"""What a till is used as, as the site said when it was let in, settles where it begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos_app import assembly
from site_sync.domain.shop import TillProfile
from site_sync.protocol.changes import Enrolled
from tests.desks import KEY, open_bench


@pytest.mark.parametrize(("profile", "counter"), [(TillProfile.TILL, False), (TillProfile.COUNTER, True)])
def test_a_collect_counter_begins_with_collecting(tmp_path: Path, profile: str, *, counter: bool) -> None:
    bench = open_bench(tmp_path)
    words = Enrolled(
        service="site", epoch="e1", device="device-02", token="t", store="S01", till="02",
        profile=profile, code_key=KEY.hex(),
    )  # fmt: skip
    bench.store.identity.enrol(words, "http://127.0.0.1:9")
    place = assembly._place(bench.desk)
    assert place is not None
    assert place.counter is counter
