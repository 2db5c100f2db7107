"""Documents as JSON-ready data and back, so that a print job can keep one in a row."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import cast

from site_sync.domain.documents.blocks import (
    Align,
    Block,
    Code,
    CodeKind,
    Columns,
    Cut,
    Document,
    DocumentKind,
    Image,
    Pair,
    Rule,
    Size,
    Space,
    Table,
    TableColumn,
    Text,
)

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


class DocumentUnreadable(ValueError):
    """Stored data is not a document; says which part."""


def to_data(document: Document) -> dict[str, Json]:
    """The document as dicts, lists, texts and numbers; each block is named under "block"."""
    return {
        "kind": document.kind.value,
        "title": document.title,
        "blocks": [_block_data(block) for block in document.blocks],
        "copy_number": document.copy_number,
        "language": document.language,
        "open_drawer": document.open_drawer,
    }


def from_data(data: Json) -> Document:
    """The document that `to_data` gave; raises DocumentUnreadable for anything else."""
    fields = _fields(data)
    try:
        return Document(
            kind=DocumentKind(_text(fields, "kind")),
            title=_text(fields, "title"),
            blocks=tuple(_block(each) for each in _list(fields, "blocks")),
            copy_number=_number(fields, "copy_number"),
            language=_text(fields, "language"),
            open_drawer=_flag(fields, "open_drawer"),
        )
    except DocumentUnreadable:
        raise
    except ValueError as error:
        raise DocumentUnreadable(str(error)) from error


def _block_data(block: Block) -> dict[str, Json]:
    data = cast("dict[str, Json]", _listed(dataclasses.asdict(block)))
    return {"block": type(block).__name__.lower(), **data}


def _listed(value: object) -> Json:
    """Tuples become lists and enums their text, all the way down."""
    if isinstance(value, dict):
        return {str(key): _listed(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_listed(each) for each in value]
    if isinstance(value, str):
        return str.__str__(value)
    if value is None or isinstance(value, (bool, int)):
        return value
    raise TypeError(f"{type(value).__name__} cannot be stored in a document")


def _fields(data: Json) -> Mapping[str, Json]:
    if not isinstance(data, dict):
        raise DocumentUnreadable("an object was expected")
    return data


def _text(fields: Mapping[str, Json], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise DocumentUnreadable(f"{name} is not text")
    return value


def _number(fields: Mapping[str, Json], name: str) -> int:
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise DocumentUnreadable(f"{name} is not a whole number")
    return value


def _flag(fields: Mapping[str, Json], name: str) -> bool:
    value = fields.get(name)
    if not isinstance(value, bool):
        raise DocumentUnreadable(f"{name} is not true or false")
    return value


def _list(fields: Mapping[str, Json], name: str) -> list[Json]:
    value = fields.get(name)
    if not isinstance(value, list):
        raise DocumentUnreadable(f"{name} is not a list")
    return value


def _text_block(fields: Mapping[str, Json]) -> Text:
    align, size = Align(_text(fields, "align")), Size(_text(fields, "size"))
    return Text(_text(fields, "text"), align, size, _flag(fields, "bold"))


def _pair(data: Json) -> Pair:
    fields = _fields(data)
    size = Size(_text(fields, "size"))
    return Pair(_text(fields, "left"), _text(fields, "right"), _flag(fields, "bold"), size)


def _columns(fields: Mapping[str, Json]) -> Columns:
    return Columns(tuple(_pair(row) for row in _list(fields, "rows")))


def _table_column(data: Json) -> TableColumn:
    fields = _fields(data)
    return TableColumn(_text(fields, "title"), Align(_text(fields, "align")), _flag(fields, "grows"))


def _row(data: Json) -> tuple[str, ...]:
    if not isinstance(data, list) or not all(isinstance(cell, str) for cell in data):
        raise DocumentUnreadable("a row of a table is a list of texts")
    return tuple(cast("list[str]", data))


def _table(fields: Mapping[str, Json]) -> Table:
    columns = tuple(_table_column(each) for each in _list(fields, "columns"))
    rows = tuple(_row(each) for each in _list(fields, "rows"))
    return Table(columns, rows, _flag(fields, "bold"))


def _code(fields: Mapping[str, Json]) -> Code:
    return Code(CodeKind(_text(fields, "kind")), _text(fields, "data"), _text(fields, "caption"))


_READERS: dict[str, Callable[[Mapping[str, Json]], Block]] = {
    "text": _text_block,
    "columns": _columns,
    "table": _table,
    "code": _code,
    "rule": lambda fields: Rule(_flag(fields, "heavy")),
    "space": lambda fields: Space(_number(fields, "lines")),
    "image": lambda fields: Image(_text(fields, "name")),
    "cut": lambda fields: Cut(),
}


def _block(data: Json) -> Block:
    fields = _fields(data)
    name = _text(fields, "block")
    reader = _READERS.get(name)
    if reader is None:
        raise DocumentUnreadable(f"unknown block {name}")
    return reader(fields)
