"""How a till comes to take part: a one-time code, a token, incarnations, withdrawal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from site_sync.domain.codes import token_hash
from site_sync.domain.numbers import counter_in
from site_sync.domain.shop import TillProfile
from site_sync.service import leases, turns
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction

CODE_MINUTES = 15
SEEN_EVERY = timedelta(minutes=1)
"""So often it is written down that a till still calls."""
AWAITED_FOR = timedelta(days=3)
"""A till unheard of for so long holds up nobody after a restore."""
CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters of an enrolment code that nobody confuses when typing."""


class DeviceState(StrEnum):
    """Whether a till may talk to the site."""

    ACTIVE = "active"
    REVOKED = "revoked"
    FENCED = "fenced"


@dataclass(frozen=True, slots=True)
class Device:
    """An enrolled till as the site knows it; so many commands waited at it when it last called.

    `expected` says that it has still to bring what a restored site lacks.
    """

    id: str
    name: str
    store: str
    till: str
    profile: str
    state: DeviceState
    incarnation: int
    next_seq: int
    chain_hash: str
    app_version: str
    enrolled_at: datetime
    last_seen: datetime | None
    waiting: int = 0
    expected: bool = False
    takes_leases: bool = False


@dataclass(frozen=True, slots=True)
class NewTill:
    """Where a till that shall be enrolled will stand, and what it will be used as."""

    store: str
    till: str
    profile: str = TillProfile.TILL.value


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A till that asks in: its new device id and token, and what it says of itself."""

    device: str
    token: str
    name: str = ""
    version: str = ""


def code_text(random_bytes: bytes) -> str:
    """A code of two groups of four letters out of 8 random bytes."""
    letters = "".join(CODE_LETTERS[byte % len(CODE_LETTERS)] for byte in random_bytes)
    return f"{letters[:4]}-{letters[4:]}"


def _plain(code: str) -> str:
    return "".join(char for char in code.upper() if char.isalnum())


def offer(tx: Transaction, code: str, place: NewTill, now: datetime) -> datetime:
    """Make a code good for one till, for 15 minutes; returns until when."""
    until = now + timedelta(minutes=CODE_MINUTES)
    row = {
        "code_hash": token_hash(_plain(code)),
        "store": place.store,
        "till": place.till,
        "profile": place.profile,
        "expires_at": until,
    }
    tx.execute(insert(t.enrolment_codes), row)
    return until


def enrol(tx: Transaction, code: str, newcomer: Newcomer, now: datetime) -> Device | None:
    """Let a till in with a code, once; None when the code is unknown, used or too old.

    A till that stood at the same place before is withdrawn: its successor has the place now. While a restored
    site awaits tills it awaits the new one too, which may be one that the backup does not know.
    """
    codes = t.enrolment_codes.c
    place = tx.execute(
        update(t.enrolment_codes)
        .where(codes.code_hash == token_hash(_plain(code)), codes.used_at.is_(None), codes.expires_at > now)
        .values(used_at=now)
        .returning(codes.store, codes.till, codes.profile)
    ).one_or_none()
    if place is None:
        return None
    d = t.devices.c
    awaited = tx.execute(_AWAITED.limit(1)).first() is not None
    there = (d.store == place.store, d.till == place.till, d.state != DeviceState.REVOKED)
    for before in tx.execute(select(d.id).where(*there)).scalars().all():
        revoke(tx, before)
    row = {
        "id": newcomer.device,
        "name": newcomer.name,
        "store": place.store,
        "till": place.till,
        "profile": place.profile,
        "token_hash": token_hash(newcomer.token),
        "state": DeviceState.ACTIVE.value,
        "app_version": newcomer.version,
        "enrolled_at": now,
        "last_seen": now,
        "expected": awaited,
    }
    tx.execute(insert(t.devices), row)
    return find(tx, newcomer.device)


def _device(row: Any) -> Device:
    given = {name: getattr(row, name) for name in Device.__dataclass_fields__ if name != "state"}
    return Device(state=DeviceState(row.state), **given)


_AWAITED = select(t.devices.c.id).where(
    t.devices.c.expected.is_(True), t.devices.c.state == DeviceState.ACTIVE.value
)
"""Tills that have still to bring what a restored site lacks."""
_OF_ID = select(t.devices).where(t.devices.c.id == bindparam("of_id"))
_OF_ID_LOCKED = _OF_ID.with_for_update()
_OF_TOKEN = select(t.devices).where(t.devices.c.token_hash == bindparam("of_hash"))
_BEGIN = (
    update(t.devices)
    .where(t.devices.c.id == bindparam("of_id"))
    .values(
        incarnation=bindparam("new_incarnation"),
        next_seq=1,
        chain_hash="",
        last_seen=bindparam("now"),
        app_version=bindparam("new_version"),
    )
)
_ADVANCE = (
    update(t.devices)
    .where(t.devices.c.id == bindparam("of_id"))
    .values(next_seq=bindparam("new_seq"), chain_hash=bindparam("new_chain"), last_seen=bindparam("now"))
)
_NUMBERS = tuple(
    select(number).where(number.between(bindparam("first"), bindparam("last")))
    for number in (t.orders.c.number, t.sales.c.number)
)
"""Within bounds, not LIKE: in most collations no index of PostgreSQL finds what begins with a text."""


def find(db: Executor, device_id: str) -> Device | None:
    """The till of that device id."""
    row = db.execute(_OF_ID, {"of_id": device_id}).one_or_none()
    return None if row is None else _device(row)


def lock(tx: Transaction, device_id: str) -> Device | None:
    """The till of that device id, held still, so that its commands come one after another."""
    row = tx.execute(_OF_ID_LOCKED if tx.postgres else _OF_ID, {"of_id": device_id}).one_or_none()
    return None if row is None else _device(row)


def of_token(db: Executor, token: str) -> Device | None:
    """The till that has a token, withdrawn or not."""
    row = db.execute(_OF_TOKEN, {"of_hash": token_hash(token)}).one_or_none()
    return None if row is None else _device(row)


def devices(db: Executor) -> list[Device]:
    """All tills by store and number."""
    query = select(t.devices).order_by(t.devices.c.store, t.devices.c.till, t.devices.c.enrolled_at)
    return [_device(row) for row in db.execute(query)]


def revoke(tx: Transaction, device_id: str) -> bool:
    """Withdraw a till at once, with what it was lent; False when there is none."""
    done = tx.execute(
        update(t.devices)
        .where(t.devices.c.id == device_id, t.devices.c.state != DeviceState.REVOKED)
        .values(state=DeviceState.REVOKED.value)
    )
    leases.end(tx, device_id)
    return bool(done.rowcount)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a starting till says: the incarnation it had last, which a restored site may not know; version."""

    last: int = 0
    version: str = ""


