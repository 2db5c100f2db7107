"""The folder of backups: what lies there, and which of it is old enough to go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from site_sync.service.backup import archive
from site_sync.service.backup.making import DAMAGED, SUFFIX
from site_sync.service.backup.manifest import BackupDamaged, Manifest

LEFT_OVER = timedelta(days=1)
"""How long an unfinished file may be one that is just being written."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """One file of the folder; `manifest` is None where it cannot be read, and `trouble` says why."""

    path: Path
    size: int
    manifest: Manifest | None
    trouble: str = ""

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.path.name


def shelved(folder: Path) -> list[Shelved]:
    """The backups of a folder, the newest first."""
    return [_looked_at(path) for path in sorted(folder.glob(f"handover-*{SUFFIX}"), reverse=True)]


def _looked_at(path: Path) -> Shelved:
    try:
        return Shelved(path, path.stat().st_size, archive.described(path))
    except BackupDamaged as damaged:
        return Shelved(path, path.stat().st_size, None, str(damaged))


def named(folder: Path, name: str) -> Path | None:
    """The backup of that name, None when the folder has none such."""
    return next((path for path in folder.glob(f"handover-*{SUFFIX}") if path.name == name), None)


def tidy(folder: Path, keep: int, now: datetime) -> list[str]:
    """Delete all but the newest backups and what was never finished; returns the names of deleted backups.

    Of those that did not come out whole one is kept to be looked at: a failing disk would be filled by more.
    """
    found = sorted(folder.glob(f"handover-*{SUFFIX}"), reverse=True)
    for path in found[keep:]:
        path.unlink(missing_ok=True)
    for path in sorted(folder.glob(f"handover-*{SUFFIX}{DAMAGED}"), reverse=True)[1:]:
        path.unlink(missing_ok=True)
    for end in (".part", ".copying"):
        for path in folder.glob(f"handover-*{SUFFIX}{end}"):
            if now.timestamp() - path.stat().st_mtime > LEFT_OVER.total_seconds():
                path.unlink(missing_ok=True)
    return [path.name for path in found[keep:]]
