"""Staff: who works here, as what, with which PIN and password."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup

from site_sync.domain.codes import staff_badge_code
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.permissions import PRESET_RIGHTS, ROLE_RIGHTS, Preset, Right, Role, toggled
from site_sync.domain.shop import StaffMember
from site_sync.manager import seen_marks, wording
from site_sync.manager.rendering import page, shops, terms
from site_sync.manager.seen_marks import MEANWHILE, ChangedMeanwhile
from site_sync.manager.speech import LANGUAGES, later, say, spoken_languages
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, changes, needs
from site_sync.protocol.changes import RecordKind
from site_sync.protocol.pins import pin_verifier
from site_sync.service import code_pictures, entering, second_factor, sessions, sign_in, staffing
from site_sync.service.database import records
from site_sync.service.database.transaction import Transaction
from site_sync.service.password_rules import SHORTEST, weakness
from site_sync.service.sign_in import GivenPassword
from site_sync.service.staffing import NewPin

routes = APIRouter()
AS_ROLE = "as_role"
"""What the form says to take all exceptions back."""
ODD_ID = later("Letters from a to z, digits, dots, dashes and _, at most 64; a letter or a digit first.")
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
        locked=visit.read(staffing.locked_out),
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


@dataclass(frozen=True, slots=True)
class Fresh:
    """What was just made for a person, shown this once: a PIN, or a badge's code as a picture."""

    pin: str = ""
    badge: str = ""


