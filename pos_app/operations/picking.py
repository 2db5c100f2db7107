"""Picking: the queue by promise, one walk through the shelves for several orders, bags, ready."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pos_app.operations import printing
from pos_app.operations.desk import Acting, BulkResult, Changed, Desk, act_on, in_bulk
from pos_app.operations.orders import bringing
from pos_app.store.order_list import OrderFilter, Tab
from pos_app.store.order_rows import OrderRow
from site_sync.domain.codes import Scan
from site_sync.domain.commands import (
    Act,
    ClaimPicking,
    ConfirmPicking,
    Pick,
    PlaceBag,
    Receive,
    ReleasePicking,
    ReportShort,
    Unpick,
)
from site_sync.domain.documents.blocks import Document
from site_sync.domain.documents.floor_papers import collect_slip, shelf_order
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.lifecycle.picking import bag_for
from site_sync.domain.orders import DeliveryMode, Line, Order, Stage
from site_sync.domain.pace import start_by, work_of
from site_sync.domain.particulars import BagPlace
from site_sync.domain.quantities import Unit
from site_sync.domain.scales import units_of


@dataclass(frozen=True, slots=True)
class WalkLine:
    """One line of a walk: what, from which shelf, how many are left, in which bag of which order it goes."""

    order_id: str
    number: str
    line: int
    item: str
    sku: str
    shelf: str
    to_pick: int
    picked: int
    unit: Unit
    bag: int = 1
    picture: str = ""
    colour: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Picked:
    """A scanned unit that was picked: the change, and which line of which order it was for."""

    changed: Changed
    order_id: str
    line: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order in the queue: when picking must begin, its lines to fetch here, the store its bag goes to.

    `asked` says that its customer is asked about a substitute, `awaited` that bags of another store are.
    """

    row: OrderRow
    start_by: datetime
    lines: int
    goes_to: str = ""
    asked: bool = False
    awaited: bool = False


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """A bag another store sent, for an order that is handed over here."""

    order_id: str
    number: str
    customer: str
    bag: int
    sent_from: str


def queue(desk: Desk) -> tuple[Waiting, ...]:
    """Orders this store has to pick, and goods it sends to other stores; by when picking must begin."""
    rows = desk.store.lists.rows(OrderFilter(Tab.TO_PICK))
    found = (_waiting(desk, row) for row in rows)
    return tuple(sorted((one for one in found if one), key=lambda one: one.start_by))


def _waiting(desk: Desk, row: OrderRow) -> Waiting | None:
    """The order's place in the queue; None when nothing of it concerns this store."""
    order, here = desk.store.orders.order(row.id), desk.here
    if order is None:
        return None
    lines = sum(1 for line in order.lines if line.blocks and line.quantities.to_pick and _is_here(desk, line))
    home = row.work_store == here.code
    if not lines and not home:
        return None
    hour = here.calendar.local(desk.now()).hour
    minutes = desk.policy(row.work_store, row.method).preparation_minutes
    work = work_of(lines, here.pick_seconds, hour, minutes)
    goes_to = "" if home or order.delivery.mode is DeliveryMode.SHIP else row.work_store
    return Waiting(row, start_by(row.due, work), lines, goes_to, bool(order.asked), order.on_its_way)


def to_receive(desk: Desk) -> tuple[OnItsWay, ...]:
    """Bags that other stores sent for orders handed over here."""
    rows = desk.store.lists.rows(OrderFilter(Tab.TO_PICK, store=desk.identity.store))
    found = (desk.store.orders.order(row.id) for row in rows if row.stage is Stage.PICKING)
    return tuple(
        OnItsWay(order.id, order.number, order.customer.name, bag.number, bag.sent_from)
        for order in found
        if order is not None
        for bag in order.bags
        if bag.sent_from
    )


def receive(desk: Desk, acting: Acting, order_id: str, bag: int) -> Changed | Refusal:
    """A bag of another store is here."""
    return _act(desk, acting, order_id, Receive((bag,)))


def receive_scan(desk: Desk, acting: Acting, scan: Scan) -> Changed | Refusal | None:
    """The scanned bag is here; None when it is not one that is awaited."""
    for one in to_receive(desk):
        if (one.number, one.bag) == (scan.order_number, scan.bag):
            return receive(desk, acting, one.order_id, one.bag)
    return None


def _act(desk: Desk, acting: Acting, order_id: str, act: Act) -> Changed | Refusal:
    return act_on(desk, acting, order_id, act, bringing(desk, acting, order_id))


def claim(
    desk: Desk, acting: Acting, order_ids: tuple[str, ...], *, take_over: bool = False
) -> tuple[BulkResult, ...]:
    """Take orders to pick; each is claimed, or refused because somebody else has it.

    What is only sent from here belongs to its own store's pickers and is not claimed.
    """
    ours = tuple(order_id for order_id in order_ids if not _only_sent(desk, order_id))
    claimed = in_bulk(desk, ours, lambda order_id: _act(desk, acting, order_id, ClaimPicking(take_over)))
    sent = (desk.store.orders.order(order_id) for order_id in order_ids if order_id not in ours)
    return claimed + tuple(BulkResult(order.id, order.number) for order in sent if order)


def _only_sent(desk: Desk, order_id: str) -> bool:
    """Whether the order is handed over by another store, to which the goods from here travel."""
    order = desk.store.orders.order(order_id)
    return order is not None and order.work_store != desk.identity.store


def release(desk: Desk, acting: Acting, order_id: str) -> Changed | Refusal:
    """Give an order back to the queue."""
    return _act(desk, acting, order_id, ReleasePicking())


