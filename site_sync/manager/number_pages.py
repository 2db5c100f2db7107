"""How orders are numbered: the letters of web orders and quotes, the digits, where the site goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.errors import Code, Refusal
from site_sync.domain.numbers import (
    LEAST_DIGITS,
    MOST_DIGITS,
    Numbering,
    till_number,
    web_number,
)
from site_sync.domain.permissions import Right
from site_sync.manager import seen_marks, wording
from site_sync.manager.list_forms import FROM_TO
from site_sync.manager.policy_form import scaled
from site_sync.manager.rendering import page, shops, terms
from site_sync.manager.seen_marks import MEANWHILE, ChangedMeanwhile
from site_sync.manager.speech import say
from site_sync.manager.visit import PREFIX, Change, Visit, changes, needs
from site_sync.service import number_settings
from site_sync.service.database import records
from site_sync.service.database.transaction import Transaction
from site_sync.service.shop_changes import STORE_CODE

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_VIEW))]
Acting = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]
Texts = dict[str, str]
FIELDS = ("web", "quote", "digits", "web_next")


def examples(style: Numbering, store: str, counter: int) -> tuple[str, str, str]:
    """How a web order, an order of a till and a quote of it are called."""
    made = web_number(counter, style)
    till = [till_number(store, "01", 318, quote=quote, style=style) for quote in (False, True)]
    return made, till[0], till[1]


def _texts(style: Numbering) -> Texts:
    """The form; where the site goes on is typed when it shall go on elsewhere."""
    return {"web": style.web, "quote": style.quote, "digits": str(style.digits), "web_next": ""}


def _page(visit: Visit, given: Texts | None = None, errors: Texts | None = None) -> Response:
    style = visit.read(records.policies).numbers
    counter = visit.read(number_settings.next_number)
    store = next((code for code in sorted(shops(visit)) if STORE_CODE.fullmatch(code)), "S01")
    return page(
        visit,
        "numbers.html",
        status=422 if errors else 200,
        section="/settings",
        examples=examples(style, store, counter),
        next_number=counter,
        least=LEAST_DIGITS,
        most=MOST_DIGITS,
        seen=seen_marks.mark_again(visit, _texts(style), typed=given is not None),
        given=given or _texts(style),
        errors=errors or {},
    )


@routes.get("/settings/numbers")
def show(visit: Looking) -> Response:
    """How orders are numbered now."""
    return _page(visit)


@routes.post("/settings/numbers")
def save(change: Acting) -> Response:
    """Number orders as the form says from now on."""
    visit, errors = change.visit, {}
    given = {name: change.text(name) for name in FIELDS}
    given |= {name: given[name].upper() for name in ("web", "quote")}
    known = visit.read(records.policies).numbers
    figures = {"digits": known.digits, "web_next": known.web_next}
    for name in figures:
        try:
            figures[name] = scaled(given[name], 0) if given[name] else figures[name]
        except ValueError as wrong:
            errors[name] = str(wrong)
    if errors:
        return _page(visit, given, errors)
    wanted = replace(known, web=given["web"], quote=given["quote"], **figures)

    def work(tx: Transaction) -> Refusal | None:
        seen_marks.check(change, _texts(records.policies(tx).numbers))
        return number_settings.save(tx, visit.author, wanted)

    try:
        refused = visit.write(work)
    except ChangedMeanwhile:
        return _page(visit, errors={"form": say(MEANWHILE)})
    if refused is not None:
        return _page(visit, given, _problem(visit, refused))
    return RedirectResponse(f"{PREFIX}/settings/numbers?done=saved", 303)


def _problem(visit: Visit, refused: Refusal) -> Texts:
    """A refusal beside its field, in a sentence that says what would do."""
    facts = refused.facts
    field = str(facts.get("field", "form"))
    if refused.code is Code.QUANTITY_INVALID:
        return {field: say(FROM_TO, least=facts["least"], most=facts["most"])}
    if "store" in facts:
        return {
            field: say("Store {store} has these letters: its tills’ numbers begin so.", store=facts["store"])
        }
    if "taken" in facts:
        return {
            field: say("{letters} stands for something else: choose other letters.", letters=facts["taken"])
        }
    if field in FIELDS:
        return {field: say("One to three capital letters, A to Z.")}
    return {field: wording.refusal(refused, terms(visit))}
