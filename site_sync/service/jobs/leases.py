"""Lending stock to the tills, so that they can promise it while they are cut off."""

from __future__ import annotations

from functools import partial

from site_sync.service import enrolment, lending
from site_sync.service.wiring import Site


def lend_stock(site: Site) -> int:
    """Look at what moved since the last time; returns how much is left to do at once.

    After a restore nothing is lent before the tills have brought what they had promised.
    """
    if site.database.read(partial(enrolment.awaits, now=site.now())):
        return 0
    to = site.database.read(lending.lenders)
    if not to.lend and not site.database.read(lending.anything_lent):
        return 0
    seen = site.database.read(lending.look)
    due = site.database.read(lambda db: lending.unsettled(db, seen.keys, to))
    moved = 0
    for start in range(0, len(due), lending.PART):
        part = due[start : start + lending.PART]
        moved += site.database.write(partial(lending.settle, keys=part, new_id=site.new_id))
    if site.database.read(lending.position) != seen.position:
        site.database.write(partial(lending.looked, reached=seen.position))
    return moved or int(seen.more)
