"""The table of the payment-action dialog: which action is offered in which context."""

from __future__ import annotations

from site_sync.domain.actions_values import ActionCode, DialogContext, Draft
from site_sync.domain.orders import Order, OrderKind, Stage
from site_sync.domain.totals import paid, total_of

COLUMNS = tuple(DialogContext)

OFFERED = "x"
IF_SURPLUS = "s"
IF_CHANGED = "c"
IF_BELOW_MINIMUM = "d"
IF_SAVED = "r"
IF_NEW = "n"
SHOWN = "-"
"""Always disabled: shown so that staff see where the action would be."""

_A = ActionCode
#                       new open paid marked some_voided all_voided to_collect expired quote
_ROWS: dict[ActionCode, str] = {
    _A.PAY_DEPOSIT:         "x   x    .    .      d           .          x          .       .",
    _A.PAY_IN_FULL:         "x   x    .    .      x           .          x          .       .",
    _A.CONTINUE_TO_PAYMENT: "x   x    .    x      x           .          x          .       x",
    _A.PICK_UP_SELECTED:    ".   x    x    x      x           .          x          .       .",
    _A.PICK_UP_ALL:         "x   x    x    x      x           .          x          .       .",
    _A.SAVE:                "x   x    x    .      x           .          x          .       x",
    _A.SAVE_AND_PRINT:      "x   x    x    .      x           .          x          .       x",
    _A.PAY_BACK_DEPOSIT:    "-   .    .    .      .           x          .          x       .",
    _A.REFUND_SURPLUS:      ".   .    s    .      s           .          s          .       .",
    _A.KEEP_AS_CREDIT:      ".   .    s    .      s           x          s          x       .",
    _A.SAVE_AS_QUOTE:       "x   .    .    .      .           .          .          .       .",
    _A.CONVERT_QUOTE:       ".   .    .    .      .           .          .          .       x",
    _A.EXTEND:              ".   .    .    .      .           .          x          x       r",
    _A.PRINT:               ".   x    x    x      x           x          x          x       r",
    _A.CHANGE_DETAILS:      "x   x    x    .      x           .          x          .       x",
    _A.CANCEL_ORDER:        ".   x    x    .      x           x          x          x       r",
    _A.DISCARD_ORDER:       "x   .    .    .      .           .          .          .       n",
    _A.DISCARD_CHANGES:     ".   c    c    .      x           x          .          .       c",
}  # fmt: skip

TABLE: dict[ActionCode, dict[DialogContext, str]] = {
    code: dict(zip(COLUMNS, marks.split(), strict=True)) for code, marks in _ROWS.items()
}

MAIN: dict[DialogContext, tuple[ActionCode, ...]] = {
    DialogContext.NEW: (_A.PAY_DEPOSIT, _A.PAY_IN_FULL),
    DialogContext.BALANCE_OPEN: (_A.SAVE, _A.PAY_DEPOSIT, _A.PICK_UP_ALL),
    DialogContext.FULLY_PAID: (_A.PICK_UP_ALL, _A.SAVE, _A.REFUND_SURPLUS),
    DialogContext.MARKED: (_A.CONTINUE_TO_PAYMENT,),
    DialogContext.SOME_VOIDED: (_A.PAY_DEPOSIT, _A.REFUND_SURPLUS, _A.SAVE),
    DialogContext.ALL_VOIDED: (_A.PAY_BACK_DEPOSIT, _A.CANCEL_ORDER),
    DialogContext.TO_COLLECT: (_A.PICK_UP_ALL, _A.SAVE, _A.REFUND_SURPLUS),
    DialogContext.EXPIRED: (_A.PAY_BACK_DEPOSIT, _A.EXTEND),
    DialogContext.QUOTE: (_A.SAVE, _A.CONVERT_QUOTE),
}
"""The main action of a context: the first of these that can be chosen without an approval."""


def context_of(order: Order, draft: Draft) -> DialogContext:
    """Which column of the table the dialog is opened on, from the order as saved and as it would be."""
    after = draft.after
    if after.kind is OrderKind.QUOTE:
        return DialogContext.QUOTE
    if draft.new:
        return DialogContext.NEW
    if draft.voided:
        live = any(line.quantities.live for line in after.lines)
        return DialogContext.SOME_VOIDED if live else DialogContext.ALL_VOIDED
    if order.expired_at is not None:
        return DialogContext.EXPIRED
    if draft.marked:
        return DialogContext.MARKED
    if after.stage is Stage.TO_COLLECT:
        return DialogContext.TO_COLLECT
    return DialogContext.BALANCE_OPEN if total_of(after) > paid(after) else DialogContext.FULLY_PAID
