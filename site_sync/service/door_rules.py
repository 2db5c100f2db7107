"""How strict the doors of the back office are: who needs a second factor, how long a session lasts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, insert, select

from site_sync.domain.errors import Code, Refusal
from site_sync.domain.permissions import ROLE_RIGHTS, Right, Role
from site_sync.domain.shop import StaffMember
from site_sync.service import settings_audit
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.settings_audit import Author, Facts, Subject

SUBJECT = Subject("doors", "back office")
IDLE = (5, 240)
"""Fewest and most minutes that a session may be idle."""
LONGEST = (1, 24)
"""Fewest and most hours that a session may last."""


@dataclass(frozen=True, slots=True)
class DoorRules:
    """Roles that need a second factor; minutes without use and hours in all that end a session."""

    second_factor: frozenset[Role] = frozenset()
    idle_minutes: int = 60
    session_hours: int = 12

    @property
    def idle(self) -> timedelta:
        """How long a session may be without use."""
        return timedelta(minutes=self.idle_minutes)

    def ask_second_factor(self, member: StaffMember) -> bool:
        """Whether somebody needs one: by their role, or by a right given that only such roles have."""
        holders = ({role for role in Role if right in ROLE_RIGHTS[role]} for right in member.rights_given)
        return member.role in self.second_factor or any(roles <= self.second_factor for roles in holders)

    def facts(self) -> Facts:
        """The rules as they are written down."""
        return {
            "second_factor": sorted(self.second_factor),
            "idle_minutes": self.idle_minutes,
            "session_hours": self.session_hours,
        }


def rules(db: Executor) -> DoorRules:
    """The rules as they are set, the usual ones where nothing was."""
    kept = {row.name: row.value for row in db.execute(select(t.door_rules))}
    usual = DoorRules()
    return DoorRules(
        frozenset(Role(name) for name in kept.get("second_factor", "").split()),
        int(kept.get("idle_minutes", usual.idle_minutes)),
        int(kept.get("session_hours", usual.session_hours)),
    )


def _refusal(wanted: DoorRules) -> Refusal | None:
    for field, value, (least, most) in (
        ("idle_minutes", wanted.idle_minutes, IDLE),
        ("session_hours", wanted.session_hours, LONGEST),
    ):
        if not least <= value <= most:
            return Refusal(Code.TEXT_INVALID, {"field": field, "least": least, "most": most})
    return None


def keep(tx: Transaction, author: Author, wanted: DoorRules) -> Refusal | None:
    """Set the rules; they count from the next call on."""
    if refused := author.lacks(Right.SETTINGS_MANAGE) or _refusal(wanted):
        return refused
    before = rules(tx)
    tx.execute(delete(t.door_rules))
    rows = [
        {"name": "second_factor", "value": " ".join(sorted(wanted.second_factor))},
        {"name": "idle_minutes", "value": str(wanted.idle_minutes)},
        {"name": "session_hours", "value": str(wanted.session_hours)},
    ]
    tx.execute(insert(t.door_rules), rows)
    settings_audit.note(tx, author, SUBJECT, (before.facts(), wanted.facts()))
    return None
