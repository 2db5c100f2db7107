"""A member of a JSON text as text, in the words of either engine."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement


class JsonText(FunctionElement[str]):
    """`JsonText(column, name)`: the text of that member, NULL when it is null or missing."""

    name = "json_text"
    type = Text()
    inherit_cache = True

    def __init__(self, column: ColumnElement[Any], member: str) -> None:
        super().__init__(column, member)


@compiles(JsonText, "sqlite")
def _of_sqlite(element: JsonText, compiler: SQLCompiler, **given: Any) -> str:
    column, member = (compiler.process(part, **given) for part in element.clauses)
    return f"json_extract({column}, '$.' || {member})"


@compiles(JsonText, "postgresql")
def _of_postgres(element: JsonText, compiler: SQLCompiler, **given: Any) -> str:
    column, member = (compiler.process(part, **given) for part in element.clauses)
    return f"(CAST({column} AS json) ->> CAST({member} AS text))"
