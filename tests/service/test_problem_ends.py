"""How a problem ends at the site: by a till's command or word, or in the back office; the first one wins."""

from __future__ import annotations

from dataclasses import replace

import pytest

from site_sync.domain.commands import AddNote, Create, TakePayment
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money
from site_sync.domain.particulars import Tendered
from site_sync.domain.problems import Choice, Ends, MoneyMoved, ProblemEnd, ProblemRecord
from site_sync.domain.stock import StockLevel
from site_sync.protocol.codec import PROBLEM_END
from site_sync.protocol.envelope import STILL_OPEN, PayloadKind, Result, ResultKind
from site_sync.service import orders, problem_ends, problems, reservations
from site_sync.service.orders import Authority
from site_sync.service.problem_ends import Deed
from site_sync.service.wiring import Site
from tests.service.shop import ALL_RIGHTS, ANNA, NOON, TENT, Commands, new_line
from tests.service.test_intake import BEN
from tests.service.tills import Till, enrol

TWENTY = Money(2_000, "EUR")


@pytest.fixture
def commands() -> Commands:
    return Commands()


def refused(till: Till, commands: Commands) -> tuple[Create, Result]:
    """An order for more tents than there are, with a deposit in cash."""
    deposit = (Tendered("pay-1", "cash", TWENTY),)
    command = commands.create(new_line(TENT, 2), payments=deposit)
    assert isinstance(command.act, Create)
    return command.act, till.give(command)


def only(site: Site) -> ProblemRecord:
    (problem,) = site.database.read(problems.open_problems)
    return problem


def found(site: Site, problem_id: str) -> ProblemRecord:
    problem = site.database.read(lambda db: problems.find(db, problem_id))
    assert problem is not None
    return problem


def word(problem: str, choice: Choice, number: int = 1) -> ProblemEnd:
    return ProblemEnd(f"end-{number}", problem, choice, NOON, ANNA, "S01", "02", "talked to her")


def say(till: Till, end: ProblemEnd) -> Result:
    text = PROBLEM_END.text(end)
    return till.result(till.seal_text(end.id, text, staff=end.by.id, kind=PayloadKind.PROBLEM))


def test_a_problem_names_who_did_it_where_and_what_money_it_moved(
    site: Site, till: Till, commands: Commands
) -> None:
    refused(till, commands)
    problem = only(site)
    assert (problem.staff, problem.till, problem.act) == ("Anna", "S01-02", "create")
    assert problem.money == (MoneyMoved("cash", TWENTY, "pay-1"),)


def test_a_tills_word_ends_a_problem_once_and_says_who_when_and_where(
    site: Site, till: Till, commands: Commands
) -> None:
    _, result = refused(till, commands)
    end = word(result.command_id, Choice.GIVE_UP)
    assert say(till, end).kind is ResultKind.APPLIED
    ended = found(site, result.command_id)
    assert (ended.open, ended.choice, ended.resolution) == (False, "give_up", "talked to her")
    assert (ended.resolved_by, ended.resolved_till, ended.resolved_at) == ("Anna", "S01-02", site.now())
    again = till.sent[-1]
    assert till.result(again).kind is ResultKind.APPLIED
    assert site.database.read(problems.open_problems) == []


def test_both_at_once_the_first_wins_and_the_second_is_told(
    site: Site, till: Till, commands: Commands
) -> None:
    _, result = refused(till, commands)
    other = enrol(site, "S01", "03")
    say(till, word(result.command_id, Choice.GIVE_UP))
    same = replace(word(result.command_id, Choice.GIVE_UP, 2), till="03")
    assert say(other, same).kind is ResultKind.APPLIED
    late = say(other, replace(word(result.command_id, Choice.SETTLED, 3), till="03"))
    assert (late.kind, late.code) == (ResultKind.REJECTED, Code.PROBLEM_SETTLED.value)
    assert (late.facts["by"], late.facts["choice"], late.facts["till"]) == ("Anna", "give_up", "S01-02")
    assert (only(site).code, only(site).till) == (Code.PROBLEM_SETTLED.value, "S01-03")


