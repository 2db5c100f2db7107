"""Who comes in to the back office or as a program: passwords, sessions, API keys."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, insert, select, update

from site_sync.domain.codes import token_hash
from site_sync.domain.permissions import Right
from site_sync.domain.shop import StaffMember
from site_sync.protocol.changes import RecordKind
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction

SHORTEST_PASSWORD = 12
TRIES = 10
FREE_TRIES = 3
SESSION_HOURS = 12
IDLE_MINUTES = 60
_HASHER = PasswordHasher(time_cost=2, memory_cost=46 * 1024, parallelism=1)
_NOBODY = _HASHER.hash("nobody's password, so that an unknown name takes as long as a wrong password")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A program that may call the public API, within its scopes and calls per minute."""

    id: str
    name: str
    scopes: frozenset[str]
    rate_per_minute: int
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """A person signed in to the back office; `csrf` must come back with every change."""

    staff: StaffMember
    csrf: str
    expires_at: datetime

    @property
    def rights(self) -> frozenset[Right]:
        """What the person may do."""
        return self.staff.rights


def _peppered(pepper: bytes, password: str) -> bytes:
    return hmac.new(pepper, password.encode(), hashlib.sha256).digest()


def set_password(tx: Transaction, pepper: bytes, staff: str, password: str, now: datetime) -> None:
    """Give a member of staff a password of at least 12 characters; ends their sessions."""
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"a password has at least {SHORTEST_PASSWORD} characters")
    row = {
        "staff": staff,
        "verifier": _HASHER.hash(_peppered(pepper, password)),
        "tries": 0,
        "wait_until": None,
        "locked": False,
        "changed_at": now,
    }
    tx.execute(delete(t.passwords).where(t.passwords.c.staff == staff))
    tx.execute(insert(t.passwords), row)
    tx.execute(delete(t.sessions).where(t.sessions.c.staff == staff))


@dataclass(frozen=True, slots=True)
class PasswordState:
    """How a password stands: since when it counts, and whether wrong tries have locked it."""

    changed_at: datetime
    tries: int
    locked: bool


def password_state(db: Executor, staff: str) -> PasswordState | None:
    """How a person's password stands, None without one."""
    row = db.execute(select(t.passwords).where(t.passwords.c.staff == staff)).one_or_none()
    return None if row is None else PasswordState(row.changed_at, row.tries, row.locked)


def unlock(tx: Transaction, staff: str) -> None:
    """Let a locked password be tried again."""
    tx.execute(_tries_of(staff).values(tries=0, wait_until=None, locked=False))


def sessions_of(db: Executor, staff: str, now: datetime) -> int:
    """How many browsers a person is signed in with."""
    c, since = t.sessions.c, now - timedelta(minutes=IDLE_MINUTES)
    open_ones = (c.staff == staff, c.expires_at > now, c.seen_at > since)
    return int(db.execute(select(func.count()).select_from(t.sessions).where(*open_ones)).scalar_one())


def close_sessions(tx: Transaction, staff: str) -> None:
    """Sign a person out everywhere."""
    tx.execute(delete(t.sessions).where(t.sessions.c.staff == staff))


def check_password(tx: Transaction, pepper: bytes, staff: str, password: str, now: datetime) -> bool:
    """Whether the password is right, now; wrong ones wait longer and longer and lock at the tenth.

    Unknown, locked, waiting and wrong all answer alike and take as long. Tries at the same moment are counted
    one after another.
    """
    known = t.passwords.c.staff == staff.replace("\x00", "")
    row = tx.execute(select(t.passwords).where(known).with_for_update()).one_or_none()
    right = _verifies(row.verifier if row else _NOBODY, _peppered(pepper, password))
    if row is None or row.locked or (row.wait_until is not None and row.wait_until > now):
        return False
    if right:
        tx.execute(_tries_of(staff).values(tries=0, wait_until=None))
        return True
    tries = row.tries + 1
    pause = timedelta(seconds=2 ** max(0, tries - FREE_TRIES)) if tries >= FREE_TRIES else timedelta()
    tx.execute(_tries_of(staff).values(tries=tries, wait_until=now + pause, locked=tries >= TRIES))
    return False


