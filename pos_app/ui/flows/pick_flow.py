"""Picking at work: claim, walk the shelves, scan, report what is missing, put bags on their shelf."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from pos_app.hardware.sounds import Sound
from pos_app.operations import missing, picking, printing
from pos_app.operations import orders as order_operations
from pos_app.operations.desk import Acting, Desk
from pos_app.operations.picking import OnItsWay, Waiting, WalkLine
from pos_app.ui.flows.approval_flow import permitted
from pos_app.ui.flows.missing_flow import MissingFlow
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.pick import (
    ADDRESS,
    ARRIVALS,
    BAGS,
    CHOICES,
    OFFERS,
    BagToPlace,
    PickLine,
    PickScreen,
)
from pos_app.ui.views.orders import order_row
from pos_app.ui.views.placing import asked_words, outcome
from pos_app.ui.widgets.cart_list import CartRow
from pos_app.ui.widgets.missing_sheets import Arriving, Asked
from pos_app.ui.widgets.order_table import OrderRow as ShownRow
from pos_app.ui.wording import quantity, refused, say
from site_sync.domain.codes import Scan, ScanKind
from site_sync.domain.commands import Pick, Unpick
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.orders import Order
from site_sync.domain.shop import Store


class PickFlow:
    """One picker with some orders in one walk."""

    def __init__(self, at: Workplace, screen: PickScreen) -> None:
        self._at = at
        self._screen = screen
        self._ids: tuple[str, ...] = ()
        self._walk: tuple[WalkLine, ...] = ()
        self._key = ""
        self._bags: dict[str, int] = {}
        self._shelves: dict[tuple[str, int], str] = {}
        self._ready: tuple[Order, ...] = ()
        self._missing = MissingFlow(at, screen, self._reload, self._show_walk)
        screen.claim_pressed.connect(lambda ids: self._claim(tuple(ids)))
        screen.slip_pressed.connect(self._slip)
        screen.line_chosen.connect(self._choose)
        screen.picked.connect(lambda key: self._pick(key, whole=False))
        screen.all_picked.connect(lambda key: self._pick(key, whole=True))
        screen.unpick_pressed.connect(self._unpick)
        screen.short_pressed.connect(self._short)
        screen.arrivals_pressed.connect(self._arrivals)
        screen.arrivals.received.connect(self._receive)
        screen.answered.connect(self._answered)
        screen.bag_pressed.connect(self._next_bag)
        screen.shelf_chosen.connect(self._put_on)
        screen.confirm_pressed.connect(self._confirm)
        screen.release_pressed.connect(self._release)
        screen.back_pressed.connect(self._back)
        at.takes_scans("pick", self)

    def arrive(self, order_id: str = "", **_: object) -> None:
        """Begin with an order, or show the queue, or go on with the walk."""
        if order_id:
            self._claim((order_id,))
        elif self._ids:
            self._reload()
        else:
            self._queue()

    def refresh(self) -> None:
        """Orders changed somewhere: show queue or bags as they are now; a walk goes on undisturbed."""
        part = self._screen.parts.currentIndex()
        if not self._ids and part == ARRIVALS:
            self._arrivals()
        elif not self._ids:
            self._queue()
        elif part == BAGS:
            self._reload()

    def _queue(self) -> None:
        self._ids, self._walk, self._key = (), (), ""
        self._bags, self._shelves, self._ready = {}, {}, ()
        self._at.tasks.run(_queue_and_arrivals, then=self._show_queue)

    def _show_queue(self, found: tuple[tuple[Waiting, ...], int]) -> None:
        waiting, arriving = found
        now = self._at.now()
        self._screen.show_queue([_waiting_row(one, now) for one in waiting], arriving)

    def _back(self) -> None:
        if self._screen.parts.currentIndex() in (CHOICES, OFFERS, ADDRESS):
            self._show_walk()
        elif self._ids or self._screen.parts.currentIndex() == ARRIVALS:
            self._queue()
        else:
            self._at.window.navigation.back()

    def _slip(self, ids: list[str]) -> None:
        self._at.act(
            printing.print_picking_slip,
            self._at.acting,
            tuple(ids),
            then=self._slip_printed,
        )

    def _slip_printed(self, result: Any) -> None:
        if self._at.went_well(result):
            self._at.tell(say("pick.slip_printed"))

    # the walk

    def _claim(self, ids: tuple[str, ...]) -> None:
        """One that somebody else has may be taken over, by right and with a reason."""

        def claim(desk: Desk, acting: Acting) -> Any:
            results = picking.claim(desk, acting, ids, take_over=bool(acting.reason))
            alone = results[0].refusal if len(results) == 1 else None
            return alone if alone is not None and alone.code is Code.CLAIMED_BY_OTHER else results

        def claimed(result: Any, _acting: Acting) -> None:
            if self._at.went_well(result):
                self._claimed(result)
            else:
                self._queue()

        permitted(self._at, claim, claimed)

    def _claimed(self, results: tuple[order_operations.BulkResult, ...]) -> None:
        for result in results:
            if result.refusal is not None:
                self._at.tell(_not_taken(result.number, result.refusal), tone="bad", seconds=10)
        self._ids = tuple(result.order_id for result in results if result.refusal is None)
        self._reload() if self._ids else self._queue()

    def _reload(self) -> None:
        self._at.tasks.run(picking.walk, self._ids, then=self._walked)

    def _walked(self, lines: tuple[WalkLine, ...]) -> None:
        self._walk = lines
        open_keys = [_key(line) for line in lines if line.to_pick]
        if not open_keys:
            self._at.tasks.run(_orders_and_store, self._ids, self._at.place.store.code, then=self._placing)
            return
        if self._key not in open_keys:
            self._key = open_keys[0]
        self._show_walk()

    def _line(self, key: str) -> WalkLine | None:
        return next((line for line in self._walk if _key(line) == key), None)

    def _show_walk(self) -> None:
        line = self._line(self._key)
        if line is None:
            self._reload()
            return
        done = sum(1 for one in self._walk if not one.to_pick)
        progress = say("pick.progress", done=done, of=len(self._walk), count=len(self._ids))
        self._screen.show_walk(self._shown(line), [_row(one) for one in self._walk], progress)

    def _shown(self, line: WalkLine) -> PickLine:
        unit = line.unit
        return PickLine(
            key=_key(line),
            name=line.item,
            sku=line.sku,
            shelf=line.shelf,
            left=quantity(line.to_pick, unit),
            of=quantity(line.to_pick + line.picked, unit),
            order=line.number,
            bag=self._bags.get(line.order_id, 1),
            picture=line.picture,
            colour=line.colour,
        )

    def _choose(self, key: str) -> None:
        line = self._line(key)
        if line is not None and line.to_pick:
            self._key = key
            self._screen.show_refusal("")
            self._show_walk()

    def _pick(self, key: str, *, whole: bool) -> None:
        line = self._line(key)
        if line is None:
            return
        count = line.to_pick if whole else min(line.to_pick, line.unit.scale)
        bag = self._bags.get(line.order_id, 1)
        self._at.act(
            picking.pick, self._at.acting, line.order_id, Pick(line.line, count, bag), then=self._changed
        )

    def _changed(self, result: Any) -> None:
        if isinstance(result, Refusal):
            self._at.sound(Sound.REFUSED)
            self._screen.show_refusal(refused(result.code.value, result.facts))
            return
        self._at.sound(Sound.ACCEPTED)
        self._screen.show_refusal("")
        self._reload()

    def _unpick(self, key: str) -> None:
        line = self._line(key)
        if line is not None and line.picked:
            count = min(line.picked, line.unit.scale)
            self._at.tasks.run(
                picking.unpick,
                self._at.acting,
                line.order_id,
                Unpick(line.line, count),
                then=self._changed,
            )

    def _next_bag(self, key: str) -> None:
        line = self._line(key)
        if line is not None:
            self._bags[line.order_id] = self._bags.get(line.order_id, 1) + 1
            self._show_walk()

    # what is missing

    def _short(self, key: str) -> None:
        line = self._line(key)
        if line is not None:
            self._missing.begin(line)

    # bags of other stores

    def _arrivals(self) -> None:
        self._at.tasks.run(picking.to_receive, then=self._show_arrivals)

    def _show_arrivals(self, bags: tuple[OnItsWay, ...]) -> None:
        shown = [
            Arriving(
                one.order_id,
                one.bag,
                say("pick.bag_from", bag=one.bag, store=one.sent_from),
                f"{one.number} · {one.customer}",
            )
            for one in bags
        ]
        self._screen.arrivals.show_bags(shown)
        self._screen.show_sheet(ARRIVALS, say("pick.receive_title"))

    def _receive(self, order_id: str, bag: int) -> None:
        self._at.act(picking.receive, self._at.acting, order_id, bag, then=self._received)

    def _received(self, result: Any) -> None:
        if result is not None and self._at.went_well(result):
            self._at.tell(say("pick.received"), tone="ok")
        if self._ids:
            self._reload()
        else:
            self._arrivals()

    def _answered(self, order_id: str, line: int, accepted: bool) -> None:
        def said(desk: Desk, acting: Acting) -> Any:
            return missing.answer(desk, acting, order_id, line, accepted=accepted)

        self._at.act(said, self._at.acting, then=self._changed)

    # bags

    def _placing(self, found: tuple[tuple[Order, ...], Store | None]) -> None:
        orders, store = found
        here = self._at.place.store.code
        self._ready = tuple(order for order in orders if order.work_store == here)
        for order in orders:
            if order not in self._ready:
                self._at.tell(say("pick.sent", number=order.number, store=order.work_store), tone="ok")
        if not self._ready:
            self._queue()
            return
        self._show_bags(store.shelves if store else ())

    def _show_bags(self, shelves: tuple[str, ...]) -> None:
        bags, came_to, asked = [], [], []
        for order in self._ready:
            asked += [Asked(order.id, one.line, asked_words(order, one)) for one in order.asked]
            for bag in order.bags:
                proposed = self._shelves.setdefault((order.id, bag.number), bag.shelf or _first(shelves))
                words = say("pick.bag_of", number=order.number, bag=bag.number, of=len(order.bags))
                bags.append(BagToPlace(order.id, bag.number, f"{words} · {order.customer.name}", proposed))
            came_to += outcome(order)
        self._screen.show_bags(bags, shelves, came_to, asked)

    def _put_on(self, order_id: str, bag: int, shelf: str) -> None:
        self._shelves[order_id, bag] = shelf
        self._at.tasks.run(_orders_and_store, self._ids, self._at.place.store.code, then=self._placing)

    def _confirm(self) -> None:
        for order in self._ready:
            shelves = {bag.number: self._shelves.get((order.id, bag.number), "") for bag in order.bags}
            self._at.tasks.run(picking.confirm, self._at.acting, order.id, shelves, then=self._confirmed)
        self._queue()

    def _confirmed(self, result: Any) -> None:
        if self._at.went_well(result):
            order = result.record.order
            self._at.sound(Sound.DONE)
            self._at.tell(say("pick.ready", number=order.number, name=order.customer.name), tone="ok")
            self.refresh()

    def _release(self) -> None:
        self._at.tasks.run(picking.release_all, self._at.acting, self._ids)
        self._queue()

    def scanned(self, scan: Scan) -> bool:
        """An item picks one unit; a shelf places the bags; anything else is for the whole till."""
        if scan.kind is ScanKind.BAG and self._screen.parts.currentIndex() == ARRIVALS:
            self._at.act(picking.receive_scan, self._at.acting, scan, then=self._received)
            return True
        if not self._ids:
            return False
        if scan.kind is ScanKind.SHELF and self._screen.parts.currentIndex() == BAGS and scan.shelf:
            for key in list(self._shelves):
                self._shelves[key] = scan.shelf
            self._at.tasks.run(_orders_and_store, self._ids, self._at.place.store.code, then=self._placing)
            return True
        if scan.kind is not ScanKind.ITEM:
            return False
        bags = self._bags.get(self._ids[0], 1)
        line = self._line(self._key)
        bag = self._bags.get(line.order_id, 1) if line else bags
        self._at.tasks.run(picking.pick_scan, self._at.acting, self._ids, scan, bag, then=self._changed)
        return True


def _key(line: WalkLine) -> str:
    return f"{line.order_id}:{line.line}"


def _row(line: WalkLine) -> CartRow:
    of = line.to_pick + line.picked
    done = not line.to_pick
    return CartRow(
        line_id=_key(line),
        quantity=f"{quantity(line.picked, line.unit)}/{quantity(of, line.unit)}",
        name=line.item,
        detail=f"{line.shelf} · {line.number}",
        badge=say("pick.done") if done else "",
        badge_tone="ok",
    )


def _not_taken(number: str, refusal: Refusal) -> str:
    """Why an order is not taken; nobody can lend the right to pick, as every scan needs it."""
    if refusal.code is Code.RIGHT_NEEDED:
        return say("pick.needs_picker", number=number)
    return f"{number}: {refused(refusal.code.value, refusal.facts)}"


def _queue_and_arrivals(desk: Desk) -> tuple[tuple[Waiting, ...], int]:
    return picking.queue(desk), len(picking.to_receive(desk))


def _waiting_row(one: Waiting, now: datetime) -> ShownRow:
    """An order of the queue by its promise clock: the moment by which picking must begin."""
    shown = order_row(replace(one.row, due=one.start_by), now)
    to = say("pick.send_to", store=one.goes_to) if one.goes_to else shown.detail
    if one.asked or one.awaited:
        waits = say("pick.badge_asked") if one.asked else say("pick.badge_awaited")
        shown = replace(shown, badge=waits, badge_tone="warn")
    return replace(shown, detail=to, by=say("pick.begin_by", when=shown.by))


def _first(shelves: tuple[str, ...]) -> str:
    return shelves[0] if shelves else ""


def _orders_and_store(desk: Desk, ids: tuple[str, ...], code: str) -> tuple[tuple[Order, ...], Store | None]:
    records = [order_operations.record(desk, order_id) for order_id in ids]
    return tuple(record.order for record in records if record), desk.store.shop.store(code)
