"""What surrounds every answer: the site's name, what browsers are told, no body too large, no guessing."""

from __future__ import annotations

import json
from math import ceil

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from site_sync.protocol.problems import CONTENT_TYPE, ProblemDetails, of_call
from site_sync.service.rate_limit import RateLimit

BODY_LIMIT = 1_000_000
PUSH_LIMIT = 16_000_000
"""Tills that were offline for long send more at once."""
PUSH_PATH = "/sync/v1/commands"
LOOPBACK = frozenset({"127.0.0.1", "::1", ""})
LARGER = {PUSH_PATH: PUSH_LIMIT, "/manager/import": 21_000_000}
"""Where more may come in one body: waiting commands, and files of goods."""


HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
}
"""On every answer that says nothing else itself; pages say what they need."""
SECURE_HEADERS = {"Strict-Transport-Security": "max-age=31536000"}
REFUSALS = frozenset({401, 403, 404, 422, 429})
"""Answers that somebody gets who guesses codes, keys, addresses or passwords."""


class Surround:
    """Reads the whole body first, as none is large; a client that goes away meanwhile is no error.

    An address whose calls were refused too often within a minute waits; this machine's own never does.
    """

    def __init__(self, app: ASGIApp, service: str, headers: dict[str, str], refusals_per_minute: int) -> None:
        self._app = app
        self._headers = HEADERS | headers | {"X-Handover-Service": service}
        self._refused = RateLimit()
        self._refusals = refusals_per_minute

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        address = (scope.get("client") or ("",))[0]
        watched = address not in LOOPBACK
        named = self._named(send, address if watched else "")
        wait = self._refused.left_to_wait(address, self._refusals) if watched else 0.0
        if wait:
            await _problem(named, of_call("rate_limited", retry_after=ceil(wait)), wait)
            return
        body = await _whole(receive, LARGER.get(scope["path"], BODY_LIMIT), _announced(scope))
        if body is None:
            await _problem(named, of_call("body_too_large"))
            return
        await self._app(scope, _replay(body, receive), named)

    def _named(self, send: Send, address: str) -> Send:
        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if address and message["status"] in REFUSALS:
                    self._refused.take(address, self._refusals)
            await send(message)

        return named


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:18])
    return 0


async def _whole(receive: Receive, limit: int, announced: int) -> bytes | None:
    """The body, None when it is over the limit."""
    if announced > limit:
        return None
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def _problem(send: Send, problem: ProblemDetails, wait: float = 0.0) -> None:
    """A problem instead of an answer of the application."""
    body = json.dumps(problem.body()).encode()
    headers = [(b"content-type", CONTENT_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    headers.append((b"connection", b"close"))
    if wait:
        headers.append((b"retry-after", str(ceil(wait)).encode()))
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
