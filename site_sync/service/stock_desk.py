"""Stock documents as people work on them: begun, filled line by line, posted once, received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import delete, func, insert, select, update

from site_sync.domain.catalogue import Item, ItemKind
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.permissions import Right
from site_sync.domain.stock import StockLevel, StockMove, StockReason
from site_sync.domain.stock_documents import (
    LONGEST_NOTE,
    MOST_LINES,
    AdjustReason,
    DocumentKind,
    DocumentLine,
    DocumentState,
    Plan,
    StockDocument,
    line_refusal,
    planned,
    posting_refusal,
    received_refusal,
)
from site_sync.protocol.changes import RecordKind
from site_sync.service import reservations, stock_audit
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.settings_audit import Author, BeforeAfter

_PREFIX = {
    DocumentKind.RECEIPT: "GR",
    DocumentKind.COUNT: "SC",
    DocumentKind.TRANSFER: "ST",
    DocumentKind.ADJUSTMENT: "SA",
    DocumentKind.SAFETY: "SS",
}
_D, _L = t.stock_documents.c, t.stock_document_lines.c
RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class Begin:
    """A new document; the id is made with the form, so that sending it twice makes one."""

    id: str
    kind: DocumentKind
    store: str
    to_store: str = ""


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who works on stock, and the stores they may do so in; None for all."""

    author: Author
    stores: frozenset[str] | None

    def refusal(self, store: str) -> Refusal | None:
        """Why they may not change the stock of a store."""
        if lacks := self.author.lacks(Right.STOCK_ADJUST):
            return lacks
        mine = self.stores is None or store in self.stores
        return None if mine else Refusal(Code.NOT_IN_THIS_STORE, {"store": store})


def find(db: Executor, document_id: str) -> StockDocument | None:
    """The document of that id."""
    row = db.execute(select(t.stock_documents).where(_D.id == document_id)).one_or_none()
    if row is None:
        return None
    lines = db.execute(select(t.stock_document_lines).where(_L.document == document_id).order_by(_L.place))
    return StockDocument(
        row.id,
        row.number,
        DocumentKind(row.kind),
        row.store,
        tuple(DocumentLine(one.sku, one.quantity, one.expected, one.received) for one in lines),
        DocumentState(row.state),
        row.version,
        row.to_store,
        row.reason,
        row.note,
    )


def levels(db: Executor, document: StockDocument) -> dict[str, StockLevel]:
    """The levels of a document's items at its store."""
    found = reservations.levels(db, [(document.store, line.sku) for line in document.lines])
    return {sku: level for (_, sku), level in found.items()}


def begin(tx: Transaction, keeper: Keeper, new: Begin) -> Refusal | None:
    """Begin a document; one of that id stays as it is."""
    refusal = keeper.refusal(new.store) or _place_refusal(tx, new)
    if refusal is not None or find(tx, new.id) is not None:
        return refusal
    row = {
        "id": new.id,
        "number": _number(tx, new.kind),
        "kind": new.kind.value,
        "store": new.store,
        "to_store": new.to_store if new.kind is DocumentKind.TRANSFER else "",
        "state": DocumentState.OPEN.value,
        "version": 1,
        "made_by": keeper.author.staff,
        "made_at": keeper.author.at,
    }
    tx.execute(insert(t.stock_documents), row)
    return None


def _place_refusal(db: Executor, new: Begin) -> Refusal | None:
    wanted = [new.store] + ([new.to_store] if new.kind is DocumentKind.TRANSFER else [])
    if len(set(wanted)) != len(wanted) or len(records.some(db, RecordKind.STORE, wanted)) != len(wanted):
        return Refusal(Code.STORE_UNKNOWN, {"store": wanted[-1], "field": "to_store"})
    return None


def _number(tx: Transaction, kind: DocumentKind) -> str:
    name, c = f"stock_{kind.value}", t.counters.c
    counted = update(t.counters).where(c.name == name).values(value=c.value + 1).returning(c.value)
    value = tx.execute(counted).scalar_one_or_none()
    if value is None:
        tx.execute(insert(t.counters), {"name": name, "value": 1})
    return f"{_PREFIX[kind]}-{value or 1:06d}"


