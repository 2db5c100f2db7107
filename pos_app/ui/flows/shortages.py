"""What to do about units that are not free, as the shop has settled it or as staff say when asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from pos_app.operations import baskets, orders
from pos_app.operations import cart as carts
from pos_app.operations.cart import Cart
from pos_app.operations.orders import StoreChoice
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.choices import Answer
from pos_app.ui.wording import refused, say, when
from site_sync.domain.errors import Refusal
from site_sync.domain.policies import NotFree, OnShortage

STORE, WITHOUT, BACK_ORDER, BACK = "store", "without", "back_order", "back"


@dataclass(frozen=True, slots=True)
class Shortage:
    """What was refused, where else all of it is free, and whether a supplier may be waited for.

    `place` is that of its delivery in a sale of several orders; `ordered` are the lines that were tried,
    where those are not only the lines of that delivery. `rule` is what the shop has settled.
    """

    refusal: Refusal
    elsewhere: tuple[StoreChoice, ...]
    back_order: bool
    place: int = 0
    ordered: Cart | None = None
    rule: NotFree = NotFree.ASK


def ask_about(at: Workplace, short: Shortage, go_on: Callable[[], None]) -> None:
    """Ask, unless the shop has settled it; the sale is changed before it goes on. Going back leaves it."""
    units = _short_units(short.refusal)
    settled = _settled(at, short, units)
    if settled:
        _change(at, settled, units, short)
        at.tell(say(f"shortage.settled_{settled}"))
        go_on()
        return

    def answered(code: str) -> None:
        if code != BACK and at.sale.details is not None:
            _change(at, code, units, short)
            go_on()

    at.window.navigation.navigate(
        "choices",
        title=say("shortage.title"),
        words=refused(short.refusal.code.value, short.refusal.facts),
        answers=_answers(at, short, units),
        then=answered,
    )


def _settled(at: Workplace, short: Shortage, units: dict[int, int]) -> str:
    """What is done without asking, empty where staff are asked or nothing can be done."""
    if short.rule is NotFree.BACK_ORDER and short.back_order:
        return BACK_ORDER
    return WITHOUT if short.rule is NotFree.PARTIAL and _some_left(at, short, units) else ""


def _some_left(at: Workplace, short: Shortage, units: dict[int, int]) -> bool:
    return carts.totals(_lines(at, short)).units > sum(units.values())


def _answers(at: Workplace, short: Shortage, units: dict[int, int]) -> list[Answer]:
    now = at.now()
    answers = [
        Answer(
            f"{STORE}:{one.store.code}",
            say("shortage.store", store=one.store.name),
            say("order_details.ready_by", when=when(one.ready_by, now)),
        )
        for one in short.elsewhere
        if one.complete
    ]
    if short.rule is not NotFree.REFUSE and _some_left(at, short, units):
        answers.append(Answer(WITHOUT, say("shortage.without"), say("shortage.without_detail")))
    if short.rule is not NotFree.REFUSE and short.back_order:
        answers.append(Answer(BACK_ORDER, say("shortage.back_order"), say("shortage.back_order_detail")))
    answers.append(Answer(BACK, say("shortage.back"), ""))
    return answers


def _short_units(refusal: Refusal) -> dict[int, int]:
    """Line number in the order → units that are not free."""
    lines = refusal.facts.get("lines")
    found: dict[int, int] = {}
    for fact in lines if isinstance(lines, list | tuple) else ():
        found[fact["line"]] = fact["requested"] - fact["available"]
    return found


def _lines(at: Workplace, short: Shortage) -> Cart:
    if short.ordered is not None:
        return short.ordered
    return baskets.lines_of(at.sale.cart, at.sale.deliveries, short.place)


def _change(at: Workplace, code: str, units: dict[int, int], short: Shortage) -> None:
    sale, place = at.sale, short.place
    if code.startswith(STORE):
        details = sale.deliveries[place]
        delivery = replace(details.delivery, store=code.partition(":")[2])
        sale.deliver(place, replace(details, delivery=delivery))
    elif code == WITHOUT:
        sale.cart = _without(sale.cart, _lines(at, short), units)
    else:
        sale.on_shortage = OnShortage.BACK_ORDER


def _without(cart: Cart, ordered: Cart, units: dict[int, int]) -> Cart:
    """The cart with only the units that are free of the lines of an order of it."""
    numbers = orders.line_numbers(ordered)
    for line in ordered.live:
        left = line.quantity - units.get(numbers[line.id], 0)
        changed = carts.without(cart, line.id) if left <= 0 else carts.with_quantity(cart, line.id, left)
        if not isinstance(changed, Refusal):
            cart = changed
    return cart
