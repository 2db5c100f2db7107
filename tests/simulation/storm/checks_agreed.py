"""The invariants about what tills and site lend, end and compare: 3, 7, 11 and 12."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from site_sync.protocol.changes import RECORDS, RecordKind
from site_sync.protocol.codec import COMMAND, LEASE_RETURN, Malformed
from site_sync.protocol.envelope import PayloadKind
from tests.simulation.storm.checks_site import SiteRows
from tests.simulation.storm.till import SimTill
from tests.simulation.storm.world import World

_CODEC = RECORDS[RecordKind.LEASE]
_DRAWING = (PayloadKind.ORDER.value, PayloadKind.LEASE.value)


def check_agreed(world: World, rows: SiteRows) -> Iterator[str]:
    """What is broken, each with the number of its invariant."""
    for till in world.tills:
        yield from _leases(till, rows)
        yield from _ends(till, rows)
        if till.reloaded and not till.lost_records:
            yield f"12: {till.name} had to load {sorted(till.reloaded)} again, as the feed left something out"


def _leases(till: SimTill, rows: SiteRows) -> Iterator[str]:
    """7: a till promises and gives back what it was lent, once; it knows its leases as the site does."""
    raw, device = till.store.file.raw, till.store.identity.read().device
    query = "SELECT sku, id, granted, spent, returned FROM leases WHERE device = ?"
    at_site = {sku: tuple(counts) for sku, *counts in rows.raw.execute(query, (device,))}
    query = "SELECT sku, body FROM leases WHERE device = ?"
    held = {sku: _CODEC.load(body) for sku, body in raw.execute(query, (device,))}
    here = {sku: (one.id, one.granted, one.spent, one.returned) for sku, one in held.items()}
    if here != at_site:
        yield f"11: {till.name} was lent {here}, the site says {at_site}"
    if raw.execute("SELECT count(*) FROM lease_draws").fetchone()[0]:
        yield f"11: {till.name} counts draws on its leases that were answered"
    if raw.execute("SELECT count(*) FROM unconfirmed").fetchone()[0]:
        yield f"11: {till.name} shows units as to be confirmed that were answered"
    effective = {row[0] for row in rows.all("SELECT command_id FROM history")}
    yield from _overdrawn(till, {lease[0]: lease[1] for lease in at_site.values()}, effective)


def _overdrawn(till: SimTill, granted: dict[str, int], effective: set[str]) -> Iterator[str]:
    """What a change draws that another till had made before is not spent, and may be promised again."""
    drawn: Counter[str] = Counter()
    query = "SELECT command_id, payload_kind, payload FROM outbox WHERE state = 'applied'"
    for command_id, kind, payload in till.store.file.raw.execute(query):
        if kind in _DRAWING and (command_id in effective or kind == PayloadKind.LEASE.value):
            drawn.update({part.lease: part.quantity for part in _parts(kind, payload)})
    for lease, units in drawn.items():
        if lease in granted and units > granted[lease]:
            yield f"7: {till.name} promised {units} of a lease of {granted[lease]}"


def _parts(kind: str, payload: str) -> tuple[Any, ...]:
    try:
        return LEASE_RETURN.load(payload).parts if kind == PayloadKind.LEASE else COMMAND.load(payload).leased
    except Malformed:
        return ()


def _ends(till: SimTill, rows: SiteRows) -> Iterator[str]:
    """3: a problem that was ended is ended on both sides, and one that is open is so on both."""
    here = dict(till.store.file.raw.execute("SELECT id, state FROM problems"))
    for name, state, store in rows.all("SELECT id, state, store FROM problems"):
        if name not in here and state == "open" and store in ("", till.store_code):
            yield f"3: {till.name} does not show the problem {name}"
        if name in here and (here[name] == "open") != (state == "open"):
            yield f"3: the problem {name} is {state} at the site and {here[name]} at {till.name} of {store}"
