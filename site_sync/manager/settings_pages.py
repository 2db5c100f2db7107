"""Customer order settings: the general ones and the exceptions of stores and delivery methods."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.errors import Refusal
from site_sync.domain.permissions import Right
from site_sync.domain.policies import Policies, PolicyRule
from site_sync.domain.shop import DeliveryMethod
from site_sync.manager import policy_form, seen_marks, wording
from site_sync.manager.policy_form import FIELDS, GROUPS
from site_sync.manager.rendering import options, page, shops, terms
from site_sync.manager.seen_marks import MEANWHILE, ChangedMeanwhile
from site_sync.manager.speech import say
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, changes, needs
from site_sync.protocol.changes import RecordKind
from site_sync.service import shop_changes, stock_enquiry
from site_sync.service.database import records
from site_sync.service.database.transaction import Transaction

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_VIEW))]
Acting = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]


def _methods(visit: Visit) -> dict[str, DeliveryMethod]:
    found: list[DeliveryMethod] = visit.read(lambda db: records.every(db, RecordKind.DELIVERY_METHOD))
    return {method.code: method for method in sorted(found, key=lambda one: one.order)}


@routes.get("/settings")
def show(visit: Looking) -> Response:
    """The general settings and all exceptions at a glance."""
    policies = visit.read(records.policies)
    methods = _methods(visit)
    rules = sorted(policies.rules, key=lambda rule: (rule.delivery_method, rule.store))
    currency = visit.read(stock_enquiry.currency)
    asked = visit.asked("store"), visit.asked("method")
    counting = policies.fitting(*_place(visit, *asked)) if any(asked) else ()
    return page(
        visit,
        "settings.html",
        section="/settings",
        policies=[PolicyRule(policies.general), *rules],
        methods=methods,
        method_options=options(methods.values()),
        asked=asked,
        counting=counting,
        differs=lambda rule: policy_form.differences(rule.policy, policies.general, currency),
        currency=currency,
    )


def _place(visit: Visit, store: str, method: str) -> tuple[str, str]:
    """Store and delivery method that settings are for, empty for all; Missing when there are none such."""
    if (store and store not in shops(visit)) or (method and method not in _methods(visit)):
        raise Missing
    return store, method


def _page(
    visit: Visit,
    place: tuple[str, str],
    given: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    store, method = place
    policies = visit.read(records.policies)
    currency = visit.read(stock_enquiry.currency)
    return page(
        visit,
        "policy.html",
        status=422 if errors else 200,
        section="/settings",
        store=store,
        method=method,
        methods=_methods(visit),
        kept=not any(place) or any((rule.store, rule.delivery_method) == place for rule in policies.rules),
        groups=GROUPS,
        currency=currency,
        seen=seen_marks.mark_again(visit, _shown(policies, place, currency), typed=given is not None),
        given=given or policy_form.texts(policies.for_order(store, method), currency),
        errors=errors or {},
    )


def _shown(policies: Policies, place: tuple[str, str], currency: str) -> dict[str, str]:
    """What the form of a store and delivery method shows."""
    return policy_form.texts(policies.for_order(*place), currency)


@routes.get("/settings/policy")
def show_one(visit: Looking) -> Response:
    """The settings of a store and delivery method; an exception that is not there yet starts as it is now."""
    return _page(visit, _place(visit, visit.asked("store"), visit.asked("method")))


@routes.post("/settings/policy")
def save(change: Acting) -> Response:
    """Keep the settings of a store and delivery method."""
    visit = change.visit
    store, method = _place(visit, change.text("store"), change.text("method"))
    given = {name: change.text(name) for name in FIELDS}
    currency = visit.read(stock_enquiry.currency)
    known = visit.read(records.policies).for_order(store, method)
    policy, errors = policy_form.told(given, known, currency)
    if not errors:
        rule = PolicyRule(policy, store, method)

        def work(tx: Transaction) -> Refusal | None:
            seen_marks.check(change, _shown(records.policies(tx), (store, method), currency))
            return shop_changes.save_policy(tx, visit.author, rule)

        try:
            refused = visit.write(work)
        except ChangedMeanwhile:
            return _page(visit, (store, method), errors={"form": say(MEANWHILE)})
        errors = {} if refused is None else _errors(visit, refused)
    if errors:
        return _page(visit, (store, method), given, errors)
    return RedirectResponse(f"{PREFIX}/settings?done=saved", 303)


_DOTTED = {name.replace(".", "_"): name for name in FIELDS}


def _errors(visit: Visit, refused: Refusal) -> dict[str, str]:
    """A refusal beside its field, with the limits where it names them."""
    told = str(refused.facts.get("field", "form"))
    name = _DOTTED.get(told, told)
    text = wording.refusal(refused, terms(visit))
    if "least" in refused.facts and name in FIELDS and FIELDS[name].kind is policy_form.Kind.WHOLE:
        text = say("A whole number from {least} to {most}.", **refused.facts)
    return {name: text}


@routes.post("/settings/policy/remove")
def remove(change: Acting) -> Response:
    """Take an exception away."""
    visit = change.visit
    store, method = change.text("store"), change.text("method")
    if visit.write(lambda tx: shop_changes.drop_policy(tx, visit.author, store, method)) is not None:
        raise Missing
    return RedirectResponse(f"{PREFIX}/settings?done=removed", 303)
