"""Who calls the public API: keys, their scopes, and how often they may call."""

from __future__ import annotations

import time
from enum import StrEnum
from math import ceil

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from site_sync.protocol.problems import ProblemFound, of_call
from site_sync.service import sign_in
from site_sync.service.api.bodies_in import bearer
from site_sync.service.rate_limit import RateLimit
from site_sync.service.sign_in import ApiKey
from site_sync.service.web_orders import Caller
from site_sync.service.wiring import Site

REMEMBERED_SECONDS = 1.0
"""How long a key is trusted before it is looked up again; a withdrawn key ends within that time."""
MOST_REMEMBERED = 1000
LONGEST_KEY = 200


class Scope(StrEnum):
    """What a key may be good for."""

    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"
    STOCK_READ = "stock:read"
    WEBHOOKS = "webhooks"


class Access:
    """Lets callers in by their key; looks a key up at most once a second."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._limit = RateLimit()
        self._known: dict[str, tuple[float, ApiKey]] = {}

    async def caller(self, request: Request, scope: Scope) -> Caller:
        """The connector that calls; ProblemFound when the key is missing, wrong, too narrow or too busy."""
        key = await self._key(bearer(request))
        if scope.value not in key.scopes:
            raise ProblemFound(
                of_call("forbidden", f"the key lacks the scope {scope.value}", scope=scope.value)
            )
        wait = self._limit.take(key.id, key.rate_per_minute)
        if wait:
            raise ProblemFound(of_call("rate_limited", retry_after=ceil(wait)))
        return Caller(key.name)

    async def _key(self, text: str) -> ApiKey:
        now = time.monotonic()
        known = self._known.get(text)
        if known is not None and known[0] > now:
            return known[1]
        if len(text) > LONGEST_KEY or not text.isascii():
            raise ProblemFound(of_call("unauthorised"))
        key = await run_in_threadpool(self._site.database.read, lambda db: sign_in.api_key_of(db, text))
        if key is None:
            self._known.pop(text, None)
            raise ProblemFound(of_call("unauthorised"))
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[text] = (now + REMEMBERED_SECONDS, key)
        return key
