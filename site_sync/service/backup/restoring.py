"""Putting a backup in the place of a site, as a new epoch, so that tills bring what the backup lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, make_url, update
from sqlalchemy.exc import SQLAlchemyError

from site_sync.service import key_prints, settings_audit
from site_sync.service.backup import archive, making, postgres_copy, sqlite_copy
from site_sync.service.backup.manifest import Manifest
from site_sync.service.database import tables as t
from site_sync.service.database.migrate import knows, look_at
from site_sync.service.database.occupancy import alone
from site_sync.service.database.transaction import Transaction
from site_sync.service.keys import Keys, KeysUnusable, key_print, keys_of, keys_there
from site_sync.service.numbering import WEB_ORDERS
from site_sync.service.sentences import said
from site_sync.service.settings import Settings
from site_sync.service.settings_audit import Author, Subject
from site_sync.service.wiring import Surroundings, begin_epoch, identity, open_site

NUMBERS_LEFT_OUT = 10_000
"""Numbers of web orders that a restored site skips: customers hold messages with those that are lost."""


class RestoreRefused(Exception):
    """This backup must not be put in the place of this site; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be restored, and what whoever asks knows already."""

    backup: Path
    other_site: bool = False
    other_key: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore came to; `aside` is the site as it was before: its file, or a backup of it."""

    manifest: Manifest
    epoch: str
    aside: Path | None


def restore(settings: Settings, around: Surroundings, wish: Wish) -> Restored:
    """Put the backup in the site's place and begin a new epoch, in one step: all of it or nothing.

    InUse while the site runs, BackupDamaged for a broken file, RestoreRefused for one that does not fit.
    """
    found = archive.verified(wish.backup)
    url, epoch, now = settings.database_url, around.new_id(), around.now()
    try:
        _check_fits(settings, found, wish)
    except KeysUnusable as unusable:
        raise RestoreRefused(str(unusable)) from unusable
    with alone(url):
        there = _check_replaceable(url, found, wish)
        keys = keys_of(settings, around.random_bytes)

        def renew(tx: Transaction) -> None:
            begin_again(tx, epoch, now)
            key_prints.note(tx, keys)

        try:
            if found.of.engine == "sqlite":
                aside = sqlite_copy.lay_in(url, wish.backup, found, renew, now)
            else:
                aside = _laid_aside(settings, keys, now) if there else None
                postgres_copy.lay_in(url, wish.backup, found, renew)
        except SQLAlchemyError as error:
            raise RestoreRefused(f"the database would not take it, nothing was changed: {error}") from error
    return Restored(found, epoch, aside)


def fresh_epoch(settings: Settings, around: Surroundings, *, other_key: bool = False) -> str:
    """Begin a new epoch on a database that was put back by other means; InUse while the site runs.

    With `other_key` also under other keys than its secrets need, which are void then.
    """
    epoch = around.new_id()
    with alone(settings.database_url):
        pass
    site = open_site(settings, around, other_key=other_key)
    try:
        site.database.write(lambda tx: begin_again(tx, epoch, around.now()))
    finally:
        site.close()
    return epoch


def begin_again(tx: Transaction, epoch: str, now: datetime) -> None:
    """A new epoch, in which nobody is signed in, nothing is under way and no lost number is given again."""
    was = identity(tx)
    begin_epoch(tx, epoch, now)
    for table in (t.sessions, t.order_presence, t.enrolment_codes):
        tx.execute(delete(table))
    c = t.counters.c
    tx.execute(update(t.counters).where(c.name == WEB_ORDERS).values(value=c.value + NUMBERS_LEFT_OUT))
    epochs = {"epoch": was.epoch if was else ""}, {"epoch": epoch}
    settings_audit.note(tx, Author.operator(now), Subject("epoch", ""), epochs, said("after a restore"))


def _check_fits(settings: Settings, found: Manifest, wish: Wish) -> None:
    engine = make_url(settings.database_url).get_backend_name()
    if found.of.engine != engine:
        raise RestoreRefused(f"the backup is of {found.of.engine}, the site's database is {engine}")
    if not knows(found.of.revision):
        raise RestoreRefused(
            f"the backup was made by a newer version (tables {found.of.revision}); install that version first"
        )
    if not wish.other_key and (trouble := _key_trouble(settings, found)):
        raise RestoreRefused(trouble)


def _key_trouble(settings: Settings, found: Manifest) -> str:
    """What is wrong with the site's keys, empty when they are the backup's."""
    here = keys_there(settings)
    if not here:
        place = f"put the key file in place as {settings.key_file}"
        return f"the site's keys are not here: {place}, or name --without-key: {key_prints.VOID} then"
    prints = tuple(key_print(key) for key in here.values())
    if prints[: len(found.key_prints)] == found.key_prints:
        return ""
    return (
        "the backup was made with other keys than the site has now: bring the key file of that time, "
        f"or name --without-key: {key_prints.VOID} then"
    )


def _laid_aside(settings: Settings, keys: Keys, now: datetime) -> Path:
    """A backup of what is about to be replaced."""
    url = settings.database_url
    return making.write(
        lambda writer, _: postgres_copy.copy_out(url, writer), settings, keys, now, "-before-restore"
    )[0]


def _check_replaceable(url: str, found: Manifest, wish: Wish) -> bool:
    """Refuse to replace another site, or tables of a newer version; whether there is a site to replace."""
    try:
        revision, known = look_at(url, identity)
    except SQLAlchemyError:
        if found.of.engine == "sqlite":
            return True  # broken: it is laid aside, and nothing is lost by that
        raise
    if revision is not None and not knows(revision):
        raise RestoreRefused("the site's database is of a newer version than this program; use that version")
    if known is not None and known.service != found.of.service and not wish.other_site:
        raise RestoreRefused(
            "the backup is of another site than the one in its place; name --other-site if that is meant"
        )
    return known is not None
