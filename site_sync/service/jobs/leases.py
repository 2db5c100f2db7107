"""Lending stock to the tills, so that they can promise it while they are cut off."""

from __future__ import annotations

from functools import partial

from site_sync.service import enrolment, leases, lending
from site_sync.service.wiring import Site


def lend_stock(site: Site) -> int:
    """Look at what moved since the last time; returns how much is left to do at once.

    After a restore nothing is lent before the tills have brought what they had promised.
    """
    if site.database.read(partial(enrolment.awaits, now=site.now())):
        return 0
    if not site.database.read(lending.anything_to_do):
        return 0
    seen = site.database.read(lending.look)
    to = site.database.read(lending.lenders)  # read after the look: what is settled later is behind its place
    due = site.database.read(lambda db: lending.unsettled(db, seen.keys, to))
    moved = 0
    for start in range(0, len(due), leases.PART):
        part = due[start : start + leases.PART]
        moved += site.database.write(partial(lending.settle, keys=part, new_id=site.new_id))
    if seen.since != seen.position:
        site.database.write(partial(lending.looked, seen=seen))
    return moved or int(seen.more)
