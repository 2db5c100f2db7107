"""Recalculating prices at work: old and new price of each line, what it comes to, which lines stay locked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pos_app.operations import repricing
from pos_app.operations.cart import Cart
from pos_app.operations.desk import Acting, Desk
from pos_app.operations.repricing import Effect, PriceChange
from pos_app.ui.flows.approval_flow import permitted
from pos_app.ui.flows.line_choice_flow import LineView
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.line_choice import ChoiceLine, ChoiceSum
from pos_app.ui.wording import money, say
from site_sync.domain.money import Money
from site_sync.domain.orders import OrderKind


class Repricing:
    """The recalled order in the sale and the lines whose price is another one today."""

    def __init__(self, at: Workplace, cart: Cart, then: Callable[[Cart, Acting], None]) -> None:
        self._at = at
        self._cart = cart
        self._then = then
        self._changes: tuple[PriceChange, ...] = ()
        self._locked: set[int] = set()
        self._effect: Effect | None = None

    def begin(self) -> None:
        """Look what the lines cost today."""
        self._at.tasks.run(repricing.changes, self._cart, then=self._found)

    def _found(self, changes: tuple[PriceChange, ...]) -> None:
        if not changes:
            self._at.tell(say("reprice.nothing"), tone="ok")
            return
        self._changes = changes
        self._locked = {change.line for change in changes if change.settled}
        self._look(lambda: self._at.window.navigation.navigate("line_choice", ask=self))

    def _look(self, then: Callable[[], object]) -> None:
        def known(effect: Effect) -> None:
            self._effect = effect
            then()

        self._at.tasks.run(repricing.effect, self._cart, self._chosen, then=known)

    @property
    def _chosen(self) -> tuple[PriceChange, ...]:
        return tuple(change for change in self._changes if change.line not in self._locked)

    def view(self) -> LineView:
        """Each line with its old and new price, and what the order comes to."""
        base = self._cart.base
        return LineView(
            title=say("reprice.title", number=base.number if base else ""),
            words=say("reprice.words"),
            go=say("reprice.go"),
            lines=tuple(self._line(change) for change in self._changes),
            sums=self._sums(),
            ready=bool(self._chosen),
        )

    def _line(self, change: PriceChange) -> ChoiceLine:
        locked = change.line in self._locked
        detail = say("reprice.detail", old=money(change.old), new=money(change.new))
        difference = Money(change.new.amount - change.old.amount, change.new.currency)
        sign = "+" if difference.amount > 0 else ""
        return ChoiceLine(
            change.line,
            change.name,
            detail,
            say("reprice.locked" if locked else "reprice.today"),
            "" if locked else f"{sign}{money(difference)}",
            live=not locked,
            whole=True,
            why_not=say("reprice.settled", price=money(change.old)) if change.settled else "",
        )

    def _sums(self) -> tuple[ChoiceSum, ...]:
        effect, base = self._effect, self._cart.base
        if effect is None or base is None:
            return ()
        before, after = money(effect.total_before), money(effect.total_after)
        total = ChoiceSum(say("reprice.total"), say("reprice.from_to", old=before, new=after), strong=True)
        if base.kind is OrderKind.QUOTE or not (effect.minimum_before or effect.minimum_after):
            return (total,)
        least = say("reprice.from_to", old=money(effect.minimum_before), new=money(effect.minimum_after))
        return (total, ChoiceSum(say("reprice.minimum"), least))

    def step(self, line: int, step: int) -> None:
        """Lock a line's price, or let it have today's."""
        if step < 0:
            self._locked.add(line)
        else:
            self._locked.discard(line)
        self._look(lambda: self._at.window.navigation.navigate("line_choice", ask=self))

    def go_on(self) -> None:
        """Put the prices on the lines in the sale; they are kept when the order is saved."""
        cart, chosen = self._cart, self._chosen

        def reprice(desk: Desk, acting: Acting) -> Any:
            return repricing.reprice(desk, acting, cart, chosen)

        def done(result: Any, acting: Acting) -> None:
            if self._at.went_well(result):
                self._then(result, acting)

        permitted(self._at, reprice, done)
