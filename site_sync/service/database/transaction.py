"""One unit of writing: its connection, and the changes that are numbered as its last act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, CursorResult, Executable, bindparam, insert, text, update

from site_sync.service.database import tables as t

Parameters = Mapping[str, object] | Sequence[Mapping[str, object]]
CHANNEL = "handover_feed"


class Executor(Protocol):
    """What runs a statement: a reading connection or a writing transaction."""

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run one statement."""
        ...


@dataclass(frozen=True, slots=True)
class Changed:
    """A record that changed: its kind and key, its version, the stores it concerns (none: all)."""

    kind: str
    key: str
    version: int = 0
    stores: tuple[str, ...] = ()


class Transaction:
    """The connection of one unit of writing; what is `changed` in it is told to the tills after commit."""

    def __init__(self, connection: Connection, remembered: dict[str, Any] | None = None) -> None:
        self.connection = connection
        self.remembered: dict[str, Any] = {} if remembered is None else remembered
        """What one process keeps of rarely changing rows, each with the version it was read at."""
        self._changed: dict[tuple[str, str], Changed] = {}

    @property
    def postgres(self) -> bool:
        """Whether rows must be locked, as others may write at the same time."""
        return self.connection.dialect.name == "postgresql"

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run one statement."""
        return self.connection.execute(statement, parameters)

    def changed(self, change: Changed) -> None:
        """Remember a change for the feed; a later one of a record takes in the earlier one's stores."""
        earlier = self._changed.pop((change.kind, change.key), None)
        if earlier and earlier.stores and change.stores:
            stores = tuple(dict.fromkeys((*earlier.stores, *change.stores)))
            change = Changed(change.kind, change.key, change.version, stores)
        self._changed[change.kind, change.key] = change

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Take back what is done within when it ends in an exception, and nothing else."""
        before = dict(self._changed)
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            self._changed = before
            raise

    def number_changes(self) -> int:
        """Give the changes their positions; the last act before commit, so positions are in commit order.

        Returns the new head of the feed, 0 when nothing changed.
        """
        if not self._changed:
            return 0
        changed = tuple(self._changed.values())
        self._changed = {}
        return _number_on_postgres(self, changed) if self.postgres else _number(self, changed)


def stores_text(stores: Iterable[str]) -> str:
    """Store codes as the feed keeps them: `,S01,S02,`, empty for every store."""
    codes = [code for code in stores if code]
    return f",{','.join(codes)}," if codes else ""


_ADVANCE = (
    update(t.feed_head)
    .values(position=t.feed_head.c.position + bindparam("count"))
    .returning(t.feed_head.c.position)
)
_INSERT_CHANGES = insert(t.changes)
_ONE_STATEMENT = text(
    """
    WITH head AS (UPDATE feed_head SET position = position + :count RETURNING position),
    told AS (
      INSERT INTO changes (position, kind, key, version, stores)
      SELECT head.position - :count + n.place, n.kind, n.key, n.version, n.stores
      FROM head, unnest(
        CAST(:kinds AS text[]), CAST(:keys AS text[]), CAST(:versions AS integer[]), CAST(:stores AS text[])
      ) WITH ORDINALITY AS n (kind, key, version, stores, place)
    )
    SELECT head.position, pg_notify(:channel, CAST(head.position AS text)) FROM head
    """
)


def _number(tx: Transaction, changed: tuple[Changed, ...]) -> int:
    head: int = tx.execute(_ADVANCE, {"count": len(changed)}).scalar_one()
    first = head - len(changed) + 1
    rows = [
        {
            "position": first + place,
            "kind": change.kind,
            "key": change.key,
            "version": change.version,
            "stores": stores_text(change.stores),
        }
        for place, change in enumerate(changed)
    ]
    tx.execute(_INSERT_CHANGES, rows)
    return head


def _number_on_postgres(tx: Transaction, changed: tuple[Changed, ...]) -> int:
    """The same in one statement, as the head's row is locked until commit."""
    parameters = {
        "count": len(changed),
        "kinds": [change.kind for change in changed],
        "keys": [change.key for change in changed],
        "versions": [change.version for change in changed],
        "stores": [stores_text(change.stores) for change in changed],
        "channel": CHANNEL,
    }
    return int(tx.execute(_ONE_STATEMENT, parameters).one()[0])
