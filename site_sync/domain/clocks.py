"""Clocks of tills that are not right: when that counts, and what time it was then."""

from __future__ import annotations

from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=2)
"""Tills may be off by so much before anybody is told."""


def is_off(site_ahead: timedelta) -> bool:
    """Whether a till's clock is wrong, by how far the site's clock is ahead of it (behind: below zero)."""
    return abs(site_ahead) >= TOLERANCE


def corrected(at: datetime, site_ahead: timedelta) -> datetime:
    """The moment a till wrote down, by the site's clock; as written where the till's is right."""
    return at + site_ahead if is_off(site_ahead) else at
