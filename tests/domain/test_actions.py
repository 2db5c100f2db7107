"""The payment-action dialog offers in every context what the design's table says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from site_sync.domain.actions import (
    Action,
    ActionCode,
    Connection,
    DialogContext,
    Draft,
    available_actions,
    context_of,
)
from site_sync.domain.orders import Bucket, Order, OrderKind
from site_sync.domain.particulars import LineQuantity
from site_sync.domain.permissions import Right, Role, rights_of
from site_sync.domain.policies import DepositPolicy, Policy
from tests.builders import NOW, line, order, payment, quote

DEPOSIT = Policy(deposit=DepositPolicy(minimum_percent=2_000))
ALL = frozenset(Right)
CASHIER = rights_of(Role.CASHIER)
_A = ActionCode

DESIGN = """
| pay_deposit         | x | x | . | . | d | . | x | . | . |
| pay_in_full         | x | x | . | . | x | . | x | . | . |
| save                | x | x | x | . | x | . | x | . | x |
| save_and_print      | x | x | x | . | x | . | x | . | x |
| print               | . | x | x | x | x | x | x | x | x |
| continue_to_payment | x | x | . | x | x | . | x | . | x |
| pick_up_selected    | . | x | x | x | x | . | x | . | . |
| pick_up_all         | x | x | x | x | x | . | x | . | . |
| pay_back_deposit    | - | . | . | . | . | x | . | x | . |
| refund_surplus      | . | . | s | . | s | . | s | . | . |
| keep_as_credit      | . | . | s | . | s | x | s | x | . |
| cancel_order        | . | x | x | . | x | x | x | x | x |
| extend              | . | . | . | . | . | . | x | x | x |
| convert_quote       | . | . | . | . | . | . | . | . | x |
| change_details      | x | x | x | . | x | . | x | . | x |
| discard_changes     | . | c | c | . | x | x | . | . | c |
| discard_order       | x | . | . | . | . | . | . | . | . |
| save_as_quote       | x | . | . | . | . | . | . | . | . |
"""


def design() -> dict[ActionCode, dict[DialogContext, str]]:
    """The table above by action and context."""
    rows = (row.split("|")[1:-1] for row in DESIGN.strip().splitlines())
    return {
        ActionCode(cells[0].strip()): dict(zip(DialogContext, map(str.strip, cells[1:]), strict=True))
        for cells in rows
    }


def voided(before: Order, *numbers: int) -> Draft:
    """The draft of an order in which these lines were taken out."""
    after = before
    for number in numbers:
        one = after.line(number)
        after = after.with_line(
            replace(one, quantities=one.quantities.move(Bucket.TO_PICK, Bucket.CANCELLED, 1))
        )
    return Draft(after, "S01", changed=True, voided=numbers)


def opened(context: DialogContext) -> tuple[Order, Draft]:
    """An order and a draft in that context: two lines of 10.00 and 30.00."""
    lines = (line(1, 1_000), line(2, 3_000))
    ready = (line(1, 1_000, picked=1), line(2, 3_000, picked=1))
    gone = replace(order(line(1, 1_000, to_put_back=1), paid=400), expired_at=NOW)
    match context:
        case DialogContext.NEW:
            drafted = order(*lines)
            return drafted, Draft(drafted, "S01", new=True, changed=True)
        case DialogContext.BALANCE_OPEN:
            saved = order(*lines, paid=800)
        case DialogContext.FULLY_PAID:
            saved = order(*lines, paid=4_000)
        case DialogContext.MARKED:
            saved = order(*lines, paid=800)
            return saved, Draft(saved, "S01", marked=(LineQuantity(1, 1),))
        case DialogContext.SOME_VOIDED:
            saved = order(*lines, paid=800)
            return saved, voided(saved, 1)
        case DialogContext.ALL_VOIDED:
            saved = order(*lines, paid=800)
            return saved, voided(saved, 1, 2)
        case DialogContext.TO_COLLECT:
            saved = order(*ready, paid=800)
        case DialogContext.EXPIRED:
            saved = gone
        case DialogContext.QUOTE:
            saved = quote(*lines)
    return saved, Draft(saved, "S01")


def actions(
    pair: tuple[Order, Draft],
    rights: frozenset[Right] = ALL,
    *,
    policy: Policy = DEPOSIT,
    connection: Connection = Connection.ONLINE,
) -> dict[ActionCode, Action]:
    """The dialog's actions by code."""
    return {action.code: action for action in available_actions(*pair, policy, rights, connection)}


def test_the_table_of_the_design_names_every_action() -> None:
    assert set(design()) == set(ActionCode)


@pytest.mark.parametrize("context", DialogContext)
def test_the_contexts_are_told_apart(context: DialogContext) -> None:
    assert context_of(*opened(context)) is context


@pytest.mark.parametrize("code", ActionCode)
@pytest.mark.parametrize("context", DialogContext)
def test_every_cell_of_the_table(context: DialogContext, code: ActionCode) -> None:
    pair = opened(context)
    offered = actions(pair)
    mark = design()[code][context]
    if mark in (".", "s", "d", "c"):
        assert code not in offered
    elif mark == "-":
        assert not offered[code].enabled
    else:
        unchanged = code in (_A.SAVE, _A.SAVE_AND_PRINT) and not (pair[1].new or pair[1].changed)
        assert offered[code].enabled is not unchanged


@pytest.mark.parametrize(
    ("context", "code"),
    [(c, a) for a, row in design().items() for c, mark in row.items() if mark == "s"],
)
def test_surplus_is_offered_where_there_is_some(context: DialogContext, code: ActionCode) -> None:
    saved, draft = opened(context)
    more = (payment(5_000),)
    pair = replace(saved, payments=more), replace(draft, after=replace(draft.after, payments=more))
    assert context_of(*pair) is context
    assert actions(pair)[code].enabled


