"""The public API's calls about stores, items and what is available where."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from site_sync.domain.errors import Refused
from site_sync.protocol.changes import RECORDS, RecordKind
from site_sync.protocol.problems import ProblemFound, of_refusal
from site_sync.protocol.web_shop import AvailabilityRequest, ItemsQuery, Reader, StoresQuery
from site_sync.protocol.web_shop_answers import item_answer
from site_sync.protocol.web_shop_shapes import AvailabilityAnswer, ItemsAnswer, StoresAnswer
from site_sync.service import availability
from site_sync.service.api import web_shop_documents as documents
from site_sync.service.api.web_shop_access import Access, Scope
from site_sync.service.api.web_shop_calls import answer, no_query, read_body, read_query
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor
from site_sync.service.web_order_list import LATE_COMMIT, read_cursor, write_cursor
from site_sync.service.wiring import Site

_AVAILABILITY = Reader(AvailabilityRequest)


def items_page(db: Executor, wanted: ItemsQuery) -> ItemsAnswer:
    """Items by SKU; since a time those that changed, the ones taken off sale too."""
    c = t.items.c
    query = select(c.key, c.body, c.removed).order_by(c.key).limit(wanted.limit + 1)
    if wanted.updated_since is None:
        query = query.where(c.removed.is_(False))
    else:
        query = query.where(c.updated_at >= wanted.updated_since - LATE_COMMIT)
    if wanted.cursor is not None:
        query = query.where(c.key > read_cursor(wanted.cursor, 1)[0])
    rows = db.execute(query).all()
    shown = rows[: wanted.limit]
    codec = RECORDS[RecordKind.ITEM]
    return {
        "items": [item_answer(codec.load(row.body), removed=row.removed) for row in shown],
        "next": write_cursor(shown[-1].key) if len(rows) > wanted.limit else None,
    }


class WebShopCatalogue:
    """Shows what there is, where it is, and when it could be collected."""

    def __init__(self, site: Site, access: Access) -> None:
        self._site = site
        self._access = access

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/api/v1", tags=["catalogue"])
        router.add_api_route(
            "/stores",
            self.stores,
            methods=["GET"],
            responses=documents.answers(s200=StoresAnswer),
            openapi_extra={"parameters": documents.query(StoresQuery)},
        )
        router.add_api_route(
            "/items",
            self.items,
            methods=["GET"],
            responses=documents.answers(s200=ItemsAnswer),
            openapi_extra={"parameters": documents.query(ItemsQuery)},
        )
        router.add_api_route(
            "/availability",
            self.availability,
            methods=["POST"],
            responses=documents.answers(415, s200=AvailabilityAnswer),
            openapi_extra=documents.body(AvailabilityRequest),
        )
        return router

    async def stores(self, request: Request) -> Response:
        """Stores, the nearest first when a place is named."""
        await self._access.caller(request, Scope.STOCK_READ)
        words = read_query(request, StoresQuery)
        near = None
        if words.near is not None:
            latitude, longitude = words.near.split(",")
            near = (float(latitude), float(longitude))
        found = await run_in_threadpool(
            self._site.database.read,
            lambda db: availability.stores_by_distance(db, near, collect=words.click_and_collect),
        )
        return answer({"stores": found})

    async def items(self, request: Request) -> Response:
        """A page of items."""
        await self._access.caller(request, Scope.STOCK_READ)
        words = read_query(request, ItemsQuery)
        return answer(await run_in_threadpool(self._site.database.read, lambda db: items_page(db, words)))

    async def availability(self, request: Request) -> Response:
        """What the store named, or each that offers collection, could hand over, and when."""
        await self._access.caller(request, Scope.STOCK_READ)
        no_query(request)
        words, _ = await read_body(request, _AVAILABILITY)
        now = self._site.now()
        try:
            found = await run_in_threadpool(
                self._site.database.read, lambda db: availability.availability(db, words, now)
            )
        except Refused as refused:
            raise ProblemFound(of_refusal(refused.refusal)) from refused
        return answer({"stores": found})
