"""The store as the sync worker sees it: pushes out, answers and changes in, each in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from pos_app.store.agreement import Agreement
from pos_app.store.catalogue import Catalogue
from pos_app.store.contact import Contact
from pos_app.store.counters import Counters
from pos_app.store.customers import Customers
from pos_app.store.forgetting import Forgetting, forget_old
from pos_app.store.identity import IdentityStore
from pos_app.store.journal_file import JournalFile
from pos_app.store.leases import Leases
from pos_app.store.orders import Orders
from pos_app.store.outbox import Outbox, Sent, ToSend
from pos_app.store.print_jobs import PrintJobStore
from pos_app.store.problems import Problems
from pos_app.store.shop import KINDS, Shop
from pos_app.store.snapshot_file import Snapshot, open_snapshot
from pos_app.store.till_file import TillFile
from site_sync.domain.leases import Drawn, LeaseReturn
from site_sync.domain.problem_choices import money_of
from site_sync.domain.problems import MoneyMoved, ProblemRecord
from site_sync.protocol.changes import RECORDS, Change, Changes, RecordKind, Started
from site_sync.protocol.checks import Tally
from site_sync.protocol.codec import COMMAND, LEASE_RETURN, Malformed, sha256
from site_sync.protocol.envelope import (
    ENDED,
    STILL_OPEN,
    Envelope,
    PayloadKind,
    PushAnswer,
    Result,
    ResultKind,
)
from site_sync.worker.authority import AUTHORITY_FILE
from site_sync.worker.ports import Applied, Place, SnapshotBroken

RETAIN_DAYS = 30
NUMBERED = ("orders", "quotes", "receipts")
"""Counters that go on after the highest number the site knows of this till."""


Send = Callable[[ToSend, str, str], None]
"""Keeps a command of the till itself, with the act's name and its subject, in the transaction it is in."""


class Replica:
    """The parts of the store that the site has a say in."""

    def __init__(self, file: TillFile) -> None:
        self.identity = IdentityStore(file)
        self.outbox = Outbox(file, self.identity)
        self.shop = Shop(file)
        self.catalogue = Catalogue(file)
        self.leases = Leases(file)
        self.contact = Contact(file)
        self.customers = Customers(file)
        self.problems = Problems(file)
        self.orders = Orders(file, self.shop, self.outbox)


