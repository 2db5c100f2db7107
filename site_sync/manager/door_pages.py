"""How strict the doors of the back office are, as an administrator sets it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.permissions import Right, Role
from site_sync.manager import wording
from site_sync.manager.rendering import page
from site_sync.manager.speech import say
from site_sync.manager.visit import PREFIX, Change, Visit, changes, needs
from site_sync.service import door_rules, staffing
from site_sync.service.door_rules import DoorRules

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_MANAGE))]
Acting = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]


def _page(visit: Visit, given: dict[str, str], chosen: set[str], errors: dict[str, str]) -> Response:
    return page(
        visit,
        "doors.html",
        status=422 if errors else 200,
        section="/doors",
        roles=[(role.value, wording.word("role", role)) for role in Role],
        chosen=chosen,
        given=given,
        without=visit.read(staffing.without_second_factor),
        errors=errors,
    )


@routes.get("/doors")
def show(visit: Looking) -> Response:
    """The rules as they are."""
    rules = visit.read(door_rules.rules)
    given = {"idle_minutes": str(rules.idle_minutes), "session_hours": str(rules.session_hours)}
    return _page(visit, given, {role.value for role in rules.second_factor}, {})


@routes.post("/doors")
def save(change: Acting) -> Response:
    """Keep the rules; they count from the next page on."""
    visit = change.visit
    given = {name: change.text(name) for name in ("idle_minutes", "session_hours")}
    chosen = {one for one in change.form.getlist("role") if isinstance(one, str) and one in set(Role)}
    numbers = {name: int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
               for name, text in given.items()}  # fmt: skip
    roles = frozenset(Role(one) for one in chosen)
    wanted = DoorRules(roles, numbers["idle_minutes"], numbers["session_hours"])
    refused = visit.write(lambda tx: door_rules.keep(tx, visit.author, wanted))
    if refused is not None:
        text = say("A whole number from {least} to {most}.", **refused.facts)
        return _page(visit, given, chosen, {str(refused.facts["field"]): text})
    return RedirectResponse(f"{PREFIX}/doors?done=saved_here", 303)
