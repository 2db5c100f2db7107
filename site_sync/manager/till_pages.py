"""Tills: which ones take part, letting a new one in with a one-time code, revoking one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup

from site_sync.domain.invitations import Invitation
from site_sync.domain.permissions import Right
from site_sync.domain.shop import TillProfile
from site_sync.manager.rendering import page, shops
from site_sync.manager.speech import later, say
from site_sync.manager.today_page import ONLINE
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, changes, needs
from site_sync.service import code_pictures, enrolment, settings_audit, tls
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.enrolment import CODE_MINUTES, DeviceState, NewTill
from site_sync.service.settings_audit import Facts, Subject

routes = APIRouter()
PROFILES = tuple(TillProfile)
STILL_WAITING = later(
    "Say that it is lost or broken; else connect it first, so that nothing made at it is missing."
)
_TILL = re.compile(r"\d{2}", re.ASCII)
Looking = Annotated[Visit, Depends(needs(Right.DEVICE_VIEW))]
Acting = Annotated[Change, Depends(changes(Right.DEVICE_MANAGE))]


@dataclass(frozen=True, slots=True)
class Offer:
    """A code that was just made, shown this once."""

    code: str
    picture: Markup
    place: NewTill
    until: datetime


def _page(
    visit: Visit,
    offer: Offer | None = None,
    given: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    stores = shops(visit)
    devices = sorted(visit.read(enrolment.devices), key=lambda one: one.state is DeviceState.REVOKED)
    return page(
        visit,
        "tills.html",
        status=422 if errors else 200,
        section="/tills",
        stores=stores,
        store_options=[(code, f"{one.name} ({code})") for code, one in stores.items() if visit.runs(code)],
        devices=devices,
        online_since=visit.now() - ONLINE,
        profiles=PROFILES,
        minutes_good=CODE_MINUTES,
        address=visit.site.settings.public_address,
        offer=offer,
        given=given or {"store": "", "till": "", "profile": PROFILES[0]},
        errors=errors or {},
    )


@routes.get("/tills")
def show(visit: Looking) -> Response:
    """All tills, revoked ones last."""
    return _page(visit)


@routes.post("/tills")
def let_in(change: Acting) -> Response:
    """Make a one-time code for a till and show it with its QR code."""
    given, errors = place_given(change)
    if errors:
        return _page(change.visit, given=given, errors=errors)
    return _page(change.visit, offer_of(change.visit, NewTill(**given)))


def place_given(change: Change) -> tuple[dict[str, str], dict[str, str]]:
    """Where a till shall stand, as it was typed, and what is wrong with it by field."""
    given = {name: change.text(name) for name in ("store", "till", "profile")}
    errors: dict[str, str] = {}
    if given["store"] not in shops(change.visit) or not change.visit.runs(given["store"]):
        errors["store"] = say("Choose the store where the till stands.")
    if not _TILL.fullmatch(given["till"]):
        errors["till"] = say("Two digits, as 02.")
    if given["profile"] not in PROFILES:
        errors["profile"] = say("Choose one of these.")
    return given, errors


def offer_of(visit: Visit, place: NewTill) -> Offer:
    """A new code for a till, with its picture."""
    code = enrolment.code_text(visit.site.around.random_bytes(8))
    until = visit.write(lambda tx: _offer(visit, tx, code, place))
    settings = visit.site.settings
    text = Invitation(code, tls.mark(settings.tls_folder)).text
    picture = Markup(code_pictures.svg(f"{settings.public_address}/?code={text}"))  # noqa: S704 - drawn here
    return Offer(text, picture, place, until)


def _offer(visit: Visit, tx: Transaction, code: str, place: NewTill) -> datetime:
    """Keep the code and write down who let a till in where."""
    until = enrolment.offer(tx, code, place, visit.now())
    told = {"profile": place.profile, "code_good_until": until.isoformat()}
    settings_audit.note(tx, visit.author, Subject("till", f"{place.store}-{place.till}"), (None, told))
    return until


def _facts(db: Executor, device_id: str) -> Facts | None:
    found = enrolment.find(db, device_id)
    return None if found is None else {"state": found.state.value}


@routes.post("/tills/{device_id}/revoke")
def revoke(change: Acting, device_id: str) -> Response:
    """Withdraw a till at once; while commands wait at it, only by somebody who says that it must be."""
    visit = change.visit
    found = visit.read(lambda db: enrolment.find(db, device_id))
    if found is None or not visit.runs(found.store):
        raise Missing
    if found.waiting and not change.text("anyway"):
        return _page(visit, errors={f"revoke_{device_id}": say(STILL_WAITING)})
    subject = Subject("till", f"{found.store}-{found.till}")
    if not visit.write_noted(
        subject, lambda db: _facts(db, device_id), lambda tx: enrolment.revoke(tx, device_id)
    ):
        raise Missing
    return RedirectResponse(f"{PREFIX}/tills?done=revoked", 303)
