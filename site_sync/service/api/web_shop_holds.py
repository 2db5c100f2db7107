"""The public API's calls about checkout holds."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from site_sync.protocol.problems import ProblemFound, of_call
from site_sync.protocol.web_shop import HoldRequest, Reader
from site_sync.protocol.web_shop_shapes import HoldAnswer
from site_sync.service import holds
from site_sync.service.api import web_shop_documents as documents
from site_sync.service.api.web_shop_access import Access, Scope
from site_sync.service.api.web_shop_calls import answer, no_query, read_body
from site_sync.service.holds import Cause, NewHold
from site_sync.service.web_order_words import may_be_hold
from site_sync.service.web_orders import Caller
from site_sync.service.wiring import Site

_HOLD = Reader(HoldRequest)
TOKEN_BYTES = 16


class WebShopHolds:
    """Reserves for a checkout, and lets go again, for the connector that calls."""

    def __init__(self, site: Site, access: Access) -> None:
        self._site = site
        self._access = access

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/api/v1/holds", tags=["holds"])
        router.add_api_route(
            "",
            self.create,
            methods=["POST"],
            status_code=201,
            responses=documents.answers(409, 415, s201=HoldAnswer),
            openapi_extra=documents.body(HoldRequest),
        )
        router.add_api_route(
            "/{hold}",
            self.release,
            methods=["DELETE"],
            status_code=204,
            responses=documents.answers(404, 409, s204=None),
        )
        return router

    def _cause(self, caller: Caller) -> Cause:
        return Cause(caller.id, self._site.new_id(), self._site.now())

    async def create(self, request: Request) -> Response:
        """Reserve the lines at a store for some minutes, all or none."""
        caller = await self._access.caller(request, Scope.ORDERS_WRITE)
        no_query(request)
        words, _ = await read_body(request, _HOLD)
        cause = self._cause(caller)
        token = f"hold_{self._site.around.random_bytes(TOKEN_BYTES).hex()}"
        new = NewHold(token, caller.id, cause.at + timedelta(minutes=words.minutes))
        made = await run_in_threadpool(
            self._site.database.write, lambda tx: holds.make(tx, new, words, cause)
        )
        return answer(made, 201)

    async def release(self, request: Request, hold: str) -> Response:
        """Let a hold go; again and again without harm, until an order took it."""
        caller = await self._access.caller(request, Scope.ORDERS_WRITE)
        no_query(request)
        if not may_be_hold(hold):
            raise ProblemFound(of_call("not_found"))
        cause = self._cause(caller)
        await run_in_threadpool(
            self._site.database.write, lambda tx: holds.release(tx, hold, caller.id, cause)
        )
        return Response(status_code=204)
