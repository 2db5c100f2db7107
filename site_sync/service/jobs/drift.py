"""Checking that what is reserved is what open lines hold, and saying so where it was not."""

from __future__ import annotations

from functools import partial

import structlog

from site_sync.domain.problems import ProblemRecord
from site_sync.service import problems, reservations
from site_sync.service.database.transaction import Transaction
from site_sync.service.reservations import Cause, Drift
from site_sync.service.wiring import Site

CODE = "stock_drift"

_log = structlog.get_logger(__name__)


def check_drift(site: Site) -> int:
    """Repair each drifted total by a journal entry and leave a problem that names it; returns how many.

    Nothing is left to do at once, whatever was found: the next look is at the next interval.
    """
    for drift in site.database.read(reservations.drifts):
        site.database.write(partial(_repair, site, drift))
    return 0


def _repair(site: Site, seen: Drift, tx: Transaction) -> None:
    """Look again with the row held still, as another process may have repaired it."""
    reservations.lock_levels(tx, [(seen.store, seen.sku)])
    again = [drift for drift in reservations.drifts(tx) if (drift.store, drift.sku) == (seen.store, seen.sku)]
    for drift in again:
        problem_id, now = site.new_id(), site.now()
        reservations.repair(tx, drift, Cause("", problem_id, "drift", now))
        facts: dict[str, object] = {
            "sku": drift.sku,
            "store": drift.store,
            "reserved": drift.reserved,
            "by_lines": drift.by_lines,
        }
        problems.raise_problem(
            tx, ProblemRecord(id=problem_id, at=now, store=drift.store, code=CODE, facts=facts)
        )
        _log.error("reserved stock had drifted", **facts)
