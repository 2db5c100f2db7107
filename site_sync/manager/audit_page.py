"""The audit: who changed which setting when, what it was and what it is."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from site_sync.domain.money import Money
from site_sync.domain.permissions import Right
from site_sync.manager import wording
from site_sync.manager.formats import money, percent
from site_sync.manager.policy_form import FIELDS, shown
from site_sync.manager.rendering import page, shops
from site_sync.manager.visit import Visit, needs
from site_sync.protocol.changes import RecordKind
from site_sync.service import settings_audit, stock_enquiry
from site_sync.service.settings_audit import Did, SettingsChange, Wanted

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_MANAGE))]
LONGEST = 160
AMOUNTS = frozenset({"balance", "account_limit", "fee.amount"})
RATES = frozenset({"rate", "fee_tax_rate"})


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
        entries=[(entry, _key(visit, entry), _lines(entry, currency)) for entry in found.entries],
        kind_options=[(kind, wording.word("settings_kind", kind)) for kind in kinds],
        people_options=sorted(people.items(), key=lambda one: one[1]),
    )


def _lines(entry: SettingsChange, currency: str) -> list[tuple[str, str, str]]:
    """What changed as label, before and after; what was added empty is left out."""
    changed = [one for one in entry.changed if entry.did is not Did.ADDED or one[2] not in (None, "", [])]
    return [_line(entry.kind, one, currency) for one in changed]


def _line(kind: str, changed: tuple[str, Any, Any], currency: str) -> tuple[str, str, str]:
    name, *values = changed
    field = FIELDS.get(name) if kind == RecordKind.POLICIES else None
    if field is not None:
        before, after = ("–" if one is None else shown(one, field, currency) for one in values)
        return field.label, before, after
    if name in AMOUNTS:
        before, after = (money(Money(one, currency)) if isinstance(one, int) else "–" for one in values)
    elif name in RATES:
        before, after = (percent(one) if isinstance(one, int) else "–" for one in values)
    else:
        before, after = (_plain(one) for one in values)
    return wording.word("settings_field", name), before, after


def _key(visit: Visit, entry: SettingsChange) -> str:
    """What was changed, as it is called; order settings by store and delivery method."""
    if entry.kind != RecordKind.POLICIES:
        return entry.key
    store, _, method = entry.key.partition("/")
    if (store, method) == ("*", "*"):
        return "in general"
    places = shops(visit)
    named = [places[store].name if store in places else store, method]
    return ", ".join(one for one in named if one != "*")


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
