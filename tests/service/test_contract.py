"""The public API held to its own description by calls nobody thought of."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.service.web_shop import WebShop, line

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 12
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


@pytest.fixture
def schema(web_shop: WebShop) -> Any:
    """The description as the site serves it, with the shop's key in every call."""
    document = web_shop.get("openapi.json").json()
    return schemathesis.openapi.from_dict(document)


@pytest.mark.parametrize(("path", "method"), CALLS)
def test_no_call_breaks_what_is_described(web_shop: WebShop, schema: Any, path: str, method: str) -> None:
    known = web_shop.created(line("STV"))["id"]
    operation = schema[path][method]

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    @given(case=operation.as_strategy(), mine=st.booleans())
    def call(case: Any, mine: bool) -> None:
        if mine and "order" in (case.path_parameters or {}):
            case.path_parameters["order"] = known
        authorised = {"Authorization": web_shop.http.headers["Authorization"]}
        case.call_and_validate(base_url=web_shop.address, headers=authorised, checks=CHECKS)

    call()


def test_every_call_described_is_tried(web_shop: WebShop) -> None:
    paths = web_shop.get("openapi.json").json()["paths"]
    assert sorted(CALLS) == sorted((path, method.upper()) for path in paths for method in paths[path])


def test_statuses_of_problems_are_described(web_shop: WebShop) -> None:
    paths = web_shop.get("openapi.json").json()["paths"]
    creating = paths["/api/v1/orders"]["post"]["responses"]
    assert {"200", "201", "400", "401", "403", "409", "413", "415", "422", "429", "503"} == set(creating)
    assert "application/problem+json" in creating["409"]["content"]
