"""Whether the site's books agree with each other: each check in words, what it found, how it is put right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, literal, select, union_all, update

from site_sync.domain.balances import BalanceKind
from site_sync.domain.orders import Stage
from site_sync.domain.stock import StockMove, StockReason
from site_sync.protocol.changes import RecordKind
from site_sync.service import audit_chain, balances, changes, leases, orders, reservations, settings_audit
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Changed, Executor, Transaction
from site_sync.service.reservations import Cause, Drift
from site_sync.service.sentences import said
from site_sync.service.settings_audit import Author, Subject

BALANCE_NAMES = {
    BalanceKind.GIFT_CARD: said("gift card"),
    BalanceKind.CREDIT: said("credit of"),
    BalanceKind.ACCOUNT: said("account of"),
}
"""How each kind of balance is called before its key."""
MOST = 200
"""Findings of one check at most; more say the same."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Two things that do not agree: under which key, and in words."""

    check: str
    key: str
    words: str


Look = Callable[[Executor], Iterator[Finding]]
Repair = Callable[[Transaction, Finding, Author, str], None]
"""Puts one finding right; told who does it and an id for the entries."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must always hold; `repair` is None where a person has to decide."""

    name: str
    words: str
    look: Look
    repair: Repair | None = None


def _reserved(db: Executor) -> Iterator[Finding]:
    for one in reservations.drifts(db):
        words = said(f"{one.sku} at {one.store}: {one.reserved} reserved, open lines hold {one.by_lines}")
        yield Finding("reserved", f"{one.store}/{one.sku}", words)


def _repair_reserved(tx: Transaction, found: Finding, by: Author, entry: str) -> None:
    store, _, sku = found.key.partition("/")
    reservations.lock_levels(tx, [(store, sku)])
    again: list[Drift] = [one for one in reservations.drifts(tx) if (one.store, one.sku) == (store, sku)]
    for drift in again:
        reservations.repair(tx, drift, Cause("", entry, by.staff or by.name, by.at))


def _leased(db: Executor) -> Iterator[Finding]:
    for one in leases.uneven(db):
        words = said(f"{one.sku} at {one.store}: {one.leased} kept for tills, leases hold {one.by_leases}")
        yield Finding("leased", f"{one.store}/{one.sku}", words)


def _repair_leased(tx: Transaction, found: Finding, _by: Author, _entry: str) -> None:
    store, _, sku = found.key.partition("/")
    leases.even_out(tx, store, sku)


def _journal(db: Executor, order_id: str = "", line: int = 0) -> Iterator[Finding]:
    """Lines whose journal does not add up to what they hold, in one reading of both."""
    j, o, h = t.journal.c, t.order_lines.c, t.hold_lines.c
    both = union_all(
        select(
            j.order_id.label("subject"), j.line, j.sku, j.store, j.quantity.label("q"), literal(0).label("r")
        ),
        select(o.order_id, o.line, o.sku, o.store, o.reserved, o.reserved).where(o.reserved > 0),
        select(h.hold_id, h.line, h.sku, h.store, h.reserved, h.reserved).where(h.reserved > 0),
    ).subquery()
    b = both.c
    drift = func.sum(b.q)
    query = select(b.subject, b.line, b.sku, b.store, drift.label("drift"), func.sum(b.r).label("held"))
    query = query.where(b.subject == order_id, b.line == line) if order_id else query.where(b.subject != "")
    wrong = query.group_by(b.subject, b.line, b.sku, b.store).having(drift != 0).limit(MOST)
    for row in db.execute(wrong):
        told, held = int(row.held) - int(row.drift), int(row.held)
        where = said(f"line {row.line} of {row.subject}")
        words = said(f"{where}: by its journal {told} {row.sku} at {row.store} are reserved, it holds {held}")
        key = f"{row.subject}/{row.line}/{row.store}/{row.sku}/{int(row.drift)}"
        yield Finding("journal", key, words)


def _repair_journal(tx: Transaction, found: Finding, by: Author, entry: str) -> None:
    place, _, _ = found.key.rpartition("/")
    order_id, line, store, sku = place.split("/", 3)  # a SKU may have a stroke in it
    orders.load_locked(tx, order_id)
    for again in _journal(tx, order_id, int(line)):
        same, _, drift = again.key.rpartition("/")
        if same == place:
            move = StockMove(int(line), sku, store, int(drift), 0, StockReason.CORRECTED)
            cause = Cause(order_id, entry, by.staff or by.name, by.at)
            reservations.journalise(tx, cause, [move], frozenset())


def _closed(db: Executor) -> Iterator[Finding]:
    o, line = t.orders.c, t.order_lines.c
    query = select(o.number, line.line, line.sku, line.reserved).join_from(
        t.order_lines, t.orders, o.id == line.order_id
    )
    held = line.reserved > 0
    for row in db.execute(query.where(held, o.stage == Stage.DONE.value).limit(MOST)):
        words = said(f"{row.number} is over, and line {row.line} still holds {row.reserved} {row.sku}")
        yield Finding("closed", f"{row.number}/{row.line}", words)


def _balances(db: Executor) -> Iterator[Finding]:
    for kind, key, balance, total in balances.drifts(db):
        kept = BALANCE_NAMES[BalanceKind(kind)]
        words = said(f"{kept} {key} holds {balance}, its entries add up to {total}")
        yield Finding("balances", f"{kind}/{key}", words)


