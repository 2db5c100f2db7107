"""Who may change whom among the staff: roles, PINs, passwords, leaving."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from typing import TypeVar

from sqlalchemy import select

from site_sync.domain.codes import TOKEN_BYTES, encode_token, token_hash
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.permissions import ROLE_RIGHTS, Right, Role
from site_sync.domain.shop import StaffMember
from site_sync.protocol.changes import RecordKind
from site_sync.protocol.pins import PIN_DIGITS
from site_sync.service import second_factor, sessions, settings_audit, sign_in
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.settings_audit import Author, Facts, Subject
from site_sync.service.sign_in import GivenPassword, PasswordState

T = TypeVar("T")
LONGEST_NAME = 80
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""A staff id is typed at tills and stands in addresses; names of what is no person have a colon."""
NOBODYS_ID = "new"
"""Where the form for a new person is."""


def may_change(by: StaffMember, member: StaffMember) -> bool:
    """Whether one person may change another: never somebody with a right they do not hold themselves.

    Who works in some stores only changes people of those stores, unless all settings are theirs to change.
    """
    if Right.STAFF_MANAGE not in by.rights or not member.granted <= by.rights:
        return False
    anywhere = not by.stores or Right.SETTINGS_MANAGE in by.rights
    return anywhere or (bool(member.stores) and set(member.stores) <= set(by.stores))


def roles_to_give(by: StaffMember) -> tuple[Role, ...]:
    """The roles a person may give: those without a right they do not hold themselves."""
    if Right.STAFF_MANAGE not in by.rights:
        return ()
    return tuple(role for role in Role if ROLE_RIGHTS[role] <= by.rights)


def find(db: Executor, staff_id: str) -> StaffMember | None:
    """The member of staff of that id."""
    found: StaffMember | None = records.find(db, RecordKind.STAFF, staff_id)
    return found


def with_password(db: Executor) -> frozenset[str]:
    """Ids of everybody who can sign in to the back office."""
    return frozenset(db.execute(select(t.passwords.c.staff)).scalars())


def without_second_factor(db: Executor) -> tuple[StaffMember, ...]:
    """Everybody who can sign in to the back office by a password alone, by name."""
    c = t.second_factors.c
    with_factor = frozenset(db.execute(select(c.staff).where(c.since.is_not(None))).scalars())
    found = (find(db, staff) for staff in with_password(db) - with_factor)
    return tuple(sorted((one for one in found if one is not None and one.active), key=lambda one: one.name))


def locked_out(db: Executor) -> frozenset[str]:
    """Ids of everybody whose password wrong tries have locked."""
    return frozenset(db.execute(select(t.passwords.c.staff).where(t.passwords.c.locked.is_(True))).scalars())


def change(tx: Transaction, by: StaffMember, member: StaffMember, now: datetime) -> Refusal | None:
    """Keep a member of staff as given; tills hear of it. PIN and badge stay what they were."""
    before = find(tx, member.id)
    if before is None:
        return Refusal(Code.TEXT_INVALID, {"field": "id"})
    if not may_change(by, before) or not may_change(by, member):
        return Refusal(Code.RIGHT_NEEDED, {"right": Right.STAFF_MANAGE.value})
    if member.id == by.id and (member.rights != before.rights or member.role is not before.role):
        return Refusal(Code.APPROVER_IS_REQUESTER, {"field": "role"})
    if refusal := _text_refusal(member):
        return refusal
    kept = replace(member, pin_verifier=before.pin_verifier, badge_hash=before.badge_hash)
    settings_audit.keep(tx, Author.of(by, now), RecordKind.STAFF, kept)
    return None


def give_rights(
    tx: Transaction, by: StaffMember, staff_id: str, wanted: frozenset[Right], now: datetime
) -> Refusal | None:
    """Let a person have exactly these rights; tills hear of it. Nobody gives what they lack themselves."""
    before = find(tx, staff_id)
    if before is None:
        return Refusal(Code.TEXT_INVALID, {"field": "id"})
    if lacking := wanted - before.granted - by.rights:
        return Refusal(Code.RIGHT_NEEDED, {"right": min(lacking).value})
    return change(tx, by, before.holding(wanted), now)


def add(tx: Transaction, by: StaffMember, member: StaffMember, now: datetime) -> Refusal | None:
    """Let a new person in, without PIN or password yet."""
    if not may_change(by, member):
        return Refusal(Code.RIGHT_NEEDED, {"right": Right.STAFF_MANAGE.value})
    if refusal := _text_refusal(member):
        return refusal
    if not ID.fullmatch(member.id) or member.id == NOBODYS_ID:
        return Refusal(Code.TEXT_INVALID, {"field": "id"})
    if find(tx, member.id) is not None:
        return Refusal(Code.TEXT_INVALID, {"field": "id", "taken": True})
    fresh = replace(member, pin_verifier="", badge_hash="")
    settings_audit.keep(tx, Author.of(by, now), RecordKind.STAFF, fresh)
    return None


def choose_language(tx: Transaction, author: Author, language: str) -> None:
    """Keep the language that a person chose for themselves, here and at the tills."""
    if (member := find(tx, author.staff)) is not None:
        settings_audit.keep(tx, author, RecordKind.STAFF, replace(member, language=language))


def _text_refusal(member: StaffMember) -> Refusal | None:
    if not member.name.strip() or not member.name.isprintable() or len(member.name) > LONGEST_NAME:
        return Refusal(Code.TEXT_INVALID, {"field": "name"})
    return None


