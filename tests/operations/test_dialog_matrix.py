"""Every cell of the payment-action dialog on real orders of a real till, through the domain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pos_app.operations import orders, shifts
from pos_app.operations.desk import Acting
from pos_app.operations.orders import Offer
from pos_app.store.cash import Shift
from site_sync.domain import deposits
from site_sync.domain.actions import Action, ActionCode, context_of
from tests.desks import BOSS, SKUS, Bench, open_bench
from tests.domain.test_actions import design
from tests.operations import dialog_matrix
from tests.operations.dialog_cases import CASES, euro, prepare
from tests.operations.dialog_matrix import MATRIX, Cell, cells

Offers = dict[str, tuple[Offer, Offer]]
_ROWS = [(case, cell) for case in MATRIX for cell in cells(case)]


@pytest.fixture(scope="module")
def offers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offers]:
    """What the dialog offers the boss, and somebody without any right, in every case."""
    bench = open_bench(tmp_path_factory.mktemp("matrix"))
    prepare(bench)
    for sku in SKUS:
        bench.put_on_shelf(sku, "S01", 500)
    yield _offers(bench)
    bench.store.close()


def _offers(bench: Bench) -> Offers:
    shift = shifts.open(bench.desk, Acting(BOSS), euro(20_000))
    assert isinstance(shift, Shift)
    found = {}
    for make in CASES:
        sale = make(bench.desk, Acting(BOSS, shift.id))
        able, bare = (
            orders.actions(bench.desk, Acting(staff, shift.id), sale.cart, sale.details)
            for staff in (BOSS, replace(BOSS, active=False))
        )
        assert isinstance(able, Offer)
        assert isinstance(bare, Offer)
        found[make.__name__] = (able, bare)
    return found


def _as_cell(action: Action, bare: Action) -> Cell:
    state = action.reason.code.value if action.reason else "main" if action.main else "yes"
    return Cell(
        code=action.code,
        state=state,
        now=action.amount_now.amount,
        left=action.amount_left.amount,
        stock=tuple((effect.kind.value, effect.items) for effect in action.stock),
        papers=tuple(paper.value for paper in action.documents),
        message=action.message.value if action.message else "",
        rights=tuple(right.value for right in bare.missing),
        reason=action.needs_reason,
    )


def test_every_case_is_in_the_table() -> None:
    assert list(MATRIX) == [make.__name__ for make in CASES]


@pytest.mark.parametrize("case", MATRIX)
def test_the_cells_are_as_the_table_says(offers: Offers, case: str) -> None:
    able, bare = offers[case]
    found = tuple(_as_cell(*pair) for pair in zip(able.actions, bare.actions, strict=True))
    assert found == cells(case)


@pytest.mark.parametrize("case", MATRIX)
def test_the_case_stands_in_its_column_and_the_design_says_which_actions_are_there(
    offers: Offers, case: str
) -> None:
    offer, _ = offers[case]
    column = context_of(offer.order, offer.draft)
    assert column is dialog_matrix.context_of(case)
    after, draft = offer.draft.after, offer.draft
    conditions = {
        "x": True,
        "-": True,
        ".": False,
        "s": deposits.surplus(after) > 0,
        "c": draft.changed and not draft.new,
        "d": "below_minimum" in case,
    }
    wanted = {code for code, marks in design().items() if conditions[marks[column]]}
    if case == "quote_new":  # nothing was saved that could be printed, extended or cancelled
        wanted -= {ActionCode.PRINT, ActionCode.EXTEND, ActionCode.CANCEL_ORDER}
        wanted |= {ActionCode.DISCARD_ORDER}
    assert {action.code for action in offer.actions} == wanted


@pytest.mark.parametrize(("case", "cell"), _ROWS, ids=[f"{case}-{cell.code}" for case, cell in _ROWS])
def test_what_is_taken_now_and_what_is_left_are_what_the_order_lacks(
    offers: Offers, case: str, cell: Cell
) -> None:
    after = offers[case][0].draft.after
    if cell.now >= 0:
        assert cell.now + cell.left == deposits.balance(after)
    else:
        assert -cell.now == deposits.surplus(after)
    assert cell.left >= 0
