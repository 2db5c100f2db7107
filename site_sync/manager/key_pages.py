"""Keys of the public API for web shops: made and shown once, revoked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.permissions import Right
from site_sync.manager.rendering import page
from site_sync.manager.speech import say
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, changes, needs
from site_sync.service import sign_in
from site_sync.service.api.web_shop_access import Scope
from site_sync.service.settings_audit import Subject
from site_sync.service.sign_in import RATES, USUAL_RATE, NewKey, rate_of

routes = APIRouter()
LONGEST_NAME = 80
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_MANAGE))]
Acting = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]


def _page(
    visit: Visit,
    made: str = "",
    given: Mapping[str, str] | None = None,
    errors: dict[str, str] | None = None,
    ticked: Collection[str] = (),
) -> Response:
    """The keys; `given` and `ticked` are what a refused form said: by a slip a key comes to no more."""
    typed = {"name": "", "rate": str(USUAL_RATE)} if given is None else given
    return page(
        visit,
        "keys.html",
        status=422 if errors else 200,
        section="/keys",
        keys=sorted(visit.read(sign_in.api_keys), key=lambda key: key.revoked_at is not None),
        scopes=list(Scope),
        ticked=list(Scope) if given is None else ticked,
        made=made,
        name=typed["name"],
        rate=typed["rate"],
        errors=errors or {},
    )


@routes.get("/keys")
def show(visit: Looking) -> Response:
    """All keys, the active ones first."""
    return _page(visit)


@routes.post("/keys")
def create(change: Acting) -> Response:
    """Make a key and show its text, this once."""
    visit, name, rate = change.visit, change.text("name"), rate_of(change.text("rate"))
    known = {scope.value for scope in Scope}
    scopes = tuple(
        scope for scope in change.form.getlist("scope") if isinstance(scope, str) and scope in known
    )
    errors: dict[str, str] = {}
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        errors["name"] = say("Give the key a name, so that you know later whose it is.")
    if not scopes:
        errors["scope"] = say("Allow at least one thing.")
    if rate is None:
        errors["rate"] = _odd_rate()
    if errors or rate is None:
        given = {"name": name, "rate": change.text("rate")}
        return _page(visit, given=given, errors=errors, ticked=scopes)
    new = NewKey(visit.site.new_id(), name, visit.site.around.secret(), scopes, rate)
    made = visit.write_noted(
        Subject("api_key", new.id),
        lambda db: sign_in.key_facts(db, new.id),
        lambda tx: sign_in.create_api_key(tx, new, visit.now()),
    )
    return _page(visit, made)


def _odd_rate() -> str:
    return say("A whole number from {least} to {most}.", least=RATES[0], most=RATES[1])


@routes.post("/keys/{key_id}/rate")
def limit(change: Acting, key_id: str) -> Response:
    """Settle how often a key may call."""
    visit, rate = change.visit, rate_of(change.text("rate"))
    if rate is None:
        return _page(visit, errors={key_id: _odd_rate()})
    if not visit.write_noted(
        Subject("api_key", key_id),
        lambda db: sign_in.key_facts(db, key_id),
        lambda tx: sign_in.set_rate(tx, key_id, rate),
    ):
        raise Missing
    return RedirectResponse(f"{PREFIX}/keys?done=saved_here", 303)


@routes.post("/keys/{key_id}/revoke")
def revoke(change: Acting, key_id: str) -> Response:
    """Withdraw a key at once."""
    visit = change.visit
    if not visit.write_noted(
        Subject("api_key", key_id),
        lambda db: sign_in.key_facts(db, key_id),
        lambda tx: sign_in.revoke_api_key(tx, key_id, visit.now()),
    ):
        raise Missing
    return RedirectResponse(f"{PREFIX}/keys?done=revoked", 303)
