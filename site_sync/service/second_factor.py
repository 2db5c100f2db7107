"""The second factor of the back office: codes of an app, and recovery codes for when it is lost."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy import delete, insert, select, update

from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.keys import Keys
from site_sync.service.sealing import Owner, Vault, seal, unseal

ISSUER = "Handover"
OWNER = Owner.SECOND_FACTOR
STEP_SECONDS = 30
SECRET_BYTES = 20
RECOVERY_CODES = 10
RECOVERY_BYTES = 10
SLACK = 1
"""Steps a phone's clock may be wrong by."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A secret that was just made: as text to type, and as the address that an app's camera reads."""

    secret: str
    address: str


@dataclass(frozen=True, slots=True)
class FactorState:
    """Since when a person has a second factor, and how many recovery codes are left."""

    since: datetime
    left: int


def offer(tx: Transaction, vault: Vault, staff: str) -> Offered:
    """Make a secret for a person who has no second factor yet; it counts once its first code is confirmed."""
    secret = base64.b32encode(vault.random_bytes(SECRET_BYTES)).decode()
    tx.execute(delete(t.second_factors).where(t.second_factors.c.staff == staff))
    sealed = seal(vault.key, vault.nonce(), secret, OWNER.of(staff))
    tx.execute(insert(t.second_factors), {"staff": staff, "secret": sealed, "last_step": 0, "since": None})
    return _offered(staff, secret)


def _offered(staff: str, secret: str) -> Offered:
    return Offered(secret, pyotp.TOTP(secret).provisioning_uri(name=staff, issuer_name=ISSUER))


def offered(db: Executor, key: bytes, staff: str) -> Offered | None:
    """The secret that was offered and not confirmed, to be shown again."""
    row = db.execute(select(t.second_factors).where(t.second_factors.c.staff == staff)).one_or_none()
    if row is None or row.since is not None:
        return None
    return _offered(staff, unseal(key, row.secret, OWNER.of(staff)))


def _step_of(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The step whose code it is, later than the last one used; all codes are compared, whichever is right."""
    present = int(now.timestamp()) // STEP_SECONDS
    totp, found = pyotp.TOTP(secret), None
    for step in range(present - SLACK, present + SLACK + 1):
        if hmac.compare_digest(totp.at(step * STEP_SECONDS), code) and step > after:
            found = step
    return found


def _plain(code: str) -> str:
    return "".join(sign for sign in code.upper() if sign.isascii() and sign.isalnum())


def _recovery_hash(key: bytes, staff: str, code: str) -> str:
    return hmac.new(key, f"recovery|{staff}|{_plain(code)}".encode(), hashlib.sha256).hexdigest()


def confirm(tx: Transaction, vault: Vault, staff: str, code: str, now: datetime) -> tuple[str, ...]:
    """Turn the offered secret on with its first code; the recovery codes, shown this once; none if wrong."""
    row = tx.execute(select(t.second_factors).where(t.second_factors.c.staff == staff)).one_or_none()
    if row is None or row.since is not None:
        return ()
    step = _step_of(unseal(vault.key, row.secret, OWNER.of(staff)), _plain(code), now, row.last_step)
    if step is None:
        return ()
    turned_on = update(t.second_factors).where(t.second_factors.c.staff == staff)
    tx.execute(turned_on.values(last_step=step, since=now))
    return fresh_recovery_codes(tx, vault, staff)


def fresh_recovery_codes(tx: Transaction, vault: Vault, staff: str) -> tuple[str, ...]:
    """New recovery codes in place of any before."""
    texts = [base64.b32encode(vault.random_bytes(RECOVERY_BYTES)).decode() for _ in range(RECOVERY_CODES)]
    codes = tuple("-".join(text[start : start + 4] for start in range(0, 16, 4)) for text in texts)
    tx.execute(delete(t.recovery_codes).where(t.recovery_codes.c.staff == staff))
    rows = [{"staff": staff, "code_hash": _recovery_hash(vault.key, staff, code)} for code in codes]
    tx.execute(insert(t.recovery_codes), rows)
    return codes


def state(db: Executor, staff: str) -> FactorState | None:
    """How a person's second factor stands, None without one."""
    row = db.execute(select(t.second_factors).where(t.second_factors.c.staff == staff)).one_or_none()
    if row is None or row.since is None:
        return None
    c = t.recovery_codes.c
    left = db.execute(select(c.code_hash).where(c.staff == staff, c.used_at.is_(None))).all()
    return FactorState(row.since, len(left))


def passes(tx: Transaction, keys: Keys, staff: str, code: str, now: datetime) -> bool:
    """Whether a code of the app or a recovery code is right; either counts once.

    Recovery codes from before there were two keys are known by the code key: nobody tries out 80 random bits.
    """
    c = t.second_factors.c
    row = tx.execute(select(t.second_factors).where(c.staff == staff).with_for_update()).one_or_none()
    if row is None or row.since is None:
        return False
    step = _step_of(unseal(keys.seal_key, row.secret, OWNER.of(staff)), _plain(code), now, row.last_step)
    if step is not None:
        tx.execute(update(t.second_factors).where(c.staff == staff).values(last_step=step))
        return True
    r = t.recovery_codes.c
    hashes = [_recovery_hash(key, staff, code) for key in (keys.seal_key, keys.code_key)]
    unused = (r.staff == staff, r.code_hash.in_(hashes), r.used_at.is_(None))
    return bool(tx.execute(update(t.recovery_codes).where(*unused).values(used_at=now)).rowcount)


def remove(tx: Transaction, staff: str) -> bool:
    """Take a person's second factor away; False when there was none."""
    tx.execute(delete(t.recovery_codes).where(t.recovery_codes.c.staff == staff))
    return bool(tx.execute(delete(t.second_factors).where(t.second_factors.c.staff == staff)).rowcount)
