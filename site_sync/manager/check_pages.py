"""Checks: whether the books agree with each other, and putting right what does not."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.permissions import Right
from site_sync.manager.rendering import page
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, changes, needs
from site_sync.service import soundness, turns
from site_sync.service.jobs import upkeep
from site_sync.service.soundness import Finding

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_MANAGE))]
Acting = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]


@routes.get("/checks")
def show(visit: Looking) -> Response:
    """Every check with what the last look found; looking again is asked for, as it reads everything."""
    last = visit.read(lambda db: turns.find(db, turns.CHECKS))
    told = last.outcome.get("found", ()) if last else ()
    found = [Finding(one["check"], one["key"], one["words"]) for one in told]
    return page(
        visit,
        "checks.html",
        section="/checks",
        last=last,
        checks=[(check, [one for one in found if one.check == check.name]) for check in soundness.CHECKS],
        forgotten=visit.read(lambda db: turns.find(db, turns.RETENTION)),
    )


@routes.post("/checks")
def look(change: Acting) -> Response:
    """Look now."""
    count = upkeep.look_now(change.visit.site)
    return RedirectResponse(f"{PREFIX}/checks?done={'checks_found' if count else 'checks_fine'}", 303)


@routes.post("/checks/repair")
def repair(change: Acting) -> Response:
    """Put one finding right by an entry that says so and who did it."""
    visit = change.visit
    found = Finding(change.text("check"), change.text("key"), change.text("words"))
    known = {one.key for one in visit.read(lambda db: soundness.found_by(db, found.check))}
    if found.key in known and not visit.write(
        lambda tx: soundness.put_right(tx, found, visit.author, visit.site.new_id())
    ):
        raise Missing
    upkeep.look_now(visit.site)
    return RedirectResponse(f"{PREFIX}/checks?done=put_right", 303)