def _held(tx: Transaction, keeper: Keeper, document_id: str, version: int) -> StockDocument | Refusal:
    """The document held still, when it is the one the person saw, open, and in their stores."""
    tx.execute(select(_D.id).where(_D.id == document_id).with_for_update())
    known = find(tx, document_id)
    if known is None:
        return Refusal(Code.NOTHING_CHANGED)
    if refusal := keeper.refusal(known.store):
        return refusal
    if known.version != version or known.state is not DocumentState.OPEN:
        return Refusal(Code.NOTHING_CHANGED, {"number": known.number})
    return known


def item_of(db: Executor, typed: str) -> Item | Refusal:
    """The goods that a SKU or a bar code means."""
    code = typed.strip()
    found: Item | None = records.find(db, RecordKind.ITEM, code) or records.item_of_barcode(db, code)
    found = found or records.find(db, RecordKind.ITEM, code.upper())
    if found is None or found.kind is not ItemKind.GOODS:
        return Refusal(Code.ITEM_UNKNOWN, {"sku": code[:80], "field": "code"})
    return found


def put(tx: Transaction, keeper: Keeper, document: StockDocument, wanted: DocumentLine) -> Refusal | None:
    """Put a line into a document, in place of one of the same item; `document` is as the person saw it."""
    known = _held(tx, keeper, document.id, document.version)
    if isinstance(known, Refusal):
        return known
    if refusal := line_refusal(known, wanted.quantity):
        return refusal
    if known.line(wanted.sku) is None and len(known.lines) >= MOST_LINES:
        return Refusal(Code.QUANTITY_TOO_LARGE, {"most": MOST_LINES})
    level = reservations.levels(tx, [(known.store, wanted.sku)]).get((known.store, wanted.sku))
    expected = level.on_hand if level and known.kind is DocumentKind.COUNT else 0
    here = (_L.document == known.id, _L.sku == wanted.sku)
    if known.line(wanted.sku) is not None:
        values = {"quantity": wanted.quantity, "expected": expected}
        tx.execute(update(t.stock_document_lines).where(*here).values(values))
    else:
        last = tx.execute(select(func.max(_L.place)).where(_L.document == known.id)).scalar_one()
        row = {"document": known.id, "place": (last or 0) + 1, "sku": wanted.sku}
        tx.execute(insert(t.stock_document_lines), row | {"quantity": wanted.quantity, "expected": expected})
    _moved_on(tx, known)
    return None


def take_out(tx: Transaction, keeper: Keeper, document: StockDocument, sku: str) -> Refusal | None:
    """Take an item's line out of a document."""
    known = _held(tx, keeper, document.id, document.version)
    if isinstance(known, Refusal):
        return known
    tx.execute(delete(t.stock_document_lines).where(_L.document == known.id, _L.sku == sku))
    _moved_on(tx, known)
    return None


def discard(tx: Transaction, keeper: Keeper, document: StockDocument) -> Refusal | None:
    """Lay a document aside unposted; it stays to be read."""
    known = _held(tx, keeper, document.id, document.version)
    if isinstance(known, Refusal):
        return known
    _moved_on(tx, known, state=DocumentState.DISCARDED.value)
    return None


def _moved_on(tx: Transaction, known: StockDocument, **values: object) -> None:
    moved = update(t.stock_documents).where(_D.id == known.id)
    tx.execute(moved.values(version=known.version + 1, **values))


def worded(document: StockDocument, reason: str, note: str) -> StockDocument | Refusal:
    """The document with why and what else is to be said."""
    if reason and reason not in set(AdjustReason):
        return Refusal(Code.REASON_NEEDED)
    if len(note) > LONGEST_NOTE or not note.isprintable():
        return Refusal(Code.TEXT_INVALID, {"field": "note", "most": LONGEST_NOTE})
    return replace(document, reason=reason, note=note)


