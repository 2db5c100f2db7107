"""How the site's care for itself stands: its backup, its books, the shops it asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from site_sync.service import turns
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor

SILENT_AFTER = 3
"""A shop is named that did not answer so often in a row."""


@dataclass(frozen=True, slots=True)
class Care:
    """When the last backup was tried and whether it failed, what the books lack, names of silent shops."""

    backup_at: datetime | None
    backup_failed: bool
    found: int
    silent: tuple[tuple[str, str], ...]
    now: datetime

    @property
    def backup_hours(self) -> int | None:
        """How old the last backup is, in whole hours; None while there is none."""
        if self.backup_at is None or self.backup_failed:
            return None
        return int((self.now - self.backup_at).total_seconds() // 3600)


def care_of(db: Executor, now: datetime) -> Care:
    """How it stands now."""
    backup, looked = turns.find(db, turns.BACKUP), turns.find(db, turns.CHECKS)
    polls, shops = t.connector_polls.c, t.connectors.c
    silent = (
        select(shops.id, shops.name)
        .join_from(t.connectors, t.connector_polls, polls.connector == shops.id)
        .where(shops.active.is_(True), polls.failures >= SILENT_AFTER)
        .order_by(shops.name)
    )
    return Care(
        backup_at=backup.last_at if backup else None,
        backup_failed=bool(backup and "trouble" in backup.outcome),
        found=int(looked.outcome.get("count", 0)) if looked else 0,
        silent=tuple((row.id, row.name or row.id) for row in db.execute(silent)),
        now=now,
    )
