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
    outcome = last.outcome if last else {}
    told = [Finding(one["check"], one["key"], one["words"]) for one in outcome.get("found", ())]
    found = {check.name: [one for one in told if one.check == check.name] for check in soundness.CHECKS}
    many = {name: int(outcome.get("counts", {}).get(name, len(some))) for name, some in found.items()}
    return page(
        visit,
        "checks.html",
        section="/checks",
        last=last,
        looked=bool(last and last.last_at),
        wrong=[(one, found[one.name], many[one.name]) for one in soundness.CHECKS if many[one.name]],
        fine=[one for one in soundness.CHECKS if not many[one.name]],
        forgotten=visit.read(lambda db: turns.find(db, turns.RETENTION)),
    )


@routes.post("/checks")
def look(change: Acting) -> Response:
    """Look now."""
    count = upkeep.look_now(change.visit.site)
    return RedirectResponse(f"{PREFIX}/checks?done={'checks_found' if count else 'checks_fine'}", 303)


@routes.post("/checks/repair")
def repair(change: Acting) -> Response:
    """Put one finding right, or all of one check, by entries that say so and who did it."""
    visit, key = change.visit, change.text("key")
    name = change.text("check")
    for found in visit.read(lambda db: soundness.found_by(db, name)):
        if key in ("", found.key) and not _put_right(visit, found):
            raise Missing
    upkeep.look_now(visit.site)
    return RedirectResponse(f"{PREFIX}/checks?done=put_right", 303)


def _put_right(visit: Visit, found: Finding) -> bool:
    """Each in a transaction of its own, so that tills never wait for many of them."""
    entry = visit.site.new_id()
    return visit.write(lambda tx: soundness.put_right(tx, found, visit.author, entry))
