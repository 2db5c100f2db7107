"""One's own account: password, second factor, and the browsers one is signed in with."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from site_sync.manager.arriving_pages import WRONG_CODE, picture
from site_sync.manager.browser_names import browser_name
from site_sync.manager.rendering import page
from site_sync.manager.sign_in_pages import keep_token
from site_sync.manager.speech import say
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, browser_of, changes, needs
from site_sync.manager.wording import word
from site_sync.service import door_rules, entering, second_factor, sessions, settings_audit, sign_in, staffing
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.entering import Entered
from site_sync.service.password_rules import SHORTEST
from site_sync.service.second_factor import Offered
from site_sync.service.sessions import OpenSession
from site_sync.service.settings_audit import Subject

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs())]
Acting = Annotated[Change, Depends(changes())]
OTHERS = "others"
"""What the form to end sessions names instead of one of them."""


def _page(visit: Visit, errors: dict[str, str] | None = None, **fresh: Any) -> Response:
    staff, key = visit.staff.id, visit.site.keys.seal_key

    def listed(db: Executor) -> list[OpenSession]:
        return sessions.open_sessions(db, staff, visit.now())

    offered: Offered | None = fresh.get("offered")
    return page(
        visit,
        "account.html",
        status=422 if errors else 200,
        section="/account",
        password=visit.read(lambda db: sign_in.password_state(db, staff)),
        factor=visit.read(lambda db: second_factor.state(db, staff)),
        needed=visit.read(door_rules.rules).ask_second_factor(visit.staff),
        pending=visit.read(lambda db: second_factor.offered(db, key, staff)) is not None,
        offered=offered,
        picture=picture(offered) if offered else None,
        sessions=visit.read(listed),
        browser_name=browser_name,
        least=SHORTEST,
        codes=fresh.get("codes", ()),
        errors=errors or {},
    )


@routes.get("/account")
def show(visit: Looking) -> Response:
    """One's own password, second factor and sessions."""
    return _page(visit)


@routes.post("/account/password")
def change_password(request: Request, change: Acting) -> Response:
    """Another password; every other browser is signed out."""
    visit = change.visit
    present, password = _typed(change, "present"), _typed(change, "password")
    if password != _typed(change, "again"):
        return _page(visit, {"again": say("The two are not the same.")})
    browser = browser_of(request)
    outcome = entering.change_password(visit.site, visit.session, present, password, browser)
    if not isinstance(outcome, Entered):
        field = "present" if outcome is entering.Refused.WRONG else "password"
        return _page(visit, {field: word("weak_password", outcome)})
    answer = RedirectResponse(f"{PREFIX}/account?done=password", 303)
    keep_token(request, answer, outcome.token)
    return answer


def _typed(change: Change, name: str) -> str:
    value = change.form.get(name, "")
    return value[:1024] if isinstance(value, str) else ""


def _knows_password(change: Change) -> bool:
    """Whether the form tells the present password, so that a browser left open changes no factor."""
    return entering.knows_password(change.visit.site, change.visit.staff.id, _typed(change, "present"))


@routes.post("/account/second-factor")
def offer(change: Acting) -> Response:
    """Make a secret for an app, to be confirmed with its first code; it is shown in this answer alone."""
    visit = change.visit
    staff, site = visit.staff.id, visit.site
    if visit.read(lambda db: second_factor.state(db, staff)) is not None:
        raise Missing
    if not _knows_password(change):
        return _page(visit, {"present": word("weak_password", entering.Refused.WRONG)})
    made = visit.write(lambda tx: second_factor.offer(tx, entering.vault_of(site), staff))
    return _page(visit, offered=made)


@routes.post("/account/second-factor/confirm")
def confirm(change: Acting) -> Response:
    """Turn the second factor on with its first code; shows the recovery codes, this once."""
    visit = change.visit
    codes = entering.confirm_factor(visit.site, visit.staff, change.text("code")[:40])
    if not codes:
        return _page(visit, {"code": say(WRONG_CODE)})
    return _page(visit, codes=codes)


@routes.post("/account/second-factor/codes")
def new_codes(change: Acting) -> Response:
    """New recovery codes in place of those before, shown this once."""
    visit = change.visit
    staff, site = visit.staff.id, visit.site
    if visit.read(lambda db: second_factor.state(db, staff)) is None:
        raise Missing
    if not _knows_password(change):
        return _page(visit, {"present": word("weak_password", entering.Refused.WRONG)})
    subject, vault = Subject("second_factor", staff), entering.vault_of(site)

    def work(tx: Transaction) -> tuple[str, ...]:
        settings_audit.note(tx, visit.author, subject, ({}, {"new_codes": True}))
        return second_factor.fresh_recovery_codes(tx, vault, staff)

    return _page(visit, codes=visit.write(work))


@routes.post("/account/second-factor/remove")
def remove(change: Acting) -> Response:
    """Turn the second factor off, where the role does not need one."""
    visit = change.visit
    staff = visit.staff.id
    if visit.read(door_rules.rules).ask_second_factor(visit.staff):
        return _page(visit, {"factor": say("Your role or rights need a second factor.")})
    if not _knows_password(change):
        return _page(visit, {"present": word("weak_password", entering.Refused.WRONG)})

    def work(tx: Transaction) -> bool:
        return staffing.note_second_factor(tx, visit.author, staff, lambda: second_factor.remove(tx, staff))

    visit.write(work)
    return RedirectResponse(f"{PREFIX}/account?done=factor_gone", 303)


@routes.post("/account/sessions/end")
def end_sessions(change: Acting) -> Response:
    """Sign another browser out, or all of them but this one."""
    visit, wanted = change.visit, change.text("session")
    staff, own = visit.staff.id, visit.session.id
    subject, ended = (
        Subject("session", staff),
        ({"ended": "no"}, {"ended": "others" if wanted == OTHERS else "one"}),
    )
    if wanted == OTHERS:
        visit.write(lambda tx: sessions.close_sessions(tx, staff, besides=own))
    elif not visit.write(lambda tx: sessions.close_one(tx, staff, wanted)):
        raise Missing
    visit.write(lambda tx: settings_audit.note(tx, visit.author, subject, ended))
    return RedirectResponse(f"{PREFIX}/account?done=signed_out", 303)
