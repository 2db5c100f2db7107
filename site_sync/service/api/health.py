"""Whether the site lives, can work, and how it is doing."""

from __future__ import annotations

from collections.abc import Iterator

import structlog
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import SQLAlchemyError

from site_sync.service import changes
from site_sync.service.connectors import receipts
from site_sync.service.database import tables as t
from site_sync.service.database.migrate import current_revision, head_revision
from site_sync.service.database.transaction import Executor
from site_sync.service.wiring import Site

_log = structlog.get_logger(__name__)


def _series(name: str, kind: str, text: str, values: dict[str, int]) -> Iterator[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} {kind}"
    for labels, value in values.items():
        yield f"{name}{labels} {value}"


def _counted(db: Executor, column: ColumnElement[str], label: str) -> dict[str, int]:
    rows = db.execute(select(column.label("value"), func.count().label("many")).group_by(column))
    return {f'{{{label}="{row.value}"}}': int(row.many) for row in rows}


def _received(db: Executor) -> dict[str, int]:
    found = receipts.counts(db).items()
    return {f'{{connector="{connector}",state="{state}"}}': count for (connector, state), count in found}


def _repeated(db: Executor) -> dict[str, int]:
    r = t.webhook_receipts.c
    rows = db.execute(select(r.connector, func.sum(r.duplicates).label("many")).group_by(r.connector))
    return {f'{{connector="{row.connector}"}}': int(row.many) for row in rows}


def _failing(db: Executor) -> dict[str, int]:
    """How many shops could not be asked the last time."""
    polls = t.connector_polls
    query = select(func.count()).select_from(polls).where(polls.c.failures > 0)
    return {"": int(db.execute(query).scalar_one())}


def metrics_text(db: Executor, waiting: int) -> str:
    """What Prometheus reads."""
    lines = [
        *_series("handover_orders", "gauge", "Orders by stage.", _counted(db, t.orders.c.stage, "stage")),
        *_series(
            "handover_problems", "gauge", "Problems by state.", _counted(db, t.problems.c.state, "state")
        ),
        *_series("handover_tills", "gauge", "Tills by state.", _counted(db, t.devices.c.state, "state")),
        *_series(
            "handover_messages", "gauge", "Messages by state.", _counted(db, t.messages.c.state, "state")
        ),
        *_series(
            "handover_holds", "gauge", "Checkout holds by state.", _counted(db, t.holds.c.state, "state")
        ),
        *_series(
            "handover_webhooks_in", "gauge", "Webhooks received, by connector and state.", _received(db)
        ),
        *_series(
            "handover_webhooks_out",
            "gauge",
            "Outgoing webhooks by state.",
            _counted(db, t.webhook_deliveries.c.state, "state"),
        ),
        *_series(
            "handover_shop_reports",
            "gauge",
            "What shops are told of their orders, by state.",
            _counted(db, t.shop_reports.c.state, "state"),
        ),
        *_series("handover_shop_polls_failing", "gauge", "Shops that did not answer last.", _failing(db)),
        *_series("handover_webhooks_in_repeated", "counter", "Webhooks that came again.", _repeated(db)),
        *_series("handover_feed_position", "counter", "Changes told so far.", {"": changes.head(db)}),
        *_series("handover_tills_waiting", "gauge", "Tills waiting for a change.", {"": waiting}),
    ]
    return "\n".join(lines) + "\n"


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

    def metrics(self) -> Response:
        """A few series that tell how the site is doing."""
        text = self._site.database.read(lambda db: metrics_text(db, self._site.feed.waiting))
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4")
