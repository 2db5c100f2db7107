"""The collect counter at work: who is it, which bags, what is due, hand over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtGui import QImage

from pos_app.hardware.sounds import Sound
from pos_app.operations import collecting
from pos_app.operations.collecting import Found, HandOver, Matches, Waiting
from pos_app.operations.desk import Acting
from pos_app.operations.paying import Tendering
from pos_app.store.order_rows import OrderRow
from pos_app.ui.flows.approval_flow import permitted
from pos_app.ui.flows.payment_flow import Ask, Finish, Outcome
from pos_app.ui.flows.undo import tell_with_undo
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.collect import CollectScreen
from pos_app.ui.views.collecting import collect_view, found_order, identity_choices, waiting_order
from pos_app.ui.wording import refused, say
from site_sync.domain.codes import Scan, ScanKind
from site_sync.domain.errors import Refusal
from site_sync.domain.history import OrderRecord
from site_sync.domain.orders import Order, Stage
from site_sync.domain.particulars import Identity, IdentityBy, LineQuantity


class CollectFlow:
    """One customer at a time."""

    def __init__(self, at: Workplace, screen: CollectScreen) -> None:
        self._at = at
        self._screen = screen
        self._record: OrderRecord | None = None
        self._identity: Identity | None = None
        self._chosen: dict[int, int] = {}
        self._bags: set[int] = set()
        self._editing = False
        self._against: Refusal | None = None
        screen.typed.connect(self._typed)
        screen.match_chosen.connect(self._open)
        screen.bag_pressed.connect(self._bag_pressed)
        screen.quantity_changed.connect(self._quantity)
        screen.part_pressed.connect(self._part)
        screen.add_items_pressed.connect(self._add_items)
        screen.not_today_pressed.connect(self.clear)
        screen.identity_chosen.connect(self._identified)
        screen.hand_over_pressed.connect(self._hand_over)
        screen.back_pressed.connect(self._away)
        screen.reader.full_pressed.connect(self._fill)
        screen.signed.connect(self._signed)
        screen.signing_left.connect(self._show_if_any)
        at.takes_scans("collect", self)

    def arrive(self, order_id: str = "", scan: Scan | None = None, **_: object) -> None:
        """Begin with a scan or an order, or wait for a code."""
        self._screen.reader.show_filled(filled=self._at.window.is_filled)
        if scan is not None:
            self.scanned(scan)
        elif order_id:
            self._open(order_id)
        elif self._record is None:
            self.clear()
        else:
            self._open(self._record.order.id)

    def _fill(self) -> None:
        self._at.window.fill_screen(wanted=not self._at.window.is_filled)
        self._screen.reader.show_filled(filled=self._at.window.is_filled)

    def show_frame(self, picture: QImage) -> None:
        """The newest picture of the camera."""
        self._screen.reader.show_frame(picture)

    def refresh(self) -> None:
        """Orders changed somewhere, or the line came back: who is here now, what can be handed over."""
        if self._record is not None and self._against is not None:
            self._open(self._record.order.id)
        elif self._record is None:
            self._at.tasks.run(collecting.here_now, then=self._show_waiting)

    def clear(self) -> None:
        """Nobody is served."""
        self._record, self._identity, self._against = None, None, None
        self._chosen, self._bags, self._editing = {}, set(), False
        self._screen.reader.close_search()
        self._screen.reader.show_state("waiting", say("collect.ready_to_read"))
        self.refresh()

    def _show_waiting(self, people: tuple[Waiting, ...]) -> None:
        now = self._at.now()
        if self._record is None:
            self._screen.show_waiting([waiting_order(one, now) for one in people])

    # finding the order

    def scanned(self, scan: Scan) -> bool:
        """A code, number or card finds the order; a bag is ticked; an item is told apart by the till."""
        if scan.kind is ScanKind.BAG and self._record is not None and scan.bag is not None:
            if scan.order_number != self._record.order.number:
                self._refuse(say("collect.other_bag", number=scan.order_number))
            elif all(bag.number != scan.bag for bag in self._record.order.bags):
                self._refuse(say("collect.no_such_bag", number=scan.order_number, bag=scan.bag))
            else:
                self._at.sound(Sound.ACCEPTED)
                self._tick(scan.bag)
            return True
        if scan.kind in (
            ScanKind.COLLECT_CODE,
            ScanKind.ORDER_NUMBER,
            ScanKind.MEMBER_CARD,
            ScanKind.BAG,
        ):
            self._at.tasks.run(collecting.find, scan, then=self._found)
            return True
        return False

    def _refuse(self, words: str) -> None:
        """Nothing of this is for the customer at the counter."""
        self._at.sound(Sound.REFUSED)
        self._screen.reader.show_state("refused", words)

    def _typed(self, text: str) -> None:
        if not text:
            self._screen.reader.show_matches(())
            return
        self._at.tasks.run(collecting.find, text, then=self._found_typed)

    def _found_typed(self, found: Any) -> None:
        if isinstance(found, Found):
            self._show_match(collecting.as_row(found))
        elif isinstance(found, Matches):
            self._screen.reader.show_matches([found_order(row, self._at.now()) for row in found.rows])
        elif isinstance(found, Refusal):
            self._screen.reader.show_matches(())
            self._screen.reader.show_state("waiting", refused(found.code.value, found.facts))

    def _show_match(self, row: OrderRow) -> None:
        self._screen.reader.show_matches([found_order(row, self._at.now())])

    def _open(self, order_id: str) -> None:
        self._at.tasks.run(collecting.open_order, order_id, then=self._found)

    def _found(self, found: Any) -> None:
        if isinstance(found, Refusal):
            words = refused(found.code.value, found.facts)
            self._refuse(words)
            self._at.tell(words, tone="bad", seconds=10)
            return
        if isinstance(found, Matches):
            self._screen.reader.open_search()
            self._screen.reader.show_matches([found_order(row, self._at.now()) for row in found.rows])
            return
        self._take_up(found)

    def _take_up(self, found: Found) -> None:
        order = found.record.order
        if order.stage is Stage.DONE:
            words = collecting.ended_words(found.record)
            self._refuse(say("collect.ended", number=order.number))
            self._at.tell(refused(words.code, words.facts), tone="bad", seconds=12)
            return
        fresh = self._record is None or self._record.order.id != order.id
        self._record, self._against = found.record, found.against
        if fresh:
            self._bags, self._editing, self._identity = set(), False, None
            self._chosen = {line.id: line.quantities.picked for line in order.lines}
        if found.evidence:
            self._identity = Identity(IdentityBy.CODE, found.evidence)
            self._at.sound(Sound.ACCEPTED)
            self._screen.reader.show_state("read", say("collect.read", number=order.number))
        else:
            self._screen.reader.show_state("waiting", order.number)
        self._screen.reader.close_search()
        self._show()

    # the order

    @property
    def _order(self) -> Order:
        if self._record is None:
            raise RuntimeError("no order is being collected")
        return self._record.order

    def _show(self) -> None:
        order = self._order
        if self._identity is None:
            name = order.collector.name if order.collector else order.customer.name
            self._screen.show_choices(
                say("collect.who", name=name), say("collect.who_hint"), identity_choices(order)
            )
            return
        due = collecting.due(order, self._wanted())
        chosen = (self._wanted(), frozenset(self._bags), self._editing)
        view = collect_view(order, self._identity, chosen, due, self._at.now())
        if self._against is not None:
            words = refused(self._against.code.value, self._against.facts)
            view = replace(view, ready=False, warning=words)
        self._screen.show_order(view)

    def _wanted(self) -> dict[int, int]:
        return {line: count for line, count in self._chosen.items() if count}

    def _identified(self, code: str) -> None:
        if self._record is None:
            return
        self._identity = Identity(IdentityBy(code))
        self._show()

    def _bag_pressed(self, code: str) -> None:
        self._tick(int(code))

    def _tick(self, bag: int) -> None:
        if self._record is None:
            return
        self._bags.add(bag)
        self._show()

    def _part(self) -> None:
        if self._record is None:
            return
        self._editing = not self._editing
        self._show()

    def _quantity(self, line_id: int, step: int) -> None:
        line = self._order.line(line_id)
        now = self._chosen.get(line_id, 0) + step * line.unit.scale
        self._chosen[line_id] = max(0, min(line.quantities.open, now))
        self._show()

    def _add_items(self) -> None:
        self._at.window.navigation.navigate("sale", recall=self._order.id)

    def _show_if_any(self) -> None:
        if self._record is not None:
            self._show()

    def _signed(self, text: str) -> None:
        if self._record is None or self._identity is None:
            return
        self._identity = replace(self._identity, signature=text)
        self._show()
        self._hand_over()

    def _ask_to_sign(self) -> None:
        order = self._order
        name = order.collector.name if order.collector else order.customer.name
        self._screen.show_signing(say("collect.sign_hint", name=name, number=order.number))

    def _hand_over(self) -> None:
        if self._record is None:
            return
        if self._at.habits.signature and self._identity is not None and not self._identity.signature:
            self._ask_to_sign()
            return
        due = collecting.due(self._order, self._wanted())
        if due.amount > 0:
            title = f"{self._order.number} · {self._order.customer.name}"
            order_id, how = self._order.id, self._how(None)

            def allowed(result: Any, acting: Acting) -> None:
                if self._at.went_well(result):
                    ask = Ask(due, lambda paid, finish: self._paid(acting, paid, finish), title, "", order_id)
                    self._at.window.navigation.navigate("payment", ask=ask)

            permitted(self._at, lambda desk, acting: collecting.check(desk, acting, order_id, how), allowed)
        else:
            self._leave(self._at.acting, None, self._handed_over)

    def _paid(self, acting: Acting, tendering: Tendering, finish: Finish) -> None:
        self._leave(acting, tendering, lambda result: self._paid_over(result, finish))

    def _how(self, tendering: Tendering | None) -> HandOver:
        order = self._order
        wanted = self._wanted()
        everything = all(line.quantities.open == wanted.get(line.id, 0) for line in order.lines)
        lines = None if everything else tuple(LineQuantity(*part) for part in sorted(wanted.items()))
        identity = self._identity or Identity(IdentityBy.KNOWN)
        bags = tuple(sorted(self._bags))
        return HandOver(identity, lines, tendering, bags)

    def _leave(self, acting: Acting, tendering: Tendering | None, then: Callable[[Any], None]) -> None:
        order_id, how = self._order.id, self._how(tendering)
        permitted(
            self._at,
            lambda desk, who: collecting.hand_over(desk, who, order_id, how),
            lambda result, _who: then(result),
            acting,
        )

    def _paid_over(self, result: Any, finish: Finish) -> None:
        if isinstance(result, Refusal):
            finish(Outcome(refusal=result), self.clear)
            return
        self._record = None  # handed over is handed over, wherever somebody goes from here
        self._at.sound(Sound.DONE)
        words = self._words(result.order)
        finish(Outcome(words), self._next)
        tell_with_undo(self._at, words, result)

    @staticmethod
    def _words(order: Order) -> str:
        done = order.stage is Stage.DONE
        return say("collect.handed_over" if done else "collect.part_handed_over", name=order.customer.name)

    def _away(self) -> None:
        self._record = None  # whoever comes next finds the counter empty
        self._at.window.navigation.back()

    def _next(self) -> None:
        self._record = None
        self._at.window.navigation.navigate("collect")

    def _handed_over(self, result: Any) -> None:
        if self._at.went_well(result):
            self._at.sound(Sound.DONE)
            tell_with_undo(self._at, self._words(result.order), result)
            self._record = None
            self.clear()
