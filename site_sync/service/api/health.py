"""Whether the site lives, can work, and how it is doing."""

from __future__ import annotations

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy.exc import SQLAlchemyError

from site_sync.domain.codes import token_hash, token_matches
from site_sync.protocol.problems import ProblemFound, of_call
from site_sync.service import metric_readings
from site_sync.service.api.bodies_in import bearer
from site_sync.service.api.surround import LOOPBACK
from site_sync.service.database.migrate import current_revision, head_revision
from site_sync.service.database.transaction import Executor
from site_sync.service.metric_series import ALONE, Values, series
from site_sync.service.wiring import Site

HANDED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""What a proxy says of for whom it calls."""

_log = structlog.get_logger(__name__)


class HealthRoutes:
    """Answers without a key, for whoever watches the site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._head = head_revision()

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["health"])
        router.add_api_route("/health", self.health, methods=["GET"])
        router.add_api_route("/ready", self.ready, methods=["GET"])
        router.add_api_route("/metrics", self.metrics, methods=["GET"])
        return router

    async def health(self) -> dict[str, str]:
        """The process lives."""
        return {"status": "alive"}

    def ready(self) -> Response:
        """The database is reachable and migrated."""
        try:
            revision = self._site.database.read(current_revision)
        except SQLAlchemyError as error:
            _log.info("the database is out of reach", error=type(error).__name__)
            return JSONResponse({"status": "unavailable", "database": "unreachable"}, 503)
        if revision != self._head:
            return JSONResponse({"status": "unavailable", "database": "not migrated"}, 503)
        return JSONResponse({"status": "ready", "database": "reachable", "revision": revision})

    def metrics(self, request: Request) -> Response:
        """Series for Prometheus: with the token that is set, else for callers on this computer alone."""
        token = self._site.settings.metrics_token.get_secret_value()
        if token:
            if not token_matches(bearer(request), token_hash(token)):
                raise ProblemFound(of_call("unauthorised"))
        elif not from_this_computer(request):
            raise ProblemFound(of_call("forbidden", "set HANDOVER_METRICS_TOKEN to read this from elsewhere"))
        text = "\n".join(self._site.database.read(lambda db: lines_of(self._site, db)))
        return PlainTextResponse(f"{text}\n", media_type="text/plain; version=0.0.4")


def lines_of(site: Site, db: Executor) -> list[str]:
    """Every series of this process and of the database."""
    now = site.now()
    waiting: Values = {ALONE: site.feed.waiting}
    return [
        *site.meters.lines(),
        *series("handover_tills_waiting", "gauge", "Tills that wait for a change here.", waiting),
        *metric_readings.shop_lines(db),
        *metric_readings.till_lines(db, site.meters.tills(), now),
        *metric_readings.care_lines(db, site.database.url, now),
    ]


def from_this_computer(request: Request) -> bool:
    """Whether a call was made on this computer by itself, not handed on for somebody by a proxy."""
    address = request.client.host if request.client else ""
    return address in LOOPBACK and not any(name in request.headers for name in HANDED_ON)
