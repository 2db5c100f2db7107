"""Webhook endpoints: where the site tells others of orders, their secrets, deliveries and dead letters."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.permissions import Right
from site_sync.manager.rendering import page
from site_sync.manager.service_words import retold
from site_sync.manager.speech import say
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, changes, needs
from site_sync.protocol.web_shop import WebhookEvent
from site_sync.service import webhook_desk, webhook_outbox
from site_sync.service.database.transaction import Transaction
from site_sync.service.outbox import OutState
from site_sync.service.outgoing_http import EndpointRefused, check_url
from site_sync.service.webhook_desk import Endpoint
from site_sync.service.webhook_outbox import Subscription

routes = APIRouter()
LONGEST_URL = 500
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_MANAGE))]
Acting = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]
Errors = dict[str, str]


def _list(
    visit: Visit,
    url: str = "",
    errors: Errors | None = None,
    ticked: Collection[WebhookEvent] = tuple(WebhookEvent),
) -> Response:
    return page(
        visit,
        "webhooks.html",
        status=422 if errors else 200,
        section="/webhooks",
        endpoints=visit.read(webhook_desk.every),
        counts=visit.read(webhook_desk.counts),
        events=list(WebhookEvent),
        ticked=ticked,
        url=url,
        errors=errors or {},
    )


@routes.get("/webhooks")
def show(visit: Looking) -> Response:
    """All endpoints and what waits or was given up."""
    return _list(visit)


@routes.post("/webhooks")
def add(change: Acting) -> Response:
    """Make an endpoint that hears of all orders, and show its secret, this once."""
    visit, url = change.visit, change.text("url")[:LONGEST_URL]
    known = {event.value: event for event in WebhookEvent}
    chosen = [str(name) for name in change.form.getlist("event")]
    events = tuple(known[name] for name in chosen if name in known)
    errors: Errors = {}
    try:
        check_url(url)
    except EndpointRefused as error:
        errors["url"] = retold(str(error))
    if not events:
        errors["event"] = say("Choose at least one.")
    if errors:
        return _list(visit, url, errors, events)
    secret = webhook_desk.fresh_secret(visit.site.around.random_bytes)
    wanted = () if len(events) == len(known) else events
    endpoint = visit.site.new_id()
    new = Subscription(endpoint, "", url, wanted, webhook_desk.kept_secret(visit.site, endpoint, secret))
    _noted(visit, new.id, lambda tx: webhook_outbox.subscribe(tx, new, visit.now()))
    return _page(visit, _named(visit, new.id), shown=secret)


def _noted(visit: Visit, endpoint: str, work: Callable[[Transaction], object]) -> None:
    """Change an endpoint and write down what of it changed."""
    visit.write(lambda tx: webhook_desk.noted(tx, visit.author, endpoint, work))


def _named(visit: Visit, endpoint: str) -> Endpoint:
    found = visit.read(lambda db: webhook_desk.find(db, endpoint))
    if found is None:
        raise Missing
    return found


def _page(visit: Visit, endpoint: Endpoint, shown: str = "") -> Response:
    only_dead = visit.asked("state") == OutState.DEAD.value
    return page(
        visit,
        "webhook.html",
        section="/webhooks",
        endpoint=endpoint,
        only_dead=only_dead,
        shown=shown,
        deliveries=visit.read(lambda db: webhook_desk.deliveries(db, endpoint.id, dead=only_dead)),
        dead=visit.read(webhook_desk.counts).get((endpoint.id, OutState.DEAD.value), 0),
    )


def _back(endpoint: Endpoint, done: str) -> Response:
    return RedirectResponse(f"{PREFIX}/webhooks/{endpoint.id}?done={done}", 303)


@routes.get("/webhooks/{endpoint_id}")
def show_one(visit: Looking, endpoint_id: str) -> Response:
    """One endpoint with its deliveries."""
    return _page(visit, _named(visit, endpoint_id))


@routes.post("/webhooks/{endpoint_id}/replay")
def replay(change: Acting, endpoint_id: str) -> Response:
    """Let what was given up go out once more: one delivery, or all."""
    visit, found = change.visit, _named(change.visit, endpoint_id)
    one = change.text("delivery")
    if not visit.write(lambda tx: webhook_desk.replay(tx, found.id, visit.now(), one)) and one:
        raise Missing
    return _back(found, "replayed")


@routes.post("/webhooks/{endpoint_id}/secret")
def new_secret(change: Acting, endpoint_id: str) -> Response:
    """A new secret beside the one before, shown this once; or the one before ends."""
    visit, found = change.visit, _named(change.visit, endpoint_id)
    if change.text("drop"):
        _noted(visit, found.id, lambda tx: webhook_desk.drop_previous_secret(tx, found))
        return _back(found, "secret_dropped")
    secret = webhook_desk.fresh_secret(visit.site.around.random_bytes)
    sealed = webhook_desk.kept_secret(visit.site, found.id, secret)
    _noted(visit, found.id, lambda tx: webhook_desk.give_secret(tx, found, sealed))
    return _page(visit, _named(visit, found.id), shown=secret)


@routes.post("/webhooks/{endpoint_id}/switch")
def switch(change: Acting, endpoint_id: str) -> Response:
    """Send to it, or no longer."""
    found = _named(change.visit, endpoint_id)
    active = change.text("active") == "yes"
    _noted(change.visit, found.id, lambda tx: webhook_desk.switch(tx, found, active=active))
    return _back(found, "saved_here")


@routes.post("/webhooks/{endpoint_id}/remove")
def remove(change: Acting, endpoint_id: str) -> Response:
    """Take it away with all that waits for it."""
    found = _named(change.visit, endpoint_id)
    _noted(change.visit, found.id, lambda tx: webhook_desk.remove(tx, found))
    return RedirectResponse(f"{PREFIX}/webhooks?done=removed", 303)