def test_a_till_ends_no_problem_of_another_store(site: Site, till: Till, commands: Commands) -> None:
    _, result = refused(till, commands)
    elsewhere = enrol(site, "S02")
    said = say(elsewhere, replace(word(result.command_id, Choice.GIVE_UP), store="S02"))
    assert (said.kind, said.code) == (ResultKind.REJECTED, Code.RIGHT_NEEDED.value)
    note = replace(
        Commands("S02").give("order-1", AddNote("kept")), ends=Ends(result.command_id, Choice.KEEP_NOTE)
    )
    assert elsewhere.give(note).code == Code.RIGHT_NEEDED.value
    assert found(site, result.command_id).open


def test_an_act_tried_again_ends_its_problem_and_cannot_follow_giving_up(
    site: Site, till: Till, commands: Commands
) -> None:
    act, result = refused(till, commands)
    fewer = replace(act, lines=(new_line(TENT, 1),))
    first = replace(commands.give("order-again", fewer), ends=Ends(result.command_id, Choice.TRY_AGAIN))
    assert till.give(first).kind is ResultKind.APPLIED
    assert found(site, result.command_id).choice == "try_again"
    second = replace(
        commands.give("order-again", AddNote("kept")), ends=Ends(result.command_id, Choice.KEEP_NOTE)
    )
    late = till.give(second)
    assert (late.kind, late.code) == (ResultKind.REJECTED, Code.PROBLEM_SETTLED.value)
    assert late.order is not None


def test_ending_a_problem_needs_the_right(site: Site, till: Till, commands: Commands) -> None:
    _, result = refused(till, commands)
    end = replace(word(result.command_id, Choice.GIVE_UP), by=BEN)
    byhim = replace(commands.create(), by=BEN, ends=Ends(result.command_id, Choice.TRY_AGAIN))
    for told in (say(till, end), till.give(byhim)):
        assert told.code == Code.RIGHT_NEEDED.value
        assert told.facts[STILL_OPEN]["id"] == result.command_id  # type: ignore[index]
    assert found(site, result.command_id).open
    assert STILL_OPEN not in found(site, end.id).facts
    by_her = say(till, word(result.command_id, Choice.GIVE_UP, 2))
    assert (by_her.kind, STILL_OPEN in by_her.facts) == (ResultKind.APPLIED, False)


def test_a_problem_that_a_restored_backup_lacks_is_ended_all_the_same(site: Site, till: Till) -> None:
    assert say(till, word("long-gone", Choice.GIVE_UP)).kind is ResultKind.APPLIED


def deed(site: Site, name: str, authority: Authority = ALL_RIGHTS) -> Deed:
    return Deed(name, ANNA, authority, site.now())


def test_the_back_office_tries_again_and_leaves_the_problem_when_it_is_refused(
    site: Site, till: Till, commands: Commands
) -> None:
    refused(till, commands)
    problem = only(site)
    command = site.database.read(lambda db: problem_ends.command_of(db, problem))
    assert command is not None
    again = lambda tx: problem_ends.again(tx, problem, command, deed(site, "again-1"))  # noqa: E731
    still = site.database.write(again)
    assert isinstance(still, Refusal)
    assert still.code is Code.INSUFFICIENT_STOCK
    assert only(site).id == problem.id
    site.database.write(lambda tx: reservations.set_levels(tx, [StockLevel(TENT.sku, "S01", on_hand=5)]))
    assert site.database.write(again) is None
    assert site.database.read(problems.open_problems) == []
    made = site.database.read(lambda db: orders.load(db, command.order_id))
    assert made is not None
    assert made.payments[0].amount == TWENTY


def test_the_back_office_keeps_what_was_tried_as_a_note(site: Site, till: Till, commands: Commands) -> None:
    create = commands.create()
    till.give(create)
    too_much = TakePayment((Tendered("pay-9", "cash", Money(9_000_000, "EUR")),))
    assert till.give(commands.give(create.order_id, too_much), 1).kind is ResultKind.REJECTED
    problem = only(site)
    right_less = site.database.write(
        lambda tx: problem_ends.as_note(tx, problem, "n", deed(site, "note-0", Authority(frozenset())))
    )
    assert right_less is not None
    site.database.write(
        lambda tx: problem_ends.as_note(tx, problem, "She paid too much", deed(site, "note-1"))
    )
    assert (found(site, problem.id).choice, found(site, problem.id).resolution) == (
        "keep_note", "She paid too much",
    )  # fmt: skip
