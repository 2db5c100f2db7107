"""The customer's page: where the order stands, its QR code, and a few buttons."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse

from site_sync.domain.codes import TOKEN_LENGTH, token_hash, token_matches
from site_sync.domain.numbers import is_order_number
from site_sync.domain.orders import Order
from site_sync.domain.policies import Policy
from site_sync.domain.shop import Store
from site_sync.protocol.changes import RecordKind
from site_sync.service import orders, void_tokens
from site_sync.service.api.wallet_pages import Pages, WalletPages
from site_sync.service.code_pictures import svg
from site_sync.service.customer_acts import Press, offered, press
from site_sync.service.customer_extras import Extras, extras_of
from site_sync.service.database import records
from site_sync.service.database.transaction import Executor
from site_sync.service.links import Links
from site_sync.service.order_view import OrderView, Situation, order_view, situation
from site_sync.service.shop_words import language_of
from site_sync.service.wallet import Wallet
from site_sync.service.wiring import Site

RESOURCES = Path(__file__).resolve().parents[3] / "resources" / "customer"
STYLESHEET = "/o/page.css"
SAID = frozenset(
    {"on_the_way", "here", "extend", "cancel", "collector", "no_collector", "substitute", "refused"}
)
STEPS = {
    Situation.TO_PICK: 0, Situation.PICKING: 1, Situation.TO_COLLECT: 2, Situation.COLLECTED: 3,
}  # fmt: skip
WITH_CODE = frozenset({Situation.TO_PICK, Situation.PICKING, Situation.TO_COLLECT})
WITHOUT_PRICE = frozenset({Situation.CANCELLED, Situation.EXPIRED, Situation.UNAVAILABLE})
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}
_TOKEN = re.compile(rf"[A-Z2-7]{{{TOKEN_LENGTH}}}")
MOST_FORM_BYTES = 2000


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(RESOURCES),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
    )


@lru_cache(maxsize=1)
def _wording() -> dict[str, Any]:
    words: dict[str, Any] = json.loads((RESOURCES / "wording.json").read_text("utf-8"))
    return words


@dataclass(frozen=True, slots=True)
class Found:
    """An order with the store that hands it over and the policy that counts for it."""

    order: Order
    store: Store | None
    policy: Policy


@dataclass(frozen=True, slots=True)
class Address:
    """Which page was asked for, and what was just done on it."""

    token: str
    said: str


def find(db: Executor, token: str) -> Found | None:
    """The order whose page has that token."""
    order = orders.by_page(db, token_hash(token)) if _TOKEN.fullmatch(token) else None
    if order is None:
        return None
    policy = records.policies(db).for_order(order.work_store, order.delivery.method)
    return Found(order, records.find(db, RecordKind.STORE, order.work_store), policy)


def for_collector(db: Executor, number: str, token: str) -> Found | None:
    """The order whose named collector has that token."""
    if not (is_order_number(number) and _TOKEN.fullmatch(token)):
        return None
    order = orders.find(db, number)
    if order is None or not order.collector_hash or not token_matches(token, order.collector_hash):
        return None
    policy = records.policies(db).for_order(order.work_store, order.delivery.method)
    return Found(order, records.find(db, RecordKind.STORE, order.work_store), policy)


def _shop(store: Store | None) -> str:
    return "" if store is None else store.receipt_header[0] if store.receipt_header else store.name


def page_html(found: Found, view: OrderView, extras: Extras, address: Address) -> str:
    """The page as HTML."""
    shown = view.code and view.situation in WITH_CODE
    return (
        _templates()
        .get_template("page.html.j2")
        .render(
            view=view,
            words=_wording()[view.language],
            shop=_shop(found.store),
            base=f"/o/{address.token}",
            extras=extras,
            stylesheet=STYLESHEET,
            notice=address.said if address.said in SAID else "",
            step=STEPS.get(view.situation),
            code=Markup(svg(view.code)) if shown else "",  # noqa: S704 - drawn here, from modules only
            deadline=view.collect_by if view.situation is Situation.TO_COLLECT else "",
            promised=view.promised if view.situation in (Situation.TO_PICK, Situation.PICKING) else "",
            priced=view.situation not in WITHOUT_PRICE,
            actions={pressed.value for pressed in offered(found.order, found.policy)},
        )
    )


def collector_html(found: Found, view: OrderView, extras: Extras) -> str:
    """The collector's page as HTML."""
    shown = view.situation in WITH_CODE and extras.collector_code
    return (
        _templates()
        .get_template("collector.html.j2")
        .render(
            view=view,
            words=_wording()[view.language],
            shop=_shop(found.store),
            stylesheet=STYLESHEET,
            extras=extras,
            code=Markup(svg(extras.collector_code)) if shown else "",  # noqa: S704 - drawn here
            deadline=view.collect_by if view.situation is Situation.TO_COLLECT else "",
        )
    )


