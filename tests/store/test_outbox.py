"""Tests of the outbox: sealed without gaps, sealed again at each start, kept until answered."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from pos_app.operations import orders, problems
from pos_app.operations.cart import Cart, with_customer
from pos_app.operations.desk import Changed
from pos_app.operations.selling import add_item, new_cart
from pos_app.store import outbox
from pos_app.store.store import Store
from site_sync.domain.errors import Refusal
from site_sync.protocol.changes import Enrolled, Started
from site_sync.protocol.envelope import Envelope, PushAnswer, Result, ResultKind
from tests.builders import NOW
from tests.desks import MARIA, SKUS, Bench, acting


def saved(bench: Bench, sku: str = SKUS[0]) -> Changed:
    cart = add_item(bench.desk, new_cart(bench.desk), sku)
    assert isinstance(cart, Cart)
    done = orders.save(
        bench.desk, acting(reason="regular"), with_customer(cart, MARIA), orders.new_details(bench.desk)
    )
    assert isinstance(done, Changed), done
    return done


def save_and_fail(bench: Bench) -> None:
    with bench.store.file.transaction():
        saved(bench)
        raise ZeroDivisionError


def assert_gap_free(envelopes: tuple[Envelope, ...]) -> None:
    previous = ""
    for place, envelope in enumerate(envelopes, start=1):
        assert (envelope.seq, envelope.previous_hash, envelope.intact) == (place, previous, True)
        previous = envelope.chain_hash


def answer(bench: Bench, *envelopes: Envelope, kind: ResultKind = ResultKind.APPLIED) -> None:
    version = 1 if kind is ResultKind.APPLIED else None
    results = tuple(
        Result(command_id=envelope.command_id, seq=envelope.seq, kind=kind, code="stage", version=version)
        for envelope in envelopes
    )
    words = PushAnswer(service="site", epoch="e1", site_time=NOW, results=results)
    bench.store.site_side.take_answer(words, NOW)


def test_acts_are_sealed_in_one_gap_free_chain(bench: Bench) -> None:
    for _ in range(4):
        saved(bench)
    with pytest.raises(ZeroDivisionError):
        save_and_fail(bench)
    saved(bench)
    envelopes = bench.store.outbox.to_push(100)
    assert len(envelopes) == 5
    assert_gap_free(envelopes)


def test_order_numbers_have_no_gap_after_a_refusal(bench: Bench) -> None:
    first = saved(bench)
    bench.put_on_shelf(SKUS[1], "S01", 0)
    cart = add_item(bench.desk, new_cart(bench.desk), SKUS[1])
    assert isinstance(cart, Cart)
    cart = with_customer(cart, MARIA)
    refused = orders.save(bench.desk, acting(reason="r"), cart, orders.new_details(bench.desk))
    assert not isinstance(refused, Changed)
    second = saved(bench)
    assert [done.order.number[:-2] for done in (first, second)] == ["S01-02-000001", "S01-02-000002"]


def test_a_new_start_seals_what_waits_again_and_keeps_ids_and_payloads(bench: Bench) -> None:
    for _ in range(3):
        saved(bench)
    before = bench.store.outbox.to_push(100)
    answer(bench, before[0])
    started = Started(service="site", epoch="e1", site_time=NOW, incarnation=2, next_seq=1)
    bench.store.site_side.start(started, NOW)
    saved(bench)
    after = bench.store.outbox.to_push(100)
    assert_gap_free(after)
    assert [envelope.incarnation for envelope in after] == [2, 2, 2]
    assert [(one.command_id, one.payload_hash) for one in after[:2]] == [
        (one.command_id, one.payload_hash) for one in before[1:]
    ]


def test_after_a_restore_of_the_site_acknowledged_commands_go_to_it_again(bench: Bench) -> None:
    saved(bench)
    saved(bench)
    sent = bench.store.outbox.to_push(100)
    answer(bench, sent[0])
    answer(bench, sent[1], kind=ResultKind.REJECTED)
    assert bench.store.outbox.pending_count() == 0
    started = Started(service="site", epoch="e2", site_time=NOW, incarnation=1, next_seq=1)
    bench.store.site_side.start(started, NOW + timedelta(days=1))
    again = bench.store.outbox.to_push(100)
    assert [one.command_id for one in again] == [sent[0].command_id]
    assert again[0].epoch == "e2"
    assert (sent[0].applied_as, again[0].applied_as) == (None, 1)
    assert bench.store.site_side.place().cursor == ""


@pytest.mark.parametrize("short", [{"1": 2}, {}, None])
def test_what_an_order_went_without_is_told_a_restored_site(
    bench: Bench, short: dict[str, int] | None
) -> None:
    saved(bench)
    (envelope,) = bench.store.outbox.to_push(1)
    assert envelope.applied_short is None
    result = Result(command_id=envelope.command_id, seq=1, kind=ResultKind.APPLIED, version=1, short=short)
    words = PushAnswer(service="site", epoch="e1", site_time=NOW, results=(result,))
    bench.store.site_side.take_answer(words, NOW)
    started = Started(service="site", epoch="e2", site_time=NOW, incarnation=1, next_seq=1)
    bench.store.site_side.start(started, NOW)
    assert [one.applied_short for one in bench.store.outbox.to_push(9)] == [short]


def test_what_an_older_version_of_the_till_heard_of_as_applied_is_not_taken_for_new(bench: Bench) -> None:
    saved(bench)
    (envelope,) = bench.store.outbox.to_push(1)
    result = Result(command_id=envelope.command_id, seq=1, kind=ResultKind.APPLIED)
    words = PushAnswer(service="site", epoch="e1", site_time=NOW, results=(result,))
    bench.store.site_side.take_answer(words, NOW)
    started = Started(service="site", epoch="e2", site_time=NOW, incarnation=1, next_seq=1)
    bench.store.site_side.start(started, NOW)
    assert [one.applied_as for one in bench.store.outbox.to_push(9)] == [1]


def test_a_parked_command_is_lost_with_the_site_and_goes_to_it_again(bench: Bench) -> None:
    saved(bench)
    (envelope,) = bench.store.outbox.to_push(1)
    answer(bench, envelope, kind=ResultKind.PARKED)
    started = Started(service="site", epoch="e2", site_time=NOW, incarnation=1, next_seq=1)
    bench.store.site_side.start(started, NOW)
    (again,) = bench.store.outbox.to_push(9)
    assert (again.command_id, again.applied_as) == (envelope.command_id, None)
    assert (envelope.parked_before, again.parked_before) == (False, True)
    result = Result(command_id=envelope.command_id, seq=1, kind=ResultKind.APPLIED)
    words = PushAnswer(service="site", epoch="e2", site_time=NOW, results=(result,))
    bench.store.site_side.take_answer(words, NOW)
    assert bench.store.problems.open() == ()


def test_a_till_let_in_anew_after_a_restore_sends_what_the_earlier_epoch_took(bench: Bench) -> None:
    saved(bench)
    (envelope,) = bench.store.outbox.to_push(1)
    answer(bench, envelope)
    words = Enrolled(
        service="site", epoch="e2", device="device-9", token="t2", store="S01", till="02",
        profile="till", code_key="00" * 32,
    )  # fmt: skip
    bench.store.identity.enrol(words, "http://127.0.0.1:9")
    started = Started(service="site", epoch="e2", site_time=NOW, incarnation=1, next_seq=1)
    bench.store.site_side.start(started, NOW)
    (again,) = bench.store.outbox.to_push(9)
    assert (again.command_id, again.device, again.epoch) == (envelope.command_id, "device-9", "e2")


def test_a_payload_nobody_can_read_any_more_is_refused_like_any_other(bench: Bench) -> None:
    saved(bench)
    (envelope,) = bench.store.outbox.to_push(1)
    bench.store.file.raw.execute("UPDATE outbox SET payload = '{'")
    answer(bench, envelope, kind=ResultKind.REJECTED)
    (problem,) = bench.store.problems.open()
    assert (problem.id, problem.act) == (envelope.command_id, "order")
    refused = problems.resolve(bench.desk, acting(), problem.id, "try_again")
    assert isinstance(refused, Refusal)
    assert problems.resolve(bench.desk, acting(), problem.id, "give_up") is True


def test_answers_of_another_epoch_count_for_nothing(bench: Bench) -> None:
    saved(bench)
    (envelope,) = bench.store.outbox.to_push(1)
    result = Result(command_id=envelope.command_id, seq=1, kind=ResultKind.APPLIED)
    words = PushAnswer(service="site", epoch="old", site_time=NOW, results=(result,))
    bench.store.site_side.take_answer(words, NOW)
    assert bench.store.outbox.pending_count() == 1


def test_numbers_go_on_after_the_highest_the_site_knows(bench: Bench) -> None:
    started = Started(service="site", epoch="e1", site_time=NOW, incarnation=2, next_seq=1, numbers_used=317)
    bench.store.site_side.start(started, NOW)
    assert saved(bench).order.number.startswith("S01-02-000318-")


def test_the_audit_chain_names_the_first_row_that_was_touched(bench: Bench) -> None:
    for _ in range(3):
        saved(bench)
    assert bench.store.audit.broken_at() is None
    bench.store.file.raw.execute("UPDATE audit SET staff = 'nobody' WHERE place = 2")
    assert bench.store.audit.broken_at() == 2


def test_what_is_too_large_for_one_request_goes_in_several(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        saved(bench)
    sizes = [len(envelope.payload) for envelope in bench.store.outbox.to_push(100)]
    monkeypatch.setattr(outbox, "MOST_CHARACTERS", sizes[0] + sizes[1])
    assert len(bench.store.outbox.to_push(100)) == 2
    monkeypatch.setattr(outbox, "MOST_CHARACTERS", 1)
    assert len(bench.store.outbox.to_push(100)) == 1, "the first goes whatever its size"


@pytest.mark.parametrize("off", [timedelta(days=-400), timedelta(days=400)])
def test_thirty_days_are_those_of_the_site_whatever_a_clock_says(bench: Bench, off: timedelta) -> None:
    bench.clock.now = NOW + off
    for _ in range(2):
        saved(bench)
    answer_at(bench, bench.clock.now)
    started = Started(service="site", epoch="e1", site_time=NOW, incarnation=2, next_seq=1)
    bench.store.site_side.start(
        started.model_copy(update={"site_time": NOW + timedelta(days=29)}), bench.clock.now
    )
    again = started.model_copy(
        update={"epoch": "e2", "incarnation": 3, "site_time": NOW + timedelta(days=29, hours=1)}
    )
    bench.store.site_side.start(again, bench.clock.now)
    assert len(bench.store.outbox.to_push(9)) == 2, "a restored site gets all of it again"
    answer_at(bench, bench.clock.now, epoch="e2")
    much_later = again.model_copy(update={"incarnation": 4, "site_time": NOW + timedelta(days=31)})
    bench.store.site_side.start(much_later, bench.clock.now)
    kept = bench.store.file.raw.execute("SELECT count(*) FROM outbox").fetchone()[0]
    assert kept == 1, "the newest stays, as the sequence hangs on it"


def test_a_till_that_was_not_restarted_for_long_sends_no_more_than_thirty_days_again(bench: Bench) -> None:
    for _ in range(2):
        saved(bench)
    answer_at(bench, NOW)
    saved(bench)
    (recent,) = bench.store.outbox.to_push(9)
    late = NOW + timedelta(days=31)
    result = Result(command_id=recent.command_id, seq=recent.seq, kind=ResultKind.APPLIED)
    bench.store.site_side.take_answer(
        PushAnswer(service="site", epoch="e1", site_time=late, results=(result,)), late
    )
    restored = Started(service="site", epoch="e2", site_time=late, incarnation=2, next_seq=1)
    bench.store.site_side.start(restored, late)
    assert [one.command_id for one in bench.store.outbox.to_push(9)] == [recent.command_id]


def test_what_was_taken_long_ago_is_forgotten_while_the_till_goes_on(bench: Bench) -> None:
    for _ in range(3):
        saved(bench)
    answer_at(bench, NOW)
    waiting = saved(bench).command.id
    bench.store.site_side.forget_closed(NOW + timedelta(seconds=1))
    kept = bench.store.file.raw.execute("SELECT command_id FROM outbox").fetchall()
    assert kept == [(waiting,)]


def answer_at(bench: Bench, now: datetime, epoch: str = "e1") -> None:
    """The site, whose clock is right, takes in all that waits."""
    results = tuple(
        Result(command_id=envelope.command_id, seq=envelope.seq, kind=ResultKind.APPLIED)
        for envelope in bench.store.outbox.to_push(9)
    )
    words = PushAnswer(service="site", epoch=epoch, site_time=NOW, results=results)
    bench.store.site_side.take_answer(words, now)


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda store, _order: store.outbox.new_orders(), "outbox_new_orders"),
        (lambda store, order: store.outbox.has_left(order), "outbox_by_order"),
        (lambda store, order: store.outbox.waiting(order), "outbox_by_order"),
        (lambda store, order: store.problems.open_of(order), "problems_by_order"),
    ],
)
def test_what_each_touch_asks_reads_nothing_of_other_orders(
    bench: Bench, ask: Callable[[Store, str], object], index: str
) -> None:
    """Also after a day offline with thousands of commands that wait."""
    order = saved(bench).order.id
    asked: list[str] = []
    bench.store.file.raw.set_trace_callback(asked.append)
    ask(bench.store, order)
    bench.store.file.raw.set_trace_callback(None)
    plan = bench.store.file.raw.execute(f"EXPLAIN QUERY PLAN {asked[0]}").fetchall()
    assert index in plan[0][3]
