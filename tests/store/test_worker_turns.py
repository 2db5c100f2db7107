"""The worker on a real store against a site that answers as scripted: a broken load, kinds that differ."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from site_sync.protocol.changes import RecordKind
from site_sync.worker.client import SiteClient
from site_sync.worker.ports import Applied, Place
from site_sync.worker.running import Surroundings, Told, Worker
from site_sync.worker.worker import Lane, Link, State
from tests.builders import NOW
from tests.desks import SKUS, Bench, items
from tests.store.test_site_side import snapshot
from tests.worker.scripted_site import NONCE, Answer, ScriptedSite

HEAD: dict[str, Any] = {"service": "site", "epoch": "e1", "site_time": NOW.isoformat()}
STARTED = Answer(HEAD | {"incarnation": 2, "next_seq": 1})
NO_CHANGES = Answer(HEAD | {"nonce": NONCE, "cursor": "e1:9", "changes": [], "more": False})
OTHER_ITEMS = Answer(
    HEAD
    | {"nonce": NONCE, "closed_after": (NOW - timedelta(days=29)).isoformat()}
    | {"sums": [{"kind": "item", "count": 1, "total": "0" * 16}]}
)


class Working:
    """A worker of the bench's till; `heard` is what it told the screens."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self.site = ScriptedSite(STARTED)
        self.heard: list[Applied] = []
        self._clients: list[SiteClient] = []
        around = Surroundings(
            bench.store.site_side, self._client, bench.clock.read, lambda: 1.0, lambda: "n", folder
        )
        self.worker = Worker(around, Told(self.heard.append, lambda _state: None, lambda _lane: None))
        assert self.worker.run_once(Lane.PUSH) == 0

    def _client(self, _lane: Lane, _place: Place) -> SiteClient:
        self._clients.append(SiteClient(self.site.url, "t", "site"))
        return self._clients[-1]

    def pull(self, *answers: Answer) -> float | None:
        """One turn, answered so; for how long it rests."""
        self.site.answers.extend(answers)
        return self.worker.run_once(Lane.PULL)

    def close(self) -> None:
        """End all of it."""
        for client in self._clients:
            client.close()
        self.site.close()


@pytest.fixture
def working(bench: Bench, tmp_path: Path) -> Iterator[Working]:
    """A worker that has started."""
    working = Working(bench, tmp_path)
    yield working
    working.close()


def test_a_person_who_wants_it_tried_now_waits_for_nothing(tmp_path: Path, bench: Bench) -> None:
    class Busy:
        """A till whose database thread has other things to do."""

        def __getattr__(self, name: str) -> Any:
            raise AssertionError(f"{name} was asked of the till")

    woken: list[Lane] = []
    till: Any = Busy()
    client: Any = None
    around = Surroundings(till, client, bench.clock.read, lambda: 1.0, lambda: "n", tmp_path)
    worker = Worker(around, Told(lambda _applied: None, lambda _state: None, woken.append))
    worker.reset()
    assert woken == [Lane.PUSH, Lane.PULL]


def test_how_the_link_stands_is_told_before_the_other_lane_can_change_it(
    tmp_path: Path, bench: Bench
) -> None:
    site = ScriptedSite(Answer({}, 503))
    waited: list[bool] = []

    def hear(_state: State) -> None:
        other = threading.Thread(target=worker.reset)
        other.start()
        other.join(0.05)
        waited.append(other.is_alive())

    client = SiteClient(site.url, "t", "site")
    around = Surroundings(
        bench.store.site_side,
        lambda _lane, _place: client,
        bench.clock.read,
        lambda: 1.0,
        lambda: "n",
        tmp_path,
    )
    worker = Worker(around, Told(lambda _applied: None, hear, lambda _lane: None))
    worker.run_once(Lane.PUSH)
    assert (waited, worker.state.link) == ([True], Link.OFFLINE)
    client.close()
    site.close()


def packed(data: bytes) -> Answer:
    """A snapshot as it travels."""
    return Answer(gzip.compress(data), content_type="application/gzip")


def test_a_load_that_is_no_snapshot_rests_and_leaves_nothing(
    bench: Bench, working: Working, tmp_path: Path
) -> None:
    bench.store.identity.follow("e1", "")
    before = set(tmp_path.iterdir())
    rest = working.pull(packed(b"no database at all" * 99))
    assert rest is not None
    assert rest > 0
    assert (working.worker.state.link, working.worker.state.code) == (Link.OFFLINE, "snapshot_broken")
    assert set(tmp_path.iterdir()) == before
    assert working.heard == []


def test_kinds_that_differ_twice_are_loaded_again_and_told(
    bench: Bench, working: Working, tmp_path: Path
) -> None:
    item = items()[1]
    file = snapshot(tmp_path / "made.sqlite", [(RecordKind.ITEM, item.sku, item)])
    assert working.pull(NO_CHANGES) == 0
    assert working.pull(OTHER_ITEMS) == 0
    assert bench.store.catalogue.count() == len(items()), "once may be chance"
    assert working.pull(NO_CHANGES) == 0
    assert working.pull(OTHER_ITEMS, packed(file.read_bytes())) == 0
    assert [applied.reloaded for applied in working.heard if applied.reloaded] == [{RecordKind.ITEM}]
    assert bench.store.catalogue.item(SKUS[0]) is None
    assert bench.store.catalogue.item(item.sku) == item
    assert bench.store.site_side.reloaded() == {RecordKind.ITEM: NOW}
    asked = working.site.asked[-1]
    assert (asked.path, asked.query) == ("/sync/v1/snapshot", {"kinds": "item", "cursor": "e1:9"})
    assert working.pull(NO_CHANGES) == 0
    assert not working.worker.state.compare, "not again at once"
