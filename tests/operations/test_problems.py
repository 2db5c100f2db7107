"""Problems at a till: what each choice does to order, money and what waited, and who was first."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from pos_app.operations import orders, picking, problems, shifts
from pos_app.operations.desk import Acting, Changed
from pos_app.operations.orders import Settlement
from pos_app.operations.problems import Case
from pos_app.store.cash import Shift
from pos_app.store.order_list import OrderFilter, Tab
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.orders import Order
from site_sync.domain.problems import ProblemRecord
from site_sync.domain.totals import total_of
from site_sync.protocol.changes import RECORDS, Change, Changes, RecordKind
from site_sync.protocol.codec import COMMAND, PROBLEM_END
from site_sync.protocol.envelope import ENDED, STILL_OPEN, PayloadKind, PushAnswer, Result, ResultKind
from tests.builders import NOW
from tests.desks import Bench, acting
from tests.operations.test_orders import cash, euro, filled, kept


def sold(bench: Bench) -> tuple[Acting, Order]:
    """An order with a deposit of 40.00 in cash, and the shift it was taken in."""
    shift = shifts.open(bench.desk, acting(), euro(10_000))
    assert isinstance(shift, Shift)
    who, details = acting(shift=shift.id, reason="r"), orders.new_details(bench.desk)
    done = orders.save(bench.desk, who, filled(bench), details, Settlement(cash(bench, 4_000)))
    return who, kept(done).order


def answered(bench: Bench, *kinds: tuple[ResultKind, str]) -> None:
    """The site's answers to the order commands that wait, in order."""
    sent = [one for one in bench.store.outbox.to_push(20) if one.payload_kind is PayloadKind.ORDER]
    results = tuple(
        Result(command_id=one.command_id, seq=one.seq, kind=kind, code=code)
        for one, (kind, code) in zip(sent, kinds, strict=False)
    )
    bench.store.site_side.take_answer(
        PushAnswer(service="site", epoch="e1", site_time=NOW, results=results), NOW
    )


def only(bench: Bench) -> Case:
    (case,) = problems.open_problems(bench.desk)
    return case


def only_of(bench: Bench, problem: ProblemRecord) -> Case:
    return next(case for case in problems.open_problems(bench.desk) if case.problem.id == problem.id)


def in_drawer(bench: Bench, shift: str) -> int:
    figures = shifts.figures(bench.desk, shift)
    assert not isinstance(figures, Refusal)
    return figures.cash.expected


def last_sent(bench: Bench) -> tuple[PayloadKind, str]:
    envelope = bench.store.outbox.to_push(50)[-1]
    return envelope.payload_kind, envelope.payload


REFUSED = (ResultKind.REJECTED, "insufficient_stock")
WAITS = (ResultKind.PARKED, "depends_on_rejected")


def test_giving_up_an_order_pays_its_deposit_back_out_of_the_drawer_and_tells_the_site(bench: Bench) -> None:
    who, order = sold(bench)
    answered(bench, REFUSED)
    case = only(bench)
    assert [one.amount for one in case.problem.money] == [euro(4_000)]
    assert case.choices == ("try_again", "give_up")
    unshifted = problems.resolve(bench.desk, acting(shift=""), case.problem.id, "give_up")
    assert isinstance(unshifted, Refusal)
    assert unshifted.code is Code.SHIFT_NEEDED
    assert in_drawer(bench, who.shift) == 14_000
    assert problems.resolve(bench.desk, who, case.problem.id, "give_up") is True
    assert in_drawer(bench, who.shift) == 10_000
    assert bench.store.orders.order(order.id) is None
    kind, payload = last_sent(bench)
    end = PROBLEM_END.load(payload)
    assert (kind, end.problem, end.choice) == (PayloadKind.PROBLEM, case.problem.id, "give_up")
    (ended,) = problems.ended_problems(bench.desk)
    assert (ended.problem.resolved_by, ended.problem.resolved_till) == (who.staff.name, "S01-02")


