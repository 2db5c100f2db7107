"""Who comes in to the back office or as a program: passwords with their wrong tries, API keys."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Update, case, delete, insert, select, update

from site_sync.domain.codes import token_hash
from site_sync.service import sealing
from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.keys import Keys
from site_sync.service.sealing import Vault

OWNER = sealing.Owner.SIGN_IN
TRIES = 10
FREE_TRIES = 3
LONGEST_PAUSE = timedelta(seconds=2 ** (TRIES - FREE_TRIES))
NOBODY_COUNTER = "sign_in_unknown"
_HASHER = PasswordHasher(time_cost=2, memory_cost=46 * 1024, parallelism=1)
_COSTS = f"m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
_NOBODY = f"$argon2id$v=19${_COSTS}${'A' * 22}${'A' * 43}"
"""The verifier of no password, so that an unknown name takes as long as a wrong password."""


USUAL_RATE = 600
"""So many calls a minute a new key may make: ten a second for as long as it likes."""
RATES = (1, 60_000)
"""Fewest and most calls a minute that a key may be given."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A program that may call the public API, within its scopes and calls per minute."""

    id: str
    name: str
    scopes: frozenset[str]
    rate_per_minute: int
    created_at: datetime
    revoked_at: datetime | None


def _peppered(pepper: bytes, password: str) -> bytes:
    return hmac.new(pepper, password.encode(), hashlib.sha256).digest()


def password_hash(keys: Keys, password: str) -> str:
    """The hash of a password; takes its time on purpose, so never within a transaction."""
    return _HASHER.hash(_peppered(keys.pepper, password))


def sealed_hash(vault: Vault, staff: str, hashed: str) -> str:
    """What is kept of a password: its hash, sealed, as tills know the pepper that went into it."""
    return sealing.kept(vault.key, vault.nonce(), hashed, OWNER.of(staff))


def password_verifier(vault: Vault, staff: str, password: str) -> str:
    """Both at once for one person's password."""
    return sealed_hash(vault, staff, password_hash(vault.keys, password))


@dataclass(frozen=True, slots=True)
class GivenPassword:
    """A person's new password as it is kept; one that somebody else gave must be changed at sign-in."""

    staff: str
    verifier: str = field(repr=False)
    must_change: bool = False


def set_password(tx: Transaction, given: GivenPassword, now: datetime) -> None:
    """Keep a member of staff's password; ends their sessions and forgets wrong tries."""
    row = {
        "staff": given.staff,
        "verifier": given.verifier,
        "tries": 0,
        "wait_until": None,
        "locked": False,
        "changed_at": now,
        "must_change": given.must_change,
    }
    tx.execute(delete(t.passwords).where(t.passwords.c.staff == given.staff))
    tx.execute(insert(t.passwords), row)
    tx.execute(delete(t.sessions).where(t.sessions.c.staff == given.staff))


@dataclass(frozen=True, slots=True)
class PasswordState:
    """How a password stands: since when it counts, and whether wrong tries have locked it."""

    changed_at: datetime
    tries: int
    locked: bool
    must_change: bool


def password_state(db: Executor, staff: str) -> PasswordState | None:
    """How a person's password stands, None without one."""
    row = db.execute(select(t.passwords).where(t.passwords.c.staff == staff)).one_or_none()
    return None if row is None else PasswordState(row.changed_at, row.tries, row.locked, row.must_change)


def unlock(tx: Transaction, staff: str) -> None:
    """Let a locked password be tried again."""
    tx.execute(_tries_of(staff).values(tries=0, wait_until=None, locked=False))


@dataclass(frozen=True, slots=True)
class Try:
    """A try that was counted before it is looked at: what to check against, and whether it may succeed."""

    verifier: str = field(repr=False)
    counts: bool


def count_try(tx: Transaction, staff: str, now: datetime) -> Try:
    """Count a try first, so that tries at the same moment share one allowance.

    A person nobody knows costs the same writing. From the third wrong try on the pauses grow; the tenth
    locks until a person unlocks it, whatever becomes of the clock.
    """
    known = t.passwords.c.staff == staff.replace("\x00", "")
    row = tx.execute(select(t.passwords).where(known).with_for_update()).one_or_none()
    if row is None:
        _count_unknown(tx)
        return Try(_NOBODY, counts=False)
    waiting = row.wait_until is not None and now < row.wait_until <= now + LONGEST_PAUSE
    counts = not row.locked and not waiting
    tries = row.tries + counts
    pause = timedelta(seconds=2 ** max(0, tries - FREE_TRIES)) if tries >= FREE_TRIES else timedelta()
    until = now + pause if counts else row.wait_until
    tx.execute(
        _tries_of(row.staff).values(tries=tries, wait_until=until, locked=row.locked or tries >= TRIES)
    )
    return Try(row.verifier, counts)