def post(tx: Transaction, keeper: Keeper, given: StockDocument) -> Plan | Refusal:
    """Post a document once, with the reason and note it was given; a transfer's goods are then under way."""
    known = _held(tx, keeper, given.id, given.version)
    if isinstance(known, Refusal):
        return known
    document = worded(known, given.reason, given.note)
    if isinstance(document, Refusal):
        return document
    keys = [(document.store, line.sku) for line in document.lines]
    locked = reservations.lock_levels(tx, keys)
    plan = planned(document, {sku: level for (_, sku), level in locked.items()})
    if refusal := posting_refusal(document, plan):
        return refusal
    reservations.ensure(tx, keys, locked)
    if document.kind is DocumentKind.SAFETY:
        after = {effect.sku: effect.safety_after for effect in plan.effects}
        known_levels = [locked.get(key, StockLevel(key[1], key[0])) for key in keys]
        reservations.set_levels(tx, [replace(level, safety=after[level.sku]) for level in known_levels])
    else:
        _move(tx, document.store, {effect.sku: effect.difference for effect in plan.effects})
    _write_down(tx, keeper, document, {effect.sku: effect.difference for effect in plan.effects})
    sent = document.kind is DocumentKind.TRANSFER
    posted = replace(document, state=DocumentState.SENT if sent else DocumentState.POSTED)
    stock_audit.note(tx, keeper.author, known, posted, _levels_told(plan))
    _moved_on(
        tx,
        document,
        state=posted.state.value,
        reason=document.reason,
        note=document.note,
        posted_by=keeper.author.staff,
        posted_at=keeper.author.at,
    )
    return plan


def _levels_told(plan: Plan) -> dict[str, BeforeAfter]:
    """What posting does to each level, as the audit keeps it."""
    return {
        f"{one.store}/{one.sku}": (
            {"on_hand": one.before, "safety": one.safety_before},
            {"on_hand": one.after, "safety": one.safety_after},
        )
        for one in plan.effects
    }


def _move(tx: Transaction, store: str, changes: Mapping[str, int]) -> None:
    moves = [
        StockMove(0, sku, store, 0, change, StockReason.MOVED) for sku, change in changes.items() if change
    ]
    reservations.post(tx, moves)


def _write_down(tx: Transaction, keeper: Keeper, document: StockDocument, changes: Mapping[str, int]) -> None:
    """Leave a movement for each line; what came with a transfer is one of the other store."""
    if document.kind is DocumentKind.SAFETY:
        return
    received = document.state is DocumentState.SENT
    rows = [
        {
            "at": keeper.author.at,
            "store": document.to_store if received else document.store,
            "sku": sku,
            "quantity": change,
            "kind": RECEIVED if received else document.kind.value,
            "reason": document.reason,
            "staff": keeper.author.staff,
            "document": document.id,
            "number": document.number,
        }
        for sku, change in changes.items()
    ]
    tx.execute(insert(t.stock_movements), rows)


def receive(tx: Transaction, keeper: Keeper, given: StockDocument, came: Mapping[str, int]) -> Refusal | None:
    """Take in the goods of a transfer at the store they were sent to, as they came."""
    tx.execute(select(_D.id).where(_D.id == given.id).with_for_update())
    known = find(tx, given.id)
    if known is None:
        return Refusal(Code.NOTHING_TO_RECEIVE)
    document = worded(known, known.reason, given.note or known.note)
    if isinstance(document, Refusal):
        return document
    refusal = keeper.refusal(known.to_store) or received_refusal(replace(known, note=given.note), came)
    if refusal is not None:
        return refusal
    keys = [(document.to_store, line.sku) for line in document.lines]
    locked = reservations.lock_levels(tx, keys)
    reservations.ensure(tx, keys, locked)
    changes = {line.sku: came[line.sku] for line in document.lines}
    _move(tx, document.to_store, changes)
    _write_down(tx, keeper, document, changes)
    lay = {sku: level.on_hand for (_, sku), level in locked.items()}
    told = {
        f"{document.to_store}/{sku}": ({"on_hand": lay.get(sku, 0)}, {"on_hand": lay.get(sku, 0) + more})
        for sku, more in changes.items()
    }
    stock_audit.note(tx, keeper.author, known, replace(document, state=DocumentState.POSTED), told)
    for line in document.lines:
        here = (_L.document == document.id, _L.sku == line.sku)
        tx.execute(update(t.stock_document_lines).where(*here).values(received=came[line.sku]))
    by = keeper.author
    state = DocumentState.POSTED.value
    _moved_on(tx, document, state=state, note=document.note, received_by=by.staff, received_at=by.at)
    return None