def _page(
    visit: Visit, member: StaffMember, fresh: Fresh = Fresh(), errors: dict[str, str] | None = None
) -> Response:
    return page(
        visit,
        "staff_member.html",
        status=422 if errors else 200,
        section="/staff",
        member=member,
        seen=seen_marks.mark_of(fields_of(visit.read(lambda db: staffing.find(db, member.id)) or member)),
        changeable=staffing.may_change(visit.staff, member),
        role_options=_roles(visit, member),
        groups=_groups(visit, member),
        presets=_presets(visit, member),
        rights_seen=seen_marks.mark_of(_rights_of(member)),
        languages=spoken_languages(),
        password=visit.read(lambda db: sign_in.password_state(db, member.id)),
        sessions=visit.read(lambda db: sessions.sessions_of(db, member.id, visit.now())),
        factor=visit.read(lambda db: second_factor.state(db, member.id)),
        least=SHORTEST,
        fresh=fresh,
        errors=errors or {},
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A right, or a group of rights, as the page offers it: whether it is held, and may be given or taken."""

    name: str
    held: bool
    open: bool


def _groups(visit: Visit, member: StaffMember) -> list[tuple[str, list[Shown]]]:
    """Every right under what it is about, those together that share the first part of their name."""
    groups: dict[str, list[Shown]] = {}
    for right in Right:
        about = right.value.partition(".")[0]
        shown = Shown(right.value, right in member.granted, right in visit.rights)
        groups.setdefault(about, []).append(shown)
    return list(groups.items())


def _presets(visit: Visit, member: StaffMember) -> list[Shown]:
    """The four groups of rights about customer orders."""
    return [
        Shown(preset.value, rights <= member.granted, rights <= visit.rights)
        for preset, rights in PRESET_RIGHTS.items()
    ]


def _rights_of(member: StaffMember) -> dict[str, object]:
    """What of a person the forms of their rights show."""
    return {name: getattr(member, name) for name in ("role", "rights_given", "rights_taken")}


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
        languages=spoken_languages(),
        errors=errors or {},
    )


def _told(change: Change, member: StaffMember) -> StaffMember:
    """The person as a form tells of them; what it cannot say stays."""
    known = shops(change.visit)
    ticked = {store for store in change.form.getlist("stores") if isinstance(store, str)}
    role, language = change.text("role"), change.text("language")
    return replace(
        member.in_role(Role(role) if role in set(Role) else member.role),
        name=change.text("name"),
        stores=tuple(code for code in known if code in ticked),
        language=language if language in LANGUAGES else member.language,
        active=change.text("active") == "yes",
    )


def fields_of(member: StaffMember) -> dict[str, object]:
    """What of a person the form shows."""
    return {name: getattr(member, name) for name in ("name", "role", "stores", "language", "active")}


def _errors(visit: Visit, refused: Refusal) -> dict[str, str]:
    field = refused.facts.get("field", "form")
    if refused.code is Code.TEXT_INVALID and refused.facts.get("taken"):
        return {"id": say("Somebody has this id already.")}
    if field == "id":
        return {"id": say(ODD_ID)}
    return {str(field): wording.refusal(refused, terms(visit))}


def _may_not(visit: Visit) -> str:
    return wording.refusal(Refusal(Code.RIGHT_NEEDED, {"right": Right.STAFF_MANAGE.value}), terms(visit))


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

    def work(tx: Transaction) -> Refusal | None:
        seen_marks.check(change, fields_of(staffing.find(tx, staff_id) or member))
        return staffing.change(tx, visit.staff, member, visit.now())

    try:
        refused = visit.write(work)
    except ChangedMeanwhile:
        return _page(visit, _member(visit, staff_id), errors={"form": say(MEANWHILE)})
    if refused is not None:
        return _page(visit, member, errors=_errors(visit, refused))
    return RedirectResponse(f"{PREFIX}/staff/{staff_id}?done=saved", 303)


@routes.post("/staff/{staff_id}/rights")
def give_rights(change: Acting, staff_id: str) -> Response:
    """Give or take a group of rights, go back to those of the role, or keep what is ticked."""
    visit = change.visit
    member = _member(visit, staff_id)

    def work(tx: Transaction) -> Refusal | None:
        present = staffing.find(tx, staff_id) or member
        seen_marks.check(change, _rights_of(present))
        return staffing.give_rights(tx, visit.staff, staff_id, _wanted(change, present), visit.now())

    try:
        refused = visit.write(work)
    except ChangedMeanwhile:
        return _page(visit, _member(visit, staff_id), errors={"rights": say(MEANWHILE)})
    if refused is not None:
        return _page(visit, member, errors={"rights": wording.refusal(refused, terms(visit))})
    return RedirectResponse(f"{PREFIX}/staff/{staff_id}?done=saved", 303)


def _wanted(change: Change, member: StaffMember) -> frozenset[Right]:
    """The rights that a form asks for; those that its sender lacks are no boxes to tick."""
    act = change.text("act")
    if act in set(Preset):
        return toggled(member.granted, Preset(act))
    if act == AS_ROLE:
        return ROLE_RIGHTS[member.role]
    ticked = {right for right in change.form.getlist("right") if isinstance(right, str)}
    return frozenset(right for right in change.visit.rights if right.value in ticked)


@routes.post("/staff/{staff_id}/pin")
def give_pin(change: Acting, staff_id: str) -> Response:
    """Give a new PIN and show it, this once."""
    visit = change.visit
    member = _member(visit, staff_id)
    if not staffing.may_change(visit.staff, member):
        return _page(visit, member, errors={"pin": _may_not(visit)})
    pin = staffing.new_pin(visit.site.around.random_bytes)
    given = NewPin(staff_id, pin_verifier(visit.site.keys.pepper, pin))
    refused = visit.write(lambda tx: staffing.issue_pin(tx, visit.staff, given, visit.now()))
    if refused is not None:
        return _page(visit, member, errors={"pin": wording.refusal(refused, terms(visit))})
    return _page(visit, member, Fresh(pin))


@routes.post("/staff/{staff_id}/badge")
def give_badge(change: Acting, staff_id: str) -> Response:
    """Give a new badge and show its code, this once; or take the badge away."""
    visit = change.visit
    member = _member(visit, staff_id)
    token = "" if change.text("drop") else staffing.new_badge(visit.site.around.random_bytes)
    refused = visit.write(lambda tx: staffing.issue_badge(tx, visit.staff, staff_id, token, visit.now()))
    if refused is not None:
        return _page(visit, member, errors={"badge": wording.refusal(refused, terms(visit))})
    if not token:
        return RedirectResponse(f"{PREFIX}/staff/{staff_id}?done=badge_gone", 303)
    picture = Markup(code_pictures.svg(staff_badge_code(token)))  # noqa: S704 - drawn here from letters
    return _page(visit, _member(visit, staff_id), Fresh(badge=picture))


@routes.post("/staff/{staff_id}/unlock")
def unlock(change: Acting, staff_id: str) -> Response:
    """Let a password be tried again that wrong tries have locked."""
    visit = change.visit
    member = _member(visit, staff_id)
    refused = visit.write(lambda tx: staffing.unlock(tx, visit.staff, staff_id, visit.now()))
    if refused is not None:
        return _page(visit, member, errors={"form": wording.refusal(refused, terms(visit))})
    return RedirectResponse(f"{PREFIX}/staff/{staff_id}?done=unlocked", 303)


@routes.post("/staff/{staff_id}/sign-out")
def sign_out_everywhere(change: Acting, staff_id: str) -> Response:
    """End all their sessions of the back office."""
    visit = change.visit
    member = _member(visit, staff_id)
    refused = visit.write(lambda tx: staffing.end_sessions(tx, visit.staff, staff_id, visit.now()))
    if refused is not None:
        return _page(visit, member, errors={"form": wording.refusal(refused, terms(visit))})
    return RedirectResponse(f"{PREFIX}/staff/{staff_id}?done=signed_out", 303)


@routes.post("/staff/{staff_id}/password")
def give_password(change: Acting, staff_id: str) -> Response:
    """Give a password for the back office."""
    visit = change.visit
    member = _member(visit, staff_id)
    typed = change.form.get("password", "")
    password = typed if isinstance(typed, str) else ""
    if password != change.form.get("again", ""):
        return _page(visit, member, errors={"again": say("The two are not the same.")})
    if not staffing.may_change(visit.staff, member):
        return _page(visit, member, errors={"form": _may_not(visit)})
    if weak := weakness(password, (member.id, member.name)):
        return _page(visit, member, errors={"password": wording.word("weak_password", weak)})
    verifier = sign_in.password_verifier(entering.vault_of(visit.site), staff_id, password)
    given = GivenPassword(staff_id, verifier)
    refused = visit.write(lambda tx: staffing.give_password(tx, visit.staff, given, visit.now()))
    if refused is not None:
        return _page(visit, member, errors=_errors(visit, refused))
    return RedirectResponse(f"{PREFIX}/staff/{staff_id}?done=password", 303)


@routes.post("/staff/{staff_id}/second-factor")
def reset_second_factor(change: Acting, staff_id: str) -> Response:
    """Take away the second factor of somebody who lost their phone."""
    visit = change.visit
    member = _member(visit, staff_id)
    refused = visit.write(lambda tx: staffing.reset_second_factor(tx, visit.staff, staff_id, visit.now()))
    if refused is not None:
        return _page(visit, member, errors={"form": wording.refusal(refused, terms(visit))})
    return RedirectResponse(f"{PREFIX}/staff/{staff_id}?done=factor_gone", 303)
