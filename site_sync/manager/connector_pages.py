"""Connectors: the web shops whose orders come in, adding one, its secrets, what it sent and what is stuck."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.errors import Code, Refusal
from site_sync.domain.permissions import Right
from site_sync.manager import seen_marks, wording
from site_sync.manager.rendering import options, page, terms
from site_sync.manager.seen_marks import MEANWHILE, ChangedMeanwhile
from site_sync.manager.service_words import retold
from site_sync.manager.speech import say
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, changes, needs
from site_sync.protocol.changes import RecordKind
from site_sync.service import connector_register, shop_reports
from site_sync.service.connector_register import Connector, ConnectorKind, ConnectorSettings, ShopEvent
from site_sync.service.connectors import polling, receipts, upkeep
from site_sync.service.connectors.receipts import STUCK
from site_sync.service.connectors.upkeep import UpkeepRefused
from site_sync.service.database import records
from site_sync.service.database.transaction import Transaction
from site_sync.service.settings_audit import Subject

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_MANAGE))]
Acting = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]
Errors = dict[str, str]
T = TypeVar("T")


def address_of(visit: Visit, connector: Connector) -> str:
    """Where the shop sends its webhooks to."""
    return f"{visit.site.settings.public_address}/webhooks/{connector.kind.value}/{connector.id}"


def _list(visit: Visit, given: dict[str, str] | None = None, errors: Errors | None = None) -> Response:
    counts = visit.read(receipts.counts)
    shops = visit.read(connector_register.connectors)
    return page(
        visit,
        "connectors.html",
        status=422 if errors else 200,
        section="/connectors",
        connectors=shops,
        stuck={one.id: sum(counts.get((one.id, state), 0) for state in STUCK) for one in shops},
        worked={one.id: counts.get((one.id, "worked"), 0) for one in shops},
        polls=visit.read(lambda db: {one.id: polling.find(db, one.id) for one in shops}),
        kinds=[(kind.value, _kind(kind)) for kind in ConnectorKind],
        given=given or {"id": "", "title": "", "kind": "", "secret": ""},
        errors=errors or {},
    )


def _kind(kind: ConnectorKind) -> str:
    return {"woocommerce": "WooCommerce", "shopify": "Shopify"}.get(kind.value, "Standard Webhooks")


@routes.get("/connectors")
def show(visit: Looking) -> Response:
    """All connectors and how each fares."""
    return _list(visit)


@routes.post("/connectors")
def add(change: Acting) -> Response:
    """Make a connector and show its address and its secret, the secret this once."""
    visit = change.visit
    given = {name: change.text(name) for name in ("id", "title", "kind", "secret")}
    site = visit.site
    try:
        if given["kind"] not in set(ConnectorKind):
            raise UpkeepRefused("kind", say("Choose what kind of shop it is."))
        kind = ConnectorKind(given["kind"])
        secret = upkeep.given_secret(given["secret"]) if given["secret"] else ""
        fresh = secret or upkeep.fresh_secret(kind, site.around.random_bytes)
        made = Connector(given["id"], kind, given["title"], upkeep.kept_secret(site, given["id"], fresh))
        made = visit.read(lambda db: upkeep.new_connector(db, made))
    except UpkeepRefused as refused:
        return _list(visit, given, {refused.field: retold(str(refused))})
    _noted(visit, made.id, lambda tx: connector_register.add(tx, made, visit.now()))
    return connector_page(visit, made, shown="" if secret else fresh)


def _noted(visit: Visit, connector_id: str, work: Callable[[Transaction], T]) -> T:
    """Change a connector and write down what of it changed."""
    return visit.write_noted(
        Subject("connector", connector_id), lambda db: connector_register.facts(db, connector_id), work
    )


def _changed(visit: Visit, connector_id: str, work: Callable[[Transaction, Connector], T]) -> T:
    """The same for one that is there: the work gets it as it is in this transaction."""

    def now(tx: Transaction) -> T:
        present = connector_register.find(tx, connector_id)
        if present is None:
            raise Missing
        return work(tx, present)

    return _noted(visit, connector_id, now)


def named(visit: Visit, connector_id: str) -> Connector:
    """The connector of that id."""
    found = visit.read(lambda db: connector_register.find(db, connector_id))
    if found is None:
        raise Missing
    return found


def connector_page(
    visit: Visit, connector: Connector, *, shown: str = "", errors: Errors | None = None, typed: bool = False
) -> Response:
    """The page of one connector; `shown` is a secret that was just made.

    With `typed` the form of its settings shows again what was typed, which could not be kept.
    """
    return page(
        visit,
        "connector.html",
        status=422 if errors else 200,
        section="/connectors",
        connector=connector,
        kind=_kind(connector.kind),
        address=address_of(visit, connector),
        shown=shown,
        can_ask=connector.kind is not ConnectorKind.STANDARD,
        events=list(ShopEvent),
        method_options=options(visit.read(lambda db: records.every(db, RecordKind.DELIVERY_METHOD))),
        seen=seen_marks.mark_again(visit, _shown(connector), typed=typed),
        typed=visit.entered if typed else {},
        errors=errors or {},
        why=lambda one: _why(visit, one),
        **visit.read(lambda db: _told(db, connector.id)),
    )


def _why(visit: Visit, one: receipts.Receipt) -> str:
    """Why a document went no further, in a sentence where the rules refused it."""
    facts = one.facts.get("refusal")
    if one.error in set(Code) and isinstance(facts, dict):
        return wording.refusal(Refusal(Code(one.error), facts), terms(visit))
    return retold(one.error)


def _told(db: Any, connector_id: str) -> dict[str, Any]:
    """What came, what is stuck, how asking goes, what the shop was told, which items there are."""
    items = records.every(db, RecordKind.ITEM)
    stuck = receipts.stuck(db, connector_id)
    return {
        "stuck": stuck,
        "missing_items": _missing(stuck, "items"),
        "missing_places": _missing(stuck, "stores"),
        "recent": receipts.recent(db, connector_id),
        "poll": polling.find(db, connector_id),
        "reports": shop_reports.listed(db, connector_id),
        "skus": sorted((item.sku, item.name) for item in items),
    }


def _missing(stuck: list[receipts.Receipt], kind: str) -> list[str]:
    """The names that nobody knows here, each once."""
    lists = (one.facts.get(kind) for one in stuck)
    return list(dict.fromkeys(str(name) for found in lists if isinstance(found, list) for name in found))


@routes.get("/connectors/{connector_id}")
def show_one(visit: Looking, connector_id: str) -> Response:
    """One connector."""
    return connector_page(visit, named(visit, connector_id))


@routes.post("/connectors/{connector_id}/secret")
def new_secret(change: Acting, connector_id: str) -> Response:
    """A new secret beside the one before, shown this once; or the one before ends."""
    visit, found = change.visit, named(change.visit, connector_id)
    if change.text("drop"):
        _changed(visit, found.id, connector_register.drop_previous_secret)
        return _back(found, "secret_dropped")
    try:
        given = change.text("secret")
        secret = upkeep.given_secret(given) if given else ""
    except UpkeepRefused as refused:
        return connector_page(visit, found, errors={refused.field: retold(str(refused))})
    fresh = secret or upkeep.fresh_secret(found.kind, visit.site.around.random_bytes)
    sealed = upkeep.kept_secret(visit.site, found.id, fresh)
    changed = _changed(visit, found.id, lambda tx, one: connector_register.give_secret(tx, one, sealed))
    return connector_page(visit, changed, shown="" if secret else fresh)


def _back(connector: Connector, done: str, at: str = "") -> Response:
    return RedirectResponse(f"{PREFIX}/connectors/{connector.id}?done={done}{at}", 303)


@routes.post("/connectors/{connector_id}/switch")
def switch(change: Acting, connector_id: str) -> Response:
    """Let a connector in, or no longer."""
    found = named(change.visit, connector_id)
    active = change.text("active") == "yes"
    _changed(change.visit, found.id, lambda tx, one: connector_register.set_active(tx, one, active=active))
    return _back(found, "saved_here")


@routes.post("/connectors/{connector_id}/map")
def map_names(change: Acting, connector_id: str) -> Response:
    """Say what the shop's names mean, and have what waited for that worked again."""
    visit, found = change.visit, named(change.visit, connector_id)
    words = [_pairs(change, kind) for kind in ("item", "place", "method")]

    def kept(tx: Transaction, present: Connector) -> None:
        settings = upkeep.check(tx, upkeep.mapped(present.settings, *words))
        connector_register.set_settings(tx, present, settings)

    try:
        _changed(visit, found.id, kept)
    except UpkeepRefused as refused:
        return connector_page(visit, found, errors={"mapping": retold(str(refused))})
    visit.write(lambda tx: receipts.replay(tx, found.id, visit.now()))
    return _back(found, "mapped")


