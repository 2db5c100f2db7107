"""The few statements that every order runs: compiled once, then run by the driver itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ClauseElement, Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from site_sync.service.database.transaction import Transaction

Row = Mapping[str, Any]
Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement as one engine's driver wants it: text, parameters in place or by name, what to convert."""

    text: str
    names: tuple[str, ...]
    constants: dict[str, Any]
    converts: dict[str, Convert]
    positional: bool

    def parameters(self, row: Row) -> Any:
        values = self.constants | dict(row)
        for name, convert in self.converts.items():
            values[name] = convert(values[name])
        return tuple(values[name] for name in self.names) if self.positional else values


class Prepared:
    """Saves building the same statement for each order; every column's value must be given."""

    def __init__(self, statement: ClauseElement, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = list(columns) if columns is not None else None
        self._forms: dict[str, _Form] = {}

    def run(self, tx: Transaction, rows: Sequence[Row]) -> None:
        """Run the statement once for each row."""
        if not rows:
            return
        form = self._form(tx.connection)
        parameters = [form.parameters(row) for row in rows]
        cursor = tx.connection.connection.cursor()
        try:
            if len(parameters) == 1:
                cursor.execute(form.text, parameters[0])
            else:
                cursor.executemany(form.text, parameters)
        except Exception as error:  # outermost loop: the driver's errors become SQLAlchemy's
            raise _translated(tx.connection, form, error) from error
        finally:
            cursor.close()

    def rows(self, tx: Transaction, row: Row) -> list[tuple[Any, ...]]:
        """Run a query and fetch all it finds, in the driver's own types."""
        form = self._form(tx.connection)
        cursor = tx.connection.connection.cursor()
        try:
            cursor.execute(form.text, form.parameters(row))
            found: list[tuple[Any, ...]] = list(cursor.fetchall())
        except Exception as error:  # outermost loop: the driver's errors become SQLAlchemy's
            raise _translated(tx.connection, form, error) from error
        finally:
            cursor.close()
        return found

    def _form(self, connection: Connection) -> _Form:
        name = connection.dialect.name
        form = self._forms.get(name)
        if form is None:
            form = self._forms[name] = self._compiled(connection)
        return form

    def _compiled(self, connection: Connection) -> _Form:
        dialect = connection.dialect
        compiled = self._statement.compile(dialect=dialect, column_keys=self._columns)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError("only statements with parameters are prepared")
        names = tuple(compiled.positiontup or compiled.binds)
        converts: dict[str, Convert] = {}
        for name, bind in compiled.binds.items():
            convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if convert is not None:
                converts[name] = convert
        constants = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        return _Form(compiled.string, names, constants, converts, compiled.positional)


def _translated(connection: Connection, form: _Form, error: Exception) -> BaseException:
    """A driver's error as SQLAlchemy raises it; any other as it is."""
    base = connection.dialect.loaded_dbapi.Error
    if not isinstance(error, base):
        return error
    return DBAPIError.instance(form.text, None, error, base, dialect=connection.dialect)
