"""What every answer of the back office says to the browser: nothing from outside, no framing, no keeping."""

from __future__ import annotations

from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
PREVIEW = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
"""A message that is looked at has its styles and pictures within it, runs nothing and leads nowhere."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
KEPT = "public, max-age=3600"


UNREADABLE = "\ufffd"
"""What stands for a sign that is none."""


def make_readable(scope: Scope) -> None:
    """Give the request an address that every database takes: NUL is nobody's name, nor part of one.

    It stays the same request, of which those around it are told which route it took.
    """
    scope["query_string"] = scope["query_string"].replace(b"%00", quote(UNREADABLE).encode())
    scope["path"] = scope["path"].replace("\x00", UNREADABLE)


class Guard:
    """Puts the headers on each answer; only what is shipped may be kept by the browser."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        shipped = "/static/" in scope["path"]

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                own = {name: headers[name] for name in PREVIEW if name in headers}
                for name, value in (HEADERS | own).items():
                    headers[name] = value
                headers["Cache-Control"] = KEPT if shipped else "no-store"
                if self._secure:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        make_readable(scope)
        await self._app(scope, receive, guarded)
