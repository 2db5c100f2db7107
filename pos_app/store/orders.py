"""Orders as the till shows them: the site's copy with the till's pending commands applied on top."""

from __future__ import annotations

from collections.abc import Iterable

from pos_app.store import order_rows
from pos_app.store.order_rows import SyncState
from pos_app.store.outbox import Outbox, Waiting
from pos_app.store.shop import Shop
from pos_app.store.till_file import TillFile
from site_sync.domain.commands import Command, Create
from site_sync.domain.errors import Refusal
from site_sync.domain.events import Event, Recorded
from site_sync.domain.history import HistoryEntry, OrderRecord, entry
from site_sync.domain.lifecycle.decide import decide
from site_sync.domain.lifecycle.deciding import Context, Decision
from site_sync.domain.orders import Order
from site_sync.domain.permissions import Right
from site_sync.protocol.changes import RECORDS, Change, RecordKind

_RECORD = RECORDS[RecordKind.ORDER]
_READ = (
    "SELECT coalesce(n.body, s.body) FROM orders_now n LEFT JOIN site_orders s ON s.id = n.id WHERE n.id = ?"
)
_PLACE = "SELECT place, search FROM orders_now WHERE id = ?"
_WRITTEN = (*order_rows.COLUMNS, "sync", "body")
_INSERT = f"INSERT INTO orders_now ({', '.join(_WRITTEN)}) VALUES ({', '.join('?' * len(_WRITTEN))})"  # noqa: S608
_UPDATE = f"UPDATE orders_now SET {', '.join(f'{name} = ?' for name in _WRITTEN)} WHERE place = ?"  # noqa: S608
_KEEP = (
    "INSERT INTO site_orders (id, version, body) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
    "version = excluded.version, body = excluded.body WHERE excluded.version >= version"
)
EVERY_RIGHT = frozenset(Right)


def history_of(command: Command, order: Order, events: Iterable[Event]) -> tuple[HistoryEntry, ...]:
    """The history entries of a command's events; `order` is the order after it."""
    return tuple(
        entry(
            Recorded(
                order_id=order.id,
                version=order.version,
                command_id=command.id,
                at=command.at,
                by=command.by,
                event=event,
                approver=command.approver,
                reason=command.reason,
            ),
            order,
        )
        for event in events
    )


def place_of(order: Order | None, command: Command) -> tuple[str, str]:
    """Store and delivery method whose policy counts for a command: the order's, or those it begins with."""
    if order is not None:
        return order.work_store, order.delivery.method
    if isinstance(command.act, Create):
        delivery = command.act.delivery
        return delivery.store or command.store, delivery.method
    return command.store, ""