class SiteSide:
    """What comes from the site is applied here, and nowhere else."""

    def __init__(self, file: TillFile, journal: JournalFile, replica: Replica, send: Send) -> None:
        self._file = file
        self._send = send
        self._counters = Counters(file)
        self._journal = journal
        self._replica = replica
        self._forgetting = Forgetting(file, journal)
        self._moved: set[str] | None = None
        """Items of whose leases something may have to go back; None, as after a start: any."""
        self._agreement = Agreement(file, replica.shop, replica.catalogue, replica.customers, replica.orders)

    def place(self) -> Place:
        """Where the till stands now."""
        known = self._replica.identity.read()
        authority = self._file.path.with_name(AUTHORITY_FILE)
        return Place(
            known.site_url,
            known.token,
            known.service,
            known.epoch,
            known.cursor,
            known.incarnation,
            str(authority) if authority.exists() else "",
            self._replica.outbox.pending_count(),
        )

    def start(self, started: Started, now: datetime) -> None:
        """Take the incarnation; after a restore of the site, make what it had acknowledged pending again.

        How long that is kept goes by the site's clock, as the till's may be wrong. What is older goes first,
        as a site may have forgotten it too and would take it for new.
        """
        oldest = started.site_time - timedelta(days=RETAIN_DAYS)
        with self._file.transaction():
            self._replica.outbox.forget_before(oldest)
            known = self._replica.identity.read()
            if known.epoch not in ("", started.epoch):
                self._replica.outbox.send_again()
                self._replica.identity.follow(started.epoch, "")
                self._replica.leases.clear()
            self._replica.outbox.start(started.incarnation, started.next_seq)
            for name in NUMBERED:
                self._counters.at_least(name, started.numbers_used)
            self._replica.identity.set_clock(started.site_time, now)
            self._replica.contact.heard(now)

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
        settled: set[str] = set()
        with self._file.transaction():
            for result in answer.results:
                order_id = self._take_result(result, answer.site_time, now)
                if order_id:
                    (settled if ENDED in result.facts else touched).add(order_id)
                if result.kind is not ResultKind.APPLIED and ENDED not in result.facts:
                    problems.append(result.command_id)
            for order_id in touched:
                self._replica.orders.settle(order_id)
            for order_id in settled:
                self._replica.orders.settle_ended(order_id)
        answered = tuple(result.command_id for result in answer.results)
        return Applied(frozenset(touched | settled), problems=tuple(problems), answered=answered)

    def _take_result(self, result: Result, site_time: datetime, now: datetime) -> str | None:
        order_id = self._replica.outbox.answer(result, site_time)
        if result.order is not None:
            self._replica.orders.keep_answer(result.order)
            order_id = order_id or result.order.id
        self._take_leases(result)
        if result.kind is not ResultKind.PARKED:
            self._replica.catalogue.answered(result.command_id)
        if result.kind is ResultKind.APPLIED:
            self._came_through(result.command_id, now)
        else:
            self._open_again(result)
            self._raise(result, order_id, now)
        return order_id

    def _open_again(self, result: Result) -> None:
        """A problem that a command of this till was made to end, and that is open as it was refused."""
        told, sent = result.facts.get(STILL_OPEN), self._replica.outbox.sent(result.command_id)
        if told is None or sent is None:
            return
        record: ProblemRecord = RECORDS[RecordKind.PROBLEM].load(json.dumps(told))
        if self._replica.problems.open_again(record, sent.at) and record.order_id:
            self._replica.orders.settle(record.order_id)

    def _take_leases(self, result: Result) -> None:
        """The site's word on the leases a command drew on speaks for that command from now on."""
        told = result.facts.get("leases")
        for lease in told if result.kind is ResultKind.APPLIED and isinstance(told, list) else ():
            self._replica.leases.take(RECORDS[RecordKind.LEASE].load(json.dumps(lease)))
        self._moved_leases(self._replica.leases.answered(result.command_id))

    def _moved_leases(self, items: Iterable[str]) -> None:
        if self._moved is not None:
            self._moved.update(items)

    def _look_at_all_leases(self) -> None:
        self._moved = None

    def _return_leases(self, now: datetime) -> None:
        """Give back what the site wants back, as a command of this till, in the transaction that read it."""
        parts = self._replica.leases.to_return(self._moved)
        self._moved = set()
        self._file.after_rollback(self._look_at_all_leases)
        if not parts:
            return
        known = self._replica.identity.read()
        named = (f"{part.lease}:{part.sku}:{part.quantity}" for part in parts)
        given = LeaseReturn(sha256(known.cursor, *named)[:32], now, known.store, known.till, parts)
        payload = LEASE_RETURN.text(given)
        self._replica.leases.draw(given.id, parts)
        self._send(ToSend(given.id, PayloadKind.LEASE, payload, "", now), "lease_returned", known.till)

    def _came_through(self, command_id: str, now: datetime) -> None:
        """A parked command that was applied after all is no problem any more."""
        problem = self._replica.problems.get(command_id)
        if problem is not None:
            ended = replace(problem, open=False, resolution=ResultKind.APPLIED.value, resolved_at=now)
            self._replica.problems.close(ended)

    def _raise(self, result: Result, order_id: str | None, now: datetime) -> None:
        """Tell of a refusal with what this till knows of it; the feed brings the site's own words later."""
        if (ended := result.facts.get(ENDED)) is not None:
            self._keep_problem(json.dumps(ended))
            return
        known = self._replica.identity.read()
        sent = self._replica.outbox.sent(result.command_id)
        act, money = _of_payload(sent)
        staff = self._replica.shop.staff_member(sent.staff) if sent else None
        problem = ProblemRecord(
            id=result.command_id,
            at=now,
            store=known.store,
            code=result.code,
            facts={name: fact for name, fact in result.facts.items() if name != STILL_OPEN},
            order_id=order_id or "",
            command_id=result.command_id,
            device=known.device,
            act=act,
            staff=staff.name if staff else "",
            till=f"{known.store}-{known.till}",
            money=money,
        )
        self._replica.problems.raise_problem(problem)

    def take_changes(self, changes: Changes, now: datetime) -> Applied:
        """Apply a batch and move the cursor in one transaction.

        A batch that was asked for before all was to come anew, or before the site was restored, does nothing:
        its cursor would hide what is to come.
        """
        place = self._replica.identity.read()
        if not place.cursor or changes.epoch != place.epoch:
            return Applied()
        orders: set[str] = set()
        arrived: set[str] = set()
        kinds = frozenset(change.kind for change in changes.changes)
        known = self._open_problems() if RecordKind.PROBLEM in kinds else {}
        with self._file.transaction():
            for change in changes.changes:
                if change.kind is RecordKind.ORDER:
                    unseen = self._replica.orders.sync_state(change.key) is None
                    self._forgetting.noticed(change, self._replica.orders.order)
                    if self._replica.orders.apply(change):
                        orders.add(change.key)
                        if unseen and change.body is not None:
                            arrived.add(change.key)
                else:
                    self._apply(change)
            self._replica.identity.follow(changes.epoch, changes.cursor)
            self._replica.identity.set_clock(changes.site_time, now)
            self._replica.contact.heard(now)
            if RecordKind.LEASE in kinds:
                self._return_leases(now)
            self._forgetting.take_out()
        self._forgetting.tidy()
        raised: tuple[str, ...] = ()
        if RecordKind.PROBLEM in kinds:
            now_open = self._open_problems()
            raised = tuple(sorted(set(now_open) - set(known)))
            orders |= {order for _, order in set(now_open.items()) ^ set(known.items()) if order}
        return Applied(frozenset(orders), frozenset(arrived), raised, kinds=kinds)

    def _open_problems(self) -> dict[str, str]:
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
            if self._replica.customers.apply(change):
                self._forgetting.customer_left()
        elif change.kind is RecordKind.PROBLEM:
            self._take_problem(change)
        elif change.kind is RecordKind.LEASE:
            self._take_lease(change)
        else:
            raise ValueError(f"a change of kind {change.kind} has no place at a till")

    def _take_lease(self, change: Change) -> None:
        if change.body is not None:
            lease = RECORDS[RecordKind.LEASE].load(change.body)
            if self._replica.leases.take(lease):
                self._moved_leases((lease.sku,))

    def _take_problem(self, change: Change) -> None:
        """A problem of this store as the site has it."""
        if change.body is None:
            self._replica.problems.forget(change.key)
            return
        record = self._keep_problem(change.body)
        if record.order_id and record.open:
            self._replica.orders.settle(record.order_id)
        elif record.order_id:
            self._replica.orders.settle_ended(record.order_id)

    def _keep_problem(self, body: str) -> ProblemRecord:
        record: ProblemRecord = RECORDS[RecordKind.PROBLEM].load(body)
        self._replica.problems.take(record)
        if not record.open and record.of_command:
            self._replica.outbox.let_go(record.command_id)
            self._replica.catalogue.answered(record.command_id)
        return record

    def take_snapshot(self, file: Path, now: datetime) -> Applied:
        """Replace the replica by a snapshot file and stand at its head, in one transaction."""
        with open_snapshot(file) as snapshot, self._file.transaction():
            self._check_epoch(snapshot)
            self._replica.shop.clear()
            self._load(snapshot)
            self._replica.identity.follow(snapshot.epoch, snapshot.cursor)
            self._look_at_all_leases()
            self._return_leases(now)
            self._forgetting.look_through()
            self._forgetting.take_out()
        self._forgetting.tidy()
        return Applied(kinds=frozenset(RecordKind), whole=True)

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
            self._forgetting.look_through()
            self._forgetting.take_out()
        self._forgetting.tidy()
        return Applied(orders, kinds=kinds, reloaded=kinds)

    def reloaded(self) -> dict[RecordKind, datetime]:
        """Kinds that differed from the site's and were loaded again, with when that was last."""
        return self._agreement.reloaded()

    def tally(self, kind: RecordKind, closed_after: datetime, after: str, tally: Tally) -> str:
        """Count some of a kind's records from a place on; the place to go on from, "" when all are."""
        return self._agreement.tally(kind, self._replica.identity.read().store, closed_after, after, tally)

    def forget_closed(self, before: datetime) -> None:
        """Forget orders closed before a moment that nothing waits for, and what told of them."""
        self._agreement.forget_closed(before)
        self._replica.outbox.forget_before(before)
        forget_old(self._file, self._journal, PrintJobStore(self._file), before)

    def _load(self, snapshot: Snapshot) -> None:
        self._replica.catalogue.load_items(snapshot.records(RecordKind.ITEM))
        self._file.raw.execute("DELETE FROM stock")
        self._file.raw.execute("DELETE FROM leased_stock")
        self._replica.orders.clear()
        loaders: dict[RecordKind, Callable[[Change], object]] = dict.fromkeys(KINDS, self._replica.shop.apply)
        loaders[RecordKind.STOCK] = self._replica.catalogue.apply_stock
        loaders[RecordKind.ORDER] = self._replica.orders.apply
        loaders[RecordKind.PROBLEM] = self._take_problem
        loaders[RecordKind.LEASE] = self._take_lease
        for kind, load in loaders.items():
            _each(snapshot.records(kind), load)
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


def _each(records: Iterable[Change], load: Callable[[Change], object]) -> None:
    for record in records:
        load(record)
