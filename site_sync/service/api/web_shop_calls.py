"""Reading the public API's calls and writing its answers, in one pass each."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from fastapi import Request, Response
from pydantic import BaseModel, ValidationError

from site_sync.protocol.codec import Malformed, pointer_errors
from site_sync.protocol.problems import ProblemFound, of_call, of_malformed
from site_sync.protocol.web_shop import Reader
from site_sync.protocol.web_shop_answers import to_json

W = TypeVar("W", bound=BaseModel)
JSON = "application/json"
_VERSION = re.compile(r'(?:W/)?"(\d{1,9})"|(\d{1,9})')
IDEMPOTENCY_KEY = re.compile(r"[!-~]{1,200}")


async def read_body(request: Request, reader: Reader[W]) -> tuple[W, bytes]:
    """The request's words and the bytes they came in."""
    kind = request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
    if kind != JSON:
        raise ProblemFound(of_call("unsupported_media_type"))
    raw = await request.body()
    try:
        return reader.read(raw), raw
    except Malformed as malformed:
        raise ProblemFound(of_malformed(malformed)) from malformed


def read_query(request: Request, words: type[W]) -> W:
    """The query's words; unknown names are refused like unknown fields."""
    try:
        return words.model_validate_strings(dict(request.query_params), strict=False)
    except ValidationError as error:
        raise ProblemFound(of_malformed(Malformed("query", pointer_errors(error)))) from error


def no_query(request: Request) -> None:
    """Refuse parameters where a call takes none."""
    if request.query_params:
        errors = [(f"/{name}", "Unknown parameter") for name in request.query_params]
        raise ProblemFound(of_malformed(Malformed("query", errors)))


def idempotency_key(request: Request) -> str:
    """The caller's key for a creation."""
    key = request.headers.get("idempotency-key", "")
    if not IDEMPOTENCY_KEY.fullmatch(key):
        raise ProblemFound(of_call("idempotency_key_needed"))
    return key


def expected_version(request: Request) -> int:
    """The order version that the caller saw."""
    text = request.headers.get("if-match")
    if text is None:
        raise ProblemFound(of_call("if_match_needed"))
    match = _VERSION.fullmatch(text.strip())
    if match is None:
        raise ProblemFound(of_call("stale_version"))
    return int(match.group(1) or match.group(2))


def answer(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer, serialised once."""
    return Response(to_json(content), status, headers, JSON)
