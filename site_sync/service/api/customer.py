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

from site_sync.domain.codes import TOKEN_LENGTH, token_hash
from site_sync.domain.orders import Order
from site_sync.domain.policies import Policy
from site_sync.domain.shop import Store
from site_sync.protocol.changes import RecordKind
from site_sync.service import orders
from site_sync.service.code_pictures import svg
from site_sync.service.customer_acts import Press, offered, press
from site_sync.service.database import records
from site_sync.service.database.transaction import Executor
from site_sync.service.links import Links
from site_sync.service.order_view import OrderView, Situation, order_view
from site_sync.service.shop_words import language_of
from site_sync.service.wiring import Site

RESOURCES = Path(__file__).resolve().parents[3] / "resources" / "customer"
STYLESHEET = "/o/page.css"
SAID = frozenset({"on_the_way", "here", "extend", "cancel", "collector", "refused"})
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


def find(db: Executor, token: str) -> Found | None:
    """The order whose page has that token."""
    order = orders.by_page(db, token_hash(token)) if _TOKEN.fullmatch(token) else None
    if order is None:
        return None
    policy = records.policies(db).for_order(order.work_store, order.delivery.method)
    return Found(order, records.find(db, RecordKind.STORE, order.work_store), policy)


def _shop(store: Store | None) -> str:
    return "" if store is None else store.receipt_header[0] if store.receipt_header else store.name


def page_html(found: Found, view: OrderView, token: str, said: str) -> str:
    """The page as HTML."""
    shown = view.code and view.situation in WITH_CODE
    return (
        _templates()
        .get_template("page.html.j2")
        .render(
            view=view,
            words=_wording()[view.language],
            shop=_shop(found.store),
            base=f"/o/{token}",
            stylesheet=STYLESHEET,
            notice=said if said in SAID else "",
            step=STEPS.get(view.situation),
            code=Markup(svg(view.code)) if shown else "",  # noqa: S704 - drawn here, from modules only
            deadline=view.collect_by if view.situation is Situation.TO_COLLECT else "",
            promised=view.promised if view.situation in (Situation.TO_PICK, Situation.PICKING) else "",
            priced=view.situation not in WITHOUT_PRICE,
            actions={pressed.value for pressed in offered(found.order, found.policy)},
        )
    )


class CustomerPages:
    """Opened with the token of a link; whoever has the link is the customer."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._links = Links(site.settings.public_address, site.keys.code_key)
        self._stylesheet = (RESOURCES / "page.css").read_bytes()

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route(STYLESHEET, self.stylesheet, methods=["GET"])
        router.add_api_route("/o/{token}", self.page, methods=["GET"])
        router.add_api_route("/o/{token}/{button}", self.press, methods=["POST"])
        return router

    async def stylesheet(self) -> Response:
        """How the page looks."""
        return Response(
            self._stylesheet, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"}
        )

    async def page(self, request: Request, token: str) -> Response:
        """The order as it is now."""
        found = await run_in_threadpool(self._site.database.read, lambda db: find(db, token))
        if found is None:
            return self._unknown(request)
        view = order_view(found.order, found.store, self._links, self._site.now())
        html = page_html(found, view, token, request.query_params.get("said", ""))
        return HTMLResponse(html, headers=HEADERS)

    async def press(self, request: Request, token: str, button: str) -> Response:
        """Do what a button says and show the page again."""
        if not _TOKEN.fullmatch(token) or button not in list(Press):
            return self._unknown(request)
        name = _field(await request.body(), "name")
        pressed = Press(button)
        done = await run_in_threadpool(press, self._site, token_hash(token), pressed, name)
        if done is None:
            return self._unknown(request)
        said = pressed.value.replace("-", "_") if done else "refused"
        return RedirectResponse(f"/o/{token}?said={said}", 303, HEADERS)

    def _unknown(self, request: Request) -> Response:
        language = language_of(request.headers.get("accept-language", "")[:2].lower())
        words = _wording()[language]
        html = (
            _templates()
            .get_template("not_found.html.j2")
            .render(words=words, language=language, stylesheet=STYLESHEET)
        )
        return HTMLResponse(html, 404, HEADERS)


def _field(body: bytes, name: str) -> str:
    """One field of a submitted form, empty when there is none to be read."""
    try:
        fields = parse_qsl(body[:MOST_FORM_BYTES].decode(), max_num_fields=5)
    except (UnicodeDecodeError, ValueError):
        return ""
    return next((value for key, value in fields if key == name), "")
