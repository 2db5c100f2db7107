"""The undo key of a notice: what was just done is taken back while that is still possible."""

from __future__ import annotations

from typing import Any

from pos_app.operations import undoing
from pos_app.operations.desk import Changed
from pos_app.operations.undoing import UNDO_SECONDS, Undo
from pos_app.ui.flows.approval_flow import permitted
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.wording import say
from site_sync.domain.orders import Order


def tell_done(at: Workplace, words: str, undo: Undo | None) -> None:
    """Say what was done; with `undo` the notice offers to take it back for as long as it is good."""
    if undo is None:
        at.tell(words, tone="ok", seconds=8)
        return

    def undone(result: Any) -> None:
        if at.went_well(result):
            key = "payment.hand_over_undone" if undo.of_hand_over else "payment.undone_of"
            done = say(key, number=undo.number)
            at.tell(done, tone="ok")
            at.taken_back.emit(done)

    def take_back() -> None:
        if at.staff is not None:
            permitted(at, lambda desk, acting: undoing.undo(desk, acting, undo), lambda r, _acting: undone(r))

    label = say("payment.undo_hand_over") if undo.of_hand_over else ""
    at.window.notices.notify(words, tone="ok", seconds=UNDO_SECONDS, undo=take_back, undo_text=label)


def tell_with_undo(at: Workplace, words: str, changed: Changed, before: Order | None = None) -> None:
    """Say what was done to an order, with the way to take it back where there is one."""
    reason = say("cancel.undone_reason")
    at.tasks.run(
        undoing.undo_of, at.acting, changed, before, reason, then=lambda undo: tell_done(at, words, undo)
    )
