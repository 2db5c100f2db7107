"""The people of the simulated day: pickers who walk, counters that hand over, customers who come."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from pos_app.operations import collecting, missing, paying, picking, putting_back
from pos_app.operations.collecting import Found, HandOver
from pos_app.operations.desk import Changed
from pos_app.operations.missing import Missing
from site_sync.domain.codes import ScanSettings, classify
from site_sync.domain.commands import ReportShort
from site_sync.domain.errors import Refusal
from site_sync.domain.orders import Order, Stage
from site_sync.domain.particulars import Identity, IdentityBy, ShortNext
from site_sync.domain.shop import StaffMember
from tests.simulation.shop import ITEMS
from tests.simulation.till import Till

BARCODES = {item.sku: item.barcodes[0] for item in ITEMS}
WALK = 3
"""Orders a picker takes in one walk."""
LINES_A_MINUTE = 2


@dataclass
class Tally:
    """What happened, counted by name; every refusal by its code."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, result: object) -> bool:
        """Count an act or its refusal; whether it was done."""
        if isinstance(result, Refusal):
            self.counts[f"{name}, refused: {result.code.value}"] += 1
            return False
        self.counts[name] += 1
        return True


class Picker:
    """Takes orders of the queue, walks by the shelves, scans; some things are not there."""

    def __init__(self, till: Till, who: StaffMember, chance: Random, tally: Tally) -> None:
        self.till, self._who = till, who
        self._chance, self._tally = chance, tally
        self._ids: tuple[str, ...] = ()
        self._seen = ""

    def minute(self) -> None:
        """What gets done in a minute; now and then from a list that is a moment old."""
        if self._chance.random() > 0.15:
            self.till.meet()
        seen = self.till.store.site_side.place().cursor
        if not self._ids and seen == self._seen:
            return
        self._seen = seen
        if not self._ids:
            self._take()
        for _ in range(LINES_A_MINUTE):
            self._one_line()
        self._finish()
        self.till.meet()

    def _take(self) -> None:
        """The most urgent orders that nobody has; what another picker took in the same moment is theirs."""
        desk, who = self.till.desk, self.till.acting(self._who)
        free = [one.row for one in picking.queue(desk) if one.row.stage is Stage.TO_PICK]
        wanted = tuple(row.id for row in free[:WALK])
        self._ids = tuple(
            one.order_id
            for one in picking.claim(desk, who, wanted)
            if self._tally.add("claimed", one.refusal or one)
        )

    def _mine(self, order_id: str) -> Order | None:
        order = self.till.store.orders.order(order_id)
        return order if order and order.claim and order.claim.staff == self._who.id else None

    def _one_line(self) -> None:
        self._ids = tuple(order_id for order_id in self._ids if self._mine(order_id))
        line = next((one for one in picking.walk(self.till.desk, self._ids) if one.to_pick), None)
        if line is None:
            return
        desk, who = self.till.desk, self.till.acting(self._who)
        if self._chance.random() < 0.04:
            self._not_there(Missing(line.order_id, line.line, line.to_pick))
            return
        scan = classify(BARCODES[line.sku], ScanSettings())
        for _ in range(line.to_pick):
            self._tally.add("picked", picking.pick_scan(desk, who, (line.order_id,), scan))

    def _not_there(self, what: Missing) -> None:
        """Each of the choices in its turn, as luck will have it."""
        desk, who = self.till.desk, self.till.acting(self._who)
        order = self._mine(what.order_id)
        instead = missing.alternatives(desk, what)
        if order is not None and instead and self._chance.random() < 0.6:
            agreed = self._chance.random() < 0.5
            done = missing.substitute(desk, who, what, instead[0].item.sku, agreed=agreed)
            self._tally.add("substitute agreed" if agreed else "substitute asked", done)
            return
        dropped = picking.short(
            desk, who, what.order_id, ReportShort(what.line, what.quantity, ShortNext.DROP)
        )
        self._tally.add("left out", dropped)

    def _finish(self) -> None:
        """Ready what is complete; an order whose customer is still asked waits with its picker."""
        desk, who = self.till.desk, self.till.acting(self._who)
        for order_id in self._ids:
            order = self._mine(order_id)
            if order is None or order.asked or any(line.quantities.to_pick for line in order.lines):
                continue
            done = picking.confirm(desk, who, order_id, {bag.number: "C1" for bag in order.bags})
            self._tally.add("ready", done)
        self._ids = tuple(order_id for order_id in self._ids if self._mine(order_id))


@dataclass(frozen=True)
class Visit:
    """A customer at the counter with the code of their order; `again` is somebody with a copy of it."""

    at: datetime
    order_id: str
    code: str
    again: bool = False


class CollectCounter:
    """Hands over against the code and the money; also while its wire is down, by the code's hash."""

    def __init__(self, till: Till, who: StaffMember, tally: Tally) -> None:
        self.till, self._who, self._tally = till, who, tally
        self.gave: Counter[str] = Counter()

    def serve(self, visit: Visit) -> bool:
        """One customer; whether goods left."""
        self.till.meet()
        desk, who = self.till.desk, self.till.acting(self._who)
        found = collecting.find(desk, classify(visit.code, ScanSettings()))
        if not isinstance(found, Found):
            self._tally.add("found", found)
            return False
        order = found.record.order
        if order.stage is not Stage.TO_COLLECT:
            self._tally.counts["turned away: " + ("second use" if visit.again else order.stage.value)] += 1
            return False
        identity = Identity(IdentityBy.CODE, found.evidence)
        due = collecting.due(order, {line.id: line.quantities.open for line in order.lines})
        money = paying.take_cash(desk, paying.begin(due), due) if due else None
        if isinstance(money, Refusal):
            raise AssertionError(money)
        bags = tuple(bag.number for bag in order.bags)
        done = collecting.hand_over(desk, who, order.id, HandOver(identity, None, money, bags))
        name = "handed over" if self.till.online else "handed over while cut off"
        left = self._tally.add(name, done) and isinstance(done, Changed)
        self.gave[order.number] += left
        self.till.meet()
        return left

    def tidy(self) -> None:
        """Scan back to the shelf whatever nobody fetched."""
        self.till.meet()
        desk, who = self.till.desk, self.till.acting(self._who)
        for line in putting_back.rows(desk):
            scan = classify(BARCODES[line.sku], ScanSettings())
            for _ in range(line.quantity):
                self._tally.add("put back", putting_back.scan(desk, who, scan))
        self.till.meet()
