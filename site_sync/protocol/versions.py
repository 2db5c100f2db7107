"""Versions of the words on the wire: which are spoken, and what an older till can read of today's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from site_sync.protocol.envelope import PROTOCOL

OLDEST = PROTOCOL - 2
"""The service understands this version and all up to PROTOCOL; what each could read lies in `shapes/`."""

Shape = Mapping[str, Any]


class Unreadable(Exception):
    """The older version has no words for a value."""


class OlderWords:
    """The shapes that the words and records of one older version had, as JSON schemas written down then."""

    def __init__(self, shapes: Shape) -> None:
        self._words: Mapping[str, Shape] = shapes["words"]
        self._records: Mapping[str, Shape] = shapes["records"]

    def record(self, kind: str, body: str) -> str | None:
        """A record's JSON without what is newer than that version; None where it has no words for it."""
        shape = self._records.get(kind)
        if shape is None:
            return None
        try:
            return json.dumps(_narrow(json.loads(body), shape, shape.get("$defs", {})))
        except Unreadable:
            return None

    def change(self, text: str) -> str | None:
        """A change of the feed for that version; None when it is left out."""
        change = json.loads(text)
        if change["body"] is None:
            return text if change["kind"] in self._records else None
        change["body"] = self.record(change["kind"], change["body"])
        return None if change["body"] is None else json.dumps(change)

    def words(self, name: str, said: dict[str, Any]) -> dict[str, Any]:
        """An answer without what is newer; an order that cannot be said is left out of its result."""
        shape = self._words[name]
        defs = shape.get("$defs", {})
        if "results" in said:
            said = said | {"results": [_readable(result, defs) for result in said["results"]]}
        narrowed: dict[str, Any] = _narrow(said, shape, defs)
        return narrowed


def _readable(result: dict[str, Any], defs: Shape) -> dict[str, Any]:
    try:
        narrowed: dict[str, Any] = _narrow(result, defs["Result"], defs)
    except Unreadable:
        return result | {"order": None}
    return narrowed


def _narrow(value: Any, shape: Shape, defs: Shape) -> Any:
    """The value as far as the shape knows it; Unreadable when it is none of what the shape allows."""
    if "$ref" in shape:
        return _narrow(value, defs[shape["$ref"].rpartition("/")[2]], defs)
    for choices in ("anyOf", "oneOf"):
        if choices in shape:
            return _narrow_any(value, shape[choices], defs)
    if "enum" in shape or "const" in shape:
        if value not in shape.get("enum", [shape.get("const")]):
            raise Unreadable
        return value
    if isinstance(value, dict):
        return _narrow_object(value, shape, defs)
    if isinstance(value, list):
        return _narrow_array(value, shape, defs)
    if not _is(value, shape.get("type")):
        raise Unreadable
    return value


def _narrow_any(value: Any, choices: list[Shape], defs: Shape) -> Any:
    for choice in choices:
        try:
            return _narrow(value, choice, defs)
        except Unreadable:
            continue
    raise Unreadable


def _narrow_object(value: dict[str, Any], shape: Shape, defs: Shape) -> dict[str, Any]:
    if not _is(value, shape.get("type")) or not value.keys() >= set(shape.get("required", ())):
        raise Unreadable
    known: Shape = shape.get("properties", {})
    others = shape.get("additionalProperties", True)
    narrowed = {}
    for name, part in value.items():
        if name in known:
            narrowed[name] = _narrow(part, known[name], defs)
        elif others:
            narrowed[name] = part if others is True else _narrow(part, others, defs)
    return narrowed


def _narrow_array(value: list[Any], shape: Shape, defs: Shape) -> list[Any]:
    if not _is(value, shape.get("type")):
        raise Unreadable
    places: list[Shape] = shape.get("prefixItems", [])
    rest = shape.get("items", {})
    return [
        _narrow(part, places[number] if number < len(places) else rest or {}, defs)
        for number, part in enumerate(value)
    ]


_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def _is(value: Any, kind: str | None) -> bool:
    if kind is None:
        return True
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])


@cache
def older_words(version: int) -> OlderWords | None:
    """What tills of a version can read; None for the newest one, which reads everything."""
    if version == PROTOCOL:
        return None
    return OlderWords(
        json.loads(files("site_sync.protocol").joinpath(f"shapes/v{version}.json").read_bytes())
    )
