"""Pages of a list: how many there are, and which of them is shown when one is asked for."""

from __future__ import annotations

MOST = 1000
"""So many rows of a list that grows for ever are counted and paged through; who wants others narrows it."""


def pages(total: int, size: int) -> int:
    """How many pages hold so many rows; an empty list has one."""
    return max(1, -(-total // size))


def shown(wanted: int, total: int, size: int) -> int:
    """The page that is wanted, from 1; the nearest there is when it does not exist."""
    return min(max(1, wanted), pages(total, size))


def few(total: int) -> int:
    """The rows that are paged through, of so many counted."""
    return min(total, MOST)
