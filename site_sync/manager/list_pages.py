"""The shop's lists: delivery methods, sources, reasons and tenders, added, changed, retired."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.errors import Refusal
from site_sync.domain.orders import DeliveryMode, OrderKind
from site_sync.domain.permissions import Right
from site_sync.domain.sales import ReturnTo
from site_sync.domain.shop import DeliveryField, ReasonFor, TenderKind
from site_sync.domain.shop_rules import Listed
from site_sync.manager import list_forms, seen_marks, wording
from site_sync.manager.list_forms import LISTS, ListPage, Texts, Unreadable
from site_sync.manager.rendering import page, terms
from site_sync.manager.seen_marks import MEANWHILE, ChangedMeanwhile
from site_sync.manager.speech import say, spoken_languages
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, changes, needs
from site_sync.protocol.changes import RecordKind
from site_sync.service import shop_lists, stock_enquiry
from site_sync.service.database import records
from site_sync.service.database.transaction import Transaction

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_VIEW))]
Adding = Annotated[Visit, Depends(needs(Right.SETTINGS_MANAGE))]
Acting = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]
CHOICES = {
    "mode": ("mode", DeliveryMode),
    "used_for": ("reason_for", ReasonFor),
    "stock_to": ("return_to", ReturnTo),
    "kind": ("tender_kind", TenderKind),
}


def _list(name: str) -> ListPage:
    if name not in LISTS:
        raise Missing
    return LISTS[name]


@routes.get("/lists/{name}")
def show(visit: Looking, name: str) -> Response:
    """One list, what is retired last."""
    chosen = _list(name)
    found = visit.read(lambda db: shop_lists.listed(db, chosen.kind))
    uses = [use for use in ReasonFor if any(getattr(one, "used_for", use) is use for one in found)]
    groups = [(use, [one for one in found if getattr(one, "used_for", None) is use]) for use in uses]
    return page(
        visit,
        "listed.html",
        section=f"/lists/{name}",
        name=name,
        chosen=chosen,
        groups=groups if chosen.kind is RecordKind.REASON and found else [(None, found)],
        currency=visit.read(stock_enquiry.currency),
    )


def _form(
    visit: Visit,
    name: str,
    given: Texts,
    errors: dict[str, str] | None = None,
    *,
    known: Listed | None = None,
) -> Response:
    chosen, currency = _list(name), visit.read(stock_enquiry.currency)
    present = list_forms.texts(_known(visit, name, known.code), currency) if known else {}
    return page(
        visit,
        "listed_one.html",
        status=422 if errors else 200,
        section=f"/lists/{name}",
        name=name,
        chosen=chosen,
        known=known,
        seen=seen_marks.mark_again(visit, present, typed=given != present),
        given=given,
        languages=spoken_languages(),
        choices={
            field: [(one.value, wording.word(words, one)) for one in values]
            for field, (words, values) in CHOICES.items()
        },
        fields=list(DeliveryField),
        kinds=list(OrderKind),
        currency=currency,
        errors=errors or {},
    )


@routes.get("/lists/{name}/add")
def ask(visit: Adding, name: str) -> Response:
    """The form for a new one."""
    fresh = list_forms.blank(_list(name).kind)
    return _form(visit, name, list_forms.texts(fresh, visit.read(stock_enquiry.currency)))


@routes.post("/lists/{name}/add")
def add(change: Acting, name: str) -> Response:
    """Keep a new one."""
    fresh = list_forms.blank(_list(name).kind)
    return _save(change, name, fresh, new=True)


def _known(visit: Visit, name: str, code: str) -> Listed:
    kind = _list(name).kind
    found: Listed | None = visit.read(lambda db: records.find(db, kind, code))
    if found is None:
        raise Missing
    return found


@routes.get("/lists/{name}/of/{code}")
def show_one(visit: Looking, name: str, code: str) -> Response:
    """One of a list, to be changed by those who may."""
    known = _known(visit, name, code)
    given = list_forms.texts(known, visit.read(stock_enquiry.currency))
    return _form(visit, name, given, known=known)


@routes.post("/lists/{name}/of/{code}")
def save(change: Acting, name: str, code: str) -> Response:
    """Keep one of a list as the form tells of it; not ticked as offered, it is retired."""
    return _save(change, name, _known(change.visit, name, code), new=False)


def _kept(tx: Transaction, change: Change, kind: RecordKind, one: Listed, *, new: bool) -> Refusal | None:
    present: Listed | None = None if new else records.find(tx, kind, one.code)
    if present is not None:
        seen_marks.check(change, list_forms.texts(present, stock_enquiry.currency(tx)))
    return shop_lists.save(tx, change.visit.author, kind, one, new=new)


def _save(change: Change, name: str, known: Listed, *, new: bool) -> Response:
    visit, kind = change.visit, _list(name).kind
    currency = visit.read(stock_enquiry.currency)
    before = list_forms.texts(known, currency)
    given = {field: change.text(field) for field in before} | {
        name: " ".join(str(one) for one in change.form.getlist(name)) for name in ("required", "kinds")
    }
    if not new:
        given |= {field: before[field] for field in ("code", "mode", "used_for", "kind") if field in before}
    shown = None if new else known
    try:
        one = list_forms.told(kind, given, known, currency)
        refused = visit.write(lambda tx: _kept(tx, change, kind, one, new=new))
    except Unreadable as wrong:
        return _form(visit, name, given, {wrong.field: str(wrong)}, known=shown)
    except ChangedMeanwhile:
        present = list_forms.texts(_known(visit, name, known.code), currency)
        return _form(visit, name, present, {"form": say(MEANWHILE)}, known=shown)
    if refused is not None:
        told = list_forms.problem(refused, currency) or ("form", wording.refusal(refused, terms(visit)))
        return _form(visit, name, given, dict([told]), known=shown)
    return RedirectResponse(f"{PREFIX}/lists/{name}?done={'added_told' if new else 'saved'}", 303)
