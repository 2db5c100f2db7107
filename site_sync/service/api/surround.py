"""What surrounds every answer of the site: its name on it, and no body larger than it may be."""

from __future__ import annotations

import json

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from site_sync.protocol.problems import CONTENT_TYPE, of_call

BODY_LIMIT = 1_000_000
PUSH_LIMIT = 16_000_000
"""Tills that were offline for long send more at once."""
PUSH_PATH = "/sync/v1/commands"
LARGER = {PUSH_PATH: PUSH_LIMIT, "/manager/import": 21_000_000}
"""Where more may come in one body: waiting commands, and files of goods."""


class Surround:
    """Reads the whole body first, as none is large; a client that goes away meanwhile is no error."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        named = self._named(send)
        body = await _whole(receive, LARGER.get(scope["path"], BODY_LIMIT), _announced(scope))
        if body is None:
            await _too_large(named)
            return
        await self._app(scope, _replay(body, receive), named)

    def _named(self, send: Send) -> Send:
        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Handover-Service"] = self._service
                headers.setdefault("Cache-Control", "no-store")
                headers.setdefault("X-Content-Type-Options", "nosniff")
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


async def _too_large(send: Send) -> None:
    problem = of_call("body_too_large")
    body = json.dumps(problem.body()).encode()
    headers = [(b"content-type", CONTENT_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
