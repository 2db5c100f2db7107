"""What stands between the right password and the inside: a code, a password of one's own, a second factor."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from site_sync.manager.rendering import bare_page
from site_sync.manager.sign_in_pages import ATTEMPTS_PER_MINUTE, inside, keep_token, leading_on
from site_sync.manager.speech import later, say
from site_sync.manager.visit import Arrival, SignInNeeded, arriving, arriving_with_form, browser_of
from site_sync.manager.wording import word
from site_sync.service import code_pictures, entering, second_factor
from site_sync.service.entering import Entered
from site_sync.service.password_rules import SHORTEST
from site_sync.service.second_factor import Offered
from site_sync.service.sessions import Stage

routes = APIRouter()
WRONG_CODE = later("This code is not right, or it was used already. Wait for the next one and try again.")


def _page(arrival: Arrival, template: str, error: str = "", **facts: Any) -> HTMLResponse:
    wanted = inside(arrival.request.query_params.get("next", "") or arrival.text("next") or "/")
    known = {"csrf": arrival.session.csrf, "staff": arrival.session.staff, "next": wanted, "error": error}
    return bare_page(template, status=422 if error else 200, **known, **facts)


@routes.get("/sign-in/code")
def ask_code(arrival: Annotated[Arrival, Depends(arriving(Stage.CODE))]) -> Response:
    """The form for a code of the app."""
    return _page(arrival, "sign_in_code.html")


@routes.post("/sign-in/code")
def take_code(
    request: Request, arrival: Annotated[Arrival, Depends(arriving_with_form(Stage.CODE))]
) -> Response:
    """Go on with a code of the app, or with a recovery code."""
    browser = browser_of(request)
    wait = request.app.state.attempts.take(browser.address, ATTEMPTS_PER_MINUTE)
    code = arrival.text("code")[:40]
    entered = None if wait else entering.by_code(arrival.site, arrival.session, arrival.token, code, browser)
    if entered is None:
        return _page(arrival, "sign_in_code.html", say(WRONG_CODE))
    return leading_on(request, entered, inside(arrival.text("next")))


@routes.get("/sign-in/password")
def ask_password(arrival: Annotated[Arrival, Depends(arriving(Stage.CHANGE))]) -> Response:
    """The form for a password of one's own."""
    return _page(arrival, "sign_in_password.html", least=SHORTEST)


@routes.post("/sign-in/password")
def take_password(
    request: Request, arrival: Annotated[Arrival, Depends(arriving_with_form(Stage.CHANGE))]
) -> Response:
    """Keep a password of one's own in place of the one that somebody gave."""
    password = arrival.text("password")
    if password != arrival.text("again"):
        return _page(arrival, "sign_in_password.html", say("The two are not the same."), least=SHORTEST)
    outcome = entering.with_new_password(arrival.site, arrival.session, password, browser_of(request))
    if not isinstance(outcome, Entered):
        return _page(arrival, "sign_in_password.html", word("weak_password", outcome), least=SHORTEST)
    return leading_on(request, outcome, inside(arrival.text("next")))


def _offered(arrival: Arrival) -> Offered:
    """The secret that was offered at this stage before, else a new one."""
    site, staff = arrival.site, arrival.session.staff.id
    vault = entering.vault_of(site)
    known = site.database.read(lambda db: second_factor.offered(db, vault.key, staff))
    return known or site.database.write(lambda tx: second_factor.offer(tx, vault, staff))


def picture(offered: Offered) -> Markup:
    """The code that an app's camera reads."""
    return Markup(code_pictures.svg(offered.address))  # noqa: S704 - drawn here, from modules only


@routes.get("/sign-in/second-factor")
def ask_factor(arrival: Annotated[Arrival, Depends(arriving(Stage.ENROL))]) -> Response:
    """The secret for an app, and the form for its first code."""
    offered = _offered(arrival)
    return _page(arrival, "sign_in_factor.html", secret=offered.secret, picture=picture(offered))


@routes.post("/sign-in/second-factor")
def take_factor(
    request: Request, arrival: Annotated[Arrival, Depends(arriving_with_form(Stage.ENROL))]
) -> Response:
    """Turn the second factor on with its first code; shows the recovery codes, this once."""
    codes = entering.confirm_factor(arrival.site, arrival.session.staff, arrival.text("code")[:40])
    if not codes:
        offered = _offered(arrival)
        shown = {"secret": offered.secret, "picture": picture(offered)}
        return _page(arrival, "sign_in_factor.html", say(WRONG_CODE), **shown)
    entered = entering.with_new_factor(arrival.site, arrival.session, arrival.token, browser_of(request))
    if entered.stage is not Stage.OPEN:
        raise SignInNeeded
    answer = _page(arrival, "sign_in_codes.html", codes=codes)
    keep_token(request, answer, entered.token)
    return answer
