"""The public API called by everybody with everything: who may call, what must hold of each answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from site_sync.service import sessions, sign_in
from site_sync.service.sign_in import NewKey
from site_sync.service.wiring import Site
from tests.service.web_shop import SCOPES, WebShop, line, served

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
CALLS = (
    ("/api/v1/stores", "GET"),
    ("/api/v1/items", "GET"),
    ("/api/v1/availability", "POST"),
    ("/api/v1/holds", "POST"),
    ("/api/v1/holds/{hold}", "DELETE"),
    ("/api/v1/orders", "POST"),
    ("/api/v1/orders", "GET"),
    ("/api/v1/orders/{order}", "GET"),
    ("/api/v1/orders/{order}", "PATCH"),
    ("/api/v1/orders/{order}/payments", "POST"),
    ("/api/v1/orders/{order}/cancel", "POST"),
    ("/api/v1/webhook-endpoints", "GET"),
    ("/api/v1/webhook-endpoints", "POST"),
    ("/api/v1/webhook-endpoints/{endpoint}", "DELETE"),
)
NEEDED = {
    "/api/v1/stores": "stock:read",
    "/api/v1/items": "stock:read",
    "/api/v1/availability": "stock:read",
    "/api/v1/holds": "orders:write",
    "/api/v1/webhook-endpoints": "webhooks",
}
"""The scope that a path and all below it need; orders are read or written."""
FOREIGN = "Someone Else Entirely"
"""A name that stands only in an order of another connector."""
BUSY = 1_000_000


def needed(path: str, method: str) -> str:
    """The scope that a call needs."""
    found = next((scope for start, scope in NEEDED.items() if path.startswith(start)), "")
    return found or ("orders:read" if method == "GET" else "orders:write")


@dataclass(frozen=True, slots=True)
class World:
    """A site with two connectors' orders, and everybody who might call: their keys and scopes."""

    address: str
    schema: Any
    mine: str
    foreign: str
    callers: dict[str, tuple[str, frozenset[str]]]


def _key(site: Site, name: str, scopes: tuple[str, ...]) -> str:
    new = NewKey(site.new_id(), name, site.around.secret(), scopes, BUSY)
    return site.database.write(lambda tx: sign_in.create_api_key(tx, new, site.now()))


def _callers(site: Site) -> dict[str, tuple[str, frozenset[str]]]:
    """Nobody, somebody with a wrong or a withdrawn key or one of another door, and each set of scopes."""
    withdrawn = NewKey(site.new_id(), "shop", site.around.secret(), SCOPES, BUSY)
    gone = site.database.write(lambda tx: sign_in.create_api_key(tx, withdrawn, site.now()))
    site.database.write(lambda tx: sign_in.revoke_api_key(tx, withdrawn.id, site.now()))
    session, _ = site.database.write(
        lambda tx: sessions.open_session(tx, "anna", site.around.secret, site.now())
    )
    nothing: frozenset[str] = frozenset()
    callers = {
        "nobody": ("", nothing),
        "a wrong key": ("hk_" + "0" * 40, nothing),
        "a withdrawn key": (gone, nothing),
        "staff of the back office": (session, nothing),
        "no scope": (_key(site, "shop", ()), nothing),
        "every scope": (_key(site, "shop", SCOPES), frozenset(SCOPES)),
    }
    for scope in SCOPES:
        others = tuple(one for one in SCOPES if one != scope)
        callers[f"only {scope}"] = (_key(site, "shop", (scope,)), frozenset({scope}))
        callers[f"all but {scope}"] = (_key(site, "shop", others), frozenset(others))
    return callers


@contextmanager
def world(site: Site) -> Iterator[World]:
    """The site served, with an order of the shop that calls and one of another."""
    with served(site) as address:
        shop = WebShop(address, site, rate_per_minute=BUSY)
        other = WebShop(address, site, "other", rate_per_minute=BUSY)
        mine = shop.created(line("STV"))["id"]
        theirs = {"external_id": "else-1", "customer": {"name": FOREIGN, "email": "else@example.com"}}
        foreign = other.created(line("STV"), **theirs)["id"]
        schema = schemathesis.openapi.from_dict(shop.get("openapi.json").json())
        shop.http.close()
        other.http.close()
        yield World(address, schema, mine, foreign, _callers(site))


def campaign(there: World, path: str, method: str, examples: int) -> None:
    """Call one operation in ways nobody thought of, as anybody, and check each answer."""
    operation = there.schema[path][method]
    scope = needed(path, method)
    whose = st.sampled_from([None, there.mine, there.foreign])
    names = st.sampled_from(["every scope", *sorted(there.callers)])

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck), derandomize=True, deadline=None,
              database=None)  # fmt: skip
    @given(case=operation.as_strategy(), order=whose, name=names)
    def call(case: Any, order: str | None, name: str) -> None:
        if order and "order" in (case.path_parameters or {}):
            case.path_parameters["order"] = order
        key, scopes = there.callers[name]
        authorised = {"Authorization": f"Bearer {key}"} if key else {}
        answer = case.call_and_validate(base_url=there.address, headers=authorised, checks=CHECKS)
        assert FOREIGN not in answer.text, (name, path)
        if scope not in scopes:
            assert answer.status_code in (400, 401, 403, 413), (name, answer.status_code)

    call()
