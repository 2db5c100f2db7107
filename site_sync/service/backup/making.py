"""Making a backup of a working site, and looking it through at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

from site_sync.service.backup import archive, postgres_copy, sqlite_copy
from site_sync.service.backup.archive import ArchiveWriter
from site_sync.service.backup.manifest import BackupDamaged, Described, Manifest
from site_sync.service.keys import Keys, key_print, place_of
from site_sync.service.settings import Settings
from site_sync.service.wiring import Site

SUFFIX = ".backup"
DAMAGED = ".damaged"
"""Behind the name of a file that did not come out whole."""
CopyOut = Callable[[ArchiveWriter, Path], Described]
"""Copies a database into a backup, with a place for a scratch file; tells what is in it."""


def make(site: Site) -> tuple[Path, Manifest]:
    """Make a backup in the site's folder and check every byte of it; the site goes on meanwhile.

    BackupDamaged when it did not come out whole: the file is kept then, under a name that says so.
    """
    sqlite = make_url(site.database.url).get_backend_name() == "sqlite"

    def copy_out(writer: ArchiveWriter, scratch: Path) -> Described:
        if sqlite:
            return sqlite_copy.copy_out(site.database, writer, scratch)
        return postgres_copy.copy_out(site.database.url, writer)

    return write(copy_out, site.settings, site.keys, site.now())


def write(
    copy_out: CopyOut, settings: Settings, keys: Keys, now: datetime, mark: str = ""
) -> tuple[Path, Manifest]:
    """Write a backup into the folder of the settings, `mark` in its name, and check it."""
    folder = settings.backup_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"handover-{now:%Y%m%dT%H%M%S%fZ}{mark}{SUFFIX}"
    writer = ArchiveWriter(path)
    try:
        described = copy_out(writer, path.with_name(f"{path.name}.copying"))
        prints = (key_print(keys.code_key), key_print(keys.seal_key))
        writer.finish(lambda parts: Manifest(now, described, prints, place_of(settings), parts))
    except BaseException:
        writer.give_up()
        raise
    try:
        return path, archive.verified(path)
    except BackupDamaged:
        path.rename(path.with_name(path.name + DAMAGED))
        raise
