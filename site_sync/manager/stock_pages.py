"""Stock: documents begun, filled by scanning, looked over, posted, received; what moved an item's stock."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.catalogue import Item
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.permissions import Right
from site_sync.domain.quantities import parse
from site_sync.domain.stock_documents import (
    AdjustReason,
    DocumentKind,
    DocumentLine,
    DocumentState,
    StockDocument,
    planned,
)
from site_sync.manager import wording
from site_sync.manager.rendering import page, shops, terms
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, changes, needs
from site_sync.protocol.changes import RecordKind
from site_sync.service import stock_desk, stock_lists
from site_sync.service.database import records
from site_sync.service.stock_desk import Begin, Keeper
from site_sync.service.stock_lists import DocumentsWanted, Listed

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.ORDER_RECALL))]
Keeping = Annotated[Visit, Depends(needs(Right.STOCK_ADJUST))]
Acting = Annotated[Change, Depends(changes(Right.STOCK_ADJUST))]
Errors = dict[str, str]
_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
"""As pages make them; they stand in addresses."""
FILTERS = ("q", "store", "kind", "state")


def _scope(visit: Visit) -> frozenset[str] | None:
    """The stores whose stock they keep."""
    return frozenset(visit.staff.stores) or None


def _keeper(visit: Visit) -> Keeper:
    return Keeper(visit.author, _scope(visit))


def _names(visit: Visit, *people: str) -> dict[str, str]:
    known = visit.read(lambda db: records.some(db, RecordKind.STAFF, [one for one in people if one]))
    return {one: known[one].name if one in known else one for one in people}


@routes.get("/stock")
def show(visit: Keeping) -> Response:
    """Documents, what is under way to these stores, and which counts are asked for."""
    return _hub(visit)


def _hub(visit: Visit, errors: Errors | None = None) -> Response:
    chosen, scope = {name: visit.asked(name) for name in FILTERS}, _scope(visit)
    wanted = DocumentsWanted(
        chosen["q"], chosen["store"], chosen["kind"], chosen["state"], scope, visit.page_number
    )
    found = visit.read(lambda db: stock_lists.documents(db, wanted))
    stores = shops(visit)
    mine = [(code, f"{one.name} ({code})") for code, one in stores.items() if scope is None or code in scope]
    return page(
        visit,
        "stock.html",
        status=422 if errors else 200,
        section="/stock",
        stores=stores,
        chosen=chosen,
        found=found,
        names=_names(visit, *{one.posted_by or one.made_by for one in found.rows}),
        asked=visit.read(lambda db: stock_lists.counts_asked(db, scope)),
        coming=visit.read(lambda db: stock_lists.to_receive(db, scope)),
        own_stores=mine,
        kinds=[(kind.value, wording.word("stock_kind", kind)) for kind in DocumentKind],
        states=[(state.value, wording.word("stock_state", state)) for state in DocumentState],
        fresh=visit.site.new_id(),
        entered={name: visit.entered.get(name, "") for name in ("kind", "store", "to_store")},
        errors=errors or {},
    )


@routes.post("/stock/new")
def begin(change: Acting) -> Response:
    """Begin a document; the same form sent twice begins one."""
    visit, kind, document_id = change.visit, change.text("kind"), change.text("id")
    if kind not in set(DocumentKind) or not _ID.fullmatch(document_id):
        return _hub(visit, {"kind": wording.word("stock_words", "kind")})
    new = Begin(document_id, DocumentKind(kind), change.text("store"), change.text("to_store"))
    refused = visit.write(lambda tx: stock_desk.begin(tx, _keeper(visit), new))
    if refused is not None:
        return _hub(visit, {"to_store": wording.refusal(refused, terms(visit))})
    code = change.text("code")
    return RedirectResponse(_address(document_id, code), 303)


def _address(document_id: str, code: str = "", done: str = "") -> str:
    asked = "&".join(f"{name}={quote(text)}" for name, text in (("code", code), ("done", done)) if text)
    return f"{PREFIX}/stock/{quote(document_id)}" + (f"?{asked}" if asked else "")


def _known(visit: Visit, document_id: str) -> tuple[StockDocument, Listed]:
    scope = _scope(visit)
    listed = visit.read(lambda db: stock_lists.one(db, document_id, scope))
    document = visit.read(lambda db: stock_desk.find(db, document_id))
    if listed is None or document is None:
        raise Missing
    return document, listed


@routes.get("/stock/{document_id}")
def look(visit: Keeping, document_id: str) -> Response:
    """One document; with a scanned code, the field for its quantity."""
    document, listed = _known(visit, document_id)
    return _document(visit, document, listed, code=visit.asked("code"))


def _document(
    visit: Visit, document: StockDocument, listed: Listed, *, code: str = "", errors: Errors | None = None
) -> Response:
    errors, item = dict(errors or {}), None
    mine = document.state is DocumentState.OPEN and _mine(visit, document.store)
    if code and mine:
        found = visit.read(lambda db: stock_desk.item_of(db, code))
        if isinstance(found, Refusal):
            errors.setdefault("code", wording.refusal(found, terms(visit)))
        else:
            item = found
    plan = planned(document, visit.read(lambda db: stock_desk.levels(db, document)))
    skus = [line.sku for line in document.lines]
    return page(
        visit,
        "stock_document.html",
        status=422 if errors else 200,
        section="/stock",
        document=document,
        listed=listed,
        names=_names(visit, listed.made_by, listed.posted_by, listed.received_by),
        editing=mine,
        receiving=document.state is DocumentState.SENT and _mine(visit, document.to_store),
        item=item,
        code=code,
        typed=document.line(item.sku) if item else None,
        items=visit.read(lambda db: stock_lists.items_of(db, skus)),
        effects={effect.sku: effect for effect in plan.effects},
        hits=_hits(visit, document) if mine else [],
        asked=_asked(visit, document) if mine else (),
        reasons=[(reason.value, wording.word("adjust_reason", reason)) for reason in AdjustReason],
        errors=errors,
    )


def _hits(visit: Visit, document: StockDocument) -> list[stock_lists.Hit]:
    plan = planned(document, visit.read(lambda db: stock_desk.levels(db, document)))
    return visit.read(lambda db: stock_lists.hit(db, document, plan))


def _asked(visit: Visit, document: StockDocument) -> tuple[stock_lists.CountAsked, ...]:
    asked = visit.read(lambda db: stock_lists.counts_asked(db, _scope(visit), document.store))
    return stock_lists.with_asked(document, asked)


def _mine(visit: Visit, store: str) -> bool:
    scope = _scope(visit)
    return scope is None or store in scope


def _seen(change: Change, document_id: str) -> tuple[StockDocument, Listed]:
    """The document as the form's sender saw it: with the version of the form."""
    document, listed = _known(change.visit, document_id)
    version = change.text("version")
    known = version.isascii() and version.isdigit() and len(version) < 9
    return replace(document, version=int(version) if known else 0), listed