def release_all(desk: Desk, acting: Acting, order_ids: tuple[str, ...]) -> tuple[BulkResult, ...]:
    """Give the orders of a walk back; those that are only sent from here were never taken."""
    ours = tuple(order_id for order_id in order_ids if not _only_sent(desk, order_id))
    return in_bulk(desk, ours, lambda order_id: release(desk, acting, order_id))


def walk(desk: Desk, order_ids: tuple[str, ...]) -> tuple[WalkLine, ...]:
    """All goods of some orders in the order of the shelves."""
    lines: list[WalkLine] = []
    for order_id in order_ids:
        order = desk.store.orders.order(order_id)
        if order is not None:
            lines.extend(_walk_lines(desk, order))
    return tuple(sorted(lines, key=lambda line: (shelf_order(line.shelf), line.item, line.number)))


def _walk_lines(desk: Desk, order: Order) -> list[WalkLine]:
    bags = {line: bag.number for bag in order.bags for line, _ in bag.contents}
    found = []
    for line in order.lines:
        if line.blocks and line.quantities.open and _is_here(desk, line):
            found.append(_walk_line(desk, order, line, bags.get(line.id, 1)))
    return found


def _is_here(desk: Desk, line: Line) -> bool:
    """Whether the line's goods lie in this store; those of another one come by transfer."""
    return line.source_store in ("", desk.identity.store)


def _walk_line(desk: Desk, order: Order, line: Line, bag: int) -> WalkLine:
    item = desk.store.catalogue.item(line.sku)
    return WalkLine(
        order_id=order.id,
        number=order.number,
        line=line.id,
        item=line.description,
        sku=line.sku,
        shelf=line.shelf or (item.shelf if item else ""),
        to_pick=line.quantities.to_pick,
        picked=line.quantities.picked,
        unit=line.unit,
        bag=bag,
        picture=item.picture if item else "",
        colour=item.colour if item else "",
        note=line.note,
    )


def pick_scan(
    desk: Desk, acting: Acting, order_ids: tuple[str, ...], scan: Scan, bag: int = 1
) -> Picked | Refusal:
    """Pick one scanned unit, or what a scale weighed, for the first of these orders that still needs it.

    A wrong item is refused.
    """
    item = desk.store.catalogue.by_code(scan.barcode or scan.raw)
    if item is None:
        return Refusal(Code.ITEM_UNKNOWN, {"code": scan.shown})
    for line in walk(desk, order_ids):
        if line.sku != item.sku or not line.to_pick:
            continue
        count = units_of(scan.embedded, item.unit, item.price) if scan.embedded else line.unit.scale
        changed = pick(desk, acting, line.order_id, Pick(line.line, min(count, line.to_pick), bag))
        return changed if isinstance(changed, Refusal) else Picked(changed, line.order_id, line.line)
    return Refusal(Code.LINE_UNKNOWN, {"sku": item.sku, "item": item.name})


def pick(desk: Desk, acting: Acting, order_id: str, what: Pick) -> Changed | Refusal:
    """Units were found and put into a bag; what travels to another store goes into a bag of its own."""
    order = desk.store.orders.order(order_id)
    if order is not None:
        what = replace(what, bag=bag_for(order, desk.identity.store, what.bag))
    brought = bringing(desk, acting, order_id)

    def papers(changed: Changed) -> tuple[str, ...]:
        jobs = brought.papers(changed) if brought.papers else ()
        return jobs + printing.queue(desk, _travel_labels(desk, acting, changed.order), order_id)

    return act_on(desk, acting, order_id, what, replace(brought, papers=papers))


def _travel_labels(desk: Desk, acting: Acting, order: Order) -> tuple[Document, ...]:
    """Labels of the bags that leave for another store, once nothing more goes into them."""
    here = desk.identity.store
    if any(line.blocks and line.quantities.to_pick and _is_here(desk, line) for line in order.lines):
        return ()
    paper = printing.stationery(desk, acting.staff)
    return tuple(collect_slip(order, bag, paper) for bag in order.bags if bag.sent_from == here)


def short(desk: Desk, acting: Acting, order_id: str, what: ReportShort) -> Changed | Refusal:
    """Units were not found: leave them out, or have them come from another store."""
    return _act(desk, acting, order_id, what)


def elsewhere(desk: Desk, sku: str, quantity: int) -> tuple[tuple[str, int], ...]:
    """Other stores that have this many units free, the fullest first, as (store code, units)."""
    here = desk.identity.store
    levels = desk.store.catalogue.stock_of(sku)
    fit = [level for level in levels if level.store != here and level.available >= quantity]
    return tuple((level.store, level.available) for level in sorted(fit, key=lambda level: -level.available))


def unpick(desk: Desk, acting: Acting, order_id: str, what: Unpick) -> Changed | Refusal:
    """Picked units go back to the list."""
    return _act(desk, acting, order_id, what)


def confirm(desk: Desk, acting: Acting, order_id: str, shelves: Mapping[int, str]) -> Changed | Refusal:
    """The order is ready: its bags (by number) lie on these shelves; collect slips are queued."""
    places = tuple(BagPlace(bag, shelf) for bag, shelf in sorted(shelves.items()) if shelf)
    return _act(desk, acting, order_id, ConfirmPicking(places))


def place_bag(desk: Desk, acting: Acting, order_id: str, bag: int, shelf: str) -> Changed | Refusal:
    """A bag was put on another shelf."""
    return _act(desk, acting, order_id, PlaceBag(bag, shelf))