def test_trying_an_order_again_also_does_what_waited_for_it(bench: Bench) -> None:
    who, order = sold(bench)
    (claimed,) = picking.claim(bench.desk, who, (order.id,))
    assert claimed.refusal is None
    answered(bench, REFUSED, WAITS)
    cases = problems.open_problems(bench.desk)
    assert [case.outlook.nature for case in cases] == ["refused", "waiting"]
    done = problems.resolve(bench.desk, who, cases[0].problem.id, "try_again")
    assert isinstance(done, Changed)
    assert problems.open_problems(bench.desk) == ()
    assert in_drawer(bench, who.shift) == 14_000
    shown = bench.store.orders.order(order.id)
    assert shown is not None
    assert shown.claim is not None
    again = [COMMAND.load(one.payload) for one in bench.store.outbox.to_push(50)[-2:]]
    assert [command.ends.problem for command in again if command.ends] == [one.problem.id for one in cases]


def test_what_was_tried_is_kept_as_a_note_on_an_order_that_the_site_has(bench: Bench) -> None:
    who, order = sold(bench)
    answered(bench, (ResultKind.APPLIED, ""))
    bench.store.orders.keep_answer(order)
    picking.claim(bench.desk, who, (order.id,))
    envelope = bench.store.outbox.to_push(50)[-1]
    assert COMMAND.load(envelope.payload).act.kind == "claim"
    result = Result(
        command_id=envelope.command_id, seq=envelope.seq, kind=ResultKind.REJECTED, code="claimed_by_other"
    )
    words = PushAnswer(service="site", epoch="e1", site_time=NOW, results=(result,))
    bench.store.site_side.take_answer(words, NOW)
    case = only(bench)
    assert case.choices == ("try_again", "keep_note", "give_up")
    blank = problems.resolve(bench.desk, who, case.problem.id, "keep_note", " ")
    assert isinstance(blank, Refusal)
    assert blank.code is Code.TEXT_INVALID
    done = problems.resolve(bench.desk, who, case.problem.id, "keep_note", "Kim picks it")
    assert isinstance(done, Changed)
    assert done.order.notes[-1].text == "Kim picks it"
    assert done.command.ends is not None


def told(bench: Bench, record: ProblemRecord) -> None:
    change = Change(
        kind=RecordKind.PROBLEM, key=record.id, version=2, body=RECORDS[RecordKind.PROBLEM].text(record)
    )
    known = bench.store.identity.read()
    changes = Changes(
        service="site",
        epoch=known.epoch,
        cursor="c9",
        changes=(change,),
        more=False,
        nonce="n",
        site_time=NOW,
    )
    bench.store.site_side.take_changes(changes, NOW)


def test_what_was_ended_elsewhere_ends_here_and_who_is_second_hears_who_was_first(
    bench: Bench,
) -> None:
    who, _ = sold(bench)
    answered(bench, REFUSED)
    problem = only(bench).problem
    ended = replace(problem, open=False, choice="give_up", resolved_by="Bea", resolved_at=NOW)
    told(bench, ended)
    assert problems.open_problems(bench.desk) == ()
    late = problems.resolve(bench.desk, who, problem.id, "try_again")
    assert isinstance(late, Refusal)
    assert (late.code, late.facts["by"], late.facts["choice"]) == (Code.PROBLEM_SETTLED, "Bea", "give_up")


def test_a_problem_ended_here_does_not_open_again_when_the_site_still_tells_of_it(bench: Bench) -> None:
    who, _ = sold(bench)
    answered(bench, REFUSED)
    problem = only(bench).problem
    assert problems.resolve(bench.desk, who, problem.id, "give_up") is True
    told(bench, problem)
    assert problems.open_problems(bench.desk) == ()


