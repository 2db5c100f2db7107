"""The addresses that web shops send their webhooks to: verified, kept and answered; worked afterwards."""

from __future__ import annotations

import re
import time

import structlog
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from site_sync.protocol.problems import ProblemFound, of_call
from site_sync.service import connector_register
from site_sync.service.api.web_shop_calls import answer
from site_sync.service.connector_register import Connector, ConnectorKind
from site_sync.service.connectors import receipts, upkeep
from site_sync.service.connectors.receipts import Received
from site_sync.service.connectors.signatures import base64_hmac_matches, standard_matches
from site_sync.service.sealing import Unsealable
from site_sync.service.wiring import Site

_log = structlog.get_logger(__name__)
REMEMBERED_SECONDS = 1.0
MOST_REMEMBERED = 1000
_ID = re.compile(r"[A-Za-z0-9._-]{1,40}")
_PING = re.compile(rb"webhook_id=\d{1,20}")
NOBODY = ("no connector has this secret",)
"""Checked against when there is no connector, so that this takes as long as when there is one."""


class WebhooksIn:
    """Takes in what connectors send; whoever cannot be verified leaves nothing behind."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._known: dict[str, tuple[float, Connector]] = {}

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/webhooks", include_in_schema=False)
        router.add_api_route("/woocommerce/{connector}", self.woocommerce, methods=["POST"])
        router.add_api_route("/shopify/{connector}", self.shopify, methods=["POST"])
        router.add_api_route("/standard/{connector}", self.standard, methods=["POST"])
        return router

    async def woocommerce(self, request: Request, connector: str) -> Response:
        """An order of a WooCommerce shop, or the unsigned ping it sends when the webhook is saved."""
        found, raw = await self._connector(connector, ConnectorKind.WOOCOMMERCE), await request.body()
        signature = request.headers.get("x-wc-webhook-signature", "")
        if found and not signature and _PING.fullmatch(raw.strip()):
            return answer({"ping": True})
        if not base64_hmac_matches(self._secrets(found), raw, signature):
            found = None
        return await self._taken(request, found, raw)

    async def shopify(self, request: Request, connector: str) -> Response:
        """An order or a refund of a Shopify shop."""
        found, raw = await self._connector(connector, ConnectorKind.SHOPIFY), await request.body()
        signature = request.headers.get("x-shopify-hmac-sha256", "")
        if not base64_hmac_matches(self._secrets(found), raw, signature):
            found = None
        return await self._taken(request, found, raw)

    async def standard(self, request: Request, connector: str) -> Response:
        """An order in the words of the public API, signed by Standard Webhooks."""
        found, raw = await self._connector(connector, ConnectorKind.STANDARD), await request.body()
        secrets = self._secrets(found)
        if not standard_matches(secrets, raw, request.headers, self._site.now()):
            found = None
        return await self._taken(request, found, raw)

    def _secrets(self, connector: Connector | None) -> tuple[str, ...]:
        """What a body is checked with; somebody's or nobody's, so that it takes as long."""
        try:
            return upkeep.live_secrets(self._site, connector) if connector is not None else NOBODY
        except Unsealable as error:
            _log.error("a webhook cannot be checked", connector=connector and connector.id, error=str(error))
            return NOBODY

    async def _connector(self, connector_id: str, kind: ConnectorKind) -> Connector | None:
        """The connector of that id, looked up at most once a second."""
        if not _ID.fullmatch(connector_id):
            return None
        now = time.monotonic()
        known = self._known.get(connector_id)
        if known is None or known[0] < now:
            found = await run_in_threadpool(
                self._site.database.read, lambda db: connector_register.find(db, connector_id)
            )
            if found is None:
                return None
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            known = self._known[connector_id] = (now + REMEMBERED_SECONDS, found)
        connector = known[1]
        return connector if connector.active and connector.kind is kind else None

    async def _taken(self, request: Request, connector: Connector | None, raw: bytes) -> Response:
        if connector is None:
            raise ProblemFound(of_call("unauthorised", "the signature or the address is not right"))
        headers = {name: request.headers[name] for name in request.headers}
        received = Received(connector.id, headers, raw)
        fresh = await run_in_threadpool(
            self._site.database.write,
            lambda tx: receipts.store(tx, received, self._site.new_id(), self._site.now()),
        )
        return answer({"received": True, "repeated": not fresh})
