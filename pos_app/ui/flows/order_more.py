"""What else can be done with an order, asked and done: ready, told again, taken back, goods returned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pos_app.operations import order_further, undoing
from pos_app.operations.desk import Acting, Desk
from pos_app.operations.order_further import Further, Offered
from pos_app.ui.flows.approval_flow import permitted
from pos_app.ui.flows.returns_flow import ReturningGoods
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.choices import Answer
from pos_app.ui.wording import say
from site_sync.domain.act_kinds import ActKind
from site_sync.domain.orders import Order

Work = Callable[[Desk, Acting], Any]


class OrderMore:
    """Shows what has a place now; `done` is called after each act."""

    def __init__(self, at: Workplace, done: Callable[[], object]) -> None:
        self._at = at
        self._done = done

    def begin(self, order_id: str) -> None:
        """Ask what is wanted."""
        self._at.tasks.run(order_further.offered, self._at.acting, order_id, then=self._ask)

    def _ask(self, found: Offered | None) -> None:
        if found is None or not found.acts:
            self._at.tell(say("order_more.nothing"), tone="warn")
            return
        answers = [self._answer(one, found.order) for one in found.acts]
        self._at.window.navigation.navigate(
            "choices",
            title=say("order_more.title", number=found.order.number, name=found.order.customer.name),
            answers=answers,
            then=lambda code: self._chosen(ActKind(code), found),
        )

    @staticmethod
    def _answer(one: Further, order: Order) -> Answer:
        code = one.act.value
        key = f"{code}_unreached" if one.act is ActKind.ISSUE_CODE and not order.customer.reachable else code
        to = order.customer.email or order.customer.phone
        detail = say(f"order_more.{key}_detail", name=order.customer.name, number=order.number, to=to)
        return Answer(code, say(f"order_more.{code}"), detail, locked=one.locked)

    def _chosen(self, act: ActKind, found: Offered) -> None:
        order = found.order
        match act:
            case ActKind.MARK_READY:
                self._ask_shelf(found)
            case ActKind.SEND_MESSAGE:
                self._do(lambda desk, who: order_further.send_message(desk, who, order.id), act, order)
            case ActKind.ISSUE_CODE:
                self._do(lambda desk, who: order_further.issue_code(desk, who, order.id), act, order)
            case ActKind.UNDO_COLLECT:
                self._do(lambda desk, who: undoing.undo_hand_over(desk, who, order.id), act, order)
            case ActKind.REOPEN:
                self._do(lambda desk, who: undoing.reopen(desk, who, order.id), act, order)
            case _:
                ReturningGoods(self._at, order, self._at.acting, lambda _changed: self._returned()).begin()

    def _ask_shelf(self, found: Offered) -> None:
        order = found.order
        if not found.shelves:
            self._ready(order, "")
            return
        answers = [Answer(shelf, shelf) for shelf in found.shelves[:6]]
        title = say("order_more.which_shelf", number=order.number)
        self._at.window.navigation.navigate(
            "choices", title=title, answers=answers, then=lambda shelf: self._ready(order, shelf)
        )

    def _ready(self, order: Order, shelf: str) -> None:
        self._do(
            lambda desk, who: order_further.mark_ready(desk, who, order.id, shelf), ActKind.MARK_READY, order
        )

    def _do(self, work: Work, act: ActKind, order: Order) -> None:
        def ended(result: Any, _acting: Acting) -> None:
            if self._at.went_well(result):
                words = say(f"order_more.{act.value}_done", number=order.number, name=order.customer.name)
                self._at.tell(words, tone="ok", seconds=8)
                self._done()

        permitted(self._at, work, ended)

    def _returned(self) -> None:
        self._at.window.navigation.navigate("orders")
        self._done()
