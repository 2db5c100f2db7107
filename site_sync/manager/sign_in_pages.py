"""Signing in with a password, and out."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from site_sync.manager.rendering import bare_page
from site_sync.manager.speech import later, say
from site_sync.manager.visit import (
    COOKIE,
    PREFIX,
    Change,
    FormExpired,
    browser_of,
    changes,
    from_here,
    posted,
    same,
    site_of,
)
from site_sync.service import entering, sessions
from site_sync.service.entering import Entered
from site_sync.service.sessions import Stage

routes = APIRouter()
BEFORE = "handover_before"
"""Cookie of the sign-in form, whose token must come back with it."""
ATTEMPTS_PER_MINUTE = 10
STAGES = {
    Stage.CODE: "/sign-in/code",
    Stage.CHANGE: "/sign-in/password",
    Stage.ENROL: "/sign-in/second-factor",
}
"""The page of each stage between the password and the inside."""
WRONG = later(
    "This staff id and password do not go together, or too many were tried. Wait a moment, then try again."
)


def _secure(request: Request) -> bool:
    address = site_of(request).settings.public_address
    return request.url.scheme == "https" or address.startswith("https:")


def _keep(request: Request, answer: Response, name: str, value: str) -> None:
    answer.set_cookie(name, value, path=PREFIX, httponly=True, samesite="lax", secure=_secure(request))


def keep_before(request: Request, answer: Response, token: str) -> None:
    """Give the browser the token that must come back with a form of somebody who is not signed in."""
    _keep(request, answer, BEFORE, token)


def inside(path: str) -> str:
    """A path of the back office to go to; anything else is the first page."""
    fine = path.startswith("/") and not path.startswith("//") and path.isprintable() and "\\" not in path
    return path if fine else "/"


def _form(request: Request, wanted: str, staff: str = "", error: str = "") -> Response:
    token = site_of(request).around.secret()
    status = 422 if error else 200
    answer = bare_page("sign_in.html", status=status, token=token, next=wanted, staff=staff, error=error)
    keep_before(request, answer, token)
    return answer


@routes.get("/sign-in")
def show(request: Request, next: str = "/") -> Response:
    """The sign-in form."""
    return _form(request, inside(next))


@routes.post("/sign-in")
def enter(request: Request, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Check staff id and password; unknown, wrong, locked and too fast all get the same answer."""
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    before = request.cookies.get(BEFORE, "")
    if not before or not from_here(request) or not same(fields.get("token", ""), before):
        raise FormExpired
    wanted, staff = inside(fields.get("next", "/")), fields.get("staff", "").strip()[:64]
    caller = request.client.host if request.client else ""
    wait = request.app.state.attempts.take(caller, ATTEMPTS_PER_MINUTE)
    site = site_of(request)
    password = fields.get("password", "")[:1024]
    entered = None if wait else entering.by_password(site, staff, password, browser_of(request))
    if entered is None:
        return _form(request, wanted, staff, say(WRONG))
    return leading_on(request, entered, wanted)


def leading_on(request: Request, entered: Entered, wanted: str) -> Response:
    """To the next stage with the session's new token, or to the page that was wanted."""
    inside = entered.stage is Stage.OPEN
    path = wanted if inside else f"{STAGES[entered.stage]}?{urlencode({'next': wanted})}"
    answer = RedirectResponse(f"{PREFIX}{path}", 303)
    keep_token(request, answer, entered.token)
    return answer


def keep_token(request: Request, answer: Response, token: str) -> None:
    """Give the browser the session's token, from which scripts and other sites are kept."""
    _keep(request, answer, COOKIE, token)
    answer.delete_cookie(BEFORE, path=PREFIX)


@routes.post("/sign-out")
def leave(request: Request, change: Annotated[Change, Depends(changes())]) -> Response:
    """End the session."""
    token = request.cookies.get(COOKIE, "")
    change.visit.write(lambda tx: sessions.close_session(tx, token))
    answer = RedirectResponse(f"{PREFIX}/sign-in", 303)
    answer.delete_cookie(COOKIE, path=PREFIX)
    return answer
