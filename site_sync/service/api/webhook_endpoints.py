"""The public API's calls about outgoing webhooks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from site_sync.protocol.codec import Malformed
from site_sync.protocol.problems import ProblemFound, of_call, of_malformed
from site_sync.protocol.web_shop import EndpointRequest, Reader
from site_sync.protocol.web_shop_shapes import EndpointsAnswer, NewEndpointAnswer
from site_sync.service import webhook_desk, webhook_outbox
from site_sync.service.api import web_shop_documents as documents
from site_sync.service.api.web_shop_access import Access, Scope
from site_sync.service.api.web_shop_calls import answer, no_query, read_body
from site_sync.service.database.transaction import Transaction
from site_sync.service.outgoing_http import EndpointRefused, check_url
from site_sync.service.settings_audit import Author
from site_sync.service.web_orders import Caller
from site_sync.service.webhook_desk import fresh_secret
from site_sync.service.webhook_outbox import Subscription
from site_sync.service.wiring import Site

T = TypeVar("T")
_ENDPOINT = Reader(EndpointRequest)
_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


class WebhookEndpoints:
    """Subscribes and unsubscribes the connector that calls."""

    def __init__(self, site: Site, access: Access) -> None:
        self._site = site
        self._access = access

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/api/v1/webhook-endpoints", tags=["webhooks"])
        router.add_api_route(
            "", self.list, methods=["GET"], responses=documents.answers(s200=EndpointsAnswer)
        )
        router.add_api_route(
            "",
            self.subscribe,
            methods=["POST"],
            status_code=201,
            responses=documents.answers(415, s201=NewEndpointAnswer),
            openapi_extra=documents.body(EndpointRequest),
        )
        router.add_api_route(
            "/{endpoint}",
            self.unsubscribe,
            methods=["DELETE"],
            status_code=204,
            responses=documents.answers(404, s204=None),
        )
        return router

    async def list(self, request: Request) -> Response:
        """The connector's endpoints."""
        caller = await self._access.caller(request, Scope.WEBHOOKS)
        no_query(request)
        found = await run_in_threadpool(
            self._site.database.read, lambda db: webhook_outbox.endpoints(db, caller.id)
        )
        return answer({"webhook_endpoints": found})

    async def subscribe(self, request: Request) -> Response:
        """Make an endpoint; its signing secret is shown in this answer only."""
        caller = await self._access.caller(request, Scope.WEBHOOKS)
        no_query(request)
        words, _ = await read_body(request, _ENDPOINT)
        try:
            check_url(words.url)
        except EndpointRefused as error:
            raise ProblemFound(of_malformed(Malformed("endpoint", [("/url", str(error))]))) from error
        secret = fresh_secret(self._site.around.random_bytes)
        endpoint = self._site.new_id()
        kept = webhook_desk.kept_secret(self._site, endpoint, secret)
        new = Subscription(endpoint, caller.id, words.url, words.events, kept)
        made = await self._noted(
            caller, endpoint, lambda tx: webhook_outbox.subscribe(tx, new, self._site.now())
        )
        return answer({**made, "secret": secret}, 201, {"Location": f"/api/v1/webhook-endpoints/{new.id}"})

    async def unsubscribe(self, request: Request, endpoint: str) -> Response:
        """Take an endpoint away."""
        caller = await self._access.caller(request, Scope.WEBHOOKS)
        no_query(request)
        gone = _ID.fullmatch(endpoint) is not None and await self._noted(
            caller, endpoint, lambda tx: webhook_outbox.unsubscribe(tx, caller.id, endpoint)
        )
        if not gone:
            raise ProblemFound(of_call("not_found"))
        return Response(status_code=204)

    async def _noted(self, caller: Caller, endpoint: str, work: Callable[[Transaction], T]) -> T:
        """Change an endpoint, written down as the act of who called."""
        author = Author(caller.id, caller.name, frozenset(), self._site.now())
        return await run_in_threadpool(
            self._site.database.write, lambda tx: webhook_desk.noted(tx, author, endpoint, work)
        )
