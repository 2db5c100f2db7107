"""What the service writes to the database for each order, as recorded once, to be replayed bare."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

NOT_DATA = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")


@dataclass(slots=True)
class Recorded:
    """One order: its request body, the statements with their values, the answer."""

    body: bytes
    statements: list[tuple[str, Any, bool]] = field(default_factory=list)
    answer: bytes = b""


@contextmanager
def recording(into: list[Recorded]) -> Iterator[None]:
    """Everything any engine executes goes to the last of `into`."""

    def hear(_conn: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if into and not statement.lstrip().upper().startswith(NOT_DATA):
            into[-1].statements.append((statement, values, many))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def keep(orders: list[Recorded], path: Path) -> None:
    """Write them where the bare server finds them."""
    path.write_bytes(pickle.dumps([(one.body, one.statements, one.answer) for one in orders]))


def read(path: Path) -> list[Recorded]:
    """Read what `keep` wrote."""
    return [Recorded(*one) for one in pickle.loads(path.read_bytes())]
