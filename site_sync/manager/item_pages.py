"""Items: looking for them, the item card with its stock per store, the orders and quotes behind its units."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from site_sync.domain.catalogue import Item
from site_sync.domain.permissions import Right
from site_sync.manager.rendering import options, page, shops
from site_sync.manager.speech import named
from site_sync.manager.visit import Missing, Visit, needs
from site_sync.protocol.changes import RecordKind
from site_sync.service import stock_enquiry
from site_sync.service.database import records

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.ORDER_RECALL))]


@routes.get("/items")
def search(visit: Looking) -> Response:
    """Items by name, SKU or bar code."""
    chosen = {name: visit.asked(name) for name in ("q", "category")}
    return page(
        visit,
        "items_found.html" if visit.live else "items.html",
        section="/items",
        chosen=chosen,
        found=visit.read(
            lambda db: stock_enquiry.find_items(
                db, chosen["q"], chosen["category"], visit.page_number, visit.now()
            )
        ),
        category_options=options(visit.read(lambda db: records.every(db, RecordKind.CATEGORY))),
    )


def _item(visit: Visit, sku: str) -> Item:
    found: Item | None = visit.read(lambda db: records.find(db, RecordKind.ITEM, sku))
    if found is None:
        raise Missing
    return found


@routes.get("/items/{sku:path}/explain/{store}")
def explain(visit: Looking, sku: str, store: str) -> Response:
    """The orders behind an item's reserved units at one store, and the quotes that reserve some softly."""
    item, stores = _item(visit, sku), shops(visit)
    if store not in stores or not (visit.within is None or store in visit.within):
        raise Missing
    return page(
        visit,
        "explain_found.html" if visit.live else "explain.html",
        section="/items",
        stores=stores,
        item=item,
        store=stores[store],
        holders=visit.read(lambda db: stock_enquiry.holders(db, store, sku)),
        quoted=visit.read(lambda db: stock_enquiry.quoted(db, store, sku, visit.now())),
    )


@routes.get("/items/{sku:path}")
def show(visit: Looking, sku: str) -> Response:
    """The item card."""
    item = _item(visit, sku)
    category = visit.read(lambda db: records.find(db, RecordKind.CATEGORY, item.category))
    return page(
        visit,
        "item.html",
        section="/items",
        item=item,
        category=named(category.names, category.code) if category else item.category,
        stock=visit.read(lambda db: stock_enquiry.stock_of(db, sku, visit.now())),
    )
