"""Site Manager as one application to be mounted beside the site's other routes."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlencode

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from site_sync.manager import (
    account_pages,
    alert_pages,
    arriving_pages,
    audit_page,
    backup_pages,
    balance_pages,
    check_pages,
    connector_pages,
    demo_pages,
    door_pages,
    export_pages,
    first_run_pages,
    import_pages,
    item_pages,
    journal_pages,
    key_pages,
    language_page,
    list_pages,
    mail_pages,
    message_pages,
    number_pages,
    order_pages,
    people_pages,
    problem_pages,
    settings_pages,
    setup_pages,
    setup_people_pages,
    sign_in_pages,
    staff_pages,
    stock_pages,
    store_logo_pages,
    store_pages,
    tax_pages,
    till_pages,
    today_page,
    webhook_pages,
)
from site_sync.manager.guarding import Guard
from site_sync.manager.rendering import STATIC, bare_page
from site_sync.manager.speech import LANGUAGES, Spoken, catalogue, say
from site_sync.manager.theme import tokens_css
from site_sync.manager.visit import PREFIX, FormExpired, Missing, NotAllowed, SignInNeeded, site_of
from site_sync.manager.wording import word
from site_sync.service import first_run
from site_sync.service.database.outages import OUT_OF_REACH
from site_sync.service.rate_limit import RateLimit
from site_sync.service.wiring import Site

_log = structlog.get_logger(__name__)
PAGES = (
    sign_in_pages, arriving_pages, account_pages, language_page, door_pages,
    today_page, order_pages, stock_pages, item_pages, journal_pages, store_logo_pages,
    store_pages, till_pages, staff_pages, people_pages,
    settings_pages, number_pages, list_pages, balance_pages, tax_pages, audit_page,
    problem_pages, connector_pages, webhook_pages,
    key_pages, message_pages, mail_pages, import_pages, export_pages,
    first_run_pages, demo_pages, setup_people_pages, setup_pages,
    backup_pages, check_pages, alert_pages,
)  # fmt: skip


def application(site: Site, ticks: Callable[[], float] = time.monotonic) -> FastAPI:
    """The pages of a site under paths of their own; sign-in tries are counted by `ticks`, in seconds."""
    app = FastAPI(
        title="Site Manager", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False
    )
    app.state.site = site
    app.state.attempts = RateLimit(ticks)
    for pages in PAGES:
        app.include_router(pages.routes)
    app.add_api_route("/static/tokens.css", tokens_css, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC))
    _answer(app)
    app.add_middleware(Spoken)
    for language in LANGUAGES:
        catalogue(language)  # read now, so that nobody waits for it
    app.add_middleware(Guard, secure=site.settings.public_address.startswith("https:"))
    return app


def mount(app: FastAPI, site: Site, ticks: Callable[[], float] = time.monotonic) -> None:
    """Put Site Manager under `/manager` of the site's application."""
    app.add_route(PREFIX, _home, methods=["GET"], include_in_schema=False)
    app.mount(PREFIX, application(site, ticks))


def _home(_request: Request) -> RedirectResponse:
    return RedirectResponse(f"{PREFIX}/", 308)


def _answer(app: FastAPI) -> None:
    """What goes out when a page cannot be shown."""
    app.add_exception_handler(SignInNeeded, _to_sign_in)
    app.add_exception_handler(NotAllowed, _not_allowed)
    app.add_exception_handler(FormExpired, _form_expired)
    app.add_exception_handler(Missing, _missing)
    app.add_exception_handler(RequestValidationError, _missing)
    app.add_exception_handler(HTTPException, _missing)
    for kind in OUT_OF_REACH:
        app.add_exception_handler(kind, _unreachable)
    app.add_exception_handler(Exception, _bug)


def _to_sign_in(request: Request, _error: Exception) -> Response:
    """To the sign-in page, and back to a page that was only looked at, filtered as it was."""
    address = f"{PREFIX}/sign-in"
    if site_of(request).database.read(first_run.unclaimed):
        return RedirectResponse(f"{PREFIX}/first", 303)
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": address})
    path, asked = request.url.path, request.url.remove_query_params("done").query
    if request.method == "GET" and path.startswith(f"{PREFIX}/") and path != f"{PREFIX}/":
        wanted = path.removeprefix(PREFIX) + (f"?{asked}" if asked else "")
        address += f"?{urlencode({'next': wanted}, safe='/')}"
    return RedirectResponse(address, 303)


def _notice(status: int, title: str, text: str) -> Response:
    return bare_page("notice.html", status=status, title=title, text=text)


def _not_allowed(_request: Request, error: Exception) -> Response:
    right = error.right if isinstance(error, NotAllowed) else None
    text = (
        say("It needs the right “{right}”.", right=word("right", right.value))
        if right
        else say("Ask an administrator.")
    )
    return _notice(403, say("You may not do this"), text)


def _form_expired(_request: Request, _error: Exception) -> Response:
    text = say("Go back, load the page again and repeat what you did. Nothing was changed.")
    return _notice(403, say("This form is not valid any more"), text)


def _missing(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    text = say("It may be gone, or belong to a store that is not yours.")
    return _notice(status, say("There is nothing here"), text)


def _unreachable(_request: Request, error: Exception) -> Response:
    _log.warning("the database is out of reach", error=type(error).__name__)
    text = say("The tills go on working. Try again in a moment.")
    return _notice(503, say("The database is out of reach"), text)


def _bug(request: Request, error: Exception) -> Response:
    _log.error("a page failed", path=request.url.path, error=repr(error))
    text = say("It was written to the log. Nothing was changed.")
    return _notice(500, say("The site made a mistake"), text)
