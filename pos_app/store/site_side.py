"""The store as the sync worker sees it: pushes out, answers and changes in, each in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from pos_app.store.catalogue import Catalogue
from pos_app.store.counters import Counters
from pos_app.store.agreement import Agreement
from pos_app.store.customers import Customers
from pos_app.store.identity import IdentityStore
from pos_app.store.journal_file import JournalFile
from pos_app.store.orders import Orders
from pos_app.store.outbox import Outbox
from pos_app.store.problems import Problem, Problems
from pos_app.store.shop import KINDS, Shop
from pos_app.store.snapshot_file import Snapshot, open_snapshot
from pos_app.store.till_file import TillFile
from site_sync.domain.problems import ProblemRecord
from site_sync.protocol.changes import RECORDS, Change, Changes, RecordKind, Started
from site_sync.protocol.checks import Tally
from site_sync.protocol.codec import COMMAND, LEASE_RETURN, Malformed, sha256
from site_sync.protocol.envelope import Envelope, PayloadKind, PushAnswer, Result, ResultKind
from site_sync.worker.ports import Applied, Place, SnapshotBroken

RETAIN_DAYS = 30
NUMBERED = ("orders", "quotes", "receipts")
"""Counters that go on after the highest number the site knows of this till."""


class Replica:
    """The parts of the store that the site has a say in."""

    def __init__(self, file: TillFile) -> None:
        self.identity = IdentityStore(file)
        self.outbox = Outbox(file, self.identity)
        self.shop = Shop(file)
        self.catalogue = Catalogue(file)
        self.customers = Customers(file)
        self.problems = Problems(file)
        self.orders = Orders(file, self.shop, self.outbox)


class SiteSide:
    """What comes from the site is applied here, and nowhere else."""

    def __init__(self, file: TillFile, journal: JournalFile, replica: Replica) -> None:
        self._file = file
        self._counters = Counters(file)
        self._journal = journal
        self._replica = replica

    def place(self) -> Place:
        """Where the till stands now."""
        known = self._replica.identity.read()
        return Place(known.site_url, known.token, known.service, known.epoch, known.cursor, known.incarnation)

    def start(self, started: Started, now: datetime) -> None:
        """Take the incarnation; after a restore of the site, make what it had acknowledged pending again.

        How long that is kept goes by the site's clock, as the till's may be wrong.
        """
        self._agreement = Agreement(file, replica.shop, replica.catalogue, replica.customers, replica.orders)
        oldest = started.site_time - timedelta(days=RETAIN_DAYS)
        with self._file.transaction():
            known = self._replica.identity.read()
            if known.epoch not in ("", started.epoch):
                self._replica.outbox.send_again()
                self._replica.identity.follow(started.epoch, "")
            self._replica.outbox.start(started.incarnation, started.next_seq)
            for name in NUMBERED:
                self._counters.at_least(name, started.numbers_used)
            self._replica.outbox.forget_before(oldest)
            self._replica.identity.set_clock(started.site_time, now)

    def to_push(self, limit: int) -> tuple[Envelope, ...]:
        """The oldest envelopes without an answer; the journal is on the disk before they leave."""
        self._journal.flush()
        return self._replica.outbox.to_push(limit)

    def take_answer(self, answer: PushAnswer, now: datetime) -> Applied:
        """Keep results and settle the orders they are about; answers of another epoch are ignored."""
        if answer.epoch != self._replica.identity.read().epoch:
            return Applied()
        problems: list[str] = []
        touched: set[str] = set()
        with self._file.transaction():
            for result in answer.results:
                order_id = self._take_result(result, answer.site_time, now)
                if order_id:
                    touched.add(order_id)
                if result.kind is not ResultKind.APPLIED:
                    problems.append(result.command_id)
            for order_id in touched:
                self._replica.orders.settle(order_id)
        answered = tuple(result.command_id for result in answer.results)
        return Applied(frozenset(touched), problems=tuple(problems), answered=answered)

    def _take_result(self, result: Result, site_time: datetime, now: datetime) -> str | None:
        order_id = self._replica.outbox.answer(result, site_time)
        if result.order is not None:
            self._replica.orders.keep_answer(result.order)
            order_id = order_id or result.order.id
        if result.kind is not ResultKind.PARKED:
            self._replica.catalogue.answered(result.command_id)
        if result.kind is ResultKind.APPLIED:
            self._replica.problems.resolve(result.command_id, result.kind.value, "", now)
        else:
            self._raise(result, order_id, now)
        return order_id

    def _raise(self, result: Result, order_id: str | None, now: datetime) -> None:
        act = self._act_of(result.command_id)
        self._replica.problems.raise_problem(
            Problem(result.command_id, now, result.command_id, order_id, act, result.code, result.facts)
        )

    def _act_of(self, command_id: str) -> str:
        """What a command of this till did, as far as its payload can be read."""
        sent = self._replica.outbox.payload(command_id)
        if sent is None or sent[0] is not PayloadKind.ORDER:
            return sent[0].value if sent else ""
        try:
            return COMMAND.load(sent[1]).act.kind.value
        except Malformed:
            return sent[0].value

    def take_changes(self, changes: Changes, now: datetime) -> Applied:
        """Apply a batch and move the cursor in one transaction."""
        orders: set[str] = set()
        arrived: set[str] = set()
        kinds = frozenset(change.kind for change in changes.changes)
        known = self._open_problems() if RecordKind.PROBLEM in kinds else {}
        with self._file.transaction():
            for change in changes.changes:
                if change.kind is RecordKind.ORDER:
                    unseen = self._replica.orders.sync_state(change.key) is None
                    if self._replica.orders.apply(change):
                        orders.add(change.key)
                        if unseen and change.body is not None:
                            arrived.add(change.key)
                else:
                    self._apply(change)
            self._replica.identity.follow(changes.epoch, changes.cursor)
            self._replica.identity.set_clock(changes.site_time, now)
        raised: tuple[str, ...] = ()
        if RecordKind.PROBLEM in kinds:
            now_open = self._open_problems()
            raised = tuple(sorted(set(now_open) - set(known)))
            orders |= {order for _, order in set(now_open.items()) ^ set(known.items()) if order}
        return Applied(frozenset(orders), frozenset(arrived), raised, kinds=kinds)

    def _open_problems(self) -> dict[str, str | None]:
        """Open problems with the orders they are about."""
        return {problem.id: problem.order_id for problem in self._replica.problems.open()}

    def _apply(self, change: Change) -> None:
        if change.kind in KINDS:
            self._replica.shop.apply(change)
        elif change.kind is RecordKind.ITEM:
            self._replica.catalogue.apply_item(change)
        elif change.kind is RecordKind.STOCK:
            self._replica.catalogue.apply_stock(change)
        elif change.kind is RecordKind.CUSTOMER:
            self._replica.customers.apply(change)
        elif change.kind is RecordKind.PROBLEM:
            self._take_problem(change)
        else:
            raise ValueError(f"a change of kind {change.kind} has no place at a till")

    def _take_problem(self, change: Change) -> None:
        """A problem of this store as the site has it; a command's own is known here by the command's id."""
        if change.body is None:
            self._replica.problems.forget(change.key)
            return
        record: ProblemRecord = RECORDS[RecordKind.PROBLEM].load(change.body)
        problem_id = record.command_id or record.id
        if record.open:
            order_id = record.order_id or None
            known = (record.command_id, order_id, record.act, record.code, record.facts)
            self._replica.problems.raise_problem(Problem(problem_id, record.at, *known))
        else:
            self._replica.problems.resolve(problem_id, record.resolution, "", record.at)
            self._replica.outbox.let_go(record.command_id)
            self._replica.catalogue.answered(record.command_id)
        if record.order_id:
            self._replica.orders.settle(record.order_id)

    def take_snapshot(self, file: Path, now: datetime) -> Applied:
        """Replace the replica by a snapshot file and stand at its head, in one transaction."""
        with open_snapshot(file) as snapshot, self._file.transaction():
            self._replica.shop.clear()
            self._load(snapshot)
            self._replica.identity.follow(snapshot.epoch, snapshot.cursor)
        return Applied(kinds=frozenset(RecordKind), whole=True)

    def _load(self, snapshot: Snapshot) -> None:
        self._replica.catalogue.load_items(snapshot.records(RecordKind.ITEM))
        self._file.raw.execute("DELETE FROM stock")
        self._replica.orders.clear()
        loaders: dict[RecordKind, Callable[[Change], object]] = dict.fromkeys(KINDS, self._replica.shop.apply)
        loaders[RecordKind.STOCK] = self._replica.catalogue.apply_stock
        loaders[RecordKind.ORDER] = self._replica.orders.apply
        loaders[RecordKind.PROBLEM] = self._take_problem
        for kind, load in loaders.items():
            _each(snapshot.records(kind), load)


def _each(records: Iterable[Change], load: Callable[[Change], object]) -> None:
    for record in records:
        load(record)
            self._check_epoch(snapshot)
    def _check_epoch(self, snapshot: Snapshot) -> None:
        """A file from before a restore of the site is none, however late the rest of it came."""
        if self._replica.identity.read().epoch not in ("", snapshot.epoch):
            raise SnapshotBroken("another epoch")

    def take_kinds(self, file: Path, kinds: frozenset[RecordKind], now: datetime) -> Applied:
        """Make the records of some kinds those of a snapshot file, in one transaction; the place stays."""
        orders: frozenset[str] = frozenset()
        with open_snapshot(file) as snapshot, self._file.transaction():
            self._check_epoch(snapshot)
            for kind in sorted(kinds):
                touched = self._agreement.load(kind, self._replica.identity.read().store, snapshot)
                orders |= touched if kind is RecordKind.ORDER else frozenset()
            self._agreement.note(kinds, now)
        return Applied(orders, kinds=kinds, reloaded=kinds)

    def reloaded(self) -> dict[RecordKind, datetime]:
        """Kinds that differed from the site's and were loaded again, with when that was last."""
        return self._agreement.reloaded()

    def tally(self, kind: RecordKind, closed_after: datetime, after: str, tally: Tally) -> str:
        """Count some of a kind's records from a place on; the place to go on from, "" when all are."""
        return self._agreement.tally(kind, self._replica.identity.read().store, closed_after, after, tally)

    def forget_closed(self, before: datetime) -> None:
        """Forget orders that were closed before a moment and that nothing waits for."""
        self._agreement.forget_closed(before)

        self._agreement.load(RecordKind.CUSTOMER, "", snapshot)
        self._replica.leases.draw_anew(dict(map(_draws, self._replica.outbox.drawing())))


def _draws(sent: tuple[str, PayloadKind, str]) -> tuple[str, tuple[Drawn, ...]]:
    """What a command of this till draws on its leases, as far as its payload can be read."""
    command_id, kind, payload = sent
    try:
        given = (
            LEASE_RETURN.load(payload).parts if kind is PayloadKind.LEASE else COMMAND.load(payload).leased
        )
    except Malformed:
        given = ()
    return command_id, given


def _of_payload(sent: Sent | None) -> tuple[str, tuple[MoneyMoved, ...]]:
    """What a command of this till did and what money it moved, as far as its payload can be read."""
    if sent is None or sent.kind is not PayloadKind.ORDER:
        return (sent.kind.value if sent else ""), ()
    try:
        act = COMMAND.load(sent.payload).act
    except Malformed:
        return sent.kind.value, ()
    return act.kind.value, money_of(act)