def new_pin(random_bytes: Callable[[int], bytes]) -> str:
    """Six digits, each as likely as the others; not one digit six times, nor a run up or down."""
    while True:
        pin = f"{int.from_bytes(random_bytes(8), 'big') % 10**PIN_DIGITS:0{PIN_DIGITS}d}"
        steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
        if steps not in ({0}, {1}, {9}):
            return pin


@dataclass(frozen=True, slots=True)
class NewPin:
    """A PIN for a member of staff as it is kept; made before the transaction, as that takes its time."""

    staff: str
    verifier: str = field(repr=False)


def issue_pin(tx: Transaction, by: StaffMember, given: NewPin, now: datetime) -> Refusal | None:
    """Give a member of staff a new PIN; the old one ends at the tills with the next change they get."""
    member = find(tx, given.staff)
    if member is None or not member.active:
        return Refusal(Code.TEXT_INVALID, {"field": "id"})
    if not may_change(by, member):
        return Refusal(Code.RIGHT_NEEDED, {"right": Right.STAFF_MANAGE.value})
    kept = replace(member, pin_verifier=given.verifier)
    settings_audit.keep(tx, Author.of(by, now), RecordKind.STAFF, kept)
    return None


def new_badge(random_bytes: Callable[[int], bytes]) -> str:
    """What the code on a badge says: random, in the letters of all codes."""
    return encode_token(random_bytes(TOKEN_BYTES))


def issue_badge(tx: Transaction, by: StaffMember, staff_id: str, token: str, now: datetime) -> Refusal | None:
    """Give a member of staff a badge with that token in place of any before; an empty one takes it away."""
    member = find(tx, staff_id)
    if member is None or not member.active:
        return Refusal(Code.TEXT_INVALID, {"field": "id"})
    if not may_change(by, member):
        return Refusal(Code.RIGHT_NEEDED, {"right": Right.STAFF_MANAGE.value})
    kept = replace(member, badge_hash=token_hash(token) if token else "")
    settings_audit.keep(tx, Author.of(by, now), RecordKind.STAFF, kept)
    return None


def give_password(tx: Transaction, by: StaffMember, given: GivenPassword, now: datetime) -> Refusal | None:
    """Give somebody else a password, to be changed at their next sign-in; their sessions end."""
    member = find(tx, given.staff)
    if member is None or not member.active:
        return Refusal(Code.TEXT_INVALID, {"field": "id"})
    if member.id == by.id or not may_change(by, member):
        return Refusal(Code.RIGHT_NEEDED, {"right": Right.STAFF_MANAGE.value})
    keep_password(tx, Author.of(by, now), replace(given, must_change=True))
    return None


def keep_password(tx: Transaction, author: Author, given: GivenPassword) -> None:
    """Keep a password and write down that one was given, never what it is."""
    before = sign_in.password_state(tx, given.staff)
    sign_in.set_password(tx, given, author.at)
    _note_password(tx, author, given.staff, before)


def reset_second_factor(tx: Transaction, by: StaffMember, staff_id: str, now: datetime) -> Refusal | None:
    """Take away the second factor of somebody else who lost it; they sign in anew."""
    member = find(tx, staff_id)
    if member is None:
        return Refusal(Code.TEXT_INVALID, {"field": "id"})
    if member.id == by.id or not may_change(by, member):
        return Refusal(Code.RIGHT_NEEDED, {"right": Right.STAFF_MANAGE.value})
    note_second_factor(tx, Author.of(by, now), staff_id, lambda: second_factor.remove(tx, staff_id))
    sessions.close_sessions(tx, staff_id)
    return None


def note_second_factor(tx: Transaction, author: Author, staff_id: str, work: Callable[[], T]) -> T:
    """Do something to a person's second factor and write down whether they have one, before and after."""

    def told() -> Facts:
        return {"on": second_factor.state(tx, staff_id) is not None}

    before = told()
    done = work()
    settings_audit.note(tx, author, Subject("second_factor", staff_id), (before, told()))
    return done


def unlock(tx: Transaction, by: StaffMember, staff_id: str, now: datetime) -> Refusal | None:
    """Let a password be tried again that wrong tries have locked."""
    member, before = find(tx, staff_id), sign_in.password_state(tx, staff_id)
    if member is None or before is None:
        return Refusal(Code.TEXT_INVALID, {"field": "id"})
    if not may_change(by, member):
        return Refusal(Code.RIGHT_NEEDED, {"right": Right.STAFF_MANAGE.value})
    sign_in.unlock(tx, staff_id)
    _note_password(tx, Author.of(by, now), staff_id, before)
    return None


def end_sessions(tx: Transaction, by: StaffMember, staff_id: str, now: datetime) -> Refusal | None:
    """Sign a person out of the back office wherever they are signed in."""
    member = find(tx, staff_id)
    if member is None:
        return Refusal(Code.TEXT_INVALID, {"field": "id"})
    if member.id != by.id and not may_change(by, member):
        return Refusal(Code.RIGHT_NEEDED, {"right": Right.STAFF_MANAGE.value})
    sessions.close_sessions(tx, staff_id)
    settings_audit.note(
        tx, Author.of(by, now), Subject("session", staff_id), ({"ended": "no"}, {"ended": "all"})
    )
    return None


def _note_password(tx: Transaction, author: Author, staff_id: str, before: PasswordState | None) -> None:
    """Write down that a password was given or unlocked, never what it is."""
    told = [
        None if one is None else {"given": one.changed_at.isoformat(), "locked": one.locked}
        for one in (before, sign_in.password_state(tx, staff_id))
    ]
    settings_audit.note(tx, author, Subject("password", staff_id), (told[0], told[1]))
