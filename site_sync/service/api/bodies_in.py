"""Request bodies read strictly, whatever the route."""

from __future__ import annotations

from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from site_sync.protocol.codec import Malformed, pointer_errors
from site_sync.protocol.problems import ProblemFound, of_call, of_malformed

T = TypeVar("T", bound=BaseModel)


def parse_words(raw: bytes, model: type[T]) -> T:
    """The words in a JSON body; ProblemFound, with a pointer to each fault, when they are not right."""
    try:
        return model.model_validate_json(raw, strict=True)
    except ValidationError as error:
        if any(item["type"] == "json_invalid" for item in error.errors(include_url=False)):
            raise ProblemFound(of_call("not_json")) from error
        raise ProblemFound(of_malformed(Malformed("body", pointer_errors(error)))) from error


async def read_words(request: Request, model: type[T]) -> T:
    """The words in a request's JSON body."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and kind != "application/json" and not kind.endswith("+json"):
        raise ProblemFound(of_call("unsupported_media_type"))
    return parse_words(await request.body(), model)


def bearer(request: Request) -> str:
    """The token in the Authorization header; ProblemFound when there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise ProblemFound(of_call("unauthorised"))
    return token.strip()
