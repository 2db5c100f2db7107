"""The shift at work: its report, cash in and out, and the count that closes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, Signal

from pos_app.operations import reasons, shifts, signing_in
from pos_app.operations.denominations import pieces
from pos_app.operations.desk import Acting, Desk
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.shift import ShiftScreen
from pos_app.ui.views.shift import shift_view
from pos_app.ui.wording import language, money, refused, say
from site_sync.domain.documents.shift_report import ShiftFigures
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money
from site_sync.domain.permissions import Right
from site_sync.domain.shop import ReasonFor, StaffMember

REASONS = {"in": ReasonFor.CASH_IN, "out": ReasonFor.CASH_OUT, "drawer": ReasonFor.DRAWER}
RIGHTS = {"cash": Right.SHIFT_CASH, "drawer": Right.DRAWER_OPEN, "close": Right.SHIFT_CLOSE}

Operation = Callable[[Desk, Acting], Any]


@dataclass(frozen=True, slots=True)
class _Wish:
    """An act of the shift that may need approval; an empty reason is asked for with it."""

    code: str
    operation: Operation
    done: Callable[[Any], None]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Look:
    figures: ShiftFigures
    tenders: Mapping[str, str]
    reasons: Mapping[str, tuple[str, ...]]


class ShiftFlow(QObject):
    """`drawer_wanted` asks for the drawer's pulse once opening it was allowed and noted."""

    drawer_wanted = Signal()

    def __init__(self, at: Workplace, screen: ShiftScreen) -> None:
        super().__init__(screen)
        self._at = at
        self._screen = screen
        self._wish: _Wish | None = None
        self._closed = ""
        screen.cash_entered.connect(self._cash)
        screen.drawer_pressed.connect(self._drawer)
        screen.close_pressed.connect(self._close)
        screen.report_pressed.connect(self._print)
        screen.approved.connect(self._approved)
        screen.approval_left.connect(self.refresh)
        screen.done_pressed.connect(at.sign_out)
        screen.back_pressed.connect(at.window.navigation.back)

    def arrive(self, **_: object) -> None:
        """Show the open shift."""
        self._wish, self._closed = None, ""
        self.refresh()

    def refresh(self) -> None:
        """Show the shift as it is now; a closed one does not change any more."""
        self._wish = None
        if self._closed:
            return
        if self._at.shift is None:
            self._screen.show_none()
            return
        self._at.tasks.run(_look, self._at.shift.id, language().value, then=self._show)

    def _show(self, look: Any) -> None:
        if not self._at.went_well(look) or self._closed or self._wish is not None:
            return
        locked = frozenset(code for code, right in RIGHTS.items() if not self._at.may(right))
        view = shift_view(look.figures, look.tenders, self._at.now(), locked)
        self._screen.cash.show_reasons(look.reasons)
        self._screen.show_shift(view, pieces(look.figures.currency))

    # acts

    def _cash(self, way: str, amount: Money, reason: str) -> None:
        def operation(desk: Desk, acting: Acting) -> Any:
            act = shifts.cash_in if way == "in" else shifts.cash_out
            return act(desk, acting, amount)

        def done(_: Any) -> None:
            self._at.tell(say(f"shift.noted_{way}", amount=money(amount)), tone="ok")
            self.drawer_wanted.emit()
            self.refresh()

        self._try(_Wish("cash", operation, done, reason))

    def _drawer(self, reason: str) -> None:
        def done(_: Any) -> None:
            self.drawer_wanted.emit()
            self.refresh()

        self._try(_Wish("drawer", shifts.open_drawer, done, reason))

    def _close(self, counted: Money) -> None:
        def operation(desk: Desk, acting: Acting) -> Any:
            return shifts.close(desk, acting, counted)

        self._try(_Wish("close", operation, self._is_closed))

    def _is_closed(self, figures: ShiftFigures) -> None:
        self._closed = self._at.shift.id if self._at.shift else ""
        self._at.set_shift(None)
        self._at.tasks.run(_names, language().value, then=lambda names: self._show_closed(figures, names))

    def _show_closed(self, figures: ShiftFigures, names: Mapping[str, str]) -> None:
        self._screen.show_closed(shift_view(figures, names, self._at.now(), frozenset()))
        self._at.tell(say("shift.closed_now"), tone="ok")

    def _print(self) -> None:
        shift = self._closed or (self._at.shift.id if self._at.shift else "")
        self._at.act(shifts.print_report, self._at.acting, shift, then=self._printed)

    def _printed(self, result: Any) -> None:
        if self._at.went_well(result):
            self._at.tell(say("shift.printing"), tone="ok", seconds=3)

    # approval

    def _try(self, wish: _Wish) -> None:
        acting = replace(self._at.acting, reason=wish.reason)
        self._at.act(wish.operation, acting, then=lambda result: self._tried(wish, result))

    def _tried(self, wish: _Wish, result: Any) -> None:
        if isinstance(result, Refusal) and result.code is Code.RIGHT_NEEDED:
            self._wish = wish
            self._at.tasks.run(signing_in.staff_here, then=self._ask)
        elif self._at.went_well(result):
            self._wish = None
            wish.done(result)
        else:
            self.refresh()

    def _ask(self, staff: tuple[StaffMember, ...]) -> None:
        wish = self._wish
        if wish is None:
            return
        right = RIGHTS[wish.code]
        people = [
            (one.id, one.name, say(f"role.{one.role.value}"))
            for one in staff
            if right in one.rights and one.id != self._at.acting.staff.id
        ]
        self._screen.ask_approval(say(f"shift.approve_{wish.code}"), people, reason=not wish.reason)

    def _approved(self, staff_id: str, pin: str, reason: str) -> None:
        wish = self._wish
        if wish is None:
            return
        because = wish.reason or reason
        self._at.act(signing_in.approve, self._at.acting, staff_id, pin, because, then=self._approved_by)

    def _approved_by(self, result: Any) -> None:
        wish = self._wish
        if wish is None:
            return
        if isinstance(result, Refusal):
            self._not_approved(result)
            return
        self._at.act(wish.operation, result, then=lambda outcome: self._tried(wish, outcome))

    def _not_approved(self, refusal: Refusal) -> None:
        left, until = refusal.facts.get("left"), refusal.facts.get("until")
        panel = self._screen.approval
        if isinstance(until, str):
            wait = datetime.fromisoformat(until) - self._at.now()
            panel.show_wait(max(1, int(wait.total_seconds())))
        elif isinstance(left, int):
            panel.show_wrong(say("pin.wrong", count=left))
        else:
            panel.show_wrong(refused(refusal.code.value, refusal.facts))


def _names(desk: Desk, spoken: str) -> dict[str, str]:
    return {
        tender.code: tender.names.get(spoken) or tender.names.get("en", tender.code)
        for tender in desk.store.shop.tenders()
    }


def _look(desk: Desk, shift_id: str, spoken: str) -> _Look | Refusal:
    figures = shifts.figures(desk, shift_id)
    if isinstance(figures, Refusal):
        return figures
    usual = {way: reasons.usual(desk, used_for, spoken) for way, used_for in REASONS.items()}
    return _Look(figures, _names(desk, spoken), usual)
