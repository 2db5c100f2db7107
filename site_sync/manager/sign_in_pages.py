"""Signing in with a password, and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from site_sync.manager.rendering import bare_page
from site_sync.manager.visit import (
    COOKIE,
    PREFIX,
    Change,
    FormExpired,
    changes,
    from_here,
    posted,
    same,
    site_of,
)
from site_sync.service import sign_in
from site_sync.service.wiring import Site

routes = APIRouter()
BEFORE = "handover_before"
"""Cookie of the sign-in form, whose token must come back with it."""
ATTEMPTS_PER_MINUTE = 10
WRONG = (
    "This staff id and password do not go together, or too many were tried. Wait a moment, then try again."
)


def _secure(request: Request) -> bool:
    address = site_of(request).settings.public_address
    return request.url.scheme == "https" or address.startswith("https:")


def _keep(request: Request, answer: Response, name: str, value: str) -> None:
    answer.set_cookie(name, value, path=PREFIX, httponly=True, samesite="lax", secure=_secure(request))


def _inside(path: str) -> str:
    """A path of the back office to go to; anything else is the first page."""
    fine = path.startswith("/") and not path.startswith("//") and path.isprintable() and "\\" not in path
    return path if fine else "/"


def _form(request: Request, wanted: str, staff: str = "", error: str = "") -> Response:
    token = site_of(request).around.secret()
    status = 422 if error else 200
    answer = bare_page("sign_in.html", status=status, token=token, next=wanted, staff=staff, error=error)
    _keep(request, answer, BEFORE, token)
    return answer


@routes.get("/sign-in")
def show(request: Request, next: str = "/") -> Response:
    """The sign-in form."""
    return _form(request, _inside(next))


@routes.post("/sign-in")
def enter(request: Request, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Check staff id and password; unknown, wrong, locked and too fast all get the same answer."""
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    before = request.cookies.get(BEFORE, "")
    if not before or not from_here(request) or not same(fields.get("token", ""), before):
        raise FormExpired
    wanted, staff = _inside(fields.get("next", "/")), fields.get("staff", "").strip()[:64]
    caller = request.client.host if request.client else ""
    wait = request.app.state.attempts.take(caller, ATTEMPTS_PER_MINUTE)
    site = site_of(request)
    token = None if wait else _session(site, staff, fields.get("password", "")[:1024])
    if token is None:
        return _form(request, wanted, staff, WRONG)
    answer = RedirectResponse(f"{PREFIX}{wanted}", 303)
    _keep(request, answer, COOKIE, token)
    answer.delete_cookie(BEFORE, path=PREFIX)
    return answer


def _session(site: Site, staff: str, password: str) -> str | None:
    """The token of a new session, None when the password is not right."""
    now, pepper = site.now(), site.keys.pepper
    if not site.database.write(lambda tx: sign_in.check_password(tx, pepper, staff, password, now)):
        return None
    secret = site.around.secret
    token, _ = site.database.write(lambda tx: sign_in.open_session(tx, staff, secret, now))
    known = site.database.read(lambda db: sign_in.session_of(db, token, now))
    return token if known is not None else None


@routes.post("/sign-out")
def leave(request: Request, change: Annotated[Change, Depends(changes())]) -> Response:
    """End the session."""
    token = request.cookies.get(COOKIE, "")
    change.visit.write(lambda tx: sign_in.close_session(tx, token))
    answer = RedirectResponse(f"{PREFIX}/sign-in", 303)
    answer.delete_cookie(COOKIE, path=PREFIX)
    return answer
