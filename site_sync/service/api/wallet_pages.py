"""Wallet passes of an order, for whoever has the link of its customer's page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from site_sync.domain.codes import token_hash
from site_sync.domain.orders import Order
from site_sync.domain.shop import Store
from site_sync.service.links import Links
from site_sync.service.order_view import order_view
from site_sync.service.wallet import APPLE, APPLE_TYPE, GOOGLE, PassFacts, Wallet
from site_sync.service.wiring import Site

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
Labels = tuple[str, str, str]
"""Where, until when and what, in a language."""


@dataclass(frozen=True, slots=True)
class Pages:
    """What the customer's pages lend: the order of a token, words in a language, the page of no order."""

    find: Callable[[str], tuple[Order, Store | None] | None]
    labels: Callable[[str], Labels]
    unknown: Callable[[Request], Response]


def pass_facts(
    site: Site, order: Order, store: Store | None, labels: tuple[str, str, str]
) -> PassFacts | None:
    """What stands on the order's pass; None when it has no code of ours any more."""
    links = Links(site.settings.public_address, site.keys.code_key)
    view = order_view(order, store, links, site.now())
    if not view.code:
        return None
    header = store.receipt_header[0] if store and store.receipt_header else ""
    place = None
    if store and store.latitude is not None and store.longitude is not None:
        place = store.latitude, store.longitude
    return PassFacts(
        serial=token_hash(f"{order.id}|{order.code_issue}")[:32],
        number=order.number,
        shop=header,
        store=store.name if store else "",
        address=store.address if store else "",
        status=view.customer or order.number,
        labels=labels,
        collect_by=view.collect_by,
        code=view.code,
        expires=order.collect_by,
        place=place,
    )


class WalletPages:
    """Two routes beside the customer's page; an unknown order and a wallet that is not set are both 404."""

    def __init__(self, site: Site, wallet: Wallet, pages: Pages) -> None:
        self._site, self._wallet = site, wallet
        self._pages = pages

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/o/{token}/wallet/apple", self.apple, methods=["GET"])
        router.add_api_route("/o/{token}/wallet/google", self.google, methods=["GET"])
        return router

    def _facts(self, token: str, wallet: str) -> PassFacts | None:
        found = self._pages.find(token) if wallet in self._wallet.offered() else None
        if found is None:
            return None
        order, store = found
        return pass_facts(self._site, order, store, self._pages.labels(order.customer.language))

    async def apple(self, request: Request, token: str) -> Response:
        """The pass as a file."""
        facts = await run_in_threadpool(self._facts, token, APPLE)
        if facts is None:
            return self._pages.unknown(request)
        body = await run_in_threadpool(self._wallet.apple, facts)
        name = {"Content-Disposition": f'attachment; filename="{facts.number}.pkpass"'}
        return Response(body, media_type=APPLE_TYPE, headers=PRIVATE | name)

    async def google(self, request: Request, token: str) -> Response:
        """To Google's page that saves the pass."""
        facts = await run_in_threadpool(self._facts, token, GOOGLE)
        if facts is None:
            return self._pages.unknown(request)
        link = await run_in_threadpool(self._wallet.google, facts, self._site.now())
        return RedirectResponse(link, 303, PRIVATE)