def _refused(change: Change, refused: Refusal, document_id: str, field: str, code: str = "") -> Response:
    visit = change.visit
    document, listed = _known(visit, document_id)
    if refused.code is Code.NOTHING_CHANGED:
        return _document(visit, document, listed, errors={"form": wording.word("stock_words", "meanwhile")})
    text = wording.refusal(refused, terms(visit))
    return _document(visit, document, listed, code=code, errors={field: text})


@routes.post("/stock/{document_id}/line")
def put(change: Acting, document_id: str) -> Response:
    """Put an item into the document, or take it out."""
    visit, (document, listed) = change.visit, _seen(change, document_id)
    sku, typed = change.text("sku"), change.text("quantity")
    keeper = _keeper(visit)
    if change.text("take_out"):
        refused = visit.write(lambda tx: stock_desk.take_out(tx, keeper, document, sku))
        done = _refused(change, refused, document_id, "form") if refused else None
        return done or RedirectResponse(_address(document_id), 303)
    item = visit.read(lambda db: stock_desk.item_of(db, sku))
    if isinstance(item, Refusal):
        return _refused(change, item, document_id, "code")
    quantity = _quantity(typed, item)
    if quantity is None:
        text = wording.word("stock_words", "quantity")
        return _document(visit, document, listed, code=sku, errors={"quantity": text})
    wanted = DocumentLine(item.sku, quantity)
    refused = visit.write(lambda tx: stock_desk.put(tx, keeper, document, wanted))
    if refused is not None:
        return _refused(change, refused, document_id, "quantity", sku)
    return RedirectResponse(_address(document_id), 303)


