"""The parts of a running site, put together once and handed to whoever needs them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from site_sync.private_files import keep_private
from site_sync.service import enrolment, key_prints, leases
from site_sync.service.changes import Feed
from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database, open_database
from site_sync.service.database.migrate import migrate
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.keys import Keys, keys_of
from site_sync.service.meters import Meters
from site_sync.service.sealing import Vault
from site_sync.service.sealing_anew import seal_anew
from site_sync.service.settings import OWN_FILES, Settings


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What only a composition root may ask for: the clock, new ids (UUIDv7), random bytes."""

    now: Callable[[], datetime]
    new_id: Callable[[], str]
    random_bytes: Callable[[int], bytes]

    def secret(self) -> str:
        """A new token of 256 bits."""
        return self.random_bytes(32).hex()


class SiteUnavailable(Exception):
    """The site's database or secrets cannot be opened; the text says why."""


@dataclass(frozen=True, slots=True)
class SiteIdentity:
    """Which site this is, and since which restore."""

    service: str
    epoch: str


@dataclass(frozen=True, slots=True)
class Site:
    """A running site service: its database, its feed, who it is, its settings and secrets."""

    database: Database
    feed: Feed
    identity: SiteIdentity
    settings: Settings
    keys: Keys
    around: Surroundings
    meters: Meters = field(default_factory=Meters)
    """What this process counts while it runs."""

    def now(self) -> datetime:
        """The site's clock, aware UTC."""
        return self.around.now()

    def new_id(self) -> str:
        """A new id."""
        return self.around.new_id()

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


def identity(db: Executor) -> SiteIdentity | None:
    """Which site a database belongs to, None for a new one."""
    row = db.execute(select(t.site.c.service, t.site.c.epoch)).one_or_none()
    return None if row is None else SiteIdentity(row.service, row.epoch)


def _found(tx: Transaction, around: Surroundings) -> SiteIdentity:
    """The site's identity, made at its first start."""
    known = identity(tx)
    if known is not None:
        return known
    fresh = SiteIdentity(around.new_id(), around.new_id())
    row = {"one": 1, "service": fresh.service, "epoch": fresh.epoch, "created_at": around.now()}
    tx.execute(insert(t.site), row)
    return fresh


def begin_epoch(tx: Transaction, epoch: str, now: datetime) -> str:
    """Begin a new epoch after a restore: cursors, commands and leases of the one before count no longer.

    What tills bring back was promised before anything is lent anew.
    """
    tx.execute(update(t.site).values(epoch=epoch))
    leases.end_every(tx)
    enrolment.expect_back(tx, now)
    return epoch


def open_site(settings: Settings, around: Surroundings, *, other_key: bool = False) -> Site:
    """Migrate the database the settings name, and put the site together on it.

    With `other_key` under whatever keys there are, although its secrets need others.
    """
    try:
        settings.key_file.parent.mkdir(parents=True, exist_ok=True)
        keep_private(settings.data_dir, *OWN_FILES)
        keep_private(settings.key_file.parent, settings.key_file.stem, folder_too=False)
        if not other_key:
            key_prints.expect_copy(settings)
        keys = keys_of(settings, around.random_bytes)
        migrate(settings.database_url)
        database = open_database(settings.database_url)
        try:
            who = database.write(lambda tx: _found(tx, around))
            if other_key:
                database.write(lambda tx: key_prints.note(tx, keys))
            database.write(lambda tx: key_prints.hold(tx, keys, settings))
            database.write(lambda tx: seal_anew(tx, Vault(keys, around.random_bytes)))
        except BaseException:
            database.close()
            raise
    except (SQLAlchemyError, OSError, ValueError, ImportError) as error:
        raise SiteUnavailable(str(error)) from error
    return Site(database, Feed(database), who, settings, keys, around)
