"""Alerts to staff: the channel they go to, a trial, what they would be told now."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.permissions import Right
from site_sync.manager.rendering import page
from site_sync.manager.speech import say, speaking
from site_sync.manager.visit import PREFIX, Change, Visit, changes, needs
from site_sync.service import alerts
from site_sync.service.alerts import Alert
from site_sync.service.jobs.alerts import send
from site_sync.service.notify import staff_channels

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_MANAGE))]
Acting = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]
TRIALS_PER_MINUTE = 3
PAGES = {
    "fenced": "/tills",
    "backup": "/backups",
    "checks": "/checks",
    "given_up/messages": "/messages",
    "given_up/webhooks": "/webhooks",
    "given_up/reports": "/connectors",
    "given_up/orders": "/connectors",
}
"""Where each kind of alert is dealt with; the others are problems."""


@routes.get("/alerts")
def show(visit: Looking) -> Response:
    """The channel without its secret, and what staff would be told now."""
    return _page(visit, {})


@routes.post("/alerts")
def save(change: Acting) -> Response:
    """Keep another address, or take the channel away."""
    visit, address = change.visit, change.text("address")
    if not address and not change.text("remove"):
        return _page(visit, {"address": say("Type the address of a channel.")})
    wanted = "" if change.text("remove") else address
    if visit.write(lambda tx: alerts.set_channel(tx, visit.site, visit.author, wanted)) is not None:
        return _page(visit, {"address": say("This is no channel that is known and leads off this computer.")})
    return RedirectResponse(f"{PREFIX}/alerts?done=saved_here", 303)


@routes.post("/alerts/test")
def trial(change: Acting) -> Response:
    """Send a trial at once; not many in a minute."""
    visit = change.visit
    attempts = visit.request.app.state.attempts
    if attempts.take("alerts", TRIALS_PER_MINUTE):
        return _page(visit, {"trial": say("Wait a minute before the next trial.")})
    with speaking(visit.read(alerts.language)):
        text = say("This is a trial. Whoever reads it is told when the site needs somebody.")
    if not send(visit.site, "Handover", text):
        return _page(visit, {"trial": say("The channel did not take it. Look at its address.")})
    return RedirectResponse(f"{PREFIX}/alerts?done=trial_sent", 303)


def page_of(alert: Alert) -> str:
    """Where it is dealt with."""
    return PAGES.get(alert.key.partition("/")[0], PAGES.get(alert.key, "/problems"))


def _present(visit: Visit) -> tuple[Alert, ...]:
    return visit.read(lambda db: alerts.found(db, visit.site.settings, visit.now()))


def _page(visit: Visit, errors: dict[str, str]) -> Response:
    return page(
        visit,
        "alerts.html",
        status=422 if errors else 200,
        section="/alerts",
        channel=visit.read(alerts.kind),
        installed=staff_channels.installed(),
        present=[(one, page_of(one)) for one in _present(visit)],
        errors=errors,
    )
