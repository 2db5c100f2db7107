"""The public API's description as a page that loads nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Response
from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.responses import HTMLResponse, RedirectResponse

RESOURCES = Path(__file__).resolve().parents[3] / "resources" / "api"
DOCS_PATH = "/api/v1/docs"
STYLESHEET = "/api/v1/docs.css"
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def docs_html(document: dict[str, Any], openapi: str) -> str:
    """The page for an OpenAPI document."""
    environment = Environment(
        loader=FileSystemLoader(RESOURCES), autoescape=select_autoescape(("html.j2",)), trim_blocks=True
    )
    template = environment.get_template("docs.html.j2")
    return template.render(document=document, openapi=openapi, stylesheet=STYLESHEET)


def docs_router(document: Callable[[], dict[str, Any]], openapi: str) -> APIRouter:
    """The routes of the page."""
    page = cache(lambda: docs_html(document(), openapi))
    sheet = (RESOURCES / "docs.css").read_text("utf-8")
    router = APIRouter(include_in_schema=False)

    async def docs() -> Response:
        """The page."""
        return HTMLResponse(page(), headers={"Content-Security-Policy": POLICY})

    async def stylesheet() -> Response:
        """How it looks."""
        return Response(sheet, media_type="text/css")

    async def short() -> Response:
        """Where people look first."""
        return RedirectResponse(DOCS_PATH, 307)

    router.add_api_route(DOCS_PATH, docs, methods=["GET"])
    router.add_api_route(STYLESHEET, stylesheet, methods=["GET"])
    router.add_api_route("/docs", short, methods=["GET"])
    return router
