"""Names of shipped modules that mean something else for the length of a run: no thread, no socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def standing_in(*places: tuple[Any, str, Any]) -> Iterator[None]:
    """Each (module or class, name, value) as said, and as before afterwards."""
    kept = [(owner, name, getattr(owner, name)) for owner, name, _ in places]
    for owner, name, value in places:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for owner, name, value in kept:
            setattr(owner, name, value)