def _tries_of(staff: str):  # type: ignore[no-untyped-def]
    return update(t.passwords).where(t.passwords.c.staff == staff)


def _verifies(verifier: str, peppered: bytes) -> bool:
    try:
        return _HASHER.verify(verifier, peppered)
    except (VerificationError, InvalidHashError):
        return False


def open_session(
    tx: Transaction, staff: str, random_text: Callable[[], str], now: datetime
) -> tuple[str, str]:
    """Begin a session; returns its token, which only the browser keeps, and its CSRF token."""
    token, csrf = random_text(), random_text()
    row = {
        "token_hash": token_hash(token),
        "staff": staff,
        "csrf": csrf,
        "created_at": now,
        "seen_at": now,
        "expires_at": now + timedelta(hours=SESSION_HOURS),
    }
    tx.execute(delete(t.sessions).where(t.sessions.c.expires_at < now))
    tx.execute(insert(t.sessions), row)
    return token, csrf


def session_of(db: Executor, token: str, now: datetime) -> Session | None:
    """The live session of a token, None when it ended, was idle too long, or its person left."""
    row = db.execute(select(t.sessions).where(t.sessions.c.token_hash == token_hash(token))).one_or_none()
    if row is None or row.expires_at <= now or row.seen_at <= now - timedelta(minutes=IDLE_MINUTES):
        return None
    member: StaffMember | None = records.find(db, RecordKind.STAFF, row.staff)
    return Session(member, row.csrf, row.expires_at) if member is not None and member.active else None


def touch_session(tx: Transaction, token: str, now: datetime) -> None:
    """The session is in use."""
    tx.execute(update(t.sessions).where(t.sessions.c.token_hash == token_hash(token)).values(seen_at=now))


def close_session(tx: Transaction, token: str) -> None:
    """Sign out."""
    tx.execute(delete(t.sessions).where(t.sessions.c.token_hash == token_hash(token)))


@dataclass(frozen=True, slots=True)
class NewKey:
    """An API key to be made: its id and secret are random and given."""

    id: str
    name: str
    secret: str
    scopes: tuple[str, ...]
    rate_per_minute: int = 60_000


def create_api_key(tx: Transaction, new: NewKey, now: datetime) -> str:
    """Keep a key; returns its text `hk_…`, shown this once and stored hashed."""
    text = f"hk_{new.secret}"
    row = {
        "id": new.id,
        "name": new.name,
        "key_hash": token_hash(text),
        "scopes": " ".join(new.scopes),
        "rate_per_minute": new.rate_per_minute,
        "created_at": now,
    }
    tx.execute(insert(t.api_keys), row)
    return text


def _key(row: object) -> ApiKey:
    given = {
        name: getattr(row, name) for name in ("id", "name", "rate_per_minute", "created_at", "revoked_at")
    }
    return ApiKey(scopes=frozenset(str(getattr(row, "scopes", "")).split()), **given)


def api_key_of(db: Executor, text: str) -> ApiKey | None:
    """The key of a text, None when it is unknown or withdrawn."""
    row = db.execute(select(t.api_keys).where(t.api_keys.c.key_hash == token_hash(text))).one_or_none()
    return None if row is None or row.revoked_at is not None else _key(row)


def api_keys(db: Executor) -> Iterable[ApiKey]:
    """All keys, withdrawn ones too, by name."""
    return [_key(row) for row in db.execute(select(t.api_keys).order_by(t.api_keys.c.name))]


def revoke_api_key(tx: Transaction, key_id: str, now: datetime) -> bool:
    """Withdraw a key at once; False when there is none."""
    c = t.api_keys.c
    done = tx.execute(update(t.api_keys).where(c.id == key_id, c.revoked_at.is_(None)).values(revoked_at=now))
    return bool(done.rowcount)
