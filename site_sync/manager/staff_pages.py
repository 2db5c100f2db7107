"""Staff: who works here, as what, with which PIN and password."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.errors import Code, Refusal
from site_sync.domain.permissions import ROLE_RIGHTS, Right, Role
from site_sync.domain.shop import StaffMember
from site_sync.manager import wording
from site_sync.manager.rendering import page, shops, terms
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, changes, needs
from site_sync.protocol.changes import RecordKind
from site_sync.service import staffing
from site_sync.service.database import records
from site_sync.service.sign_in import SHORTEST_PASSWORD
from site_sync.service.staffing import NewPassword, NewPin

routes = APIRouter()
LANGUAGES = {"en": "English", "de": "German", "da": "Danish"}
Looking = Annotated[Visit, Depends(needs(Right.STAFF_VIEW))]
Acting = Annotated[Change, Depends(changes(Right.STAFF_MANAGE))]


@routes.get("/staff")
def show(visit: Looking) -> Response:
    """Everybody, those who left last."""
    everybody: list[StaffMember] = visit.read(lambda db: records.every(db, RecordKind.STAFF))
    return page(
        visit,
        "staff.html",
        section="/staff",
        everybody=sorted(everybody, key=lambda one: (not one.active, one.stores, one.name)),
        with_password=visit.read(staffing.with_password),
        roles=staffing.roles_to_give(visit.staff),
    )


def _member(visit: Visit, staff_id: str) -> StaffMember:
    found = visit.read(lambda db: staffing.find(db, staff_id))
    if found is None:
        raise Missing
    return found


def _roles(visit: Visit, member: StaffMember) -> list[tuple[str, str]]:
    """The roles to choose from: those the person may give, and the one that is held."""
    given = {*staffing.roles_to_give(visit.staff), member.role}
    return [(role.value, wording.word("role", role)) for role in Role if role in given]


def _page(visit: Visit, member: StaffMember, pin: str = "", errors: dict[str, str] | None = None) -> Response:
    return page(
        visit,
        "staff_member.html",
        status=422 if errors else 200,
        section="/staff",
        member=member,
        changeable=staffing.may_change(visit.staff, member),
        role_options=_roles(visit, member),
        rights=sorted(ROLE_RIGHTS[member.role]),
        languages=LANGUAGES,
        has_password=member.id in visit.read(staffing.with_password),
        least=SHORTEST_PASSWORD,
        pin=pin,
        errors=errors or {},
    )


@routes.get("/staff/new")
def ask(visit: Annotated[Visit, Depends(needs(Right.STAFF_MANAGE))]) -> Response:
    """The form for a new person."""
    return _new(visit, StaffMember("", "", Role.CASHIER))


def _new(visit: Visit, member: StaffMember, errors: dict[str, str] | None = None) -> Response:
    return page(
        visit,
        "staff_new.html",
        status=422 if errors else 200,
        section="/staff",
        member=member,
        role_options=_roles(visit, member),
        languages=LANGUAGES,
        errors=errors or {},
    )


def _told(change: Change, member: StaffMember) -> StaffMember:
    """The person as a form tells of them; what it cannot say stays."""
    known = shops(change.visit)
    ticked = {store for store in change.form.getlist("stores") if isinstance(store, str)}
    role, language = change.text("role"), change.text("language")
    return replace(
        member,
        name=change.text("name"),
        role=Role(role) if role in set(Role) else member.role,
        stores=tuple(code for code in known if code in ticked),
        language=language if language in LANGUAGES else member.language,
        active=change.text("active") == "yes",
    )


def _errors(visit: Visit, refused: Refusal) -> dict[str, str]:
    field = refused.facts.get("field", "form")
    if refused.code is Code.TEXT_INVALID and refused.facts.get("taken"):
        return {"id": "Somebody has this id already."}
    if refused.code is Code.TEXT_INVALID and field == "password":
        return {"password": f"At least {SHORTEST_PASSWORD} characters."}
    return {str(field): wording.refusal(refused, terms(visit))}


@routes.post("/staff/new")
def add(change: Acting) -> Response:
    """Let a new person in, without PIN or password yet."""
    visit = change.visit
    member = replace(_told(change, StaffMember(change.text("id"), "", Role.CASHIER)), active=True)
    refused = visit.write(lambda tx: staffing.add(tx, visit.staff, member, visit.now()))
    if refused is not None:
        return _new(visit, member, _errors(visit, refused))
    return RedirectResponse(f"{PREFIX}/staff/{member.id}?done=added", 303)


@routes.get("/staff/{staff_id}")
def show_one(visit: Looking, staff_id: str) -> Response:
    """One person."""
    return _page(visit, _member(visit, staff_id))


@routes.post("/staff/{staff_id}")
def save(change: Acting, staff_id: str) -> Response:
    """Keep name, role, stores, language and whether they work here."""
    visit = change.visit
    member = _told(change, _member(visit, staff_id))
    refused = visit.write(lambda tx: staffing.change(tx, visit.staff, member, visit.now()))
    if refused is not None:
        return _page(visit, member, errors=_errors(visit, refused))
    return RedirectResponse(f"{PREFIX}/staff/{staff_id}?done=saved", 303)


@routes.post("/staff/{staff_id}/pin")
def give_pin(change: Acting, staff_id: str) -> Response:
    """Give a new PIN and show it, this once."""
    visit = change.visit
    member = _member(visit, staff_id)
    given = NewPin(staff_id, staffing.new_pin(visit.site.around.random_bytes), visit.site.keys.pepper)
    refused = visit.write(lambda tx: staffing.issue_pin(tx, visit.staff, given, visit.now()))
    if refused is not None:
        return _page(visit, member, errors={"pin": wording.refusal(refused, terms(visit))})
    return _page(visit, member, pin=given.pin)


@routes.post("/staff/{staff_id}/password")
def give_password(change: Acting, staff_id: str) -> Response:
    """Give a password for the back office."""
    visit = change.visit
    member = _member(visit, staff_id)
    typed = change.form.get("password", "")
    password = typed if isinstance(typed, str) else ""
    if password != change.form.get("again", ""):
        return _page(visit, member, errors={"again": "The two are not the same."})
    given = NewPassword(staff_id, password, visit.site.keys.pepper)
    refused = visit.write(lambda tx: staffing.give_password(tx, visit.staff, given, visit.now()))
    if refused is not None:
        return _page(visit, member, errors=_errors(visit, refused))
    return RedirectResponse(f"{PREFIX}/staff/{staff_id}?done=password", 303)
