"""Outgoing webhooks as those who keep the site see them: endpoints, deliveries, dead ones replayed."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import delete, func, select, update

from site_sync.protocol.web_shop import WebhookEvent
from site_sync.service import sealing, settings_audit
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.outbox import OutState
from site_sync.service.settings_audit import Author, Facts, Subject
from site_sync.service.webhook_outbox import WEBHOOKS
from site_sync.service.wiring import Site

T = TypeVar("T")
SECRET_BYTES = 32
MOST_SHOWN = 50
_E = t.webhook_endpoints.c
_D = t.webhook_deliveries.c


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where webhooks go: whose it is (empty: the site's own, which hears of all), what it wants to hear."""

    id: str
    owner: str
    url: str
    events: tuple[WebhookEvent, ...]
    secrets: tuple[str, ...] = field(repr=False)
    active: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook and what became of it."""

    id: str
    event: str
    order_id: str
    state: OutState
    tries: int
    next_try_at: datetime | None
    created_at: datetime
    delivered_at: datetime | None
    answer: str


def fresh_secret(random_bytes: Callable[[int], bytes]) -> str:
    """A new signing secret of Standard Webhooks."""
    return "whsec_" + base64.b64encode(random_bytes(SECRET_BYTES)).decode()


def kept_secret(site: Site, endpoint: str, secret: str) -> str:
    """A signing secret as it is kept; what it is can be told to nobody any more."""
    nonce = site.around.random_bytes(sealing.NONCE_BYTES)
    return sealing.kept(site.keys.seal_key, nonce, secret, sealing.Owner.ENDPOINT.of(endpoint))


def told_secret(site: Site, endpoint: str, kept: str) -> str:
    """A kept secret again, to sign with; Unsealable when it was kept with another key of the site."""
    return sealing.told(site.keys.seal_key, kept, sealing.Owner.ENDPOINT.of(endpoint))


def every(db: Executor) -> list[Endpoint]:
    """All endpoints, the site's own first."""
    query = select(t.webhook_endpoints).order_by(_E.owner, _E.created_at, _E.id)
    return [_endpoint(row) for row in db.execute(query)]


def find(db: Executor, endpoint: str) -> Endpoint | None:
    """The endpoint of that id."""
    row = db.execute(select(t.webhook_endpoints).where(_E.id == endpoint)).one_or_none()
    return None if row is None else _endpoint(row)


def noted(tx: Transaction, author: Author, endpoint: str, work: Callable[[Transaction], T]) -> T:
    """Do something to an endpoint and write down who changed what of it."""
    subject = Subject("webhook", endpoint)
    return settings_audit.noted(tx, author, subject, lambda db: _facts(db, endpoint), work)


def _facts(db: Executor, endpoint: str) -> Facts | None:
    found = find(db, endpoint)
    if found is None:
        return None
    return {
        "url": found.url,
        "events": [event.value for event in found.events],
        "active": found.active,
        "secret": found.secrets,
    }


def _endpoint(row: Any) -> Endpoint:
    events = tuple(WebhookEvent(name) for name in row.events.split(",") if name)
    secrets = tuple(secret for secret in (row.secret, row.previous_secret) if secret)
    return Endpoint(row.id, row.owner, row.url, events, secrets, row.active, row.created_at)


def counts(db: Executor) -> dict[tuple[str, str], int]:
    """How many deliveries there are by endpoint and state."""
    query = select(_D.endpoint, _D.state, func.count().label("many")).group_by(_D.endpoint, _D.state)
    return {(row.endpoint, row.state): int(row.many) for row in db.execute(query)}


def deliveries(db: Executor, endpoint: str, *, dead: bool = False) -> list[Delivery]:
    """What went or goes to an endpoint, the newest first; or only what was given up."""
    named = (
        _D.id, _D.event, _D.order_id, _D.state, _D.tries, _D.next_try_at, _D.created_at, _D.delivered_at,
        _D.answer,
    )  # fmt: skip
    query = select(*named).where(_D.endpoint == endpoint).order_by(_D.created_at.desc(), _D.id.desc())
    if dead:
        query = query.where(_D.state == OutState.DEAD.value)
    rows = db.execute(query.limit(MOST_SHOWN))
    return [Delivery(**(dict(row._mapping) | {"state": OutState(row.state)})) for row in rows]


def replay(tx: Transaction, endpoint: str, now: datetime, delivery: str = "") -> int:
    """Let dead deliveries of an endpoint go out once more: one, or all; returns how many."""
    where = [_D.endpoint == endpoint, _D.state == OutState.DEAD.value]
    if delivery:
        where.append(_D.id == delivery)
    ids = list(tx.execute(select(_D.id).where(*where)).scalars())
    return sum(WEBHOOKS.replay(tx, one, now) for one in ids)


def give_secret(tx: Transaction, endpoint: Endpoint, secret: str) -> None:
    """A new secret beside the one before; both sign until the older is ended."""
    values = {"secret": secret, "previous_secret": endpoint.secrets[0]}
    tx.execute(update(t.webhook_endpoints).where(_E.id == endpoint.id).values(values))


def drop_previous_secret(tx: Transaction, endpoint: Endpoint) -> None:
    """Only the newest secret signs."""
    tx.execute(update(t.webhook_endpoints).where(_E.id == endpoint.id).values(previous_secret=""))


def switch(tx: Transaction, endpoint: Endpoint, *, active: bool) -> None:
    """Send to an endpoint, or no longer."""
    tx.execute(update(t.webhook_endpoints).where(_E.id == endpoint.id).values(active=active))


def remove(tx: Transaction, endpoint: Endpoint) -> None:
    """Take an endpoint away with all that still waits for it."""
    left = (OutState.WAITING, OutState.SENDING, OutState.DEAD)
    tx.execute(delete(t.webhook_deliveries).where(_D.endpoint == endpoint.id, _D.state.in_(left)))
    tx.execute(delete(t.webhook_endpoints).where(_E.id == endpoint.id))
