"""What the payment-action dialog offers in every context: the table that domain and screen are held to."""

from __future__ import annotations

from dataclasses import dataclass

from site_sync.domain.actions_values import ActionCode, DialogContext

MATRIX: dict[str, str] = {
    "new": """
pay_deposit         | main |   33.78 | 135.12 | +3    | D C | confirmed | deposit.take order.create
pay_in_full         | yes  |  168.90 |   0.00 | +3    | D C | confirmed | deposit.take order.create
continue_to_payment | yes  |  168.90 |   0.00 | >3    | R   |           | order.collect order.create
pick_up_all         | yes  |  168.90 |   0.00 | >3    | R   |           | order.collect order.create
save                | yes  |    0.00 | 168.90 | +3    |     | confirmed | override order.create +reason
save_and_print      | yes  |    0.00 | 168.90 | +3    | C   | confirmed | override order.create +reason
pay_back_deposit    | nothing_to_refund |    0.00 | 168.90
save_as_quote       | yes  |    0.00 | 168.90 |       | Q   |           | quote.create
change_details      | yes  |    0.00 | 168.90
discard_order       | yes  |    0.00 | 168.90
""",
    "new_without_minimum": """
pay_deposit         | yes  |  168.90 |   0.00 | +3    | D C | confirmed | deposit.take order.create
pay_in_full         | yes  |  168.90 |   0.00 | +3    | D C | confirmed | deposit.take order.create
continue_to_payment | yes  |  168.90 |   0.00 | >3    | R   |           | order.collect order.create
pick_up_all         | yes  |  168.90 |   0.00 | >3    | R   |           | order.collect order.create
save                | main |    0.00 | 168.90 | +3    |     | confirmed | order.create
save_and_print      | yes  |    0.00 | 168.90 | +3    | C   | confirmed | order.create
pay_back_deposit    | nothing_to_refund |    0.00 | 168.90
save_as_quote       | yes  |    0.00 | 168.90 |       | Q   |           | quote.create
change_details      | yes  |    0.00 | 168.90
discard_order       | yes  |    0.00 | 168.90
""",
    "balance_open": """
pay_deposit         | main |  135.12 |   0.00 |       | D   |           | deposit.take
pay_in_full         | yes  |  135.12 |   0.00 |       | D   |           | deposit.take
continue_to_payment | yes  |  135.12 |   0.00 | >3    | R   |           | order.collect
pick_up_selected    | yes  |    0.00 | 135.12 |       |     |           | order.collect
pick_up_all         | yes  |  135.12 |   0.00 | >3    | R   |           | order.collect
save                | nothing_changed |    0.00 | 135.12
save_and_print      | nothing_changed |    0.00 | 135.12
print               | yes  |    0.00 | 135.12 |       | C D |           | print.copy
change_details      | yes  |    0.00 | 135.12 |       |     |           | order.change
cancel_order        | yes  |    0.00 | 135.12 | -3    | X   | cancelled | order.cancel
""",
    "balance_open_changed": """
pay_deposit         | yes  |  135.12 |   0.00 |       | D C |           | deposit.take order.change
pay_in_full         | yes  |  135.12 |   0.00 |       | D C |           | deposit.take order.change
continue_to_payment | yes  |  135.12 |   0.00 | >3    | R   |           | order.change order.collect
pick_up_selected    | yes  |    0.00 | 135.12 |       |     |           | order.change order.collect
pick_up_all         | yes  |  135.12 |   0.00 | >3    | R   |           | order.change order.collect
save                | main |    0.00 | 135.12 |       |     |           | order.change
save_and_print      | yes  |    0.00 | 135.12 |       | C   |           | order.change
print               | yes  |    0.00 | 135.12 |       | C D |           | print.copy
change_details      | yes  |    0.00 | 135.12 |       |     |           | order.change
cancel_order        | yes  |    0.00 | 135.12 | -3    | X   | cancelled | order.cancel
discard_changes     | yes  |    0.00 | 135.12
""",
    "fully_paid": """
pick_up_selected    | yes  |    0.00 |   0.00 |       |     |           | order.collect
pick_up_all         | main |    0.00 |   0.00 | >3    | R   |           | order.collect
save                | nothing_changed |    0.00 |   0.00
save_and_print      | nothing_changed |    0.00 |   0.00
print               | yes  |    0.00 |   0.00 |       | C D |           | print.copy
change_details      | yes  |    0.00 |   0.00 |       |     |           | order.change
cancel_order        | yes  |    0.00 |   0.00 | -3    | X   | cancelled | order.cancel
""",
    "fully_paid_changed": """
pick_up_selected    | yes  |    0.00 |   0.00 |       |     |           | order.change order.collect
pick_up_all         | main |    0.00 |   0.00 | >3    | R   |           | order.change order.collect
save                | yes  |    0.00 |   0.00 |       |     |           | order.change
save_and_print      | yes  |    0.00 |   0.00 |       | C   |           | order.change
print               | yes  |    0.00 |   0.00 |       | C D |           | print.copy
change_details      | yes  |    0.00 |   0.00 |       |     |           | order.change
cancel_order        | yes  |    0.00 |   0.00 | -3    | X   | cancelled | order.cancel
discard_changes     | yes  |    0.00 |   0.00
""",
    "fully_paid_surplus": """
pick_up_selected    | yes  |    0.00 |   0.00 |       |     |           | order.collect
pick_up_all         | main |    0.00 |   0.00 | >2    | R   |           | order.collect
save                | nothing_changed |    0.00 |   0.00
save_and_print      | nothing_changed |    0.00 |   0.00
refund_surplus      | yes  |  -19.95 |   0.00 |       | F   |           | deposit.refund
keep_as_credit      | yes  |    0.00 |   0.00 |       | N   |           | deposit.credit
print               | yes  |    0.00 |   0.00 |       | C D |           | print.copy
change_details      | yes  |    0.00 |   0.00 |       |     |           | order.change
cancel_order        | yes  |    0.00 |   0.00 | -2    | X   | cancelled | order.cancel
""",
    "marked": """
continue_to_payment | main |   15.96 | 119.16 | >1    | R   |           | order.collect
pick_up_selected    | yes  |   15.96 | 119.16 | >1    | R   |           | order.collect
pick_up_all         | yes  |  135.12 |   0.00 | >3    | R   |           | order.collect
print               | yes  |    0.00 | 135.12 |       | C D |           | print.copy
""",
    "some_voided": """
pay_in_full         | yes  |   95.22 |   0.00 | -2    | D C |           | deposit.take order.change
continue_to_payment | yes  |   95.22 |   0.00 | -2 >1 | R   |           | order.change order.collect
pick_up_selected    | yes  |    0.00 |  95.22 | -2    |     |           | order.change order.collect
pick_up_all         | yes  |   95.22 |   0.00 | -2 >1 | R   |           | order.change order.collect
save                | main |    0.00 |  95.22 | -2    |     |           | order.change
save_and_print      | yes  |    0.00 |  95.22 | -2    | C   |           | order.change
print               | yes  |    0.00 |  95.22 |       | C D |           | print.copy
change_details      | yes  |    0.00 |  95.22 |       |     |           | order.change
cancel_order        | yes  |    0.00 |  95.22 | -3    | X   | cancelled | order.cancel
discard_changes     | yes  |    0.00 |  95.22
""",
    "some_voided_below_minimum": """
pay_deposit         | main |   25.80 | 103.20 | -2    | D C |           | deposit.take order.change
pay_in_full         | yes  |  129.00 |   0.00 | -2    | D C |           | deposit.take order.change
continue_to_payment | yes  |  129.00 |   0.00 | -2 >1 | R   |           | order.change order.collect
pick_up_selected    | yes  |    0.00 | 129.00 | -2    |     |           | order.change order.collect
pick_up_all         | yes  |  129.00 |   0.00 | -2 >1 | R   |           | order.change order.collect
save                | yes  |    0.00 | 129.00 | -2    |     |           | order.change
save_and_print      | yes  |    0.00 | 129.00 | -2    | C   |           | order.change
print               | yes  |    0.00 | 129.00 |       | C   |           | print.copy
change_details      | yes  |    0.00 | 129.00 |       |     |           | order.change
cancel_order        | yes  |    0.00 | 129.00 | -3    | X   | cancelled | order.cancel
discard_changes     | yes  |    0.00 | 129.00
""",
    "some_voided_surplus": """
pay_in_full         | nothing_to_pay |    0.00 |   0.00
continue_to_payment | yes  |    0.00 |   0.00 | -1 >2 | R   |           | order.change order.collect
pick_up_selected    | yes  |    0.00 |   0.00 | -1    |     |           | order.change order.collect
pick_up_all         | yes  |    0.00 |   0.00 | -1 >2 | R   |           | order.change order.collect
save                | yes  |    0.00 |   0.00 | -1    |     |           | order.change
save_and_print      | yes  |    0.00 |   0.00 | -1    | C   |           | order.change
refund_surplus      | main | -129.00 |   0.00 | -1    | F   |           | deposit.refund order.change
keep_as_credit      | yes  |    0.00 |   0.00 | -1    | N   |           | deposit.credit order.change
print               | yes  |    0.00 |   0.00 |       | C D |           | print.copy
change_details      | yes  |    0.00 |   0.00 |       |     |           | order.change
cancel_order        | yes  |    0.00 |   0.00 | -3    | X   | cancelled | order.cancel
discard_changes     | yes  |    0.00 |   0.00
""",
    "all_voided": """
pay_back_deposit    | main |  -33.78 |   0.00 | -3    | F X | cancelled | deposit.refund order.cancel
keep_as_credit      | yes  |    0.00 |   0.00 | -3    | N X | cancelled | deposit.credit order.cancel
print               | yes  |    0.00 |   0.00 |       | C D |           | print.copy
cancel_order        | yes  |    0.00 |   0.00 | -3    | X   | cancelled | order.cancel
discard_changes     | yes  |    0.00 |   0.00
""",
    "to_collect": """
pay_deposit         | yes  |  135.12 |   0.00 |       | D   |           | deposit.take
pay_in_full         | yes  |  135.12 |   0.00 |       | D   |           | deposit.take
continue_to_payment | yes  |  135.12 |   0.00 | >3    | R   |           | order.collect
pick_up_selected    | yes  |    0.00 | 135.12 |       |     |           | order.collect
pick_up_all         | main |  135.12 |   0.00 | >3    | R   |           | order.collect
save                | nothing_changed |    0.00 | 135.12
save_and_print      | nothing_changed |    0.00 | 135.12
extend              | yes  |    0.00 | 135.12 |       |     | extended  | order.extend
print               | yes  |    0.00 | 135.12 |       | C D |           | print.copy
change_details      | yes  |    0.00 | 135.12 |       |     |           | order.change
cancel_order        | yes  |    0.00 | 135.12 | <3    | X   | cancelled | order.cancel
""",
    "to_collect_surplus": """
pay_deposit         | nothing_to_pay |    0.00 |   0.00
pay_in_full         | nothing_to_pay |    0.00 |   0.00
continue_to_payment | yes  |    0.00 |   0.00 | >2    | R   |           | order.collect
pick_up_selected    | yes  |    0.00 |   0.00 |       |     |           | order.collect
pick_up_all         | main |    0.00 |   0.00 | >2    | R   |           | order.collect
save                | nothing_changed |    0.00 |   0.00
save_and_print      | nothing_changed |    0.00 |   0.00
refund_surplus      | yes  |  -19.95 |   0.00 |       | F   |           | deposit.refund
keep_as_credit      | yes  |    0.00 |   0.00 |       | N   |           | deposit.credit
extend              | yes  |    0.00 |   0.00 |       |     | extended  | order.extend
print               | yes  |    0.00 |   0.00 |       | C D |           | print.copy
change_details      | yes  |    0.00 |   0.00 |       |     |           | order.change
cancel_order        | yes  |    0.00 |   0.00 | <2    | X   | cancelled | order.cancel
""",
    "expired": """
pay_back_deposit    | main |  -33.78 |   0.00 |       | F   |           | deposit.refund
keep_as_credit      | yes  |    0.00 |   0.00 |       | N   |           | deposit.credit
extend              | yes  |    0.00 |   0.00 |       |     | extended  | order.extend
print               | yes  |    0.00 |   0.00 |       | C D |           | print.copy
cancel_order        | yes  |    0.00 |   0.00 |       | X   | cancelled | order.cancel
""",
    "quote": """
continue_to_payment | yes  |  168.90 |   0.00 | >3    | R   |           | order.collect quote.convert
save                | nothing_changed |    0.00 | 168.90
save_and_print      | nothing_changed |    0.00 | 168.90
convert_quote       | main |   33.78 | 135.12 | +3    | D C | confirmed | deposit.take quote.convert
extend              | yes  |    0.00 | 168.90 |       |     |           | order.extend
print               | yes  |    0.00 | 168.90 |       | Q   |           | print.copy
change_details      | yes  |    0.00 | 168.90 |       |     |           | quote.create
cancel_order        | yes  |    0.00 | 168.90 |       |     |           | quote.create
""",
    "quote_changed": """
continue_to_payment | yes  |  218.89 |   0.00 | >4    | R   |           | order.collect convert quote.create
save                | main |    0.00 | 218.89 |       |     |           | quote.create
save_and_print      | yes  |    0.00 | 218.89 |       | Q   |           | quote.create
convert_quote       | yes  |   43.78 | 175.11 | +4    | D C | confirmed | deposit.take convert quote.create
extend              | yes  |    0.00 | 218.89 |       |     |           | order.extend
print               | yes  |    0.00 | 218.89 |       | Q   |           | print.copy
change_details      | yes  |    0.00 | 218.89 |       |     |           | quote.create
cancel_order        | yes  |    0.00 | 218.89 |       |     |           | quote.create
discard_changes     | yes  |    0.00 | 218.89
""",
    "quote_new": """
continue_to_payment | yes  |  168.90 |   0.00 | >3    | R   |           | order.collect order.create
save                | main |    0.00 | 168.90 |       |     |           | quote.create
save_and_print      | yes  |    0.00 | 168.90 |       | Q   |           | quote.create
convert_quote       | yes  |   33.78 | 135.12 | +3    | D C | confirmed | deposit.take order.create
change_details      | yes  |    0.00 | 168.90
discard_order       | yes  |    0.00 | 168.90
""",
}
"""Case → rows in the order they are drawn; an action without a row is not there.

action | main, yes or why not | now | left afterwards | stock | papers | message | rights, written short:
stock + reserves, - releases, > hands over, < puts back; the papers by their letters below.
"""

