"""Coming in to the back office step by step: password, second factor, a password of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from site_sync.domain.shop import StaffMember
from site_sync.service import door_rules, second_factor, sessions, settings_audit, sign_in, staffing
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.password_rules import Weakness, weakness
from site_sync.service.sealing import Vault
from site_sync.service.sentences import said
from site_sync.service.sessions import Browser, Coming, Session, Stage
from site_sync.service.settings_audit import Author, Subject
from site_sync.service.sign_in import GivenPassword
from site_sync.service.wiring import Site


@dataclass(frozen=True, slots=True)
class Entered:
    """A session that was begun: its token and how far it leads."""

    token: str
    stage: Stage


class Refused(StrEnum):
    """Why a new password was not taken, beside its own weakness."""

    WRONG = "wrong"
    SAME = "same"


def vault_of(site: Site) -> Vault:
    """What second factors are made of and kept under."""
    return Vault(site.keys, site.around.random_bytes)


def _next(db: Executor, member: StaffMember, passed: Stage | None) -> Stage:
    """The stage that comes next: the second factor first, then a password of one's own, then enrolment."""
    has_factor = second_factor.state(db, member.id) is not None
    if has_factor and passed is None:
        return Stage.CODE
    password = sign_in.password_state(db, member.id)
    if password is not None and password.must_change:
        return Stage.CHANGE
    if not has_factor and door_rules.rules(db).ask_second_factor(member):
        return Stage.ENROL
    return Stage.OPEN


def _begin(
    tx: Transaction, site: Site, member: StaffMember, browser: Browser, after: Stage | None
) -> Entered:
    """A session at the next stage; each stage has a token of its own, so that none carries over."""
    stage = _next(tx, member, after)
    if stage is Stage.OPEN:
        sign_in.forget_tries(tx, member.id)
        came = (None, {"from": browser.address})
        settings_audit.note(tx, Author.of(member, site.now()), Subject("sign_in", member.id), came)
    token, _ = sessions.open_session(tx, member.id, site.around.secret, site.now(), Coming(browser, stage))
    return Entered(token, stage)


def by_password(site: Site, staff: str, password: str, browser: Browser) -> Entered | None:
    """Begin with staff id and password; None when they are not right, or the person left."""
    if not knows_password(site, staff, password):
        return None
    member = site.database.read(lambda db: staffing.find(db, staff))
    if member is None or not member.active:
        return None
    return site.database.write(lambda tx: _begin(tx, site, member, browser, None))


def _locked(db: Executor, staff: str) -> bool:
    state = sign_in.password_state(db, staff.replace("\x00", ""))
    return state is not None and state.locked


def knows_password(site: Site, staff: str, password: str) -> bool:
    """Whether the password is right; the wrong try that locks it is written down."""
    before = site.database.read(lambda db: _locked(db, staff))
    if sign_in.check_password(site.database, site.keys, staff, password, site.now()):
        return True
    if site.database.read(lambda db: _locked(db, staff)) and not before:
        site.database.write(lambda tx: note_lock(tx, staff, site.now()))
    return False


def note_lock(tx: Transaction, staff: str, now: datetime) -> None:
    """Write down that wrong tries have locked a person's password."""
    who = Author("", said("wrong tries to sign in"), frozenset(), now)
    settings_audit.note(tx, who, Subject("sign_in", staff), ({"locked": False}, {"locked": True}))


def by_code(site: Site, session: Session, token: str, code: str, browser: Browser) -> Entered | None:
    """Go on with a code of the app or a recovery code; wrong ones count like wrong passwords."""
    now, staff = site.now(), session.staff.id

    def work(tx: Transaction) -> Entered | None:
        before = _locked(tx, staff)
        counted = sign_in.count_try(tx, staff, now)
        if not counted.counts or not second_factor.passes(tx, site.keys, staff, code, now):
            if _locked(tx, staff) and not before:
                note_lock(tx, staff, now)
            return None
        sign_in.take_back_try(tx, staff)
        sessions.close_session(tx, token)
        return _begin(tx, site, session.staff, browser, Stage.CODE)

    return site.database.write(work)


def with_new_password(
    site: Site, session: Session, password: str, browser: Browser
) -> Entered | Weakness | Refused:
    """Go on with a password of one's own; it ends every session before it."""
    given = new_password(site, session.staff, password)
    if not isinstance(given, GivenPassword):
        return given

    def work(tx: Transaction) -> Entered:
        staffing.keep_password(tx, Author.of(session.staff, site.now()), given)
        return _begin(tx, site, session.staff, browser, Stage.CODE)

    return site.database.write(work)


def new_password(site: Site, member: StaffMember, password: str) -> GivenPassword | Weakness | Refused:
    """A person's own new password as it is kept, or why it cannot be."""
    if weak := weakness(password, (member.id, member.name)):
        return weak
    if sign_in.is_password(site.database, site.keys, member.id, password):
        return Refused.SAME
    return GivenPassword(member.id, sign_in.password_verifier(vault_of(site), member.id, password))


def change_password(
    site: Site, session: Session, present: str, password: str, browser: Browser
) -> Entered | Weakness | Refused:
    """Another password in place of the present one, which must be told; every other session ends."""
    member = session.staff
    if not knows_password(site, member.id, present):
        return Refused.WRONG
    return with_new_password(site, session, password, browser)


def confirm_factor(site: Site, member: StaffMember, code: str) -> tuple[str, ...]:
    """Turn on the second factor that was offered, with its first code; the recovery codes, none if wrong."""
    vault = vault_of(site)

    def work(tx: Transaction) -> tuple[str, ...]:
        def turn_on() -> tuple[str, ...]:
            return second_factor.confirm(tx, vault, member.id, code, site.now())

        return staffing.note_second_factor(tx, Author.of(member, site.now()), member.id, turn_on)

    return site.database.write(work)


def with_new_factor(site: Site, session: Session, token: str, browser: Browser) -> Entered:
    """Go on after the second factor that the role needs was set up."""

    def work(tx: Transaction) -> Entered:
        sessions.close_session(tx, token)
        return _begin(tx, site, session.staff, browser, Stage.CODE)

    return site.database.write(work)
