"""What an operator does about backups from the command line: make, look through, put back."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from site_sync.service.backup import archive, making, shelf
from site_sync.service.backup.manifest import BackupDamaged, Manifest
from site_sync.service.backup.restoring import RestoreRefused, Wish, fresh_epoch, restore
from site_sync.service.database.occupancy import InUse
from site_sync.service.keys import KeysUnusable, bring_file, place_of
from site_sync.service.settings import Settings
from site_sync.service.wiring import Site, Surroundings

AFTERWARDS = """\
Start the site. Tills load a fresh copy and send again what the backup lacks.
Look through what was withdrawn since the backup, as it is valid again: tills, keys of web shops, staff."""


class BackupRefused(Exception):
    """What was asked for cannot be done; the text says why."""


def add_backup_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of `backup`."""
    parser.add_argument("--list", action="store_true", help="list the backups there are instead")
    parser.add_argument("--check", type=Path, metavar="FILE", help="compare a backup with its hashes instead")
    parser.add_argument(
        "--copy-key", type=Path, metavar="FILE", help="write a copy of the site's keys as well"
    )


def add_restore_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of `restore`."""
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--key", type=Path, metavar="FILE", help="put this key file in place, if there is none"
    )
    parser.add_argument(
        "--without-key", action="store_true", help="give up codes, PINs, passwords and sealed secrets"
    )
    parser.add_argument("--other-site", action="store_true", help="also in the place of another site")


def described(manifest: Manifest) -> str:
    """A backup in one line."""
    of = manifest.of
    moment = f"{manifest.made_at:%Y-%m-%d %H:%M:%S} UTC"
    return f"{moment}, {of.engine}, tables {of.revision}, {manifest.orders} orders, epoch {of.epoch}"


def backup(site: Site, arguments: argparse.Namespace) -> int:
    """Make a backup, or list or check those there are."""
    folder = site.settings.backup_folder
    if arguments.list:
        for one in shelf.shelved(folder):
            print(f"{one.name}  {one.size}  {described(one.manifest) if one.manifest else one.trouble}")
        return 0
    try:
        if arguments.check:
            print(f"{arguments.check} is whole: {described(archive.verified(arguments.check))}")
            return 0
        path, manifest = making.make(site)
    except (BackupDamaged, OSError) as error:
        raise BackupRefused(str(error)) from error
    print(f"{path}  {described(manifest)}")
    if arguments.copy_key:
        _copy_key(site, arguments.copy_key)
    else:
        print(f"The site's keys are not in it: keep {manifest.key_place} too, apart from the backups.")
    return 0


def _copy_key(site: Site, path: Path) -> None:
    if (place := place_of(site.settings)) != site.settings.key_file.name:
        raise BackupRefused(f"the site's keys come from {place}; keep those")
    text = site.settings.key_file.read_bytes()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BackupRefused(f"cannot write the keys to {path}: {error.strerror}") from error
    with os.fdopen(handle, "wb") as target:
        target.write(text)
    print(f"The site's keys were written to {path}; keep it apart from the backups.")


def restored(settings: Settings, around: Surroundings, arguments: argparse.Namespace) -> int:
    """Put a backup in the place of the site, which must not run, and begin a new epoch."""
    try:
        if arguments.key:
            bring_file(settings, arguments.key)
        wish = Wish(arguments.file, other_site=arguments.other_site, other_key=arguments.without_key)
        done = restore(settings, around, wish)
    except (RestoreRefused, BackupDamaged, InUse, KeysUnusable, OSError) as error:
        raise BackupRefused(str(error)) from error
    print(f"Restored: {described(done.manifest)}")
    print(f"The site begins the new epoch {done.epoch}.")
    if done.aside is not None:
        print(f"What was there before is kept as {done.aside}.")
    print(AFTERWARDS)
    return 0


def add_epoch_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of `new-epoch`."""
    parser.add_argument(
        "--without-key", action="store_true", help="also under other keys than the site's secrets need"
    )


def new_epoch(settings: Settings, around: Surroundings, arguments: argparse.Namespace) -> int:
    """Begin a new epoch on a database that was put back by other means, so that tills send again."""
    try:
        print(fresh_epoch(settings, around, other_key=arguments.without_key))
    except InUse as error:
        raise BackupRefused(str(error)) from error
    return 0
