"""The assistant's steps about who sells and where: staff with their PINs, the first till, the goods."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from site_sync.domain.errors import Refused
from site_sync.domain.permissions import Right, Role
from site_sync.domain.shop import StaffMember
from site_sync.manager import wording
from site_sync.manager.rendering import page, shops
from site_sync.manager.setup_pages import Looking, field_error, step_page
from site_sync.manager.speech import say
from site_sync.manager.till_pages import PROFILES, Offer, offer_of, place_given
from site_sync.manager.visit import Change, Visit, changes, needs
from site_sync.service import company, enrolment, staffing, starter
from site_sync.service.company import Company
from site_sync.service.enrolment import DeviceState, NewTill
from site_sync.service.outgoing_hosts import LOOPBACK
from site_sync.service.sheets import table_file
from site_sync.service.starter import Hired, Step

routes = APIRouter()
ROWS = 5
Hiring = Annotated[Change, Depends(changes(Right.STAFF_MANAGE))]
Enrolling = Annotated[Change, Depends(changes(Right.DEVICE_MANAGE))]
Watching = Annotated[Visit, Depends(needs(Right.DEVICE_VIEW))]


@routes.get("/setup/staff")
def show_staff(visit: Looking) -> Response:
    """Who works here."""
    return _staff(visit, [("", Role.CASHIER.value, "")] * 3)


def _staff(
    visit: Visit,
    rows: list[tuple[str, str, str]],
    errors: dict[str, str] | None = None,
    hired: list[Hired] | None = None,
) -> Response:
    roles = staffing.roles_to_give(visit.staff)
    blank = [("", Role.CASHIER.value, "")] * max(0, ROWS - len(rows))
    return step_page(
        visit,
        Step.STAFF,
        errors=errors,
        rows=[*rows, *blank],
        roles=[(role.value, wording.word("role", role)) for role in roles],
        hired=hired or [],
        has_pin=bool(visit.staff.pin_verifier),
    )


@routes.post("/setup/staff")
def hire(change: Hiring) -> Response:
    """Add the people of the form and show their PINs, this once."""
    visit = change.visit
    rows = [tuple(change.text(f"{field}{n}") for field in ("name", "role", "store")) for n in range(ROWS)]
    wanted = [(name, role, store) for name, role, store in rows if name]
    given = {role.value for role in staffing.roles_to_give(visit.staff)}
    errors: dict[str, str] = {}
    for n, (_, role, store) in enumerate(wanted):
        if role not in given or store not in {"", *shops(visit)}:
            errors[f"name{n}"] = say("Choose role and store from the lists.")
    own = change.text("own_pin") == "yes"
    if not wanted and not own:
        errors["name0"] = say("Type at least one name, or leave this for later.")
    if errors:
        return _staff(visit, wanted, errors)
    language = (visit.read(company.company) or Company()).language
    people = [
        StaffMember("", name, Role(role), stores=(store,) if store else (), language=language)
        for name, role, store in wanted
    ]
    try:
        hired = starter.hire(visit.site, visit.staff, people, own)
    except Refused as refused:
        return _staff(visit, wanted, {"form": next(iter(field_error(visit, refused.refusal).values()))})
    return _staff(visit, [("", Role.CASHIER.value, "")] * 3, hired=hired)


@routes.get("/setup/till")
def show_till(visit: Looking) -> Response:
    """A code for the first till."""
    codes = list(shops(visit))
    store = visit.asked("store") if visit.asked("store") in codes else next(iter(codes), "")
    till = visit.read(lambda db: starter.next_till(db, store))
    return _till(visit, {"store": store, "till": till, "profile": PROFILES[0]})


def _till(
    visit: Visit, given: dict[str, str], errors: dict[str, str] | None = None, offer: Offer | None = None
) -> Response:
    address = visit.site.settings.public_address
    return step_page(
        visit,
        Step.TILL,
        errors=errors,
        given=given,
        offer=offer,
        profiles=[(one, wording.word("profile", one)) for one in PROFILES],
        address=address,
        near=address.partition("://")[2].partition(":")[0] in LOOPBACK,
        tills=_tills(visit),
    )


def _tills(visit: Visit) -> list[enrolment.Device]:
    return [one for one in visit.read(enrolment.devices) if one.state is DeviceState.ACTIVE]


@routes.post("/setup/till")
def enrol(change: Enrolling) -> Response:
    """Make a code for a till."""
    visit = change.visit
    given, errors = place_given(change)
    if errors:
        return _till(visit, given, errors)
    return _till(visit, given, offer=offer_of(visit, NewTill(**given)))


@routes.get("/setup/till/joined")
def joined(visit: Watching) -> Response:
    """Whether the till that is waited for has come."""
    place = (visit.asked("store"), visit.asked("till"))
    found = [one for one in _tills(visit) if (one.store, one.till) == place]
    return page(visit, "setup_till_joined.html", section="/setup", place=place, came=found)


@routes.get("/setup/goods")
def show_goods(visit: Looking) -> Response:
    """Where the goods come from."""
    many = table_file.MOST_BYTES // 1_000_000
    return step_page(visit, Step.GOODS, most=many, sells=visit.read(company.sells_already))