def _quantity(typed: str, item: Item) -> int | None:
    """A typed quantity in the item's smallest units, with its sign; None when it is none."""
    bare = typed.replace("−", "-").strip()
    try:
        found = parse(bare.lstrip("+-") if bare[:1] in "+-" else bare, item.unit)
    except ValueError:
        return None
    return -found if bare.startswith("-") else found


@routes.post("/stock/{document_id}/discard")
def discard(change: Acting, document_id: str) -> Response:
    """Lay a document aside unposted."""
    visit, (document, _) = change.visit, _seen(change, document_id)
    refused = visit.write(lambda tx: stock_desk.discard(tx, _keeper(visit), document))
    if refused is not None:
        return _refused(change, refused, document_id, "form")
    return RedirectResponse(f"{PREFIX}/stock?done=stock_discarded", 303)


@routes.post("/stock/{document_id}/post")
def post(change: Acting, document_id: str) -> Response:
    """Post it; what was changed meanwhile is shown instead."""
    visit, (document, _) = change.visit, _seen(change, document_id)
    given = replace(document, reason=change.text("reason"), note=change.text("note"))
    outcome = visit.write(lambda tx: stock_desk.post(tx, _keeper(visit), given))
    if isinstance(outcome, Refusal):
        field = "reason" if outcome.code is Code.REASON_NEEDED else "form"
        return _refused(change, outcome, document_id, field)
    done = "stock_sent" if document.kind is DocumentKind.TRANSFER else "stock_posted"
    return RedirectResponse(_address(document_id, done=done), 303)


@routes.post("/stock/{document_id}/receive")
def receive(change: Acting, document_id: str) -> Response:
    """Take in what came of a transfer."""
    visit, (document, listed) = change.visit, _seen(change, document_id)
    skus = [line.sku for line in document.lines]
    items = visit.read(lambda db: stock_lists.items_of(db, skus))
    came: dict[str, int] = {}
    for place, line in enumerate(document.lines):
        quantity = _quantity(change.text(f"came_{place}"), items[line.sku]) if line.sku in items else None
        if quantity is None:
            text = wording.word("stock_words", "quantity")
            return _document(visit, document, listed, errors={f"came_{place}": text})
        came[line.sku] = quantity
    given = replace(document, note=change.text("note"))
    refused = visit.write(lambda tx: stock_desk.receive(tx, _keeper(visit), given, came))
    if refused is not None:
        return _refused(change, refused, document_id, "note")
    return RedirectResponse(_address(document_id, done="stock_received"), 303)


@routes.get("/items/{sku:path}/movements")
def movements(visit: Looking, sku: str) -> Response:
    """What moved an item's stock: who, why, by which document."""
    item: Item | None = visit.read(lambda db: records.find(db, RecordKind.ITEM, sku))
    if item is None:
        raise Missing
    found = visit.read(lambda db: stock_lists.movements(db, sku, visit.within, visit.page_number))
    return page(
        visit,
        "stock_movements.html",
        section="/items",
        item=item,
        found=found,
        names=_names(visit, *{one.staff for one in found.rows}),
    )