def pass_labels(language: str) -> tuple[str, str, str]:
    """Where, until when and what, as a pass calls them."""
    words = _wording()[language_of(language)]
    return words["where"], words["collect_by"], words["order"]


class CustomerPages:
    """Opened with the token of a link; whoever has the link is the customer."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._links = Links(site.settings.public_address, site.keys.code_key)
        self._wallet = Wallet(site.settings)
        self._stylesheet = (RESOURCES / "page.css").read_bytes()

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route(STYLESHEET, self.stylesheet, methods=["GET"])
        router.add_api_route("/c/{number}/{token}", self.collector, methods=["GET"])
        router.add_api_route("/o/{token}", self.page, methods=["GET"])
        router.add_api_route("/o/{token}/{button}", self.press, methods=["POST"])
        lent = Pages(self._for_pass, pass_labels, self._unknown)
        router.include_router(WalletPages(self._site, self._wallet, lent).router())
        return router

    def _for_pass(self, token: str) -> tuple[Order, Store | None] | None:
        """An order that is still to be collected, for its pass."""
        found = self._site.database.read(lambda db: find(db, token))
        if found is None or situation(found.order) not in WITH_CODE:
            return None
        return found.order, found.store

    async def stylesheet(self) -> Response:
        """How the page looks."""
        return Response(
            self._stylesheet, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"}
        )

    async def page(self, request: Request, token: str) -> Response:
        """The order as it is now."""
        found = await run_in_threadpool(self._site.database.read, lambda db: find(db, token))
        if found is None:
            return await self._none(request, token)
        view = order_view(found.order, found.store, self._links, self._site.now())
        agent = request.headers.get("user-agent", "")
        extras = extras_of(found.order, found.store, self._links, agent, self._wallet.offered())
        html = page_html(found, view, extras, Address(token, request.query_params.get("said", "")))
        return HTMLResponse(html, headers=HEADERS)

    async def collector(self, request: Request, number: str, token: str) -> Response:
        """The page of who collects for the customer: their own code, where and until when."""
        found = await run_in_threadpool(self._site.database.read, lambda db: for_collector(db, number, token))
        if found is None:
            return await self._none(request, token)
        view = order_view(found.order, found.store, self._links, self._site.now())
        agent = request.headers.get("user-agent", "")
        html = collector_html(found, view, extras_of(found.order, found.store, self._links, agent, ()))
        return HTMLResponse(html, headers=HEADERS)

    async def press(self, request: Request, token: str, button: str) -> Response:
        """Do what a button says and show the page again."""
        if not _TOKEN.fullmatch(token) or button not in list(Press):
            return self._unknown(request)
        form = _fields(await request.body())
        pressed = Press(button)
        done = await run_in_threadpool(press, self._site, token_hash(token), pressed, form)
        if done is None:
            return await self._none(request, token)
        said = pressed.value.replace("-", "_") if done else "refused"
        return RedirectResponse(f"/o/{token}?said={said}", 303, HEADERS)

    async def _none(self, request: Request, token: str) -> Response:
        """No page has the token: it was replaced by a newer one, or never was one."""
        shown = token_hash(token) if _TOKEN.fullmatch(token) else ""
        void = await run_in_threadpool(self._site.database.read, lambda db: void_tokens.is_void(db, shown))
        return self._closed(request, "replaced", 410) if void else self._unknown(request)

    def _unknown(self, request: Request) -> Response:
        return self._closed(request, "not_found", 404)

    @staticmethod
    def _closed(request: Request, why: str, status: int) -> Response:
        """A page that says why there is none, and nothing of any order."""
        language = language_of(request.headers.get("accept-language", "")[:2].lower())
        words = _wording()[language]
        html = (
            _templates()
            .get_template("not_found.html.j2")
            .render(why=words[why], language=language, stylesheet=STYLESHEET)
        )
        return HTMLResponse(html, status, HEADERS)


def _fields(body: bytes) -> dict[str, str]:
    """The fields of a submitted form, none when they cannot be read."""
    try:
        return dict(parse_qsl(body[:MOST_FORM_BYTES].decode(), max_num_fields=5))
    except (UnicodeDecodeError, ValueError):
        return {}
