"""How the till's file and its disk are: room for new work, and what was saved out of a damaged file."""

from __future__ import annotations

from dataclasses import dataclass

from pos_app.operations.desk import Desk
from pos_app.store.disk_room import Room
from pos_app.store.recovery import SAVED


@dataclass(frozen=True, slots=True)
class FileState:
    """Room on the disk; `saved` commands of a damaged file, told once, None when there was none."""

    room: Room
    saved: int | None = None


def look(desk: Desk) -> FileState:
    """The state now; that a damaged file was replaced is told to the first who asks.

    On a full disk that would be told again and again, as nothing can be noted: it waits for room.
    """
    room, settings = desk.store.room.measured(), desk.store.settings
    saved = settings.get(SAVED) if room.enough else ""
    if saved:
        settings.set(SAVED, "")
    return FileState(room, int(saved) if saved else None)
