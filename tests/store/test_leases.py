"""Tests of what a till gives back of its leases: what was told or answered since is looked at, not all."""

from __future__ import annotations

import json

from pos_app.store.outbox import ToSend
from site_sync.domain.leases import Drawn, Lease
from site_sync.protocol.changes import RecordKind
from site_sync.protocol.codec import LEASE_RETURN
from site_sync.protocol.envelope import PayloadKind, ResultKind
from tests.builders import NOW
from tests.desks import SKUS, Bench
from tests.store.test_outbox import answer

DEVICE = "device-02"
WHOLE = "SELECT body FROM leases WHERE device = (SELECT device FROM identity)"


def lend(bench: Bench, sku: str, version: int, wanted: int) -> None:
    """The site's word on a lease of five units."""
    lease = Lease(f"l-{sku}", DEVICE, "S01", sku, granted=5, wanted=wanted, version=version)
    bench.tell(RecordKind.LEASE, f"{DEVICE}/{sku}", lease)


def given_back(bench: Bench) -> list[tuple[str, int]]:
    """Units given back, oldest first."""
    rows = bench.store.file.raw.execute(
        "SELECT payload FROM outbox WHERE payload_kind = 'lease' ORDER BY place"
    )
    return [(part.sku, part.quantity) for (body,) in rows for part in LEASE_RETURN.load(body).parts]


def test_only_leases_that_moved_are_looked_at_and_all_after_a_start(bench: Bench) -> None:
    read: list[str] = []
    lend(bench, SKUS[0], 1, wanted=5)
    bench.store.file.raw.set_trace_callback(read.append)
    lend(bench, SKUS[1], 1, wanted=5)
    lend(bench, SKUS[0], 2, wanted=2)
    bench.store.file.raw.set_trace_callback(None)
    assert given_back(bench) == [(SKUS[0], 3)]
    assert WHOLE not in read


def test_units_that_a_refused_command_had_drawn_go_back_with_the_next_word_on_any_lease(bench: Bench) -> None:
    lend(bench, SKUS[0], 1, wanted=5)
    payload = json.dumps({"leased": [{"lease": f"l-{SKUS[0]}"}]})
    with bench.store.file.transaction():
        bench.store.outbox.append(ToSend("c1", PayloadKind.ORDER, payload, "clerk", NOW))
        bench.store.leases.draw("c1", (Drawn(f"l-{SKUS[0]}", SKUS[0], 5),))
    lend(bench, SKUS[0], 2, wanted=0)
    assert given_back(bench) == []
    (envelope,) = bench.store.outbox.to_push(9)
    answer(bench, envelope, kind=ResultKind.REJECTED)
    lend(bench, SKUS[1], 1, wanted=5)
    assert given_back(bench) == [(SKUS[0], 5)]