def _pairs(change: Change, kind: str) -> dict[str, str]:
    """Names and meanings of one kind, which come in fields side by side; an empty name says nothing."""
    names, meant = change.form.getlist(f"{kind}_name"), change.form.getlist(f"{kind}_means")
    pairs = zip(names, meant, strict=False)
    return {str(name).strip()[:200]: str(text).strip()[:80] for name, text in pairs if str(name).strip()}


@routes.post("/connectors/{connector_id}/replay")
def replay(change: Acting, connector_id: str) -> Response:
    """Have what is stuck worked again: one, or all."""
    visit, found = change.visit, named(change.visit, connector_id)
    receipt = change.text("receipt")
    if not visit.write(lambda tx: receipts.replay(tx, found.id, visit.now(), receipt)) and receipt:
        raise Missing
    return _back(found, "replayed")


def _shown(connector: Connector) -> dict[str, object]:
    """What of a connector the form of its settings shows, and by which key it is asked."""
    kept = connector.settings
    texts = {name: getattr(kept, name) for name in ("source", "store", "language", "api_url", "poll_minutes")}
    return texts | {
        "title": connector.name,
        "reports": sorted(kept.reports.items()),
        "key": connector.api_key,
    }


def _told_settings(change: Change, kept: ConnectorSettings) -> ConnectorSettings:
    """The settings as their form tells of them; what the shop's names mean stays."""
    minutes = change.text("poll_minutes") or "0"
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) < 6):
        raise UpkeepRefused("poll_minutes", say("A whole number of minutes; 0 asks only when told to."))
    told = {event: change.text(f"report_{event.value}").removeprefix("wc-") for event in ShopEvent}
    return replace(
        kept,
        source=change.text("source")[:40],
        store=change.text("store"),
        language=change.text("language")[:8] or "en",
        api_url=change.text("api_url")[:300],
        poll_minutes=int(minutes),
        reports={event: status for event, status in told.items() if status},
    )


