"""What this till was lent of the stock, what waits to be answered of it, and what is to be confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Column, Index, Integer, Table, Text

from pos_app.store.metadata import metadata
from pos_app.store.till_file import TillFile
from site_sync.domain.leases import Drawn, Key, Lease, surplus
from site_sync.protocol.changes import RECORDS, RecordKind

_CODEC = RECORDS[RecordKind.LEASE]

leases = Table(
    "leases",
    metadata,
    Column("sku", Text, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("device", "body")),
    Column("version", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""The site's word on what this till was lent: a lease record's JSON."""

lease_draws = Table(
    "lease_draws",
    metadata,
    *(Column(name, Text, nullable=False) for name in ("command_id", "lease", "sku")),
    Column("quantity", Integer, nullable=False),
    Index("lease_draws_by_sku", "sku"),
    Index("lease_draws_by_command", "command_id"),
)
"""Units that commands without an answer promise or give back; the record does not know of them yet."""

leased_stock = Table(
    "leased_stock",
    metadata,
    *(Column(name, Text, primary_key=True) for name in ("sku", "store")),
    Column("leased", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""What the site has lent of an item at a store, to any till; a pair without a row has nothing lent."""

unconfirmed = Table(
    "unconfirmed",
    metadata,
    *(Column(name, Text, nullable=False) for name in ("command_id", "order_id")),
    *(Column(name, Integer, nullable=False) for name in ("line", "quantity")),
    Index("unconfirmed_by_order", "order_id"),
    Index("unconfirmed_by_command", "command_id"),
)
"""Units promised while cut off beyond what was lent, until the site has answered their command."""

_KEEP = (
    "INSERT INTO leases (sku, device, body, version) VALUES (?, ?, ?, ?) ON CONFLICT (sku) DO UPDATE SET "
    "device = excluded.device, body = excluded.body, version = excluded.version "
    "WHERE excluded.version > leases.version OR excluded.device <> leases.device"
)
_OWN = "SELECT body FROM leases WHERE device = (SELECT device FROM identity)"
_DRAWN = "SELECT coalesce(sum(quantity), 0) FROM lease_draws WHERE sku = ? AND lease = ?"


class Leases:
    """A lease is taken over from the site only when it is newer: no late word undoes what was spent since."""

    def __init__(self, file: TillFile) -> None:
        self._file = file

    def take(self, lease: Lease) -> bool:
        """Keep the site's word on a lease of this till; whether it was news."""
        row = self._file.raw.execute("SELECT device FROM identity").fetchone()
        if row is None or lease.device != row[0]:
            return False
        values = (lease.sku, lease.device, _CODEC.text(lease), lease.version)
        return self._file.raw.execute(_KEEP, values).rowcount > 0

    def clear(self) -> None:
        """Forget all leases: the site they came from was restored, and every one of them ended."""
        self._file.raw.execute("DELETE FROM leases")

    def _own(self) -> list[Lease]:
        return [_CODEC.load(body) for (body,) in self._file.raw.execute(_OWN).fetchall()]

    def of(self, sku: str) -> Lease | None:
        """The site's word on the lease of an item, without what waits."""
        row = self._file.raw.execute(f"{_OWN} AND sku = ?", (sku,)).fetchone()
        return _CODEC.load(row[0]) if row else None

    def left(self, lease: Lease) -> int:
        """What may still be promised of a lease, less what waits for its answer."""
        drawn = self._file.raw.execute(_DRAWN, (lease.sku, lease.id)).fetchone()[0]
        return max(0, lease.left - int(drawn))

    def left_at(self, keys: Iterable[Key]) -> dict[Key, int]:
        """What this till may promise by itself of some items at some stores."""
        found = {}
        for store, sku in set(keys):
            lease = self.of(sku)
            if lease is not None and lease.store == store and (left := self.left(lease)):
                found[store, sku] = left
        return found

    def lent_to_others(self, store: str, sku: str) -> int:
        """Units of an item that are kept for other tills of its store."""
        row = self._file.raw.execute(
            "SELECT leased FROM leased_stock WHERE sku = ? AND store = ?", (sku, store)
        ).fetchone()
        lease = self.of(sku) if row else None
        own = lease.left if lease is not None and lease.store == store else 0
        return max(0, int(row[0]) - own) if row else 0

    def keep_leased(self, store: str, sku: str, units: int) -> None:
        """The site's word on how much of an item is lent at a store."""
        raw = self._file.raw
        raw.execute("DELETE FROM leased_stock WHERE sku = ? AND store = ?", (sku, store))
        if units:
            raw.execute("INSERT INTO leased_stock (sku, store, leased) VALUES (?, ?, ?)", (sku, store, units))

    def drawn(self, units: Mapping[Key, int]) -> tuple[Drawn, ...]:
        """Units of a decision as a command names them: with the leases they are of."""
        found = []
        for (_, sku), count in sorted(units.items()):
            lease = self.of(sku)
            if lease is not None and count:
                found.append(Drawn(lease.id, sku, count))
        return tuple(found)

    def draw(self, command_id: str, parts: Iterable[Drawn]) -> None:
        """Count what a command promises or gives back, until the site has answered it."""
        rows = [(command_id, part.lease, part.sku, part.quantity) for part in parts]
        self._file.raw.executemany(
            "INSERT INTO lease_draws (command_id, lease, sku, quantity) VALUES (?, ?, ?, ?)", rows
        )

    def draw_anew(self, pending: Mapping[str, Iterable[Drawn]]) -> None:
        """Count anew what waits: after a damaged file only the commands themselves still tell of it."""
        self._file.raw.execute("DELETE FROM lease_draws")
        for command_id, parts in pending.items():
            self.draw(command_id, parts)

    def doubt(self, command_id: str, order_id: str, units: Mapping[int, int]) -> None:
        """Units by line that the site has still to confirm."""
        rows = [(command_id, order_id, line, count) for line, count in units.items()]
        self._file.raw.executemany(
            "INSERT INTO unconfirmed (command_id, order_id, line, quantity) VALUES (?, ?, ?, ?)", rows
        )

    def to_confirm(self, order_id: str) -> dict[int, int]:
        """Units by line of an order that the site has still to confirm."""
        query = "SELECT line, sum(quantity) FROM unconfirmed WHERE order_id = ? GROUP BY line"
        return {int(line): int(count) for line, count in self._file.raw.execute(query, (order_id,))}

    def answered(self, command_id: str) -> frozenset[str]:
        """The site has answered: its word on the leases, taken over before, speaks for the command.

        The items of which the command drew on a lease.
        """
        drawn = self._file.raw.execute("SELECT sku FROM lease_draws WHERE command_id = ?", (command_id,))
        items = frozenset(sku for (sku,) in drawn.fetchall())
        for table in ("lease_draws", "unconfirmed"):
            self._file.raw.execute(f"DELETE FROM {table} WHERE command_id = ?", (command_id,))  # noqa: S608
        return items

    def to_return(self, items: Iterable[str] | None = None) -> tuple[Drawn, ...]:
        """What the site would like back and this till has not promised, of some items or of all."""
        found = []
        for lease in self._own() if items is None else filter(None, map(self.of, sorted(items))):
            if lease.left > lease.wanted and (units := surplus(lease, self.left(lease))):
                found.append(Drawn(lease.id, lease.sku, units))
        return tuple(found)

    def units_left(self) -> tuple[int, int]:
        """Items with something left to promise, and the units of all of them."""
        lefts = [self.left(lease) for lease in self._own()]
        return sum(1 for left in lefts if left), sum(lefts)