def test_a_problem_whose_end_the_site_refuses_opens_again_and_pays_nothing_back_twice(bench: Bench) -> None:
    who, order = sold(bench)
    answered(bench, REFUSED)
    problem = only(bench).problem
    assert problems.resolve(bench.desk, who, problem.id, "give_up") is True
    drawer = in_drawer(bench, who.shift)
    assert bench.store.orders.order(order.id) is None
    end = bench.store.outbox.to_push(50)[-1]
    facts = {"right": "sync.resolve", STILL_OPEN: json.loads(RECORDS[RecordKind.PROBLEM].text(problem))}
    result = Result(command_id=end.command_id, seq=end.seq, kind=REFUSED[0], code="right_needed", facts=facts)
    answer = PushAnswer(service="site", epoch="e1", site_time=NOW, results=(result,))
    bench.store.site_side.take_answer(answer, NOW)
    again, of_end = problems.open_problems(bench.desk)
    assert (again.problem.id, again.problem.money, of_end.problem.facts) == (
        problem.id, (), {"right": "sync.resolve"},
    )  # fmt: skip
    assert only_of(bench, problem).choices == ("give_up",), "what was paid back would be booked without money"
    refused = bench.store.lists.rows(OrderFilter(tab=Tab.PROBLEMS, typed=order.number))
    assert [(row.id, row.total.amount) for row in refused] == [(order.id, total_of(order))]
    assert problems.resolve(bench.desk, who, problem.id, "give_up") is True
    assert in_drawer(bench, who.shift) == drawer
    later = NOW + timedelta(minutes=1)
    told(bench, replace(problem, open=False, choice="settled", resolved_by="Bea", resolved_at=later))
    bench.store.site_side.take_answer(answer, NOW)
    assert [one.problem.id for one in problems.open_problems(bench.desk)] == [of_end.problem.id]


def test_a_refusal_that_was_dealt_with_does_not_open_again_at_a_till_that_lost_its_file(bench: Bench) -> None:
    _, order = sold(bench)
    (sent,) = [one for one in bench.store.outbox.to_push(20) if one.payload_kind is PayloadKind.ORDER]
    problem = ProblemRecord(sent.command_id, NOW, "S01", REFUSED[1], {}, order.id, sent.command_id)
    ended = replace(problem, open=False, choice="give_up", resolved_by="Bea", resolved_at=NOW)
    facts = {ENDED: json.loads(RECORDS[RecordKind.PROBLEM].text(ended))}
    result = Result(command_id=sent.command_id, seq=sent.seq, kind=REFUSED[0], code=REFUSED[1], facts=facts)
    answer = PushAnswer(service="site", epoch="e1", site_time=NOW, results=(result,))
    assert bench.store.site_side.take_answer(answer, NOW).problems == ()
    assert problems.open_problems(bench.desk) == ()
    (told,) = problems.ended_problems(bench.desk)
    assert told.problem.resolved_by == "Bea"
    assert bench.store.orders.order(order.id) is None


def test_cash_of_another_till_is_paid_back_there(bench: Bench) -> None:
    who, _ = sold(bench)
    answered(bench, REFUSED)
    problem = replace(only(bench).problem, till="S01-07")
    told(bench, problem)
    case = only(bench)
    assert (case.elsewhere, case.choices) == ("S01-07", ("try_again",))
    refused = problems.resolve(bench.desk, who, problem.id, "give_up")
    assert isinstance(refused, Refusal)


def test_what_stands_is_settled_by_name(bench: Bench) -> None:
    facts: dict[str, object] = {"missing": 500, "currency": "EUR"}
    short = ProblemRecord("sale-1:1", NOW, "S01", "balance_short", facts, command_id="sale-1", act="sale")
    told(bench, short)
    case = only(bench)
    assert (case.outlook.nature, case.choices) == ("stands", ("settled",))
    assert problems.resolve(bench.desk, acting(), short.id, "settled", "paid in cash") is True
    assert problems.open_problems(bench.desk) == ()
