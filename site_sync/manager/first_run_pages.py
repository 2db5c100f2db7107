"""The door of a site that belongs to nobody yet: whoever has its code becomes the first administrator."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from site_sync.domain.errors import Code
from site_sync.manager.rendering import bare_page
from site_sync.manager.sign_in_pages import ATTEMPTS_PER_MINUTE, BEFORE, keep_before, leading_on
from site_sync.manager.speech import LANGUAGES, language, later, say, spoken_languages
from site_sync.manager.visit import PREFIX, FormExpired, browser_of, from_here, posted, same, site_of
from site_sync.manager.wording import word
from site_sync.service import entering, first_run
from site_sync.service.first_run import Claim
from site_sync.service.password_rules import SHORTEST

routes = APIRouter()
FIELDS = ("code", "id", "name", "language")
SAID = {
    "code": later("This is not the code. It is shown where the site was started, and works once."),
    "id": later("One word of letters and digits, by which you sign in."),
    "name": later("Your name, up to 80 letters."),
}


def form_page(
    request: Request, given: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> Response:
    """The form, `given` what was typed before."""
    token = site_of(request).around.secret()
    shown = dict.fromkeys(FIELDS, "") | {"language": language()} | (given or {})
    answer = bare_page(
        "first.html",
        status=422 if errors else 200,
        token=token,
        given=shown,
        languages=list(spoken_languages().items()),
        least=SHORTEST,
        errors=errors or {},
    )
    keep_before(request, answer, token)
    return answer


@routes.get("/first")
def show(request: Request) -> Response:
    """The form while nobody is administrator, else the way to sign in."""
    if not site_of(request).database.read(first_run.unclaimed):
        return RedirectResponse(f"{PREFIX}/sign-in", 303)
    return form_page(request)


@routes.post("/first")
def claim(request: Request, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Make whoever has the code the first administrator, and let them in."""
    given = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    before = request.cookies.get(BEFORE, "")
    if not before or not from_here(request) or not same(given.get("token", ""), before):
        raise FormExpired
    site = site_of(request)
    password = str(form.get("password", ""))[:1024]
    typed = {name: given.get(name, "")[:80] for name in FIELDS}
    wanted = Claim(typed["code"], typed["id"], typed["name"], password, typed["language"])
    errors = _errors(wanted, str(form.get("again", ""))[:1024])
    caller = request.client.host if request.client else ""
    if request.app.state.attempts.take(caller, ATTEMPTS_PER_MINUTE):
        errors = {"code": say("Too many tries. Wait a minute, then try again.")}
    if not errors:
        refused = first_run.claim(site, wanted)
        if refused is not None:
            field = "code" if refused.code is Code.CODE_WRONG else str(refused.facts.get("field", "id"))
            errors = {field: say(SAID.get(field, SAID["id"]))}
    if errors:
        return form_page(request, typed, errors)
    entered = entering.by_password(site, wanted.id, password, browser_of(request))
    if entered is None:
        raise FormExpired
    return leading_on(request, entered, "/setup")


def _errors(wanted: Claim, again: str) -> dict[str, str]:
    errors: dict[str, str] = {}
    if weak := first_run.weakness_of(wanted):
        errors["password"] = word("weak_password", weak)
    elif wanted.password != again:
        errors["again"] = say("The two are not the same.")
    if wanted.language not in LANGUAGES:
        errors["language"] = say("Choose one of the list.")
    return errors