@pytest.mark.parametrize(
    "context", [DialogContext.BALANCE_OPEN, DialogContext.FULLY_PAID, DialogContext.QUOTE]
)
def test_what_was_changed_can_be_saved_or_discarded(context: DialogContext) -> None:
    saved, draft = opened(context)
    offered = actions((saved, replace(draft, changed=True)))
    for code in (_A.SAVE, _A.SAVE_AND_PRINT, _A.DISCARD_CHANGES):
        assert offered[code].enabled


def test_a_deposit_is_asked_again_when_voiding_leaves_less_than_the_minimum() -> None:
    saved = replace(opened(DialogContext.SOME_VOIDED)[0], payments=())
    pair = saved, voided(saved, 1)
    assert actions(pair)[_A.PAY_DEPOSIT].amount_now.amount == 600


@pytest.mark.parametrize(
    ("context", "main"),
    [
        (DialogContext.NEW, _A.PAY_DEPOSIT),
        (DialogContext.BALANCE_OPEN, _A.PAY_DEPOSIT),
        (DialogContext.FULLY_PAID, _A.PICK_UP_ALL),
        (DialogContext.MARKED, _A.CONTINUE_TO_PAYMENT),
        (DialogContext.SOME_VOIDED, _A.SAVE),
        (DialogContext.ALL_VOIDED, _A.PAY_BACK_DEPOSIT),
        (DialogContext.TO_COLLECT, _A.PICK_UP_ALL),
        (DialogContext.EXPIRED, _A.PAY_BACK_DEPOSIT),
        (DialogContext.QUOTE, _A.CONVERT_QUOTE),
    ],
)
def test_the_main_action(context: DialogContext, main: ActionCode) -> None:
    assert [action.code for action in actions(opened(context)).values() if action.main] == [main]


def test_giving_back_is_the_main_action_where_nothing_else_can_be_done() -> None:
    ended = replace(order(line(1, 1_000, cancelled=1), paid=400), cancelled_at=NOW, closed_at=NOW)
    assert actions((ended, Draft(ended, "S01")))[_A.REFUND_SURPLUS].main


def test_saving_is_the_main_action_of_a_new_order_without_a_minimum_and_of_a_changed_quote() -> None:
    assert actions(opened(DialogContext.NEW), policy=Policy())[_A.SAVE].main
    saved, draft = opened(DialogContext.QUOTE)
    assert actions((saved, replace(draft, changed=True)))[_A.SAVE].main


def test_a_new_quote_is_saved_sold_or_discarded_but_not_cancelled() -> None:
    drafted = quote(line(1, 1_000))
    offered = actions((drafted, Draft(drafted, "S01", new=True, changed=True)))
    assert {_A.SAVE, _A.CONVERT_QUOTE, _A.CONTINUE_TO_PAYMENT, _A.DISCARD_ORDER} <= set(offered)
    assert not {_A.CANCEL_ORDER, _A.PRINT, _A.EXTEND} & set(offered)
    assert offered[_A.SAVE].main


@pytest.mark.parametrize("context", DialogContext)
@pytest.mark.parametrize("connection", Connection)
@pytest.mark.parametrize("role", Role)
def test_a_main_action_can_be_chosen_alone_and_a_locked_one_says_by_which_right(
    context: DialogContext, connection: Connection, role: Role
) -> None:
    rights = rights_of(role)
    found = available_actions(*opened(context), DEPOSIT, rights, connection)
    assert len({action.code for action in found}) == len(found)
    assert sum(action.main for action in found) <= 1
    for action in found:
        assert action.enabled or not (action.main or action.stock or action.documents or action.message)
        assert not action.main or not action.locked
        assert not set(action.missing) & rights
        assert action.amount_left.amount >= 0
        if action.editable:
            assert action.least is not None
            assert action.most is not None
            assert action.least <= action.amount_now <= action.most


def test_without_rights_everything_but_discarding_is_locked() -> None:
    for context in DialogContext:
        for action in actions(opened(context), frozenset()).values():
            free = action.code in (_A.DISCARD_CHANGES, _A.DISCARD_ORDER, _A.CHANGE_DETAILS)
            assert action.locked or free or not action.enabled


def test_every_action_of_the_order_kinds_is_drawn_in_one_order() -> None:
    for context in DialogContext:
        codes = list(actions(opened(context)))
        assert codes == sorted(codes, key=list(design_order()).index)


def design_order() -> tuple[ActionCode, ...]:
    """The order in which the dialog draws its actions: money first, ends last."""
    return (
        _A.PAY_DEPOSIT, _A.PAY_IN_FULL, _A.CONTINUE_TO_PAYMENT, _A.PICK_UP_SELECTED, _A.PICK_UP_ALL, _A.SAVE,
        _A.SAVE_AND_PRINT, _A.PAY_BACK_DEPOSIT, _A.REFUND_SURPLUS, _A.KEEP_AS_CREDIT, _A.SAVE_AS_QUOTE,
        _A.CONVERT_QUOTE, _A.EXTEND, _A.PRINT, _A.CHANGE_DETAILS, _A.CANCEL_ORDER, _A.DISCARD_ORDER,
        _A.DISCARD_CHANGES,
    )  # fmt: skip


def test_an_order_kind_decides_before_anything_else() -> None:
    saved, draft = opened(DialogContext.SOME_VOIDED)
    quoted = replace(draft, after=replace(draft.after, kind=OrderKind.QUOTE))
    assert context_of(saved, quoted) is DialogContext.QUOTE
