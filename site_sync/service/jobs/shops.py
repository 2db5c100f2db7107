"""Asking shops for what no webhook told, and telling them what became of their orders."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog

from site_sync.domain.orders import Order
from site_sync.service import connector_register, orders, shop_reports
from site_sync.service.connector_register import NOTE_ONLY, ShopEvent
from site_sync.service.connectors import polling
from site_sync.service.connectors.polling import Polling
from site_sync.service.connectors.shop_api import ShopTrouble, api_of
from site_sync.service.connectors.telling import Report, tell
from site_sync.service.outbox import OutState
from site_sync.service.sentences import said
from site_sync.service.shop_reports import REPORTS
from site_sync.service.wiring import Site

AT_ONCE = 32
SIDE_BY_SIDE = 4
"""Shops called at the same time, so that a slow one does not hold up the others."""
WORDS = {
    ShopEvent.PICKED: "Picked as {number}.",
    ShopEvent.READY: "Ready to collect as {number}{until}.",
    ShopEvent.COLLECTED: "Handed over as {number}.",
    ShopEvent.SHIPPED: "Shipped as {number}{tracking}.",
    ShopEvent.CANCELLED: "Cancelled as {number}.",
    ShopEvent.EXPIRED: "Never collected; {number} expired.",
}

_log = structlog.get_logger(__name__)


def ask_shops(site: Site) -> int:
    """Ask every shop whose time has come; how many new documents there were."""
    due = site.database.read(lambda db: polling.due(db, site.now()))
    if not due:
        return 0
    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="shop") as pool:
        return sum(pool.map(lambda connector: Polling(site, connector).run(), due))


def tell_shops(site: Site) -> int:
    """Tell what is due; how many rows were worked on. Shops side by side, one shop's rows in order."""
    if not site.database.read(lambda db: REPORTS.due(db, site.now())):
        return 0
    rows = site.database.write(lambda tx: REPORTS.take(tx, site.now(), AT_ONCE))
    by_shop: dict[str, list[Any]] = {}
    for row in sorted(rows, key=lambda one: (one.created_at, one.order_version, one.id)):
        by_shop.setdefault(row.connector, []).append(row)
    if not by_shop:
        return 0
    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="shop") as pool:
        for done in [pool.submit(_tell_all, site, name, its) for name, its in by_shop.items()]:
            done.result()
    return len(rows)


def _tell_all(site: Site, name: str, rows: Sequence[Any]) -> None:
    for row in rows:
        if site.database.read(lambda db, row=row: shop_reports.earlier_waits(db, row)):  # type: ignore[misc]
            until = site.now() + REPORTS.pauses[0]
            site.database.write(lambda tx, row=row, until=until: shop_reports.postpone(tx, row, until))  # type: ignore[misc]
        else:
            _tell(site, name, row)


def _tell(site: Site, name: str, row: Any) -> None:
    connector = site.database.read(lambda db: connector_register.find(db, name))
    order = site.database.read(lambda db: orders.load(db, row.order_id))
    event = ShopEvent(row.event)
    if connector is None or order is None or event not in connector.settings.reports:
        site.database.write(
            lambda tx: REPORTS.dropped(tx, row, said("the shop is not told of this any more"))
        )
        return
    becomes = connector.settings.reports[event] or NOTE_ONLY
    report = Report(
        row.external_id, row.order_version, event, becomes, _words(event, order), order.delivery.tracking
    )
    try:
        answer = tell(api_of(connector, site.keys.seal_key), report)
    except ShopTrouble as trouble:
        _failed(site, row, trouble)
    else:
        site.database.write(lambda tx: REPORTS.sent(tx, row, site.now(), answer))


def _words(event: ShopEvent, order: Order) -> str:
    until = f", until {order.collect_by:%Y-%m-%d %H:%M} UTC" if order.collect_by else ""
    tracking = f", tracking {order.delivery.tracking}" if order.delivery.tracking else ""
    return WORDS[event].format(number=order.number, until=until, tracking=tracking)


def _failed(site: Site, row: Any, trouble: ShopTrouble) -> None:
    now = site.now()
    outcome = site.database.write(
        lambda tx: REPORTS.failed(tx, row, now, trouble.words[:1000], final=trouble.final)
    )
    if outcome is OutState.DEAD:
        _log.warning("a shop could not be told", report=row.id, answer=trouble.words)
