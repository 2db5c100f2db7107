"""The site's care for itself: backups, forgetting what is old, looking its books through."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from site_sync.service import personal_retention, retention, snapshot, soundness, turns
from site_sync.service.backup import making, shelf
from site_sync.service.backup.manifest import BackupDamaged
from site_sync.service.turns import BACKUP, CHECKS, RETENTION
from site_sync.service.wiring import Site

AFTER_FAILURE = timedelta(minutes=15)
OLD_SNAPSHOT = timedelta(days=1)
READ_WITHIN = timedelta(minutes=1)
"""A file begun at most so long after people were forgotten may still have been read before that."""
FORGET_EVERY = timedelta(days=1)
LOOK_EVERY = timedelta(hours=6)
SHOWN = 20
"""Findings of one check that are written down with a turn."""

_log = structlog.get_logger(__name__)


def look_after(site: Site) -> int:
    """Do what is due, each by one process for all but for its own files; nothing is left to do at once."""
    tidy_snapshots(site)
    forget_old(site)
    look_through(site)
    back_up(site)
    return 0


def back_up(site: Site) -> None:
    """Make the backup that is due; what goes wrong is told on the page and tried again soon."""
    hours = site.settings.backup_hours
    if hours and turns.take(site.database, BACKUP, timedelta(hours=hours), site.now()):
        backup_now(site)


def backup_now(site: Site) -> str:
    """Make a backup and let old ones go; what went wrong, empty when nothing did."""
    try:
        try:
            path, _ = making.make(site)
        finally:
            shelf.tidy(site.settings.backup_folder, site.settings.backup_keep, site.now())
        outcome = {"name": path.name}
    except (BackupDamaged, OSError, SQLAlchemyError) as error:
        _log.error("a backup could not be made", why=str(error))
        outcome = {"trouble": str(error)}
    site.database.write(lambda tx: turns.note(tx, BACKUP, site.now(), outcome))
    if "trouble" in outcome:
        site.database.write(lambda tx: turns.again(tx, BACKUP, site.now() + AFTER_FAILURE))
    return outcome.get("trouble", "")


def forget_old(site: Site) -> None:
    """Forget what is over its time, once a day."""
    if not turns.take(site.database, RETENTION, FORGET_EVERY, site.now()):
        return
    forgotten = retention.forget(site.database, site.settings, site.now())
    if people := personal_retention.forget(site.database, site.now()):
        forgotten["people of orders"] = people
        drop_snapshots(site)
    site.database.write(lambda tx: turns.note(tx, RETENTION, site.now(), forgotten))


def tidy_snapshots(site: Site) -> None:
    """Take away this process's files of first loads that are old, or hold people who were forgotten since."""
    latest = site.now() - OLD_SNAPSHOT
    forgotten = site.database.read(lambda db: turns.find(db, turns.FORGOTTEN))
    if forgotten is not None and forgotten.last_at is not None:
        latest = max(latest, forgotten.last_at + READ_WITHIN)
    snapshot.tidy(site.settings.snapshot_folder, latest)


def drop_snapshots(site: Site) -> None:
    """Let every process take its files of first loads away, as they hold who was forgotten, this one now."""
    site.database.write(lambda tx: turns.note(tx, turns.FORGOTTEN, site.now(), {}))
    tidy_snapshots(site)


def look_through(site: Site) -> None:
    """Look the books through, some times a day."""
    if turns.take(site.database, CHECKS, LOOK_EVERY, site.now()):
        look_now(site)


def look_now(site: Site) -> int:
    """Look the books through and write down what was found; how much that is."""
    found = {check.name: some for check, some in site.database.read(soundness.looked_through) if some}
    shown = [one for some in found.values() for one in some[:SHOWN]]
    for one in shown:
        _log.error("the books do not agree", check=one.check, found=one.words)
    counts = {name: len(some) for name, some in found.items()}
    told = [{"check": one.check, "key": one.key, "words": one.words} for one in shown]
    outcome = {"found": told, "counts": counts, "count": sum(counts.values())}
    site.database.write(lambda tx: turns.note(tx, CHECKS, site.now(), outcome))
    return sum(counts.values())
