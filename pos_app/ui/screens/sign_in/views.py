"""What the sign-in screen shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StaffTile:
    """A person of this store who may sign in; `role` in words."""

    staff_id: str
    name: str
    role: str
