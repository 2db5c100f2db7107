"""An id for each request, in its answer and in every line of the log, and how long the request took."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from site_sync.service.meters import Meters

HEADER = "X-Request-Id"
SLOW_SECONDS = 2.0
WAITS = "/sync/v1/changes"
"""Answered when there is news: its time says nothing."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_log = structlog.get_logger(__name__)


def route_of(scope: Scope) -> str:
    """The address with names in the place of values; what is not one of ours has none."""
    route = scope.get("route")
    path = getattr(route, "path", None)
    if not isinstance(path, str):
        return "other"
    return f"{scope.get('root_path', '')}{path}" or "/"


class RequestMarks:
    """The outermost layer: gives or keeps a request's id, counts what was answered, tells what was slow."""

    def __init__(self, app: ASGIApp, meters: Meters, new_id: Callable[[], str]) -> None:
        self._app = app
        self._meters = meters
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        request_id = given if _ID.fullmatch(given) else self._new_id()
        begun, status = time.monotonic(), 500

        async def marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request=request_id):
            try:
                await self._app(scope, receive, marked)
            finally:
                self._count(scope, status, time.monotonic() - begun)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = route_of(scope)
        self._meters.answered(method, route, status, seconds)
        if seconds > SLOW_SECONDS and route != WAITS:
            told = {"method": method, "route": route, "status": status, "seconds": round(seconds, 2)}
            _log.info("a request was slow", **told)
