"""Which till this is: its enrolment, its incarnation and how far it has followed the site."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from pos_app.store import identity_file
from pos_app.store.identity_file import LetIn
from pos_app.store.tables import identity, settings
from pos_app.store.till_file import TillFile
from site_sync.protocol.changes import Enrolled


@dataclass(frozen=True, slots=True)
class Identity:
    """This till as the site knows it; `token` and `code_key` (hex) are secret.

    The key goes into every PIN before it is hashed: it lies beside the database, in which the hashes are.
    """

    site_url: str = ""
    service: str = ""
    device: str = ""
    token: str = field(default="", repr=False)
    store: str = ""
    till: str = ""
    profile: str = ""
    code_key: str = field(default="", repr=False)
    epoch: str = ""
    cursor: str = ""
    incarnation: int = 0
    site_clock_ahead_ms: int = 0

    @property
    def enrolled(self) -> bool:
        """Whether the site has let this till in; once more, if all that it gave beside the file was lost."""
        return bool(self.device and self.code_key)


_FIELDS = tuple(name for name in Identity.__dataclass_fields__ if name != "code_key")
_READ = select(*(identity.c[name] for name in _FIELDS))
_DEVICE = select(identity.c.device)
_WRITE = update(identity).values({name: bindparam(name) for name in _FIELDS})
_FOLLOW = update(identity).values(epoch=bindparam("epoch"), cursor=bindparam("cursor"))
_SETTING = select(settings.c.value).where(settings.c.key == bindparam("of_key"))


class IdentityStore:
    """The one row, kept in memory as it is read at every act."""

    def __init__(self, file: TillFile) -> None:
        self._file = file
        self._folder = file.path.parent
        identity_file.mend(self._folder, str(file.execute(_DEVICE).scalar() or ""))
        self._known = self._load()

    def _load(self) -> Identity:
        row = self._file.execute(_READ).mappings().first()
        if row is None:
            return Identity()
        given = identity_file.read(self._folder)
        if given is None or given.enrolled.service != row["service"]:
            return Identity(**row)
        return Identity(**row, code_key=given.enrolled.code_key)

    def _forget(self) -> None:
        self._known = self._load()

    def read(self) -> Identity:
        """The till as it is now."""
        return self._known

    def enrol(self, enrolled: Enrolled, site_url: str) -> None:
        """Become the till that the site has let in; copies beside the file outlive the file.

        Let in anew by the same site, it still follows the epoch that acknowledged its commands: what that
        one took is sent again if the site was restored meanwhile.
        """
        given = {name: getattr(enrolled, name) for name in Enrolled.model_fields}
        identity_file.prepare(self._folder, LetIn(enrolled, site_url))
        if self._known.service == enrolled.service:
            given["epoch"] = self._known.epoch
        with self._file.transaction():
            self._file.after_commit(lambda: identity_file.settle(self._folder))
            self._file.execute(insert(identity).values(id=1).on_conflict_do_nothing())
            self._write(replace(Identity(), site_url=site_url, **given))

    def _write(self, new: Identity) -> None:
        self._file.after_rollback(self._forget)
        self._file.execute(_WRITE, {name: getattr(new, name) for name in _FIELDS})
        self._known = new

    def set_incarnation(self, incarnation: int) -> None:
        """Take the incarnation that the site gave to this start."""
        with self._file.transaction():
            self._write(replace(self._known, incarnation=incarnation))

    def follow(self, epoch: str, cursor: str) -> None:
        """Remember how far the feed was applied, in the transaction that applied it."""
        if (epoch, cursor) != (self._known.epoch, self._known.cursor):
            self._file.after_rollback(self._forget)
            self._file.execute(_FOLLOW, {"epoch": epoch, "cursor": cursor})
            self._known = replace(self._known, epoch=epoch, cursor=cursor)

    def set_site_url(self, site_url: str) -> None:
        """The site is found at another address, as an embedded one is at every start."""
        with self._file.transaction():
            self._write(replace(self._known, site_url=site_url))

    def set_clock(self, site_time: datetime, now: datetime) -> None:
        """Remember how far the site's clock is ahead of the till's, if that changed by over a second."""
        ahead = (site_time - now) // timedelta(milliseconds=1)
        if abs(ahead - self._known.site_clock_ahead_ms) > 1000:
            with self._file.transaction():
                self._write(replace(self._known, site_clock_ahead_ms=ahead))


class Settings:
    """This till's own choices as text by key."""

    def __init__(self, file: TillFile) -> None:
        self._file = file

    def get(self, key: str, default: str = "") -> str:
        """The value of a key."""
        found = self._file.execute(_SETTING, {"of_key": key}).scalar()
        return default if found is None else str(found)

    def set(self, key: str, value: str) -> None:
        """Keep a value."""
        upsert = insert(settings).values(key=key, value=value)
        with self._file.transaction():
            self._file.execute(upsert.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
