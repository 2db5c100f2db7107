"""A transport that damages the calls it passes on: address, query, headers, forms and documents."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import httpx

from tests.campaigns.parsers import damage

NAMES = (
    "page", "q", "cursor", "limit", "wait", "query", "store", "method", "next", "kinds", "nonce", "stage",
    "sort", "since", "until", "from", "to", "who", "number", "days", "language", "updated_since", "near",
    "waiting", "kind",
)  # fmt: skip
HEADERS = {
    "content-type": "application/json", "if-match": '"3"', "idempotency-key": "key-1", "range": "bytes=0-99",
    "if-range": '"abc"', "x-handover-protocol": "3", "hx-request": "true", "hx-target": "found",
    "accept-language": "da,en;q=0.5", "origin": "https://evil.example", "sec-fetch-site": "cross-site",
    "authorization": "Bearer hk_0123", "cookie": "handover_manager=abc", "accept": "text/html",
    "user-agent": "Mozilla/5.0", "x-forwarded-for": "203.0.113.8",
}  # fmt: skip
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
OUTSIDE, NOWHERE = b"1.1.1.1", b"listener.example"
"""No damaged call may make the site call a machine that exists."""


@dataclass
class Mutating(httpx.BaseTransport):
    """Damages calls by chance while `share` of them are; `ids` are names of things that stand in addresses.

    `method` and `last` tell of the call that was really made, to make it again.
    """

    inner: httpx.BaseTransport
    chance: random.Random
    ids: list[str] = field(default_factory=list)
    share: float = 0.0
    method: str = ""
    last: str = ""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a call on."""
        request.read()
        made = self._damaged(request) if self.chance.random() < self.share else request
        self.method = made.method
        self.last = f"{made.method} {made.url.raw_path!r} {made.headers.raw!r} {made.content!r}"
        try:
            return self.inner.handle_request(made)
        except httpx.NetworkError:  # the connection was closed after what was no HTTP before it; a new one
            return self.inner.handle_request(made)

    def close(self) -> None:
        """Close what is passed on to."""
        self.inner.close()

    def _damaged(self, request: httpx.Request) -> httpx.Request:
        chance = self.chance
        method = request.method
        headers = {name.lower(): value for name, value in request.headers.items()}
        path, query = urlsplit(request.url.raw_path.decode())[2:4]
        content = self._content(request.content, headers.get("content-type", ""))
        if chance.random() < 0.1:
            path = self._path(path)
        if chance.random() < 0.25:
            query = self._query(query)
        if chance.random() < 0.1:
            name = chance.choice(list(HEADERS))
            headers[name] = _sendable(damage.text(chance, headers.get(name, HEADERS[name])))
        if chance.random() < 0.03:
            method = chance.choice(METHODS)
        headers.pop("content-length", None)
        headers.pop("transfer-encoding", None)
        url = request.url.copy_with(raw_path=(path + ("?" + query if query else "")).encode())
        sent = content.replace(OUTSIDE, NOWHERE)
        told = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        return httpx.Request(method, url, headers=told, content=sent, extensions=request.extensions)

    def _path(self, path: str) -> str:
        parts = path.split("/")
        at = self.chance.randrange(1, len(parts))
        if self.chance.random() < 0.4 and self.ids:
            parts[at] = quote(self.chance.choice(self.ids), safe="")
        elif self.chance.random() < 0.1:
            parts[at] = self.chance.choice(("%ff%fe", "%00", "%2e%2e%2f", "..", "%", "%zz", "", "a" * 3_000))
        else:
            parts[at] = quote(_bytes(damage.text(self.chance, parts[at])), safe="")
        return "/".join(parts)

    def _query(self, query: str) -> str:
        given = parse_qsl(query, keep_blank_values=True)
        name = self.chance.choice(given)[0] if given and self.chance.random() < 0.7 else ""
        name = name or self.chance.choice(NAMES)
        given = [pair for pair in given if pair[0] != name]
        value = self._value("" if self.chance.random() < 0.3 else "S01")
        if name == "wait" and any(sign.isdigit() for sign in value):
            value = "0"  # a till that waits for news would hold this campaign up as well
        return urlencode([(key, _bytes(text)) for key, text in [*given, (name, value)]])

    def _value(self, known: str) -> str:
        sort = self.chance.random()
        if sort < 0.25 and self.ids:
            return self.chance.choice(self.ids)
        if sort < 0.6:
            odd = self.chance.choice(damage.VALUES)
            return odd if isinstance(odd, str) else json.dumps(odd)
        return damage.text(self.chance, known)

    def _content(self, content: bytes, kind: str) -> bytes:
        if self.chance.random() < 0.03:
            return damage.raw(self.chance, content)
        if kind.startswith(FORM):
            return self._form(content)
        if kind.startswith(JSON) and content:
            return damage.body(self.chance, json.loads(content))
        if kind.startswith("multipart") and self.chance.random() < 0.5:
            return damage.raw(self.chance, content)
        return content

    def _form(self, content: bytes) -> bytes:
        fields: list[Any] = parse_qsl(content.decode(), keep_blank_values=True)
        for _ in range(self.chance.randint(0, 3)):
            places = [place for place, (name, _) in enumerate(fields) if name != "csrf"]
            if places:
                place = self.chance.choice(places)
                name, value = fields[place]
                fields[place] = (name, self._value(value))
                if self.chance.random() < 0.15:
                    del fields[place]
                elif self.chance.random() < 0.1:
                    fields.append((name, value))
        if self.chance.random() < 0.04:
            fields = [pair for pair in fields if pair[0] != "csrf"]
        return urlencode([(_bytes(name), _bytes(value)) for name, value in fields]).encode()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _sendable(text: str) -> str:
    """A header's value as it can be sent at all."""
    return "".join(sign for sign in text[:2_000] if sign.isprintable() and ord(sign) < 256).strip()
