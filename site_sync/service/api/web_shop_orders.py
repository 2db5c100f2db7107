"""The public API's calls about orders."""

from __future__ import annotations

import hashlib

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from site_sync.domain.orders import Order
from site_sync.protocol.web_shop import (
    AmendRequest,
    CancelRequest,
    OrderRequest,
    OrdersQuery,
    Payment,
    Reader,
)
from site_sync.protocol.web_shop_answers import cancel_answer, order_answer
from site_sync.protocol.web_shop_shapes import CancelAnswer, OrderAnswer, OrdersAnswer
from site_sync.service import web_order_list
from site_sync.service.api import web_shop_documents as documents
from site_sync.service.api.web_shop_access import Access, Scope
from site_sync.service.api.web_shop_calls import (
    answer,
    expected_version,
    idempotency_key,
    no_query,
    read_body,
    read_query,
)
from site_sync.service.links import Links
from site_sync.service.web_orders import Once, WebOrders
from site_sync.service.wiring import Site

_ORDER, _PAYMENT, _CANCEL, _AMEND = (
    Reader(OrderRequest),
    Reader(Payment),
    Reader(CancelRequest),
    Reader(AmendRequest),
)


class WebShopOrders:
    """Creates, shows, pays, changes and cancels the orders of the connector that calls."""

    def __init__(self, site: Site, access: Access) -> None:
        self._site = site
        self._access = access
        self._links = Links(site.settings.public_address, site.keys.code_key)
        self._orders = WebOrders(site, self._links)

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/api/v1/orders", tags=["orders"])
        self._add_collection(router)
        self._add_single(router)
        return router

    def _add_collection(self, router: APIRouter) -> None:
        key = documents.header("Idempotency-Key", r"^[!-~]+$", "Makes a repeated call find the same order.")
        router.add_api_route(
            "",
            self.create,
            methods=["POST"],
            status_code=201,
            responses=documents.answers(409, 415, s200=OrderAnswer, s201=OrderAnswer),
            openapi_extra={**documents.body(OrderRequest), "parameters": [key]},
        )
        router.add_api_route(
            "",
            self.list,
            methods=["GET"],
            responses=documents.answers(s200=OrdersAnswer),
            openapi_extra={"parameters": documents.query(OrdersQuery)},
        )

    def _add_single(self, router: APIRouter) -> None:
        version = documents.header("If-Match", r'^"[0-9]{1,9}"$', "The order's version, as in its ETag.")
        router.add_api_route(
            "/{order}", self.show, methods=["GET"], responses=documents.answers(404, s200=OrderAnswer)
        )
        router.add_api_route(
            "/{order}",
            self.amend,
            methods=["PATCH"],
            responses=documents.answers(404, 409, 412, 415, 428, s200=OrderAnswer),
            openapi_extra={**documents.body(AmendRequest), "parameters": [version]},
        )
        router.add_api_route(
            "/{order}/payments",
            self.pay,
            methods=["POST"],
            status_code=201,
            responses=documents.answers(404, 409, 415, s200=OrderAnswer, s201=OrderAnswer),
            openapi_extra=documents.body(Payment),
        )
        router.add_api_route(
            "/{order}/cancel",
            self.cancel,
            methods=["POST"],
            responses=documents.answers(404, 409, 415, s200=CancelAnswer),
            openapi_extra=documents.body(CancelRequest),
        )

    def _answer(self, order: Order, status: int = 200) -> Response:
        headers = {"ETag": f'"{order.version}"'}
        if status == 201:
            headers["Location"] = f"/api/v1/orders/{order.id}"
        return answer(order_answer(order, self._links.page(order)), status, headers)

    async def create(self, request: Request) -> Response:
        """Create an order and reserve its lines, all or none unless `on_shortage` or a setting says so."""
        caller = await self._access.caller(request, Scope.ORDERS_WRITE)
        key = idempotency_key(request)
        no_query(request)
        words, raw = await read_body(request, _ORDER)
        once = Once(key, hashlib.sha256(raw).hexdigest())
        outcome = await run_in_threadpool(self._orders.create, caller, once, words)
        return self._answer(outcome.order, 201 if outcome.fresh else 200)

    async def show(self, request: Request, order: str) -> Response:
        """One order by its id or number."""
        caller = await self._access.caller(request, Scope.ORDERS_READ)
        no_query(request)
        found = await run_in_threadpool(
            self._site.database.read, lambda db: self._orders.own(db, caller, order)
        )
        return self._answer(found)

    async def list(self, request: Request) -> Response:
        """A page of the connector's orders, those changed first coming first."""
        caller = await self._access.caller(request, Scope.ORDERS_READ)
        words = read_query(request, OrdersQuery)
        page = await run_in_threadpool(
            self._site.database.read, lambda db: web_order_list.page(db, caller.id, words)
        )
        shown = [order_answer(order, self._links.page(order)) for order in page.orders]
        return answer({"orders": shown, "next": page.next})

    async def pay(self, request: Request, order: str) -> Response:
        """Record an online payment, an authorisation or a refund, once by its reference."""
        caller = await self._access.caller(request, Scope.ORDERS_WRITE)
        no_query(request)
        words, _ = await read_body(request, _PAYMENT)
        outcome = await run_in_threadpool(self._orders.pay, caller, order, words)
        return self._answer(outcome.order, 201 if outcome.fresh else 200)

    async def amend(self, request: Request, order: str) -> Response:
        """Change contact, collector, requested date, collect store or lines, while the stage allows it."""
        caller = await self._access.caller(request, Scope.ORDERS_WRITE)
        no_query(request)
        version = expected_version(request)
        words, _ = await read_body(request, _AMEND)
        outcome = await run_in_threadpool(self._orders.amend, caller, order, version, words)
        return self._answer(outcome.order)

    async def cancel(self, request: Request, order: str) -> Response:
        """Cancel all or part of an order; the answer says what is refundable."""
        caller = await self._access.caller(request, Scope.ORDERS_WRITE)
        no_query(request)
        words, _ = await read_body(request, _CANCEL)
        outcome = await run_in_threadpool(self._orders.cancel, caller, order, words)
        shown = cancel_answer(outcome.order, self._links.page(outcome.order))
        return answer(shown, 200, {"ETag": f'"{outcome.order.version}"'})