CONTEXTS: dict[str, DialogContext] = {
    "new_without_minimum": DialogContext.NEW,
    "balance_open_changed": DialogContext.BALANCE_OPEN,
    "fully_paid_changed": DialogContext.FULLY_PAID,
    "fully_paid_surplus": DialogContext.FULLY_PAID,
    "some_voided_below_minimum": DialogContext.SOME_VOIDED,
    "some_voided_surplus": DialogContext.SOME_VOIDED,
    "to_collect_surplus": DialogContext.TO_COLLECT,
    "quote_changed": DialogContext.QUOTE,
    "quote_new": DialogContext.QUOTE,
}
"""The column of the table of a case that is not named for it."""


PAPERS = {
    "D": "deposit_receipt",
    "C": "order_confirmation",
    "R": "sales_receipt",
    "F": "refund_receipt",
    "X": "cancellation",
    "N": "credit_note",
    "Q": "quote",
}
STOCK = {"+": "reserve", "-": "release", ">": "hand_over", "<": "put_back"}
MESSAGES = {"confirmed": "confirmation"}
RIGHTS = {"override": "deposit.override_minimum", "convert": "quote.convert"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One action in one case; amounts in cents, stock as (kind, items)."""

    code: ActionCode
    state: str
    now: int
    left: int
    stock: tuple[tuple[str, int], ...] = ()
    papers: tuple[str, ...] = ()
    message: str = ""
    rights: tuple[str, ...] = ()
    reason: bool = False

    @property
    def enabled(self) -> bool:
        """Whether it can be chosen, by oneself or with an approval."""
        return self.state in ("main", "yes")


def context_of(case: str) -> DialogContext:
    """The column of a case."""
    return CONTEXTS.get(case) or DialogContext(case)


def cells(case: str) -> tuple[Cell, ...]:
    """The rows of a case."""
    return tuple(_cell(row) for row in MATRIX[case].strip().splitlines())


def _cell(row: str) -> Cell:
    parts = [part.strip() for part in row.split("|")]
    code, state, now, left, stock, papers, message, rights = parts + [""] * (8 - len(parts))
    needed = [RIGHTS.get(right, right) for right in rights.split()]
    return Cell(
        code=ActionCode(code),
        state=state,
        now=_cents(now),
        left=_cents(left),
        stock=tuple((STOCK[move[0]], int(move[1:])) for move in stock.split()),
        papers=tuple(PAPERS[paper] for paper in papers.split()),
        message=MESSAGES.get(message, message),
        rights=tuple(right for right in needed if right != "+reason"),
        reason="+reason" in needed,
    )


def _cents(text: str) -> int:
    return int(text.replace(".", ""))
