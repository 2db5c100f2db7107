"""How the till's file and its disk are: room for new work, and what was saved out of a damaged file."""

from __future__ import annotations

from dataclasses import dataclass

from pos_app.operations.desk import Desk
from pos_app.store.recovery import SAVED


@dataclass(frozen=True, slots=True)
class FileState:
    """Megabytes free and needed; `saved` commands of a damaged file, told once, None when there was none."""

    free: int
    needed: int
    enough: bool
    saved: int | None = None


def look(desk: Desk) -> FileState:
    """The state now; that a damaged file was replaced is told to the first who asks."""
    room, settings = desk.store.room, desk.store.settings
    saved = settings.get(SAVED)
    if saved:
        settings.set(SAVED, "")
    measured = room.measured()
    return FileState(measured.free, measured.needed, room.enough, int(saved) if saved else None)
