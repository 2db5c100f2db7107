"""Pages of a list: how many there are, and which of them is shown when one is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

R = TypeVar("R")
MOST = 1000
"""So many rows of a list that grows for ever are counted and paged through; who wants others narrows it."""


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """One page of rows, counted from 1; `total` are the rows of all pages as far as they were counted."""

    rows: tuple[R, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Place:
    """Which page of a list is shown, how many pages there are (at least one), and the rows of each."""

    total: int
    page: int
    pages: int
    size: int

    @property
    def first(self) -> int:
        """How many rows come before this page."""
        return (self.page - 1) * self.size

    def showing(self, rows: Iterable[R]) -> Page[R]:
        """The page with its rows."""
        return Page(tuple(rows), self.total, self.page, self.pages)


def place(wanted: int, total: int, size: int) -> Place:
    """The page that is wanted of so many rows, or the nearest there is."""
    pages = max(1, -(-total // size))
    return Place(total, min(max(1, wanted), pages), pages, size)


def place_among_newest(wanted: int, counted: int, size: int) -> Place:
    """The same of a list that grows for ever; one row beyond `MOST` is counted to say that there are more."""
    at = place(wanted, min(counted, MOST), size)
    return Place(counted, at.page, at.pages, size)
