"""The demo shop: laid into an empty site by one press, and taken away by one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.permissions import Right
from site_sync.manager import wording
from site_sync.manager.first_run_pages import form_page
from site_sync.manager.rendering import RESOURCES, page, terms
from site_sync.manager.setup_pages import LISTS
from site_sync.manager.speech import say
from site_sync.manager.visit import PREFIX, Change, Visit, changes, needs
from site_sync.service import demo, demo_removal, first_run

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_MANAGE))]
Acting = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]


def _page(visit: Visit, failed: str = "") -> Response:
    found = visit.read(demo_removal.look)
    return page(
        visit,
        "setup_demo.html",
        status=422 if failed else 200,
        section="/setup",
        demo=found,
        leaves_too=found is not None and visit.staff.id in found.people,
        room=visit.read(lambda db: demo_removal.loadable(db, LISTS.people())),
        password=demo.DEMO_PASSWORD,
        failed=failed,
    )


@routes.get("/setup/demo")
def show(visit: Looking) -> Response:
    """What the demo shop is, or what goes with it."""
    return _page(visit)


@routes.post("/setup/demo")
def lay(change: Acting) -> Response:
    """Lay the demo shop into a site that is empty."""
    visit = change.visit
    if not visit.read(lambda db: demo_removal.loadable(db, LISTS.people())):
        return _page(visit, say("The demo shop goes into an empty site only. Nothing was changed."))
    demo.load(visit.site, RESOURCES / "demo", by=visit.author)
    return RedirectResponse(f"{PREFIX}/setup/demo?done=demo_laid", 303)


@routes.post("/setup/demo/remove")
def remove(request: Request, change: Acting) -> Response:
    """Take the demo shop away; a site that is nobody's then asks for its first administrator."""
    visit = change.visit
    refused = visit.write(lambda tx: demo_removal.remove(tx, visit.author))
    if refused is not None:
        return _page(visit, wording.refusal(refused, terms(visit)))
    if visit.read(first_run.unclaimed):
        return form_page(request, {"code": visit.read(lambda db: first_run.code_of(db, visit.site))})
    return RedirectResponse(f"{PREFIX}/setup?done=demo_gone", 303)
