"""The site's sync routes as they are shipped, called without a socket; a site that can end and come back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import FileResponse
from sqlalchemy.exc import OperationalError

from site_sync.protocol.problems import ProblemDetails, ProblemFound, of_call
from site_sync.service import changes, wiring
from site_sync.service.api import sync
from site_sync.service.api.sync import SyncRoutes
from site_sync.service.changes import Batch, FeedEntry
from site_sync.service.database.transaction import Executor
from site_sync.service.wiring import Site
from site_sync.worker.client import SERVICE_HEADER
from tests.simulation.storm.memory import LostInCommit, MemoryDatabase
from tests.simulation.storm.stand_ins import standing_in


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it travels."""

    method: str
    path: str
    token: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def begins_at(self) -> int:
        """From which byte of a file on this asks for it."""
        return int(dict(self.headers).get("range", "bytes=0-")[len("bytes=") : -1])

    def request(self) -> Request:
        """The same as the routes take it."""
        headers = [
            (b"authorization", f"Bearer {self.token}".encode()),
            (b"content-type", b"application/json"),
            *((name.encode(), value.encode()) for name, value in self.headers),
        ]

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": self.body, "more_body": False}

        scope = {
            "type": "http",
            "method": self.method,
            "path": self.path,
            "headers": headers,
            "query_string": urlencode(self.query).encode(),
        }
        return Request(scope, receive)


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer as it travels."""

    status: int
    headers: dict[str, str]
    body: bytes


class ReadyFeed:
    """The feed without waiting: what there is now."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database
        self.at_once = changes.BATCH
        """How many changes fit into one answer; few when the feed is slow."""

    async def batch(self, store: str, after: int, _wait: float) -> Batch:
        """The next changes for a store's till."""
        entries, few = changes.entries, self.at_once

        def some(db: Executor, after: int, limit: int = few) -> list[FeedEntry]:
            return entries(db, after, limit)

        with standing_in((changes, "BATCH", few), (changes, "entries", some)):
            return self._database.read(lambda db: changes.read_batch(db, store, after))


async def _inline(work: Callable[..., Any], *given: Any) -> Any:
    return work(*given)


def without_threads() -> AbstractContextManager[None]:
    """The routes do their work where they are called."""
    return standing_in((sync, "run_in_threadpool", _inline), (asyncio, "to_thread", _inline))


def _finished(work: Coroutine[Any, Any, Response]) -> Response:
    try:
        work.send(None)
    except StopIteration as stop:
        response: Response = stop.value
        return response
    raise AssertionError("a route waited for something")


class Door:
    """The site's end of the wire, and the site behind it."""

    def __init__(self, site: Site, database: MemoryDatabase, folder: Path) -> None:
        self._folder = folder
        self.database = database
        self.feed = ReadyFeed(database)
        self.site = replace(site, database=database, feed=self.feed)  # type: ignore[arg-type]
        self._routes = self._made()

    def _made(self) -> SyncRoutes:
        settings = self.site.settings.model_copy(update={"data_dir": self._folder})
        return SyncRoutes(replace(self.site, settings=settings))

    def restart(self) -> None:
        """The process ends and a new one begins on the same database."""
        self.database.forget()
        known = self.database.read(wiring.identity)
        if known is None:
            raise AssertionError("the site forgot who it is")
        self.site = replace(self.site, identity=known)
        self._routes = self._made()

    def cursor(self) -> str:
        """Where the feed ends now."""
        head = self.database.raw.execute("SELECT position FROM feed_head").fetchone()[0]
        return changes.cursor_text(self.site.identity.epoch, head)

    def answer(self, asked: Asked) -> Answered | None:
        """What the site says; None when it ended before it could."""
        try:
            return self._named(_finished(self._route(asked)), asked)
        except ProblemFound as found:
            return self._problem(found.problem)
        except OperationalError:
            return self._problem(of_call("unavailable"))
        except LostInCommit:
            self.restart()
            return None

    def _route(self, asked: Asked) -> Coroutine[Any, Any, Response]:
        request, query = asked.request(), dict(asked.query)
        match asked.path:
            case "/sync/v1/enrol":
                return self._routes.enrol(request)
            case "/sync/v1/start":
                return self._routes.start(request)
            case "/sync/v1/commands":
                return self._routes.commands(request)
            case "/sync/v1/changes":
                return self._routes.changes(
                    request, query["cursor"], 0.0, query["nonce"], int(query["waiting"])
                )
            case "/sync/v1/snapshot":
                return self._routes.snapshot(request, query.get("cursor", ""), query.get("kinds", ""))
            case "/sync/v1/sums":
                return self._routes.sums(request, query["cursor"], query["nonce"])
        raise AssertionError(f"nobody answers at {asked.path}")

    def _named(self, response: Response, asked: Asked) -> Answered:
        headers = dict(response.headers) | {SERVICE_HEADER: self.site.identity.service}
        if not isinstance(response, FileResponse):
            return Answered(response.status_code, headers, bytes(response.body))
        whole, first = Path(response.path).read_bytes(), asked.begins_at
        if first and dict(asked.headers)["if-range"] == headers["etag"]:
            headers["content-range"] = f"bytes {first}-{len(whole) - 1}/{len(whole)}"
            return Answered(206, headers, whole[first:])
        return Answered(200, headers | {"content-length": str(len(whole))}, whole)

    def _problem(self, problem: ProblemDetails) -> Answered:
        headers = {SERVICE_HEADER: self.site.identity.service, "Content-Type": "application/problem+json"}
        return Answered(problem.status, headers, json.dumps(problem.body()).encode())
