"""How the public API describes itself: parameters, bodies and answers as OpenAPI."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, TypeAdapter

from site_sync.protocol.problems import CONTENT_TYPE, TRANSPORT

VERSION = "1.0.0"
PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
EVERYWHERE = (400, 401, 403, 413, 422, 429, 503)
"""Statuses that any call may be answered with."""
_WORDS = {
    400: "The call cannot be read",
    401: "A valid key is needed",
    403: "The key may not do that",
    404: "There is no such thing, or it is another connector's",
    409: "The rules or the stock do not allow it now",
    412: "The order changed meanwhile",
    413: "The body is too large",
    415: "The body must be JSON",
    422: "The request is not what the interface says, or makes no sense to the rules",
    428: "If-Match is needed",
    429: "Too many calls",
    503: "The database is out of reach",
}


def _inlined(schema: Any, parts: dict[str, Any]) -> Any:
    """A JSON schema with its definitions put where they are referred to; none of ours refers to itself."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            name = str(schema["$ref"]).rpartition("/")[2]
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            return {**_inlined(parts[name], parts), **rest}
        kept = {key: value for key, value in schema.items() if key != "$defs"}
        return {key: _inlined(value, parts) for key, value in kept.items()}
    return [_inlined(part, parts) for part in schema] if isinstance(schema, list) else schema


@cache
def schema_of(shape: Any) -> dict[str, Any]:
    """The JSON schema of a request's or an answer's shape, in one piece."""
    schema = TypeAdapter(shape).json_schema()
    inlined: dict[str, Any] = _inlined(schema, schema.get("$defs", {}))
    return inlined


def answers(*statuses: int, **good: Any) -> dict[int | str, dict[str, Any]]:
    """The documented answers of a call: `s201=OrderAnswer` for what goes well, statuses for problems."""
    documented: dict[int | str, dict[str, Any]] = {}
    for name, shape in good.items():
        content = {} if shape is None else {"application/json": {"schema": schema_of(shape)}}
        documented[int(name[1:])] = {"description": "Done", "content": content}
    for status in sorted({*EVERYWHERE, *statuses}):
        content = {CONTENT_TYPE: {"schema": PROBLEM}}
        documented[status] = {"description": _WORDS[status], "content": content}
        if status == 429:
            documented[status]["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return documented


def body(words: type[BaseModel]) -> dict[str, Any]:
    """The documentation of a request's body."""
    content = {"application/json": {"schema": schema_of(words)}}
    return {"requestBody": {"required": True, "content": content}}


def query(words: type[BaseModel]) -> list[dict[str, Any]]:
    """The documentation of a call's query parameters."""
    schema = schema_of(words)
    return [
        {"name": name, "in": "query", "required": False, "schema": part}
        for name, part in schema.get("properties", {}).items()
    ]


def header(name: str, pattern: str, text: str) -> dict[str, Any]:
    """The documentation of a header that a call needs."""
    schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": pattern}
    return {"name": name, "in": "header", "required": True, "description": text, "schema": schema}


def openapi_document(routers: list[APIRouter]) -> dict[str, Any]:
    """The whole description of the public API."""
    routes = [route for router in routers for route in router.routes]
    document = get_openapi(
        title="Handover web shop API",
        version=VERSION,
        description="Stores, availability, customer orders, payments and webhooks of a Handover site.",
        routes=routes,
    )
    document["components"] = {
        "securitySchemes": {"ApiKey": {"type": "http", "scheme": "bearer", "description": "hk_…"}}
    }
    document["security"] = [{"ApiKey": []}]
    document["x-problem-codes"] = sorted(TRANSPORT)
    return document
