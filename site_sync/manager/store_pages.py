"""Stores: where they are, when they are open, whether customers collect there, their shelves."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.errors import Refusal
from site_sync.domain.permissions import Right
from site_sync.domain.scales import scales_text, scales_typed
from site_sync.domain.shop import Store
from site_sync.manager import seen_marks, wording
from site_sync.manager.opening_hours import DAYS, TIMEZONES, closed_text, closed_typed, day_text, day_typed
from site_sync.manager.rendering import page, shops, terms
from site_sync.manager.seen_marks import MEANWHILE, ChangedMeanwhile
from site_sync.manager.service_words import retold
from site_sync.manager.speech import language, say
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, changes, needs
from site_sync.protocol.changes import RecordKind
from site_sync.service import enrolment, shop_changes
from site_sync.service.database import records
from site_sync.service.database.transaction import Transaction
from site_sync.service.shop_words import hours_rows

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_VIEW))]
Acting = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]


@routes.get("/stores")
def show(visit: Looking) -> Response:
    """All stores."""
    stores = shops(visit)
    devices = visit.read(enrolment.devices)
    active = {
        code: [one for one in devices if one.store == code and one.state == "active"] for code in stores
    }
    hours = {code: hours_rows(one.calendar, visit.now(), language()) for code, one in stores.items()}
    return page(visit, "stores.html", section="/stores", stores=stores, hours=hours, tills=active)


def _store(visit: Visit, code: str) -> Store:
    found = shops(visit).get(code)
    if found is None:
        raise Missing
    return found


def _texts(store: Store) -> dict[str, str]:
    """A store's record as the fields of its form."""
    days = {f"day{place}": day_text(spans) for place, spans in enumerate(store.calendar.weekly)}
    return days | {
        "name": store.name,
        "address": store.address,
        "phone": store.phone,
        "timezone": store.calendar.timezone,
        "closed": closed_text(store.calendar.closed),
        "shelves": "\n".join(store.shelves),
        "scales": scales_text(store.scales),
        "priority": str(store.priority),
        "receipt_header": "\n".join(store.receipt_header),
        "receipt_footer": "\n".join(store.receipt_footer),
        "click_and_collect": "yes" if store.click_and_collect else "",
    }


def _page(
    visit: Visit, store: Store, given: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> Response:
    return page(
        visit,
        "store.html",
        status=422 if errors else 200,
        section="/stores",
        store=store,
        seen=seen_marks.mark_again(visit, _texts(_store(visit, store.code)), typed=given is not None),
        given=given or _texts(store),
        days=list(enumerate(map(say, DAYS))),
        zones=TIMEZONES,
        errors=errors or {},
    )


@routes.get("/stores/{code}")
def show_one(visit: Looking, code: str) -> Response:
    """One store, to be changed by those who may."""
    return _page(visit, _store(visit, code))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _told(store: Store, given: dict[str, str], errors: dict[str, str]) -> Store:
    """The store as its form tells of it; what cannot be read is named in `errors`."""
    weekly, closed, scales = list(store.calendar.weekly), store.calendar.closed, store.scales
    for place in range(len(DAYS)):
        try:
            weekly[place] = day_typed(given[f"day{place}"])
        except ValueError as wrong:
            errors[f"day{place}"] = str(wrong)
    try:
        closed = closed_typed(given["closed"])
    except ValueError as wrong:
        errors["closed"] = str(wrong)
    try:
        scales = scales_typed(given["scales"])
    except ValueError as wrong:
        errors["scales"] = retold(str(wrong))
    if given["timezone"] not in TIMEZONES:
        errors["timezone"] = say("Choose one of the list.")
    priority = given["priority"]
    if not (priority.isascii() and priority.isdigit() and len(priority) < 4):
        errors["priority"] = say("A whole number from 0 to 999.")
    if errors:
        return store
    return replace(
        store,
        name=given["name"],
        address=given["address"],
        phone=given["phone"],
        calendar=replace(store.calendar, timezone=given["timezone"], weekly=tuple(weekly), closed=closed),
        click_and_collect=given["click_and_collect"] == "yes",
        shelves=_lines(given["shelves"]),
        scales=scales,
        priority=int(priority),
        receipt_header=_lines(given["receipt_header"]),
        receipt_footer=_lines(given["receipt_footer"]),
    )


def _kept(tx: Transaction, change: Change, told: Store) -> Refusal | None:
    present: Store | None = records.find(tx, RecordKind.STORE, told.code)
    seen_marks.check(change, _texts(present or told))
    return shop_changes.save_store(tx, change.visit.author, told)


@routes.post("/stores/{code}")
def save(change: Acting, code: str) -> Response:
    """Keep a store as the form tells of it."""
    visit = change.visit
    store = _store(visit, code)
    given = {name: change.text(name) for name in _texts(store)}
    errors: dict[str, str] = {}
    told = _told(store, given, errors)
    if not errors:
        try:
            refused = visit.write(lambda tx: _kept(tx, change, told))
        except ChangedMeanwhile:
            return _page(visit, _store(visit, code), errors={"form": say(MEANWHILE)})
        if refused is not None:
            errors = {str(refused.facts.get("field", "form")): wording.refusal(refused, terms(visit))}
    if errors:
        return _page(visit, store, given, errors)
    return RedirectResponse(f"{PREFIX}/stores/{code}?done=saved", 303)
