"""The audit: who changed which setting when, what it was and what it is, and whether nobody changed that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from site_sync.domain.catalogue import Item
from site_sync.domain.money import Money
from site_sync.domain.permissions import Right
from site_sync.domain.quantities import PIECE, Unit
from site_sync.domain.shop import StaffMember
from site_sync.manager import wording
from site_sync.manager.formats import money, percent, quantity
from site_sync.manager.policy_form import FIELDS, shown
from site_sync.manager.rendering import clock, page, shops
from site_sync.manager.service_words import retold
from site_sync.manager.speech import LANGUAGES, say
from site_sync.manager.visit import Change, Visit, changes, needs
from site_sync.protocol.changes import RecordKind
from site_sync.service import (
    audit_chain,
    audit_enquiry,
    number_settings,
    paging,
    stock_audit,
    stock_enquiry,
    till_audit,
)
from site_sync.service.audit_enquiry import Wanted
from site_sync.service.database import records
from site_sync.service.settings_audit import Did, SettingsChange

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_MANAGE))]
Acting = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]
LONGEST = 160
AMOUNTS = frozenset({"balance", "account_limit", "fee.amount"})
RATES = frozenset({"rate", "fee_tax_rate"})
CODED = {
    "role": "role", "profile": "profile", "mode": "mode", "used_for": "reason_for", "stock_to": "return_to",
    "state": "device", "rights_given": "right", "rights_taken": "right", "second_factor": "role",
    "kinds": "kind", "required": "delivery_field", "scopes": "scope", "sms_when": "sms_when",
    "channel": "channel",
}  # fmt: skip
"""Fields whose values are codes, or lists of codes, and the section of their words."""
OF_DOCUMENTS = {"state": "stock_state", "reason": "adjust_reason"}
"""The same of stock documents."""
LEVELS = frozenset({"on_hand", "safety", "back_order"})
OF_PEOPLE = frozenset({RecordKind.STAFF.value, "password", "second_factor", "session", "sign_in"})
"""Kinds of entries whose key is a staff id."""
FILTERS = ("q", "kind", "staff", "since", "until")


@dataclass(frozen=True, slots=True)
class _Measures:
    """In which currency amounts are told, and in which unit the stock of an item."""

    currency: str
    units: Mapping[str, Unit]

    def unit(self, level: str) -> Unit:
        """The unit of a level, which is named by store and SKU."""
        return self.units.get(_sku(level), PIECE)


@routes.get("/audit")
def show(visit: Looking) -> Response:
    """The entries that are asked for, the newest first."""
    return _page(visit)


@routes.post("/audit/verify")
def verify(change: Acting) -> Response:
    """Look the whole chain through and name the first entry that does not fit."""
    noted = change.text("head").lower().replace(" ", "")
    printed = change.visit.read(lambda db: till_audit.find(db, noted))
    sought = "" if printed else noted
    verdict = change.visit.read(lambda db: audit_chain.verify(db, sought))
    return _page(change.visit, verdict=verdict, noted=noted, printed=printed)


def wanted_of(visit: Visit) -> Wanted:
    """What the filters of the address ask for; days are those of the person's store."""
    before = visit.asked("before")
    shown = clock(visit, shops(visit))
    return Wanted(
        visit.asked("kind"),
        visit.asked("staff"),
        visit.asked("q"),
        since=shown.midnight(visit.asked("since")),
        until=shown.midnight(visit.asked("until"), 1),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 16 else 0,
    )


def _page(visit: Visit, **facts: Any) -> Response:
    found = visit.read(lambda db: audit_enquiry.found(db, wanted_of(visit)))
    measures = _measures(visit, found.entries)
    kinds, people = visit.read(audit_enquiry.kinds), visit.read(audit_enquiry.people)
    names = _names(visit, found.entries)
    told = {"verdict": None, "noted": "", "printed": ()} | facts
    return page(
        visit,
        "audit_found.html" if visit.live else "audit.html",
        section="/audit",
        found=found,
        most=paging.MOST,
        searched=audit_enquiry.READ_FOR_WORDS,
        chosen={name: visit.asked(name) for name in FILTERS},
        paged=bool(visit.asked("before")),
        entries=[(entry, _key(visit, entry, names), _lines(entry, measures)) for entry in found.entries],
        kind_options=[(kind, wording.word("settings_kind", kind)) for kind in kinds],
        people_options=sorted(people.items(), key=lambda one: one[1]),
        seals=visit.read(till_audit.latest),
        **told,
    )


