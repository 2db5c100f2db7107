"""The public API put together, with the document that describes it."""

from __future__ import annotations

from functools import cache

from fastapi import APIRouter, Response

from site_sync.protocol.web_shop_answers import to_json
from site_sync.service.api.web_shop_access import Access
from site_sync.service.api.web_shop_calls import JSON
from site_sync.service.api.web_shop_catalogue import WebShopCatalogue
from site_sync.service.api.web_shop_docs import docs_router
from site_sync.service.api.web_shop_documents import openapi_document
from site_sync.service.api.web_shop_holds import WebShopHolds
from site_sync.service.api.web_shop_orders import WebShopOrders
from site_sync.service.api.webhook_endpoints import WebhookEndpoints
from site_sync.service.wiring import Site

OPENAPI_PATH = "/api/v1/openapi.json"


def routers(site: Site) -> list[APIRouter]:
    """All routes of the public API."""
    access = Access(site)
    calls = [
        WebShopCatalogue(site, access).router(),
        WebShopHolds(site, access).router(),
        WebShopOrders(site, access).router(),
        WebhookEndpoints(site, access).router(),
    ]
    document = cache(lambda: openapi_document(calls))  # made when first asked for, as few ask
    described = APIRouter()

    async def openapi() -> Response:
        """This description."""
        return Response(to_json(document()), media_type=JSON)

    described.add_api_route(OPENAPI_PATH, openapi, methods=["GET"], include_in_schema=False)
    return [*calls, described, docs_router(document, OPENAPI_PATH)]
