"""Tax: which rates are in use on what, and moving all of one rate to another when the law changes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.permissions import Right
from site_sync.manager import wording
from site_sync.manager.policy_form import scaled
from site_sync.manager.rendering import page, terms
from site_sync.manager.speech import say
from site_sync.manager.visit import PREFIX, Change, Visit, changes, needs
from site_sync.service import tax_rates
from site_sync.service.database import records

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_VIEW))]
Acting = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]


def _page(
    visit: Visit, given: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> Response:
    return page(
        visit,
        "tax.html",
        status=422 if errors else 200,
        section="/tax",
        rates=visit.read(tax_rates.in_use),
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
    if given["rate"] not in {str(one.rate) for one in visit.read(tax_rates.in_use)}:
        return _page(visit, given, {"rate": say("Choose one of the list.")})
    try:
        new = scaled(given["new"], 2)
    except ValueError as wrong:
        return _page(visit, given, {"new": str(wrong)})
    refused = visit.write(lambda tx: tax_rates.move(tx, visit.author, int(given["rate"]), new))
    if refused is not None:
        field = str(refused.facts.get("field", "new"))
        return _page(visit, given, {field: wording.refusal(refused, terms(visit))})
    return RedirectResponse(f"{PREFIX}/tax?done=saved", 303)
