"""The till's store: everything it keeps, and the transactions that keep an act with all it brings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pos_app.store.audit import Audit, AuditEntry
from pos_app.store.balance_attempts import BalanceAttempts
from pos_app.store.card_attempts import CardAttempts
from pos_app.store.cash import Cash, DrawerEntry, EntryKind
from pos_app.store.counters import Counters
from pos_app.store.disk_room import DiskRoom
from pos_app.store.identity import Settings
from pos_app.store.journal_file import JournalFile, JournalLine
from pos_app.store.order_list import OrderList
from pos_app.store.outbox import ToSend
from pos_app.store.pictures import Pictures
from pos_app.store.print_jobs import PrintJobStore
from pos_app.store.quotes import Quotes
from pos_app.store.sales import Sales
from pos_app.store.schema import bring_up
from pos_app.store.shift_lines import EARNING, earned, told, told_besides
from pos_app.store.sign_in_tries import SignInTries
from pos_app.store.site_side import Replica, SiteSide
from pos_app.store.till_file import TillFile
from site_sync.domain.commands import Command
from site_sync.domain.errors import Code, Refused
from site_sync.domain.events import Event, PaymentRecorded, stock_moves
from site_sync.domain.history import OrderRecord
from site_sync.domain.lifecycle.deciding import Decision
from site_sync.domain.orders import Payment, PaymentKind
from site_sync.domain.particulars import Actor
from site_sync.domain.problems import ProblemEnd, ProblemRecord
from site_sync.domain.receipt_mail import ReceiptMail
from site_sync.domain.sales import Sale, ShiftEntry
from site_sync.domain.shop import CASH_TENDER
from site_sync.protocol.codec import COMMAND, PROBLEM_END, RECEIPT_MAIL, SALE, SHIFT_ENTRY
from site_sync.protocol.envelope import MOST_IN_PAYLOAD, PayloadKind

DATABASE = "till.sqlite"
JOURNAL = "commands.journal"
FILE_BEGUN = "file.begun_after_damage"
"""The setting that tells when this file was begun because the one before was damaged."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What an act brings besides its command: drawer movements of its own, card attempts it uses up.

    `holds` are the attempts by which money of balances was set aside for it.
    """

    entries: tuple[DrawerEntry, ...] = ()
    attempts: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()


NOTHING_BESIDE = Beside()


class Store:
    """Lives on the database thread; `folder` holds the file and its journal."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.file = TillFile(folder / DATABASE)
        bring_up(self.file)
        self.room = DiskRoom(folder)
        self._journal = JournalFile(folder / JOURNAL)
        replica = Replica(self.file)
        self.identity = replica.identity
        self.outbox = replica.outbox
        self.shop = replica.shop
        self.catalogue = replica.catalogue
        self.customers = replica.customers
        self.problems = replica.problems
        self.orders = replica.orders
        self.leases = replica.leases
        self.contact = replica.contact
        self.site_side = SiteSide(self.file, self._journal, replica, self._send)
        self.settings = Settings(self.file)
        self.lists = OrderList(self.file)
        self.quotes = Quotes(self.file)
        self.audit = Audit(self.file)
        self.counters = Counters(self.file)
        self.cash = Cash(self.file)
        self.sales = Sales(self.file)
        self.card_attempts = CardAttempts(self.file)
        self.balance_attempts = BalanceAttempts(self.file)
        self.sign_in_tries = SignInTries(self.file)
        self.print_jobs = PrintJobStore(self.file)
        self.pictures = Pictures(folder)
        self._listeners: list[Callable[[str | None], None]] = []

    def close(self) -> None:
        """Close file and journal."""
        self._journal.close()
        self.file.close()

    def when_kept(self, listener: Callable[[str | None], None]) -> None:
        """Call with the order's id (None for other acts) whenever an act of this till is on the disk."""
        self._listeners.append(listener)

    def add_to_journal(self, missing: Iterable[JournalLine]) -> None:
        """Write commands once more that are in the database alone; on the disk on return."""
        for line in missing:
            self._journal.append(line)
        self._journal.flush()

    def _kept(self, line: JournalLine) -> None:
        self._journal.append(line)
        for listener in self._listeners:
            listener(line.order_id)

    def keep_command(
        self,
        command: Command,
        decision: Decision,
        before: OrderRecord | None,
        beside: Beside = NOTHING_BESIDE,
    ) -> OrderRecord:
        """Keep a decided command: order as shown, outbox row, audit row, money and stock; durable on return.

        `before` is the record the decision was made on. Refused while the disk has too little room, unless
        a card was charged for it already.
        """
        self._need_room(beside)
        entry = replace(
            _to_send(command, PayloadKind.ORDER, COMMAND.text(command), command.approver),
            order_id=command.order_id,
            base_version=before.order.version if before else None,
        )
        with self.file.transaction():
            self._send(entry, command.act.kind.value, command.order_id)
            shown = self.orders.keep_decision(command, decision, before)
            self.catalogue.expect(command.id, stock_moves(decision.events))
            self.leases.draw(command.id, command.leased)
            self.cash.move((*_order_money(command, decision.events), *beside.entries))
            self.cash.move(told_besides(command, decision, before.order if before else None))
            self._use(beside)
        return shown

    def keep_sale(self, sale: Sale, beside: Beside = NOTHING_BESIDE) -> None:
        """Keep a finished sale with its receipt, stock, money and outbox row; durable on return."""
        self._need_room(beside)
        entry = _to_send(sale, PayloadKind.SALE, SALE.text(sale), sale.approver)
        with self.file.transaction():
            self._send(entry, PayloadKind.SALE.value, sale.number)
            self.sales.keep(sale)
            self.catalogue.expect(sale.id, sale.stock)
            self.cash.move((*_sale_money(sale), *beside.entries))
            self._use(beside)

    def keep_mail(self, mail: ReceiptMail) -> None:
        """Keep that a receipt is to be sent, with its outbox row; durable on return unless inside one."""
        self.room.need()
        entry = _to_send(mail, PayloadKind.MAIL, RECEIPT_MAIL.text(mail))
        with self.file.transaction():
            self._send(entry, "receipt_mailed", mail.number)

    def keep_end(self, end: ProblemEnd, ended: ProblemRecord) -> bool:
        """Keep how a person ended a problem, with its outbox row; False when it was ended before."""
        entry = _to_send(end, PayloadKind.PROBLEM, PROBLEM_END.text(end), end.approver)
        with self.file.transaction():
            if not self.problems.close(ended):
                return False
            self._send(entry, "problem_ended", end.problem)
        return True

    def _need_room(self, beside: Beside) -> None:
        """New work leaves the reserve alone; what money of a card or a balance waits for may use it."""
        if not (beside.attempts or beside.holds):
            self.room.need()

    def _use(self, beside: Beside) -> None:
        self.card_attempts.use(beside.attempts)
        self.balance_attempts.use(beside.holds)

    def keep_shift_entry(self, shift_entry: ShiftEntry, entries: Iterable[DrawerEntry] = ()) -> None:
        """Keep an act of a shift with its outbox row; durable on return unless inside a transaction."""
        entry = _to_send(shift_entry, PayloadKind.SHIFT, "")
        act = f"shift_{shift_entry.act.value}"
        with self.file.transaction():
            sealed = self._sealed(shift_entry, _noted(entry, act, shift_entry.shift))
            self._send(replace(entry, payload=SHIFT_ENTRY.text(sealed)), act, shift_entry.shift)
            self.cash.move(entries)

    def _sealed(self, shift_entry: ShiftEntry, noted: AuditEntry) -> ShiftEntry:
        """The act with how the till's audit stands, its own row counted, for the site to compare."""
        known = self.audit.seals()
        seals = (*known, self.audit.sealed_with(noted))
        return replace(
            shift_entry,
            seals=seals,
            audit_broken_at=self.audit.broken_at(next(iter(known), None)) or 0,
            file_begun=self._file_begun(),
        )

    def note_file_begun(self, now: datetime, damaged: str) -> None:
        """Note that this file was begun in the place of a damaged one, for its audit and for the site."""
        self.settings.set(FILE_BEGUN, now.isoformat())
        self.audit.add(AuditEntry(now, "", "file_begun", damaged))

    def _file_begun(self) -> datetime | None:
        begun = self.settings.get(FILE_BEGUN)
        return datetime.fromisoformat(begun) if begun else None

    def _send(self, entry: ToSend, act: str, subject: str) -> None:
        need_to_fit(entry.payload)
        self.outbox.append(entry)
        self.audit.add(_noted(entry, act, subject))
        line = JournalLine(
            command_id=entry.command_id,
            payload_kind=entry.payload_kind.value,
            payload=entry.payload,
            staff=entry.staff,
            approver=entry.approver,
            till_time=entry.till_time.isoformat(),
            order_id=entry.order_id,
            base_version=entry.base_version,
        )
        self.file.after_commit(lambda: self._kept(line))