def _repair_balance(tx: Transaction, found: Finding, by: Author, entry: str) -> None:
    kind, _, key = found.key.partition("/")
    b = t.balances.c
    here = b.kind == kind, b.key == key
    tx.execute(select(b.balance).where(*here).with_for_update())
    for drift in balances.drifts(tx):
        if (drift[0], drift[1]) == (kind, key):
            tx.execute(update(t.balances).where(*here).values(balance=int(drift[3]), changed_at=by.at))
            facts = ({"balance": drift[2]}, {"balance": int(drift[3])})
            settings_audit.note(tx, by, Subject(kind, key), facts, why=said(f"corrected ({entry})"))


def _ledger(db: Executor) -> Iterator[Finding]:
    c = t.ledger.c
    total = func.sum(c.amount)
    query = select(c.command_id, c.currency, total.label("total")).group_by(c.command_id, c.currency)
    for row in db.execute(query.having(total != 0).limit(MOST)):
        words = said(f"the entries of {row.command_id} sum to {row.total} {row.currency}, not to nothing")
        yield Finding("ledger", row.command_id, words)


def _feed(db: Executor) -> Iterator[Finding]:
    c = t.changes.c
    head = select(t.feed_head.c.position).scalar_subquery()
    first, last, many = func.min(c.position), func.max(c.position), func.count()
    row = db.execute(
        select(first.label("first"), last.label("last"), many.label("many"), head.label("head"))
    ).one()
    if row.many and row.many != row.last - row.first + 1:
        missing = row.last - row.first + 1 - row.many
        words = said(f"{missing} changes are missing between {row.first} and {row.last}")
        yield Finding("feed", str(row.last), words)
    elif row.many and row.last != row.head:
        words = said(f"the last change is {row.last}, the head stands at {row.head}")
        yield Finding("feed", str(row.last), words)


def _repair_feed(tx: Transaction, found: Finding, by: Author, entry: str) -> None:
    """Tills that are further back load afresh; those that are not go on."""
    head = t.feed_head.c.position
    tx.execute(select(head).with_for_update())
    if next(_feed(tx), None) is None:
        return
    last = int(tx.execute(select(func.max(t.changes.c.position))).scalar_one())
    tx.execute(update(t.feed_head).where(head < last).values(position=last))
    changes.prune(tx, last)
    facts = ({"feed": found.words}, {"feed": said(f"tills behind {last} load afresh")})
    settings_audit.note(tx, by, Subject("feed", str(last)), facts, why=said(f"corrected ({entry})"))


def _told(db: Executor) -> Iterator[Finding]:
    o, c = t.orders.c, t.changes.c
    newest = select(c.key, func.max(c.version).label("version")).where(c.kind == RecordKind.ORDER.value)
    told = newest.group_by(c.key).subquery()
    query = select(o.id, o.number, o.version, told.c.version.label("told")).join_from(
        t.orders, told, told.c.key == o.id
    )
    for row in db.execute(query.where(told.c.version != o.version).limit(MOST)):
        words = said(f"{row.number} is at version {row.version}, tills were told of {row.told}")
        yield Finding("told", row.id, words)


def _repair_told(tx: Transaction, found: Finding, _by: Author, _entry: str) -> None:
    order = orders.load_locked(tx, found.key)
    if order is not None:
        tx.changed(Changed(RecordKind.ORDER.value, order.id, order.version))


def _sequences(db: Executor) -> Iterator[Finding]:
    c, d = t.commands.c, t.devices.c
    last = func.max(c.seq)
    query = select(d.id, d.next_seq, last.label("last")).join_from(
        t.devices, t.commands, (c.device == d.id) & (c.incarnation == d.incarnation)
    )
    for row in db.execute(query.group_by(d.id, d.next_seq).having(last >= d.next_seq)):
        words = said(f"till {row.id}: commands up to {row.last} are here, {row.next_seq} is awaited")
        yield Finding("sequences", row.id, words)


def _audit(db: Executor) -> Iterator[Finding]:
    broken = audit_chain.verify(db).broken
    if broken is not None:
        yield Finding("audit", str(broken.id), broken.words)


CHECKS: tuple[Check, ...] = (
    Check("reserved", "Reserved stock is what open lines hold", _reserved, _repair_reserved),
    Check(
        "journal", "The reservation journal of each line adds up to what it holds", _journal, _repair_journal
    ),
    Check("leased", "Stock kept for tills is what their leases hold", _leased, _repair_leased),
    Check("closed", "Orders that are over hold no stock", _closed),
    Check(
        "balances",
        "Gift cards, credits and accounts hold what their entries add up to",
        _balances,
        _repair_balance,
    ),
    Check("ledger", "The money entries of each act sum to nothing", _ledger),
    Check("feed", "The feed of changes has no gap", _feed, _repair_feed),
    Check("told", "Tills were told of the newest version of each order", _told, _repair_told),
    Check("sequences", "Commands of each till are here in their order", _sequences),
    Check("audit", "Each entry of the audit fits the one before it", _audit),
)
BY_NAME = {check.name: check for check in CHECKS}


def looked_through(db: Executor) -> list[tuple[Check, tuple[Finding, ...]]]:
    """Every check with what it found, which is normally nothing."""
    return [(check, tuple(check.look(db))) for check in CHECKS]


def found_by(db: Executor, name: str) -> tuple[Finding, ...]:
    """What one check finds now; nothing when there is no such check."""
    check = BY_NAME.get(name)
    return tuple(check.look(db)) if check else ()


def put_right(tx: Transaction, found: Finding, by: Author, entry: str) -> bool:
    """Put one finding right, looking again first; False where a person has to decide."""
    check = BY_NAME.get(found.check)
    if check is None or check.repair is None:
        return False
    check.repair(tx, found, by, entry)
    return True
