"""Sessions of the back office: begun by stages, ended by time, by their person, or by whoever may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, insert, select, update

from site_sync.domain.codes import token_hash
from site_sync.domain.permissions import Right
from site_sync.domain.shop import StaffMember
from site_sync.protocol.changes import RecordKind
from site_sync.service import door_rules
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction

STAGE_MINUTES = 10
"""How long a person has for the second factor or a new password before signing in anew."""
SEEN_EVERY = timedelta(minutes=1)
"""How often a session that is in use is written down as such."""
LONGEST_AGENT = 200


class Stage(StrEnum):
    """How far a person has come who signs in: only `open` is inside."""

    OPEN = "open"
    CODE = "code"
    CHANGE = "change"
    ENROL = "enrol"


@dataclass(frozen=True, slots=True)
class Session:
    """A person signed in to the back office; `csrf` must come back with every change."""

    staff: StaffMember
    csrf: str
    expires_at: datetime
    seen_at: datetime
    id: str
    stage: Stage = Stage.OPEN

    @property
    def rights(self) -> frozenset[Right]:
        """What the person may do."""
        return self.staff.rights


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser says of itself and where it calls from, for the person to know it by."""

    agent: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One of a person's sessions as it is listed: when it began, when it was last used, by which browser."""

    id: str
    since: datetime
    seen_at: datetime
    browser: Browser


@dataclass(frozen=True, slots=True)
class Coming:
    """By which browser somebody comes in, and how far the session leads."""

    browser: Browser = Browser()
    stage: Stage = Stage.OPEN


def open_session(
    tx: Transaction, staff: str, random_text: Callable[[], str], now: datetime, coming: Coming = Coming()
) -> tuple[str, str]:
    """Begin a session; returns its token, which only the browser keeps, and its CSRF token."""
    token, csrf = random_text(), random_text()
    hours = timedelta(hours=door_rules.rules(tx).session_hours)
    row = {
        "token_hash": token_hash(token),
        "staff": staff,
        "csrf": csrf,
        "created_at": now,
        "seen_at": now,
        "expires_at": now + (hours if coming.stage is Stage.OPEN else timedelta(minutes=STAGE_MINUTES)),
        "stage": coming.stage.value,
        "agent": "".join(sign for sign in coming.browser.agent[:LONGEST_AGENT] if sign.isprintable()),
        "address": coming.browser.address[:64],
        "id": token_hash(f"id of {token}")[:16],
    }
    tx.execute(delete(t.sessions).where(t.sessions.c.expires_at < now))
    tx.execute(insert(t.sessions), row)
    return token, csrf


def session_of(db: Executor, token: str, now: datetime, stage: Stage = Stage.OPEN) -> Session | None:
    """The live session of a token at that stage; None when it ended, was idle, or its person left."""
    row = db.execute(select(t.sessions).where(t.sessions.c.token_hash == token_hash(token))).one_or_none()
    if row is None or row.stage != stage.value or row.expires_at <= now:
        return None
    if row.seen_at <= now - door_rules.rules(db).idle:
        return None
    member: StaffMember | None = records.find(db, RecordKind.STAFF, row.staff)
    if member is None or not member.active:
        return None
    return Session(member, row.csrf, row.expires_at, row.seen_at, row.id, stage)


def touch_session(tx: Transaction, token: str, now: datetime) -> None:
    """The session is in use."""
    tx.execute(update(t.sessions).where(t.sessions.c.token_hash == token_hash(token)).values(seen_at=now))


def close_session(tx: Transaction, token: str) -> None:
    """Sign out."""
    tx.execute(delete(t.sessions).where(t.sessions.c.token_hash == token_hash(token)))


def _live(db: Executor, staff: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    c, since = t.sessions.c, now - door_rules.rules(db).idle
    return (c.staff == staff, c.expires_at > now, c.seen_at > since, c.stage == Stage.OPEN.value)


def open_sessions(db: Executor, staff: str, now: datetime) -> list[OpenSession]:
    """A person's live sessions, the one used last first."""
    c = t.sessions.c
    rows = db.execute(select(t.sessions).where(*_live(db, staff, now)).order_by(c.seen_at.desc(), c.id))
    return [OpenSession(row.id, row.created_at, row.seen_at, Browser(row.agent, row.address)) for row in rows]


def sessions_of(db: Executor, staff: str, now: datetime) -> int:
    """How many browsers a person is signed in with."""
    return len(open_sessions(db, staff, now))


def close_one(tx: Transaction, staff: str, session_id: str) -> bool:
    """End one of a person's sessions; False when they have none of that id."""
    c = t.sessions.c
    return bool(tx.execute(delete(t.sessions).where(c.staff == staff, c.id == session_id)).rowcount)


def close_sessions(tx: Transaction, staff: str, besides: str = "") -> None:
    """Sign a person out everywhere, but for one session where it is named."""
    c = t.sessions.c
    tx.execute(delete(t.sessions).where(c.staff == staff, c.id != besides))