def need_to_fit(payload: str, spare: int = 0) -> None:
    """Refused where a command is too large to travel: it would hold up everything after it for ever.

    `spare` are characters for what is not in it yet.
    """
    if len(payload) + spare > MOST_IN_PAYLOAD:
        raise Refused(
            Code.TOO_MUCH_AT_ONCE, size=len(payload) // 1000, most=(MOST_IN_PAYLOAD - spare) // 1000
        )


def _to_send(
    kept: Command | Sale | ReceiptMail | ProblemEnd | ShiftEntry,
    kind: PayloadKind,
    payload: str,
    approver: Actor | None = None,
) -> ToSend:
    """What was done here, on its way to the site."""
    return ToSend(kept.id, kind, payload, kept.by.id, kept.at, approver.id if approver else None)


def _noted(entry: ToSend, act: str, subject: str) -> AuditEntry:
    """What the audit says of a command."""
    return AuditEntry(entry.till_time, entry.staff, act, subject, entry.command_id, entry.approver or "")


_KINDS = {
    PaymentKind.PAYMENT: EntryKind.ORDER_PAYMENT,
    PaymentKind.REFUND: EntryKind.ORDER_REFUND,
    PaymentKind.CREDIT: EntryKind.CREDIT_KEPT,
    PaymentKind.FORFEIT: EntryKind.DEPOSIT_KEPT,
}


