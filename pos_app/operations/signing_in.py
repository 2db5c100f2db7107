"""Signing in with PIN or badge, checked at the till, and approving one act on the spot."""

from __future__ import annotations

import hmac
from dataclasses import replace
from datetime import timedelta

from pos_app.operations.desk import Acting, Desk
from pos_app.store.audit import AuditEntry
from pos_app.store.sign_in_tries import Tries
from site_sync.domain.codes import token_hash
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.permissions import Right
from site_sync.domain.shop import StaffMember
from site_sync.protocol.pins import pin_matches, pin_pepper

FREE_TRIES = 3
LOCKED_AT = 10
LONGEST_DELAY = timedelta(minutes=15)


def staff_here(desk: Desk) -> tuple[StaffMember, ...]:
    """Who may sign in at this till."""
    return desk.store.shop.staff(desk.identity.store)


def _delay(count: int) -> timedelta:
    """How long no PIN is taken after so many wrong ones in a row; at the tenth it is locked for good."""
    if count < FREE_TRIES:
        return timedelta(0)
    return min(LONGEST_DELAY, timedelta(seconds=5 * 2 ** (count - FREE_TRIES)))


def _aged(desk: Desk) -> Refusal | None:
    """What this till knows of its staff is too old to let anybody in: it was cut off for too long."""
    most = desk.policy().offline_sign_in_hours
    if desk.online() or not most or desk.store.contact.hours(desk.now()) < most:
        return None
    return Refusal(Code.SIGN_IN_AGED, {"hours": most})


def with_pin(desk: Desk, staff_id: str, pin: str) -> StaffMember | Refusal:
    """The person, when the PIN is theirs; every try is counted before it is answered.

    Setting the clock forward shortens a pause, never the way to the tenth try, which locks until a new PIN.
    """
    aged = _aged(desk)
    if aged is not None:
        return aged
    now = desk.now()
    person = _member(desk, staff_id)
    counted = _counted(staff_id, person)
    tries = desk.store.sign_in_tries.of(counted)
    if tries.count >= LOCKED_AT:
        return Refusal(Code.PIN_LOCKED)
    if tries.blocked_until is not None and now < tries.blocked_until <= now + LONGEST_DELAY:
        return Refusal(Code.PIN_BLOCKED, {"until": tries.blocked_until.isoformat()})
    count = tries.count + 1
    delay = _delay(count)
    desk.store.sign_in_tries.keep(counted, Tries(count, now + delay if delay else None))
    key = desk.identity.code_key
    if person is None or not key or not pin_matches(person.pin_verifier, pin_pepper(bytes.fromhex(key)), pin):
        _note(desk, staff_id, "pin_wrong")
        left = LOCKED_AT - count
        return Refusal(Code.PIN_WRONG, {"left": left}) if left > 0 else Refusal(Code.PIN_LOCKED)
    desk.store.sign_in_tries.keep(counted, Tries())
    _note(desk, staff_id, "sign_in")
    return person


def _counted(staff_id: str, person: StaffMember | None) -> str:
    """What wrong tries are counted for: a person's present PIN, so that a new one begins with none."""
    verifier = person.pin_verifier if person is not None else ""
    return f"{staff_id}#{token_hash(verifier)[:16]}" if verifier else staff_id


def with_badge(desk: Desk, token: str) -> StaffMember | Refusal:
    """The person whose badge was scanned."""
    aged = _aged(desk)
    if aged is not None:
        return aged
    shown = token_hash(token)
    for person in staff_here(desk):
        if person.badge_hash and hmac.compare_digest(person.badge_hash, shown):
            _note(desk, person.id, "sign_in")
            return person
    return Refusal(Code.BADGE_UNKNOWN)


def approve(desk: Desk, acting: Acting, staff_id: str, pin: str, reason: str) -> Acting | Refusal:
    """The same act with a second person's approval; whether their rights suffice is decided with the act."""
    if staff_id == acting.staff.id:
        return Refusal(Code.APPROVER_IS_REQUESTER)
    if not reason.strip():
        return Refusal(Code.REASON_NEEDED)
    approver = with_pin(desk, staff_id, pin)
    if isinstance(approver, Refusal):
        return approver
    return replace(acting, approver=approver, reason=reason.strip())


def approve_with_badge(desk: Desk, acting: Acting, token: str, reason: str) -> Acting | Refusal:
    """The same approval by the badge of a second person."""
    if not reason.strip():
        return Refusal(Code.REASON_NEEDED)
    approver = with_badge(desk, token)
    if isinstance(approver, Refusal):
        return approver
    if approver.id == acting.staff.id:
        return Refusal(Code.APPROVER_IS_REQUESTER)
    return replace(acting, approver=approver, reason=reason.strip())


def approvers(desk: Desk, acting: Acting, right: Right) -> tuple[StaffMember, ...]:
    """Who else here holds a right and could approve."""
    return tuple(one for one in staff_here(desk) if right in one.rights and one.id != acting.staff.id)


def as_known(desk: Desk, staff: StaffMember) -> StaffMember:
    """A person as the site last told of them; without any right when it knows them no more."""
    return desk.store.shop.staff_member(staff.id) or replace(staff, active=False)


def sign_out(desk: Desk, acting: Acting) -> None:
    """Note that somebody left the till."""
    _note(desk, acting.staff.id, "sign_out")


def _member(desk: Desk, staff_id: str) -> StaffMember | None:
    return next((person for person in staff_here(desk) if person.id == staff_id), None)


def _note(desk: Desk, staff_id: str, act: str) -> None:
    desk.store.audit.add(AuditEntry(desk.now(), staff_id, act))
