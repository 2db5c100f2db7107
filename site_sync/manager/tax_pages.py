"""Tax: which rates are in use on what, and moving all of one rate to another when the law changes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.errors import Refusal
from site_sync.domain.permissions import Right
from site_sync.manager import seen_marks, wording
from site_sync.manager.policy_form import scaled
from site_sync.manager.rendering import page, terms
from site_sync.manager.seen_marks import MEANWHILE, ChangedMeanwhile
from site_sync.manager.speech import say
from site_sync.manager.visit import PREFIX, Change, Visit, changes, needs
from site_sync.service import tax_rates
from site_sync.service.database import records
from site_sync.service.database.transaction import Executor, Transaction

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_VIEW))]
Acting = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]


def rates_of(db: Executor) -> dict[str, object]:
    """The rates in use, as the form offers them."""
    return {str(one.rate): True for one in tax_rates.in_use(db)}


def _page(
    visit: Visit, given: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> Response:
    return page(
        visit,
        "tax.html",
        status=422 if errors else 200,
        section="/tax",
        rates=visit.read(tax_rates.in_use),
        seen=seen_marks.mark_again(visit, visit.read(rates_of), typed=given is not None),
        including=visit.read(records.policies).general.prices_include_tax,
        given=given or {"rate": "", "new": ""},
        errors=errors or {},
    )


@routes.get("/tax")
def show(visit: Looking) -> Response:
    """All rates in use."""
    return _page(visit)


@routes.post("/tax")
def move(change: Acting) -> Response:
    """Give everything of one rate another one."""
    visit, given = change.visit, {name: change.text(name) for name in ("rate", "new")}
    spoken = terms(visit)
    try:
        new = scaled(given["new"], 2)
    except ValueError as wrong:
        return _page(visit, given, {"new": str(wrong)})

    def moved(tx: Transaction) -> dict[str, str]:
        present = rates_of(tx)
        seen_marks.check(change, present)
        if given["rate"] not in present:
            return {"rate": say("Choose one of the list.")}
        refused = tax_rates.move(tx, visit.author, int(given["rate"]), new)
        return {} if refused is None else {_field(refused): wording.refusal(refused, spoken)}

    try:
        errors = visit.write(moved)
    except ChangedMeanwhile:
        return _page(visit, errors={"form": say(MEANWHILE)})
    return _page(visit, given, errors) if errors else RedirectResponse(f"{PREFIX}/tax?done=saved", 303)


def _field(refused: Refusal) -> str:
    """The field that a refusal is about."""
    return str(refused.facts.get("field", "new"))
