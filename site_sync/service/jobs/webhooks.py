"""Sending the webhooks that wait: each signed, retried over three days, dead after that."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from sqlalchemy import select

from site_sync.service import orders, webhook_desk
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor
from site_sync.service.links import Links
from site_sync.service.outbox import OutState
from site_sync.service.sealing import Unsealable
from site_sync.service.sentences import said
from site_sync.service.webhook_delivery import deliver, headers
from site_sync.service.webhook_outbox import WEBHOOKS, with_page
from site_sync.service.wiring import Site

AT_ONCE = 32
SIDE_BY_SIDE = 4
"""Endpoints called at the same time, so that a slow one does not hold up the others."""

_log = structlog.get_logger(__name__)


def _endpoint(db: Executor, endpoint: str) -> Any:
    return db.execute(select(t.webhook_endpoints).where(t.webhook_endpoints.c.id == endpoint)).one_or_none()


def _page(site: Site, order_id: str) -> str | None:
    order = site.database.read(lambda db: orders.load(db, order_id))
    return Links(site.settings.public_address, site.keys.code_key).page(order) if order else None


def send_webhooks(site: Site) -> int:
    """Send what is due; returns how many rows were worked on.

    Rows of one endpoint go out one after another in the order they were made.
    """
    if not site.database.read(lambda db: WEBHOOKS.due(db, site.now())):
        return 0
    rows = site.database.write(lambda tx: WEBHOOKS.take(tx, site.now(), AT_ONCE))
    by_endpoint: dict[str, list[Any]] = {}
    for row in rows:
        by_endpoint.setdefault(row.endpoint, []).append(row)
    if not by_endpoint:
        return 0
    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="webhook") as pool:
        for done in [pool.submit(_send_all, site, endpoint, row) for endpoint, row in by_endpoint.items()]:
            done.result()
    return len(rows)


def _send_all(site: Site, endpoint: str, rows: list[Any]) -> None:
    target = site.database.read(lambda db: _endpoint(db, endpoint))
    for row in rows:
        if target is None or not target.active:
            _drop(site, row)
        else:
            _send(site, target, row)


def _drop(site: Site, row: Any) -> None:
    site.database.write(lambda tx: WEBHOOKS.dropped(tx, row, said("the endpoint is gone")))


def _send(site: Site, endpoint: Any, row: Any) -> None:
    body = with_page(row.body, _page(site, row.order_id))
    try:
        kept = (endpoint.secret, endpoint.previous_secret)
        secrets = tuple(webhook_desk.told_secret(site, endpoint.id, one) for one in kept)
    except Unsealable as error:
        why = str(error)
        site.database.write(lambda tx: WEBHOOKS.failed(tx, row, site.now(), why, final=True))
        return
    attempt = deliver(endpoint.url, body, headers(secrets, row.event_id, site.now(), body))
    if attempt.taken:
        site.database.write(lambda tx: WEBHOOKS.sent(tx, row, site.now(), attempt.answer))
        return
    outcome = site.database.write(
        lambda tx: WEBHOOKS.failed(tx, row, site.now(), attempt.answer, final=attempt.gone)
    )
    _log.info("a webhook was not taken", delivery=row.id, tries=row.tries)
    if outcome is OutState.DEAD:
        _log.warning("a webhook is given up", delivery=row.id, endpoint=endpoint.id)
