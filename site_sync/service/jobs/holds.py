"""Ending checkout holds whose time is over."""

from __future__ import annotations

from functools import partial

from site_sync.service import holds
from site_sync.service.holds import Cause
from site_sync.service.wiring import Site


def expire_holds(site: Site) -> int:
    """Let go what overdue holds reserve; returns how many ended."""
    tokens = site.database.read(lambda db: holds.overdue(db, site.now()))
    return sum(
        site.database.write(
            partial(holds.expire, token=token, cause=Cause("holds", site.new_id(), site.now()))
        )
        for token in tokens
    )
