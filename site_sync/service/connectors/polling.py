"""Asking a shop for the orders it changed since, for what no webhook told: page by page, with overlap."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from site_sync.service import connector_register
from site_sync.service.connector_register import Connector, ConnectorKind
from site_sync.service.connectors import receipts
from site_sync.service.connectors.reading import Doc, DocumentOdd
from site_sync.service.connectors.receipts import Received
from site_sync.service.connectors.shop_api import ShopApi, ShopTrouble, api_of
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.wiring import Site

OVERLAP = timedelta(minutes=10)
"""How far each run looks back: clocks differ, and a shop may show an order late."""
FIRST_LOOK = timedelta(days=1)
PER_PAGE = 50
MOST_PAGES = 10
"""Pages in one run; a shop with more goes on in the next one, at once."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60))
ANY, TRASH = "any", "trash"
POLLED = {"x-wc-webhook-topic": "reconcile"}
SHOPIFY_VERSION = "2026-07"
_P = t.connector_polls.c


@dataclass(frozen=True, slots=True)
class Poll:
    """How asking a shop goes: since when, when next, how it went last."""

    connector: str
    since: datetime
    next_at: datetime | None
    last_at: datetime | None
    failures: int
    taken: int
    error: str


def find(db: Executor, connector: str) -> Poll | None:
    """How it goes with one shop; None when it was never asked."""
    row = db.execute(select(t.connector_polls).where(_P.connector == connector)).one_or_none()
    return None if row is None else Poll(**row._mapping)


def ask_now(tx: Transaction, connector: str, now: datetime) -> None:
    """Have the shop asked at once."""
    insert_of = postgresql.insert if tx.postgres else sqlite.insert
    first = {"connector": connector, "since": now - FIRST_LOOK, "next_at": now}
    first |= {"failures": 0, "taken": 0, "error": ""}
    tx.execute(insert_of(t.connector_polls).values(first).on_conflict_do_nothing())
    tx.execute(update(t.connector_polls).where(_P.connector == connector).values(next_at=now))


def due(db: Executor, now: datetime) -> list[Connector]:
    """The connectors whose shop is to be asked now; one that is asked for the first time comes too."""
    polls = {row.connector: row for row in db.execute(select(t.connector_polls))}
    found = []
    for connector in connector_register.connectors(db):
        if not connector.reachable or connector.kind is ConnectorKind.STANDARD:
            continue
        poll = polls.get(connector.id)
        asked = poll is not None and poll.next_at is not None and poll.next_at <= now
        if asked or (connector.settings.poll_minutes and (poll is None or poll.next_at is None)):
            found.append(connector)
    return found


class Polling:
    """One run of asking one shop."""

    def __init__(self, site: Site, connector: Connector) -> None:
        self._site = site
        self._connector = connector

    def run(self) -> int:
        """Ask for everything since the last time; how many documents were new. Trouble is written down."""
        site, name = self._site, self._connector.id
        poll = site.database.read(lambda db: find(db, name))
        since = poll.since if poll else site.now() - FIRST_LOOK
        failures = poll.failures if poll else 0
        site.database.write(lambda tx: ask_now(tx, name, site.now()))
        try:
            api = api_of(self._connector, site.keys.seal_key)
            fresh, over = self._pages(api, since)
        except ShopTrouble as trouble:
            self._note(failures=failures + 1, error=trouble.words, pause=_pause(failures, trouble))
            return 0
        minutes = self._connector.settings.poll_minutes
        pause = timedelta(0) if not over else timedelta(minutes=minutes) if minutes else None
        self._note(failures=0, error="", pause=pause, taken=fresh)
        return fresh

    def _pages(self, api: ShopApi, since: datetime) -> tuple[int, bool]:
        """Everything changed since; what lies in WooCommerce's trash is not among "any": it comes first."""
        binned = 0
        if api.kind is ConnectorKind.WOOCOMMERCE:
            binned, _ = self._through(api, since, TRASH)
        fresh, over = self._through(api, since, ANY)
        return binned + fresh, over

    def _through(self, api: ShopApi, since: datetime, status: str) -> tuple[int, bool]:
        """Take page after page, each from the last change seen: no page that moves hides an order."""
        fresh, page, seen = 0, 1, since - OVERLAP
        for _ in range(MOST_PAGES):
            documents = _page(api, seen, page, status)
            newest = max((at for document in documents if (at := changed_at(document))), default=seen)
            fresh += self._keep(documents, max(since, newest) if status == ANY else since)
            if len(documents) < PER_PAGE:
                return fresh, True
            later = newest - timedelta(seconds=1)
            seen, page = (later, 1) if later > seen else (seen, page + 1)
        return fresh, False

    def _keep(self, documents: list[Any], since: datetime) -> int:
        """Keep one page like webhooks, and how far it reaches, in one transaction."""
        site, name = self._site, self._connector.id

        def keep(tx: Transaction) -> int:
            count = 0
            for document in documents:
                text = json.dumps(document, ensure_ascii=False, sort_keys=True)
                received = Received(name, POLLED, text.encode("utf-8", "surrogatepass"))
                count += receipts.store(tx, received, site.new_id(), site.now())
            tx.execute(update(t.connector_polls).where(_P.connector == name).values(since=since))
            return count

        return site.database.write(keep)

    def _note(self, *, failures: int, error: str, pause: timedelta | None, taken: int = 0) -> None:
        now = self._site.now()
        values = {
            "failures": failures,
            "error": error[:1000],
            "taken": taken,
            "last_at": now,
            "next_at": None if pause is None else now + pause,
        }
        where = _P.connector == self._connector.id
        self._site.database.write(
            lambda tx: tx.execute(update(t.connector_polls).where(where).values(values)) and None
        )


def _pause(failures: int, trouble: ShopTrouble) -> timedelta:
    usual = PAUSES[min(failures, len(PAUSES) - 1)]
    return max(usual, trouble.pause) if trouble.pause else usual


def changed_at(document: Any) -> datetime | None:
    """When a shop's order was changed; None when it does not say."""
    names = ("date_modified_gmt", "updated_at")
    try:
        doc = Doc(document)
        return next((at for name in names if (at := doc.moment(name))), None)
    except DocumentOdd:
        return None


def _page(api: ShopApi, since: datetime, page: int, status: str) -> list[Any]:
    if api.kind is ConnectorKind.SHOPIFY:
        found = api.ask("GET", f"/admin/api/{SHOPIFY_VERSION}/orders.json", _shopify_query(since, page))
        found = found.get("orders") if isinstance(found, dict) else None
    else:
        found = api.ask("GET", "/wp-json/wc/v3/orders", _woocommerce_query(since, page, status))
    if not isinstance(found, list):
        raise ShopTrouble("the shop's answer is no list of orders")
    return found


def _woocommerce_query(since: datetime, page: int, status: str) -> dict[str, str]:
    return {
        "modified_after": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "dates_are_gmt": "true",
        "orderby": "modified",
        "order": "asc",
        "status": status,
        "per_page": str(PER_PAGE),
        "page": str(page),
    }


def _shopify_query(since: datetime, page: int) -> dict[str, str]:
    if page > 1:
        raise ShopTrouble(f"more than {PER_PAGE} orders changed within one second")
    moment = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"status": "any", "order": "updated_at asc", "limit": str(PER_PAGE), "updated_at_min": moment}