def _count_unknown(tx: Transaction) -> None:
    c = t.counters.c
    more = update(t.counters).where(c.name == NOBODY_COUNTER).values(value=c.value + 1)
    if not tx.execute(more).rowcount:
        tx.execute(insert(t.counters), {"name": NOBODY_COUNTER, "value": 1})


def take_back_try(tx: Transaction, staff: str) -> None:
    """The try was right: it leaves no trace, but those before it stay counted until the person is in."""
    c = t.passwords.c
    fewer = case((c.tries > 0, c.tries - 1), else_=0)
    tx.execute(_tries_of(staff).values(tries=fewer, wait_until=None, locked=fewer >= TRIES))


def forget_tries(tx: Transaction, staff: str) -> None:
    """The person is in: wrong tries before count no more."""
    tx.execute(_tries_of(staff).values(tries=0, wait_until=None, locked=False))


def check_password(database: Database, keys: Keys, staff: str, password: str, now: datetime) -> bool:
    """Whether the password is right, now; unknown, locked, waiting and wrong do the same work."""
    found = database.write(lambda tx: count_try(tx, staff, now))
    right = _verifies(keys, staff, found.verifier, password) and found.counts
    if right:
        database.write(lambda tx: take_back_try(tx, staff))
    return right


def is_password(database: Database, keys: Keys, staff: str, password: str) -> bool:
    """Whether it is the person's present password; for somebody who has come in with it already."""
    known = select(t.passwords.c.verifier).where(t.passwords.c.staff == staff)
    verifier = database.read(lambda db: db.execute(known).scalar_one_or_none())
    return verifier is not None and _verifies(keys, staff, verifier, password)


def _tries_of(staff: str) -> Update:
    return update(t.passwords).where(t.passwords.c.staff == staff)


def _verifies(keys: Keys, staff: str, verifier: str, password: str) -> bool:
    """Whether it is the password; what was sealed with another key of the site is nobody's."""
    try:
        hashed = sealing.told(keys.seal_key, verifier, OWNER.of(staff))
    except sealing.Unsealable:
        hashed = _NOBODY
    try:
        return _HASHER.verify(hashed, _peppered(keys.pepper, password))
    except (VerificationError, InvalidHashError):
        return False


@dataclass(frozen=True, slots=True)
class NewKey:
    """An API key to be made: its id and secret are random and given."""

    id: str
    name: str
    secret: str
    scopes: tuple[str, ...]
    rate_per_minute: int = USUAL_RATE


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


def key_facts(db: Executor, key_id: str) -> dict[str, object] | None:
    """What of a key may be written down; nothing of one that there is not."""
    found = next((key for key in api_keys(db) if key.id == key_id), None)
    if found is None:
        return None
    told = {"name": found.name, "scopes": sorted(found.scopes), "rate_per_minute": found.rate_per_minute}
    return told | {"revoked": found.revoked_at is not None}


def set_rate(tx: Transaction, key_id: str, rate: int) -> bool:
    """Let a key make so many calls a minute from now on; False when it is withdrawn, or there is none."""
    c = t.api_keys.c
    active = update(t.api_keys).where(c.id == key_id, c.revoked_at.is_(None))
    return bool(tx.execute(active.values(rate_per_minute=rate)).rowcount)


def rate_of(text: str) -> int | None:
    """The calls a minute that somebody typed, None when they are none that a key may be given."""
    least, most = RATES
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return None
    return int(text) if least <= int(text) <= most else None


def revoke_api_key(tx: Transaction, key_id: str, now: datetime) -> bool:
    """Withdraw a key at once; False when there is none."""
    c = t.api_keys.c
    done = tx.execute(update(t.api_keys).where(c.id == key_id, c.revoked_at.is_(None)).values(revoked_at=now))
    return bool(done.rowcount)
