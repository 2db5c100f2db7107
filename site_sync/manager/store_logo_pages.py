"""The logo on a store's receipts: shown, sent as a picture, taken away."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from site_sync.domain.permissions import Right
from site_sync.domain.shop import Store
from site_sync.manager.rendering import page, shops
from site_sync.manager.service_words import retold
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, changes, changes_with_file, needs
from site_sync.service import shop_changes
from site_sync.service.store_logo import NoLogo, png_of, printable

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_VIEW))]
Sending = Annotated[Change, Depends(changes_with_file(Right.SETTINGS_MANAGE))]
Removing = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]


def _store(visit: Visit, code: str) -> Store:
    found = shops(visit).get(code)
    if found is None:
        raise Missing
    return found


@routes.get("/stores/{code}/logo.png")
def show(visit: Looking, code: str) -> Response:
    """The logo as it is printed."""
    store = _store(visit, code)
    if not store.logo:
        raise Missing
    return Response(png_of(store.logo), media_type="image/png", headers={"Cache-Control": "no-store"})


@routes.get("/stores/{code}/logo")
def ask(visit: Looking, code: str) -> Response:
    """The logo, and where to send another one."""
    return page(visit, "store_logo.html", section="/stores", store=_store(visit, code), errors={})


@routes.post("/stores/{code}/logo")
def keep(change: Sending, code: str) -> Response:
    """Keep the picture that was sent; drawing a large one takes a second, in which tills must not wait."""
    store = _store(change.visit, code)
    sent = change.form.get("logo")
    try:
        logo = printable(sent.file.read() if isinstance(sent, UploadFile) else b"")
    except NoLogo as wrong:
        given = {"logo": retold(str(wrong))}
        return page(change.visit, "store_logo.html", status=422, section="/stores", store=store, errors=given)
    return _save(change.visit, replace(store, logo=logo))


@routes.post("/stores/{code}/logo/remove")
def remove(change: Removing, code: str) -> Response:
    """Receipts begin with the store's name again."""
    return _save(change.visit, replace(_store(change.visit, code), logo=""))


def _save(visit: Visit, store: Store) -> Response:
    visit.write(lambda tx: shop_changes.save_store(tx, visit.author, store))
    return RedirectResponse(f"{PREFIX}/stores/{store.code}/logo?done=saved", 303)