class Orders:
    """Reading and keeping orders; who may do what is decided elsewhere."""

    def __init__(self, file: TillFile, shop: Shop, outbox: Outbox) -> None:
        self._file = file
        self._shop = shop
        self._outbox = outbox

    def record(self, order_id: str) -> OrderRecord | None:
        """The order with its history as the till shows it."""
        row = self._file.raw.execute(_READ, (order_id,)).fetchone()
        return _RECORD.load(row[0]) if row and row[0] is not None else None

    def order(self, order_id: str) -> Order | None:
        """The order as the till shows it."""
        found = self.record(order_id)
        return found.order if found else None

    def id_of_number(self, number: str) -> str | None:
        """The id of the order with this number."""
        row = self._file.raw.execute("SELECT id FROM orders_now WHERE number = ?", (number,)).fetchone()
        return str(row[0]) if row else None

    def site_version(self, order_id: str) -> int | None:
        """The version of the site's copy, None when the site has told of no such order."""
        row = self._file.raw.execute("SELECT version FROM site_orders WHERE id = ?", (order_id,)).fetchone()
        return int(row[0]) if row else None

    def sync_state(self, order_id: str) -> SyncState | None:
        """Where the order's newest change is known."""
        row = self._file.raw.execute("SELECT sync FROM orders_now WHERE id = ?", (order_id,)).fetchone()
        return SyncState(row[0]) if row else None

    def keep_decision(self, command: Command, decision: Decision, before: OrderRecord | None) -> OrderRecord:
        """Show the order after a command of this till that the site has not answered."""
        past = before.history if before else ()
        news = history_of(command, decision.order, decision.events)
        shown = OrderRecord(decision.order, past + news)
        self._show(shown, SyncState.LOCAL)
        return shown

    def _show(self, record: OrderRecord, sync: SyncState, *, as_site: bool = False) -> None:
        raw, order = self._file.raw, record.order
        body = None if as_site else _RECORD.text(record)
        values = (*order_rows.columns(order), sync.value, body)
        search = values[len(order_rows.COLUMNS) - 1]
        old = raw.execute(_PLACE, (order.id,)).fetchone()
        if old is None:
            place = raw.execute(_INSERT, values).lastrowid
        else:
            place = old[0]
            raw.execute(_UPDATE, (*values, place))
            if old[1] == search:
                return
            raw.execute("DELETE FROM orders_search WHERE rowid = ?", (place,))
        raw.execute("INSERT INTO orders_search (rowid, words) VALUES (?, ?)", (place, search))

    def apply(self, change: Change) -> bool:
        """Take over the site's copy from the feed; whether what the till shows may have changed."""
        if change.body is None:
            self._file.raw.execute("DELETE FROM site_orders WHERE id = ?", (change.key,))
            if not self._outbox.waiting(change.key):
                self._hide(change.key)
            return True
        changed = self._file.raw.execute(_KEEP, (change.key, change.version, change.body)).rowcount > 0
        if changed:
            self.settle(change.key)
        return changed

    def keep_answer(self, order: Order) -> None:
        """Take over the order of an answer; its history is the till's until the feed brings the site's."""
        shown = self.record(order.id)
        body = _RECORD.text(OrderRecord(order, shown.history if shown else ()))
        self._file.raw.execute(
            _KEEP.replace(">=", ">"),
            (order.id, order.version, body),
        )

    def _hide(self, order_id: str) -> None:
        raw = self._file.raw
        old = raw.execute(_PLACE, (order_id,)).fetchone()
        if old:
            raw.execute("DELETE FROM orders_search WHERE rowid = ?", (old[0],))
            raw.execute("DELETE FROM orders_now WHERE place = ?", (old[0],))

    def settle(self, order_id: str) -> None:
        """Show the site's copy with what still waits applied on top.

        While an answer may be on its way nobody can tell whether the site's copy already contains that
        command; the till goes on showing what it showed, and the answer settles it.
        """
        waiting = self._outbox.waiting(order_id)
        if not any(one.maybe_sent for one in waiting):
            self._show_with(order_id, waiting)

    def _show_with(self, order_id: str, waiting: tuple[Waiting, ...]) -> None:
        row = self._file.raw.execute("SELECT body FROM site_orders WHERE id = ?", (order_id,)).fetchone()
        site: OrderRecord | None = _RECORD.load(row[0]) if row else None
        shown = self.replay(site, tuple(one.command for one in waiting))
        if shown is None:
            self._show_refused(order_id)
            return
        refused = self._has_open_problem(order_id)
        pending = SyncState.LOCAL if waiting else SyncState.CENTRAL
        self._show(shown, SyncState.REFUSED if refused else pending, as_site=shown is site)

    def settle_all(self) -> None:
        """Show every order anew that is not shown although the site's copy or a waiting command is here."""
        unseen = (
            "SELECT id FROM site_orders UNION SELECT order_id FROM outbox WHERE order_id IS NOT NULL "
            "AND state IN ('pending', 'parked') EXCEPT SELECT id FROM orders_now"
        )
        for (order_id,) in self._file.raw.execute(unseen).fetchall():
            self._show_with(order_id, self._outbox.waiting(order_id))

    def settle_ended(self, order_id: str) -> None:
        """Show an order after a problem of it ended; one that nobody else knows of goes out of sight."""
        unknown = self.site_version(order_id) is None and not self._outbox.waiting(order_id)
        if unknown and not self._has_open_problem(order_id):
            self._hide(order_id)
        else:
            self.settle(order_id)

    def clear(self) -> None:
        """Forget the site's copies, before all come anew; what waits or was refused stays in sight."""
        raw = self._file.raw
        raw.execute("DELETE FROM site_orders")
        stays = "SELECT order_id FROM outbox WHERE state IN ('pending', 'parked') AND order_id IS NOT NULL"
        open_ones = "SELECT order_id FROM problems WHERE state = 'open' AND order_id IS NOT NULL"
        gone = f"id NOT IN ({stays}) AND id NOT IN ({open_ones})"
        raw.execute(
            f"DELETE FROM orders_search WHERE rowid IN (SELECT place FROM orders_now WHERE {gone})"  # noqa: S608
        )
        raw.execute(f"DELETE FROM orders_now WHERE {gone}")  # noqa: S608

    def replay(self, site: OrderRecord | None, commands: tuple[Command, ...]) -> OrderRecord | None:
        """A record with commands applied; those the rules no longer allow are left to the site to refuse."""
        shown = site
        for command in commands:
            decision = self._again(shown.order if shown else None, command)
            if isinstance(decision, Refusal):
                continue
            news = history_of(command, decision.order, decision.events)
            shown = OrderRecord(decision.order, (shown.history if shown else ()) + news)
        return shown

    def _again(self, order: Order | None, command: Command) -> Decision | Refusal:
        store, method = place_of(order, command)
        context = Context(
            now=command.at,
            rights=EVERY_RIGHT,
            policy=self._shop.policies().for_order(store, method),
            approver_rights=EVERY_RIGHT,
            calendars=self._shop.calendars(),
            recorded=True,
        )
        return decide(order, command, context)

    def _has_open_problem(self, order_id: str) -> bool:
        query = "SELECT 1 FROM problems WHERE order_id = ? AND state = 'open' LIMIT 1"
        return self._file.raw.execute(query, (order_id,)).fetchone() is not None

    def _show_refused(self, order_id: str) -> None:
        """An order the site never took: it is in sight as it was made, refused.

        One that had gone out of sight, as its problem had ended, comes back when that is open again.
        """
        marked = self._file.raw.execute(
            "UPDATE orders_now SET sync = ? WHERE id = ?", (SyncState.REFUSED.value, order_id)
        )
        made = None if marked.rowcount else self.replay(None, self._outbox.unsettled(order_id))
        if made is not None:
            self._show(made, SyncState.REFUSED)