@routes.post("/connectors/{connector_id}/settings")
def save(change: Acting, connector_id: str) -> Response:
    """Keep the name, the usual store, source and language, the shop's own API and what it is told."""
    visit, found = change.visit, named(change.visit, connector_id)

    def kept(tx: Transaction, present: Connector) -> None:
        name = upkeep.title(change.text("title"))
        settings = upkeep.check(tx, _told_settings(change, present.settings))
        key = change.text("api_key")
        sealed = upkeep.sealed_key(visit.site, present, key) if key else present.api_key
        seen_marks.check(change, _shown(present))
        changed = connector_register.set_settings(tx, connector_register.rename(tx, present, name), settings)
        connector_register.set_api_key(tx, changed, "" if change.text("no_key") else sealed)

    try:
        _changed(visit, found.id, kept)
    except UpkeepRefused as refused:
        return connector_page(visit, found, errors={refused.field: retold(str(refused))}, typed=True)
    except ChangedMeanwhile:
        return connector_page(visit, named(visit, found.id), errors={"form": say(MEANWHILE)})
    return _back(found, "saved_here")


@routes.post("/connectors/{connector_id}/reconcile")
def reconcile(change: Acting, connector_id: str) -> Response:
    """Have the shop asked now for what it changed."""
    found = named(change.visit, connector_id)
    if not found.reachable:
        return connector_page(
            change.visit, found, errors={"api_url": say("Give the API's address and key first.")}
        )
    change.visit.write(lambda tx: polling.ask_now(tx, found.id, change.visit.now()))
    return _back(found, "asked")


@routes.post("/connectors/{connector_id}/tell")
def tell_again(change: Acting, connector_id: str) -> Response:
    """Let a report that was given up go out once more."""
    visit, found = change.visit, named(change.visit, connector_id)
    report = change.text("report")
    if not visit.write(lambda tx: shop_reports.replay(tx, found.id, report, visit.now())):
        raise Missing
    return _back(found, "replayed")
