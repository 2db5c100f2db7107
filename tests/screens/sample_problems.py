"""What an hour offline brought: ten things that were not accepted, and some that were dealt with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pos_app.operations.problems import Case, Ended
from pos_app.ui.screens.problems import ENDED, ProblemsScreen
from pos_app.ui.views.problems import ended_view, in_groups, problem_view
from site_sync.domain.commands import AddNote, Command
from site_sync.domain.money import Money
from site_sync.domain.particulars import Actor, ActorKind
from site_sync.domain.problem_choices import outlook
from site_sync.domain.problems import MoneyMoved, ProblemRecord
from tests.builders import NOW

_BY = Actor(ActorKind.STAFF, "anna", "Anna K.")
_COMMAND = Command("c", "o", NOW, _BY, AddNote("x"))
TOM, MIA, EVA, OLE = (
    ("o1", "S01-02-000318-4", "Tom Whitaker"),
    ("o2", "S01-02-000305-7", "Mia Sørensen"),
    ("o3", "S01-02-000321-0", "Eva Lindqvist"),
    ("o4", "S01-01-000298-1", "Ole Brandt"),
)
_LINE = {"sku": "Head torch 400", "store": "S01", "requested": 1, "available": 0}
_TWENTY = (MoneyMoved("cash", Money(2_000, "EUR"), "p1"), MoneyMoved("card", Money(4_500, "EUR"), "p2"))


def record(minute: int, order: tuple[str, str, str], act: str, code: str, **facts: object) -> ProblemRecord:
    """A refused act of an order, some minutes ago."""
    return ProblemRecord(
        id=f"p{minute}",
        at=NOW - timedelta(minutes=60 - 5 * minute),
        store="S01",
        code=code,
        facts=facts,
        order_id=order[0],
        command_id=f"p{minute}",
        act=act,
        staff="Anna K." if minute % 2 else "Jon P.",
        till="S01-02",
    )


def case(
    problem: ProblemRecord, order: tuple[str, str, str], *, known: bool = True, free: int | None = None
) -> Case:
    """The problem as this till shows it."""
    seen = outlook(problem, _COMMAND if problem.of_command else None, order_known=known)
    return Case(problem, order[1], seen, order[2], free, kinds={"cash": "cash", "card": "card"})


def cases() -> list[Case]:
    """Ten, of four orders and two receipts."""
    earlier = NOW - timedelta(minutes=20)
    refused = replace(record(1, TOM, "create", "insufficient_stock", lines=[_LINE]), money=_TWENTY)
    short = record(9, ("", "", ""), "sale", "balance_short", kind="gift_card", number="R-1")
    back = record(10, ("", "", ""), "sale", "returned_already", store="S01", till="01", staff="Jon P.")
    late = record(8, OLE, "take_payment", "money_for_ended", amount=5_000, currency="EUR")
    return [
        case(refused, TOM, known=False, free=2),
        case(record(2, TOM, "pick", "depends_on_rejected"), TOM, known=False),
        case(record(3, TOM, "confirm_picking", "depends_on_rejected"), TOM, known=False),
        case(record(4, MIA, "collect", "already_collected", by="Kim B.", number=MIA[1], store="S03",
                    at=earlier.isoformat()), MIA),
        case(record(5, EVA, "amend", "insufficient_stock", lines=[_LINE]), EVA, free=0),
        case(record(6, EVA, "claim", "claimed_by_other", name="Kim B."), EVA),
        case(record(7, OLE, "cancel", "not_allowed_in_stage", stage="done"), OLE),
        case(replace(late, command_id="x"), OLE),
        case(replace(short, command_id="x"), ("", "", "")),
        case(replace(back, command_id="x", facts={"at": earlier.isoformat(), "store": "S01", "till": "01",
                                                   "staff": "Jon P."}), ("", "", "")),
    ]  # fmt: skip


def problems() -> ProblemsScreen:
    """The list after an hour offline."""
    screen = ProblemsScreen()
    screen.show_problems([problem_view(one, NOW) for one in in_groups(cases())])
    screen.choose("p1")
    return screen


def problems_ended() -> ProblemsScreen:
    """What was dealt with, at this till and in the back office."""
    again = replace(
        record(1, TOM, "create", "insufficient_stock", lines=[_LINE]),
        choice="try_again",
        resolved_till="S01-02",
    )
    noted = replace(
        record(4, MIA, "collect", "already_collected"),
        choice="keep_note",
        resolution="Kim had handed it over at the airport; the customer has one bag.",
    )
    ended = [replace(one, open=False, resolved_by="Bea Holm", resolved_at=NOW) for one in (again, noted)]
    screen = ProblemsScreen()
    screen.tabs.choose(ENDED)
    screen.show_problems(
        [ended_view(Ended(one, *order[1:]), NOW) for one, order in zip(ended, (TOM, MIA), strict=True)]
    )
    return screen
