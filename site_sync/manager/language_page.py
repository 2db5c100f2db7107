"""Choosing the language one is spoken to in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.manager.sign_in_pages import inside
from site_sync.manager.speech import LANGUAGES
from site_sync.manager.visit import PREFIX, Change, Missing, changes
from site_sync.service import staffing

routes = APIRouter()


@routes.post("/language")
def choose(change: Annotated[Change, Depends(changes())]) -> Response:
    """Keep the person's language, which tills speak with them too, and go back to the page they were on."""
    visit, chosen = change.visit, change.text("language")
    if chosen not in LANGUAGES:
        raise Missing
    visit.write(lambda tx: staffing.choose_language(tx, visit.author, chosen))
    return RedirectResponse(f"{PREFIX}{inside(change.text('next'))}", 303)