def _sku(level: str) -> str:
    return level.partition("/")[2]


def _measures(visit: Visit, entries: Iterable[SettingsChange]) -> _Measures:
    skus = {_sku(entry.key) for entry in entries if entry.kind == stock_audit.STOCK}
    items: dict[str, Item] = visit.read(lambda db: records.some(db, RecordKind.ITEM, skus))
    currency = visit.read(stock_enquiry.currency)
    return _Measures(currency, {sku: item.unit for sku, item in items.items()})


def _lines(entry: SettingsChange, measures: _Measures) -> list[tuple[str, str, str]]:
    """What changed as label, before and after; what was added empty is left out."""
    changed = [one for one in entry.changed if entry.did is not Did.ADDED or one[2] not in (None, "", [])]
    return [_line(entry, one, measures) for one in changed]


def _line(entry: SettingsChange, changed: tuple[str, Any, Any], measures: _Measures) -> tuple[str, str, str]:
    name, *values = changed
    currency = measures.currency
    field = FIELDS.get(name) if entry.kind == RecordKind.POLICIES else None
    if field is not None:
        before, after = ("–" if one is None else shown(one, field, currency) for one in values)
        return say(field.label), before, after
    if name in AMOUNTS:
        before, after = (money(Money(one, currency)) if isinstance(one, int) else "–" for one in values)
    elif name in RATES:
        before, after = (percent(one) if isinstance(one, int) else "–" for one in values)
    elif name in LEVELS and entry.kind == stock_audit.STOCK:
        unit = measures.unit(entry.key)
        before, after = (quantity(one, unit) if isinstance(one, int) else "–" for one in values)
    else:
        before, after = (_plain(_named(entry.kind, name, one)) for one in values)
    return wording.word("settings_field", name), before, after


def _names(visit: Visit, entries: Iterable[SettingsChange]) -> dict[str, str]:
    """What the people are called to whom something was done, by their ids."""
    ids = {entry.key for entry in entries if entry.kind in OF_PEOPLE}
    known: dict[str, StaffMember] = visit.read(lambda db: records.some(db, RecordKind.STAFF, ids))
    return {staff: one.name for staff, one in known.items()}


def _key(visit: Visit, entry: SettingsChange, names: Mapping[str, str]) -> str:
    """What was changed, as it is called: people with their id, order settings by store and method."""
    if entry.kind in OF_PEOPLE and entry.key in names:
        return f"{names[entry.key]} ({entry.key})"
    if entry.kind != RecordKind.POLICIES:
        return entry.key
    if entry.key == number_settings.KEY:
        return say("Order numbers")
    store, _, method = entry.key.partition("/")
    if (store, method) == ("*", "*"):
        return say("in general")
    places = shops(visit)
    named = [places[store].name if store in places else store, method]
    return ", ".join(one for one in named if one != "*")


def _named(kind: str, name: str, value: Any) -> Any:
    """The word of a value that is a code, or of each of some; others stay as they are."""
    if name == "language":
        return LANGUAGES.get(str(value), value)
    coded = OF_DOCUMENTS if kind == stock_audit.DOCUMENT else CODED
    if name not in coded or not value:
        return value
    match value:
        case str():
            return wording.word(coded[name], value)
        case list():
            return [wording.word(coded[name], one) for one in value]
    return value


def _plain(value: Any) -> str:
    """A value in one short line; nothing is a dash."""
    match value:
        case None | "" | []:
            text = "–"
        case bool():
            text = say("yes") if value else say("no")
        case list():
            text = ", ".join(_plain(one) for one in value)
        case _:
            text = retold(str(value))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
