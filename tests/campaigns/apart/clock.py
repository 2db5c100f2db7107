"""One clock for all processes of an hour apart: the real one, and how far a file says it was moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path


def moved(file: Path) -> Callable[[], datetime]:
    """The time by the file."""

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(file.read_text()))

    return now


def move(file: Path, **by: float) -> None:
    """Let time pass for everybody; a reader never sees half of it."""
    part = file.with_suffix(".part")
    part.write_text(str(float(file.read_text()) + timedelta(**by).total_seconds()))
    part.replace(file)


def stand(file: Path) -> None:
    """Begin at the real time."""
    file.write_text("0")
