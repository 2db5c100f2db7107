"""Problems: what could not be done, in words, until a person has dealt with it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.permissions import Right
from site_sync.manager import wording
from site_sync.manager.rendering import page, terms
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, changes, needs
from site_sync.protocol.changes import RecordKind
from site_sync.service import enrolment, problem_enquiry, problems
from site_sync.service.database import records

routes = APIRouter()
LONGEST = 300
Looking = Annotated[Visit, Depends(needs(Right.SYNC_RESOLVE))]
Acting = Annotated[Change, Depends(changes(Right.SYNC_RESOLVE))]


def _page(visit: Visit, errors: dict[str, str] | None = None, failed: str = "") -> Response:
    resolved = visit.asked("state") == problems.RESOLVED
    listed = visit.read(lambda db: problem_enquiry.listed(db, visit.within, resolved=resolved))
    told = terms(visit)
    tills = {device.id: f"{device.store}-{device.till}" for device in visit.read(enrolment.devices)}
    staff = {person.id: person.name for person in visit.read(lambda db: records.every(db, RecordKind.STAFF))}
    return page(
        visit,
        "problems.html",
        status=422 if errors else 200,
        section="/problems",
        resolved=resolved,
        listed=[(one, *wording.problem(one.record, told)) for one in listed],
        tills=tills,
        staff=staff,
        failed=failed,
        errors=errors or {},
    )


@routes.get("/problems")
def show(visit: Looking) -> Response:
    """Open problems, or those that were dealt with."""
    return _page(visit)


@routes.post("/problems/{problem_id}/resolve")
def resolve(change: Acting, problem_id: str) -> Response:
    """Close a problem, with what was done about it."""
    visit, how = change.visit, change.text("how")
    problem = visit.read(lambda db: problems.find(db, problem_id))
    if problem is None or not (visit.within is None or not problem.store or problem.store in visit.within):
        raise Missing
    if not how or len(how) > LONGEST:
        return _page(visit, {"how": f"Say what was done, in up to {LONGEST} letters."}, problem_id)
    visit.write(lambda tx: problems.resolve(tx, problem_id, how, visit.staff.id, visit.now()))
    return RedirectResponse(f"{PREFIX}/problems?done=resolved", 303)