def _order_money(command: Command, events: Iterable[Event]) -> list[DrawerEntry]:
    """Drawer movements of the money among some events, and what goods earned that left or came back."""
    entries: list[DrawerEntry] = []
    for event in events:
        if isinstance(event, EARNING):
            entries.append(told(command, "earned", EntryKind.COLLECTION, earned(event)))
        elif isinstance(event, PaymentRecorded):
            entries.append(_payment(command, event.payment))
    return entries


def _payment(command: Command, payment: Payment) -> DrawerEntry:
    out = payment.kind is PaymentKind.REFUND
    amount = -payment.amount.amount if out else payment.amount.amount
    entry = told(command, "", _KINDS[payment.kind], amount)
    return replace(entry, id=payment.id, tender=payment.tender)


def _sale_money(sale: Sale) -> list[DrawerEntry]:
    """Drawer movements of a sale; the change went out of the cash that came in."""
    kind = EntryKind.RETURN if sale.total < 0 else EntryKind.SALE

    def entry(entry_id: str, tender: str, amount: int) -> DrawerEntry:
        return DrawerEntry(entry_id, sale.shift, sale.at, kind, tender, amount, sale.id, sale.by.id)

    entries = [entry(paid.id, paid.tender, paid.amount.amount) for paid in sale.payments]
    if sale.change:
        entries.append(entry(f"{sale.id}:change", CASH_TENDER, -sale.change.amount))
    return entries
