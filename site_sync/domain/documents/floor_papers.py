"""The papers staff walk with: picking slip, collect slip for a bag, put-back list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from site_sync.domain.codes import bag_code
from site_sync.domain.documents import figures
from site_sync.domain.documents.blocks import (
    Block,
    Code,
    CodeKind,
    Columns,
    Document,
    DocumentKind,
    Pair,
    Rule,
    Size,
    Space,
    Text,
)
from site_sync.domain.documents.order_parts import left_to_pay
from site_sync.domain.documents.stationery import Stationery, centred, made, title
from site_sync.domain.orders import Bag, Line, Order
from site_sync.domain.totals import totals

_NO_SHELF = "—"
_PARTS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class _Walk:
    """One thing to fetch or put back on the way along the shelves."""

    shelf: str
    what: str
    count: str
    order: str
    note: str = ""


def shelf_order(shelf: str) -> tuple[tuple[int, int, str], ...]:
    """Shelves in walking order: A-2 before A-10, those without a shelf last."""
    if not shelf:
        return ((2, 0, ""),)
    parts = _PARTS.split(shelf.upper())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part)


def picking_slip(orders: Sequence[Order], stationery: Stationery) -> Document:
    """What to fetch, by shelf; several orders share one walk and are told apart by a letter."""
    name = stationery.word("picking_slip")
    letters = _letters(orders)
    walk = [
        _Walk(
            line.shelf, line.description, _count(line.quantities.to_pick, line, stationery), letter, line.note
        )
        for order, letter in zip(orders, letters, strict=True)
        for line in order.lines
        if line.stocked and line.quantities.to_pick and _here(line, stationery)
    ]
    blocks: list[Block] = [*title(name), made(stationery, by="staff"), Rule()]
    for order, letter in zip(orders, letters, strict=True):
        blocks.extend(_order_to_pick(order, letter, stationery))
    blocks.extend((Rule(heavy=True), _walk_rows(walk, lettered=len(orders) > 1), Rule()))
    if len(orders) == 1:
        blocks.extend((Space(), Code(CodeKind.CODE128, orders[0].number, orders[0].number)))
    return Document(DocumentKind.PICKING_SLIP, name, tuple(blocks), language=stationery.language)


def _letters(orders: Sequence[Order]) -> list[str]:
    """A, B, … Z, A2, B2, …"""
    return [
        chr(65 + place % 26) + (str(place // 26 + 1) if place >= 26 else "") for place in range(len(orders))
    ]


def _here(line: Line, stationery: Stationery) -> bool:
    return line.source_store == stationery.store.code


def _count(quantity: int, line: Line, stationery: Stationery) -> str:
    return figures.quantity(quantity, line.unit, stationery.language)


def _order_to_pick(order: Order, letter: str, stationery: Stationery) -> Iterator[Block]:
    lettered = f"{letter}  {order.number}"
    yield Columns((Pair(lettered, order.customer.initials, bold=True, size=Size.TALL),))
    due = order.delivery.requested_at or order.promised_at
    if due is not None:
        yield Columns((Pair(stationery.word("ready_by"), stationery.deadline(due)),))
    if order.comment_staff:
        yield Text(f"{stationery.word('note')}: {order.comment_staff}", bold=True)


def _walk_rows(walk: Iterable[_Walk], *, lettered: bool) -> Columns:
    """For each thing a box to tick, its shelf and how many in tall letters, then what it is."""
    rows: list[Pair] = []
    for each in sorted(walk, key=lambda one: (shelf_order(one.shelf), one.what, one.order)):
        count = f"{each.count} {each.order}" if lettered else each.count
        rows.append(Pair(f"[ ] {each.shelf or _NO_SHELF}", count, bold=True, size=Size.TALL))
        rows.append(Pair(f"    {each.what}", ""))
        if each.note:
            rows.append(Pair(f"    {each.note}", "", bold=True))
    return Columns(tuple(rows))


def collect_slip(order: Order, bag: Bag, stationery: Stationery) -> Document:
    """The label of one bag: found by its number and shelf, matched by its code, silent about the person.

    A bag that travels bears the store it goes to in place of a shelf.
    """
    packed = order.packed if bag.number in order.packed else tuple(each.number for each in order.bags)
    place = packed.index(bag.number) + 1
    bags = stationery.word("bag_of").format(number=place, count=len(packed))
    rows = []
    if order.collect_by is not None:
        rows.append(Pair(stationery.word("collect_by"), stationery.deadline(order.collect_by), bold=True))
    rows.append(left_to_pay(totals(order).balance, stationery))
    place_to = order.work_store if bag.sent_from else bag.shelf
    blocks: tuple[Block, ...] = (
        centred(order.number, Size.HUGE, bold=True),
        Rule(heavy=True),
        Columns((Pair(order.customer.initials, place_to, bold=True, size=Size.HUGE),)),
        Rule(heavy=True),
        centred(bags, Size.LARGE, bold=True),
        Code(CodeKind.QR, bag_code(order.number, bag.number)),
        Columns(tuple(rows)),
        *_contents(order, bag, stationery),
        *_picked(order, stationery),
    )
    return Document(
        DocumentKind.COLLECT_SLIP, f"{order.number} · {bags}", blocks, language=stationery.language
    )


def collect_slips(order: Order, stationery: Stationery) -> tuple[Document, ...]:
    """A label for every bag of the order."""
    return tuple(collect_slip(order, bag, stationery) for bag in order.bags)


def _contents(order: Order, bag: Bag, stationery: Stationery) -> Iterator[Block]:
    if not bag.contents:
        return
    yield Rule()
    rows = []
    for line_id, quantity in bag.contents:
        line = order.line(line_id)
        rows.append(Pair(line.description, _count(quantity, line, stationery)))
    yield Columns(tuple(rows))


def _picked(order: Order, stationery: Stationery) -> Iterator[Block]:
    """When the goods were laid out, however late the label is printed, and by whom it was."""
    yield Rule()
    at = order.ready_at or stationery.now
    rows = [Pair(stationery.word("picked_at"), stationery.moment(at))]
    if stationery.staff:
        rows.append(Pair(stationery.word("picked_by"), stationery.staff))
    yield Columns(tuple(rows))


def put_back_list(orders: Sequence[Order], stationery: Stationery) -> Document:
    """What goes back to the shop's shelves, by shelf, and in which bag of which order it lies now."""
    name = stationery.word("put_back_list")
    letters = _letters(orders)
    walk = [
        _Walk(line.shelf, line.description, _count(line.quantities.to_put_back, line, stationery), letter)
        for order, letter in zip(orders, letters, strict=True)
        for line in order.lines
        if line.quantities.to_put_back and _here(line, stationery)
    ]
    rows = tuple(
        Pair(f"{letter}  {order.number}", _shelves(order), bold=True)
        for order, letter in zip(orders, letters, strict=True)
    )
    blocks = (
        *title(name),
        made(stationery, by="staff"),
        Rule(),
        Columns(rows),
        Rule(heavy=True),
        _walk_rows(walk, lettered=True),
        Rule(),
    )
    return Document(DocumentKind.PUT_BACK_LIST, name, blocks, language=stationery.language)


def _shelves(order: Order) -> str:
    """The collect shelves an order's bags stand on."""
    return ", ".join(sorted({bag.shelf for bag in order.bags if bag.shelf}, key=shelf_order))
