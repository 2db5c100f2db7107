"""The report of a till's shift: X while it is open, Z when the drawer was counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from site_sync.domain.documents import figures
from site_sync.domain.documents.blocks import (
    Align,
    Block,
    Columns,
    Document,
    DocumentKind,
    Pair,
    Rule,
    Size,
    Table,
    TableColumn,
    Text,
)
from site_sync.domain.documents.receipt_parts import signature, tax_table
from site_sync.domain.documents.stationery import Stationery, closing, letterhead, made, title
from site_sync.domain.money import Money


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there were of something and what they came to, in minor units."""

    count: int = 0
    amount: int = 0


@dataclass(frozen=True, slots=True)
class TenderTotal:
    """What came in and went out by one tender, in minor units, both positive."""

    tender: str
    taken: int
    refunded: int = 0


@dataclass(frozen=True, slots=True)
class CashTotal:
    """What happened in the drawer, in minor units, all positive; `counted` is None until somebody counted."""

    opening_float: int = 0
    taken: int = 0
    refunded: int = 0
    cash_in: int = 0
    cash_out: int = 0
    counted: int | None = None

    @property
    def expected(self) -> int:
        """What the drawer should hold."""
        return self.opening_float + self.taken - self.refunded + self.cash_in - self.cash_out


@dataclass(frozen=True, slots=True)
class ShiftFigures:
    """One shift in numbers; `taxes` gives (gross, tax) in minor units per rate in basis points.

    Sales less returns, gift cards, deposits taken less refunded, and rounding are what the tenders took.
    """

    shift: str
    currency: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None = None
    closed_by: str = ""
    sales: Counted = Counted()
    returns: Counted = Counted()
    collections: Counted = Counted()
    deposits_taken: Counted = Counted()
    deposits_refunded: Counted = Counted()
    deposits_used: Counted = Counted()
    deposits_kept: Counted = Counted()
    credits_kept: Counted = Counted()
    gift_cards: Counted = Counted()
    change: Counted = Counted()
    rounding: int = 0
    taxes: dict[int, tuple[int, int]] = field(default_factory=dict)
    tenders: tuple[TenderTotal, ...] = ()
    cash: CashTotal = CashTotal()
    audit_head: str = ""

    @property
    def turnover(self) -> int:
        """What the shift's business should have brought in, in minor units."""
        sold = self.sales.amount - self.returns.amount + self.gift_cards.amount
        return sold + self.deposits_taken.amount - self.deposits_refunded.amount + self.rounding

    @property
    def taken(self) -> int:
        """What all tenders brought in, less what went back by them."""
        return sum(each.taken - each.refunded for each in self.tenders)


def shift_report(shift: ShiftFigures, stationery: Stationery) -> Document:
    """Sales, deposits and refunds as their own lines, tenders, and the drawer as it should be and is."""
    closed = shift.closed_at is not None
    name = stationery.word("z_report" if closed else "x_report")
    blocks: tuple[Block, ...] = (
        *letterhead(stationery),
        *title(name),
        made(stationery, *_when(shift, stationery), by="staff"),
        Rule(heavy=True),
        _turnover(shift, stationery),
        Rule(),
        *tax_table(shift.taxes, shift.currency, stationery),
        Rule(),
        _tenders(shift, stationery),
        Rule(),
        *_drawer(shift, stationery),
        *(signature(stationery) if closed else ()),
        *_audit(shift, stationery),
        *closing(stationery, "" if closed else stationery.word("not_closed")),
    )
    return Document(DocumentKind.SHIFT_REPORT, f"{name} {shift.shift}", blocks, language=stationery.language)


def _when(shift: ShiftFigures, stationery: Stationery) -> list[Pair]:
    opened = f"{stationery.moment(shift.opened_at)} {shift.opened_by}".rstrip()
    rows = [Pair(stationery.word("shift"), shift.shift, bold=True), Pair(stationery.word("opened"), opened)]
    if shift.closed_at is not None:
        closed = f"{stationery.moment(shift.closed_at)} {shift.closed_by}".rstrip()
        rows.append(Pair(stationery.word("closed"), closed))
    return rows


def _turnover(shift: ShiftFigures, stationery: Stationery) -> Table:
    lines = (
        ("sales", shift.sales),
        ("returns", shift.returns),
        ("gift_cards_sold", shift.gift_cards),
        ("collections", shift.collections),
        ("deposits_taken", shift.deposits_taken),
        ("deposits_refunded", shift.deposits_refunded),
        ("deposits_used", shift.deposits_used),
        ("deposits_kept", shift.deposits_kept),
        ("credits_kept", shift.credits_kept),
        ("change_given", shift.change),
    )
    columns = (TableColumn("", grows=True), TableColumn("", Align.RIGHT), TableColumn("", Align.RIGHT))
    rows = tuple(
        (stationery.word(key), str(counted.count), _text(counted.amount, shift, stationery))
        for key, counted in lines
    )
    rounded = (stationery.word("rounding"), "", _text(shift.rounding, shift, stationery))
    return Table(columns, (*rows, rounded))


def _tenders(shift: ShiftFigures, stationery: Stationery) -> Table:
    columns = (
        TableColumn(stationery.word("tenders"), grows=True),
        TableColumn("+", Align.RIGHT),
        TableColumn("-", Align.RIGHT),
    )
    rows = tuple(
        (
            stationery.tender(each.tender),
            _text(each.taken, shift, stationery),
            _text(each.refunded, shift, stationery),
        )
        for each in shift.tenders
    )
    return Table(columns, rows)


def _drawer(shift: ShiftFigures, stationery: Stationery) -> tuple[Block, ...]:
    cash = shift.cash
    lines = (
        ("opening_float", cash.opening_float),
        ("cash_taken", cash.taken),
        ("cash_refunded", -cash.refunded),
        ("cash_in", cash.cash_in),
        ("cash_out", -cash.cash_out),
    )
    rows = [Pair(stationery.word("drawer"), "", bold=True)]
    rows.extend(Pair(stationery.word(key), _text(value, shift, stationery)) for key, value in lines)
    rows.append(Pair(stationery.word("expected"), _money(cash.expected, shift, stationery), bold=True))
    if cash.counted is not None:
        rows.append(Pair(stationery.word("counted"), _money(cash.counted, shift, stationery), bold=True))
        off = _money(cash.counted - cash.expected, shift, stationery)
        rows.append(Pair(stationery.word("difference"), off, bold=True, size=Size.TALL))
    return (Columns(tuple(rows)),)


def _audit(shift: ShiftFigures, stationery: Stationery) -> tuple[Block, ...]:
    """The head of the audit chain, in groups people can compare."""
    if not shift.audit_head:
        return ()
    head = shift.audit_head
    groups = " ".join(head[start : start + 8] for start in range(0, len(head), 8))
    return (Rule(), Text(f"{stationery.word('audit')}: {groups}"))


def _text(minor: int, shift: ShiftFigures, stationery: Stationery) -> str:
    return figures.amount(minor, shift.currency, stationery.language)


def _money(minor: int, shift: ShiftFigures, stationery: Stationery) -> str:
    return stationery.money(Money(minor, shift.currency))