FIRST = Beginning()


def begin(tx: Transaction, device: Device, now: datetime, said: Beginning = FIRST) -> int:
    """Give a till that starts its new incarnation, whose commands count from 1."""
    incarnation = max(device.incarnation, said.last) + 1
    version = said.version or device.app_version
    given = {"of_id": device.id, "new_incarnation": incarnation, "new_version": version, "now": now}
    tx.execute(_BEGIN, given)
    return incarnation


def advance(tx: Transaction, device: Device, chain_hash: str, now: datetime) -> None:
    """The till's next command was taken in."""
    given = {"of_id": device.id, "new_seq": device.next_seq + 1, "new_chain": chain_hash, "now": now}
    tx.execute(_ADVANCE, given)


def heard(tx: Transaction, device: Device, waiting: int | None, now: datetime) -> None:
    """A till has called in this epoch, with so many commands that wait at it: none, and it is back.

    A till of an older protocol does not say how many wait (None): it is awaited as long as a silent one is.
    """
    out = device.expected and waiting != 0
    if out and waiting is None:
        out = _restored_since(tx, now - AWAITED_FOR)
    known = update(t.devices).where(t.devices.c.id == device.id)
    tx.execute(known.values(last_seen=now, waiting=waiting or 0, expected=out))


def expect_back(tx: Transaction, now: datetime) -> None:
    """In a new epoch every till that takes part has still to bring what the site lacks.

    Tills that were silent already while the others called are not waited for.
    """
    d = t.devices.c
    latest = tx.execute(select(func.max(d.last_seen))).scalar_one()
    if latest is not None:
        taking_part = (d.state == DeviceState.ACTIVE.value, d.last_seen > latest - AWAITED_FOR)
        tx.execute(update(t.devices).where(*taking_part).values(expected=True))
    turns.note(tx, turns.EPOCH, now, {})


def awaits(db: Executor, now: datetime) -> bool:
    """Whether a till has still to bring what a restored site lacks; the backup may be older than the wait."""
    since, out = now - AWAITED_FOR, _AWAITED
    if not _restored_since(db, since):
        out = out.where(t.devices.c.last_seen > since)
    return db.execute(out.limit(1)).first() is not None


def awaited(db: Executor) -> tuple[str, ...]:
    """The tills that have still to bring what a restored site lacks, however long ago that was."""
    return tuple(db.execute(_AWAITED).scalars())


def _restored_since(db: Executor, since: datetime) -> bool:
    """Whether the epoch that a restore brought was begun after a time."""
    begun = turns.find(db, turns.EPOCH)
    return begun is not None and begun.last_at is not None and begun.last_at > since


def is_news(device: Device, waiting: int | None, now: datetime) -> bool:
    """Whether a call of a till says something that is to be written down."""
    lately = device.last_seen is not None and now - device.last_seen < SEEN_EVERY
    return not lately or device.waiting != (waiting or 0) or (device.expected and waiting == 0)


def numbers_used(db: Executor, store: str, till: str) -> int:
    """The highest counter in any order or receipt number of a till's place, so that none is given again."""
    used = 0
    # After the place come digits, or letters of a quote or a receipt, three at most: below ZZZZ everywhere.
    bounds = {"first": f"{store}-{till}-0", "last": f"{store}-{till}-ZZZZ"}
    for query in _NUMBERS:
        found = db.execute(query, bounds).scalars()
        used = max([used, *(counter_in(number, store, till) for number in found)])
    return used


def fence(tx: Transaction, device_id: str) -> None:
    """Two tills run with one identity: neither is believed until it is enrolled again."""
    tx.execute(update(t.devices).where(t.devices.c.id == device_id).values(state=DeviceState.FENCED.value))
    leases.end(tx, device_id)
