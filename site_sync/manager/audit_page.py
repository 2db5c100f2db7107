"""The audit: who changed which setting when, what it was and what it is."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from site_sync.domain.permissions import Right
from site_sync.manager import wording
from site_sync.manager.policy_form import FIELDS, shown
from site_sync.manager.rendering import page
from site_sync.manager.visit import Visit, needs
from site_sync.protocol.changes import RecordKind
from site_sync.service import settings_audit, stock_enquiry
from site_sync.service.settings_audit import SettingsChange, Wanted

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_MANAGE))]
LONGEST = 160


@routes.get("/audit")
def show(visit: Looking) -> Response:
    """The entries that are asked for, the newest first."""
    chosen = {name: visit.asked(name) for name in ("q", "kind", "staff")}
    wanted = Wanted(chosen["kind"], chosen["staff"], chosen["q"], visit.page_number)
    found = visit.read(lambda db: settings_audit.found(db, wanted))
    currency = visit.read(stock_enquiry.currency)
    kinds, people = visit.read(settings_audit.kinds), visit.read(settings_audit.people)
    return page(
        visit,
        "audit_found.html" if visit.live else "audit.html",
        section="/audit",
        found=found,
        chosen=chosen,
        entries=[(entry, _lines(entry, currency)) for entry in found.entries],
        kind_options=[(kind, wording.word("settings_kind", kind)) for kind in kinds],
        people_options=sorted(people.items(), key=lambda one: one[1]),
    )


def _lines(entry: SettingsChange, currency: str) -> list[tuple[str, str, str]]:
    """What changed as label, before and after."""
    policy = entry.kind == RecordKind.POLICIES
    told = []
    for name, before, after in entry.changed:
        field = FIELDS.get(name) if policy else None
        if field is not None:
            texts = [_plain(None) if one is None else shown(one, field, currency) for one in (before, after)]
            told.append((field.label, *texts))
        else:
            told.append((name.replace("_", " ").replace(".", ", "), _plain(before), _plain(after)))
    return [(label, before, after) for label, before, after in told]


def _plain(value: Any) -> str:
    """A value in one short line; nothing is a dash."""
    match value:
        case None | "" | []:
            text = "–"
        case bool():
            text = "yes" if value else "no"
        case list():
            text = ", ".join(_plain(one) for one in value)
        case _:
            text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
