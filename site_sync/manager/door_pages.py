"""How strict the doors of the back office are, as an administrator sets it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.errors import Refusal
from site_sync.domain.permissions import Right, Role
from site_sync.manager import seen_marks, wording
from site_sync.manager.rendering import page
from site_sync.manager.seen_marks import MEANWHILE, ChangedMeanwhile
from site_sync.manager.speech import say
from site_sync.manager.visit import PREFIX, Change, Visit, changes, needs
from site_sync.service import door_rules, staffing
from site_sync.service.database.transaction import Transaction
from site_sync.service.door_rules import DoorRules

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_MANAGE))]
Acting = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]


Typed = tuple[dict[str, str], set[str]]
"""The numbers of the form as they were typed, and the roles that were ticked."""


def _page(visit: Visit, errors: dict[str, str], typed: Typed | None = None) -> Response:
    """The rules as they are, or what was typed to be put right."""
    rules = visit.read(door_rules.rules)
    kept = {"idle_minutes": str(rules.idle_minutes), "session_hours": str(rules.session_hours)}
    given, chosen = typed or (kept, {role.value for role in rules.second_factor})
    return page(
        visit,
        "doors.html",
        status=422 if errors else 200,
        section="/doors",
        roles=[(role.value, wording.word("role", role)) for role in Role],
        chosen=chosen,
        given=given,
        seen=seen_marks.mark_again(visit, rules.facts(), typed=typed is not None),
        without=visit.read(staffing.without_second_factor),
        errors=errors,
    )


@routes.get("/doors")
def show(visit: Looking) -> Response:
    """The rules as they are."""
    return _page(visit, {})


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

    def work(tx: Transaction) -> Refusal | None:
        seen_marks.check(change, door_rules.rules(tx).facts())
        return door_rules.keep(tx, visit.author, wanted)

    try:
        refused = visit.write(work)
    except ChangedMeanwhile:
        return _page(visit, {"form": say(MEANWHILE)})
    if refused is not None:
        text = say("A whole number from {least} to {most}.", **refused.facts)
        return _page(visit, {str(refused.facts["field"]): text}, (given, chosen))
    return RedirectResponse(f"{PREFIX}/doors?done=saved_here", 303)
