"""After a restore tills bring back what the backup lacks, whichever of them calls first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import func, select

from site_sync.domain.commands import Act, AddNote, Cancel, Command
from site_sync.domain.customers import Customer
from site_sync.domain.policies import OnShortage
from site_sync.protocol.envelope import PROTOCOL, Envelope, Result, ResultKind
from site_sync.service import catching_up, enrolment
from site_sync.service.database import tables as t
from site_sync.service.intake import Gap
from site_sync.service.jobs.deadlines import expire_orders, remind_customers
from site_sync.service.wiring import Site
from tests.service.floor import Floor
from tests.service.shop import JACKET, TENT, Commands, new_line
from tests.service.sites import Clock
from tests.service.tills import Till, enrol

EARLY = Gap(1, catching_up.CALL_AGAIN_SECONDS)
_IDS = count(1)
PHONE = Customer(name="Maria", phone="+4520304050")


@pytest.fixture
def tills(site: Site) -> tuple[Till, Till]:
    """Two tills that a restored site waits for."""
    both = (enrol(site, till="02"), enrol(site, till="03"))
    for one in both:
        one.catching_up = True
    site.database.write(lambda tx: enrolment.expect_back(tx, site.now()))
    return both


def back(till: Till) -> None:
    """The till says that nothing waits at it."""
    site = till.site
    device = site.database.read(lambda db: enrolment.find(db, till.device))
    assert device is not None
    site.database.write(lambda tx: enrolment.heard(tx, device, 0, site.now()))


def again(till: Till, command: Command, applied_as: int | None, base: int | None = None) -> Envelope:
    """A command of before, sealed anew; by a till that cannot say so when it was applied as nothing."""
    version = PROTOCOL - (applied_as is None)
    return till.seal(command, base).model_copy(update={"applied_as": applied_as, "schema_version": version})


def by(till: str, order_id: str, act: Act) -> Command:
    """An act at one of the tills."""
    return replace(Commands(till=till).give(order_id, act), id=f"act-{next(_IDS)}")


def kind_and_code(outcome: Result | Gap) -> tuple[ResultKind, str]:
    """What became of a command that was decided."""
    assert isinstance(outcome, Result), outcome
    return outcome.kind, outcome.code


def messages(site: Site) -> int:
    """How many messages wait for customers."""
    return int(
        site.database.read(lambda db: db.execute(select(func.count()).select_from(t.messages)).scalar_one())
    )


@pytest.mark.parametrize("applied_as", [2, None])
def test_an_act_waits_for_the_order_that_another_till_brings(
    tills: tuple[Till, Till], applied_as: int | None
) -> None:
    first, second = tills
    create = Commands().create()
    note = again(second, by("03", create.order_id, AddNote("hi")), applied_as, base=1)
    assert second.send(note) == second.send(note) == EARLY
    made = first.result(again(first, create, 1))
    assert (made.kind, made.version) == (ResultKind.APPLIED, 1)
    done = second.result(note)
    assert (done.kind, done.version) == (ResultKind.APPLIED, 2)
    assert second.result(note) == done


def test_what_was_taken_in_another_order_than_the_tills_saw_is_taken_in_that_one(
    tills: tuple[Till, Till],
) -> None:
    first, second = tills
    create = Commands().create()
    third = again(second, by("03", create.order_id, AddNote("last")), 3, base=1)
    assert first.result(again(first, create, 1)).version == 1
    assert second.send(third) == EARLY
    assert first.result(again(first, by("02", create.order_id, AddNote("first")), 2, base=1)).version == 2
    assert second.result(third).version == 3


def test_a_refused_order_waits_for_the_goods_that_another_till_sets_free(tills: tuple[Till, Till]) -> None:
    first, second = tills
    held = Commands().create(new_line(TENT))
    assert first.result(again(first, held, 1)).kind is ResultKind.APPLIED
    wanted = again(second, Commands(till="03").create(new_line(TENT)), 1)
    assert second.send(wanted) == EARLY
    assert first.result(again(first, by("02", held.order_id, Cancel("regret")), 2, base=1)).version == 2
    assert second.result(wanted).kind is ResultKind.APPLIED


def test_an_order_content_with_part_leaves_the_goods_it_did_not_get_to_those_it_came_after(
    tills: tuple[Till, Till],
) -> None:
    first, second = tills
    many, some = new_line(JACKET, 9), new_line(JACKET, 3)
    part = Commands(till="03").create(some, on_shortage=OnShortage.PARTIAL)
    had = again(second, part, 1).model_copy(update={"applied_short": {"1": 2}})
    assert second.result(had).short == {"1": 2}
    assert second.result(had).short == {"1": 2}
    assert first.result(again(first, Commands().create(many), 1)).kind is ResultKind.APPLIED


def test_an_order_content_with_part_waits_for_the_goods_that_it_had(tills: tuple[Till, Till]) -> None:
    first, second = tills
    held = Commands().create(new_line(JACKET, 9))
    assert first.result(again(first, held, 1)).kind is ResultKind.APPLIED
    part = Commands(till="03").create(new_line(JACKET, 3), on_shortage=OnShortage.PARTIAL)
    whole = again(second, part, 1).model_copy(update={"applied_short": {}})
    assert second.send(whole) == EARLY
    assert first.result(again(first, by("02", held.order_id, Cancel("regret")), 2, base=1)).version == 2
    assert second.result(whole).short == {}


def test_a_new_order_takes_no_goods_before_the_orders_of_before_are_back(tills: tuple[Till, Till]) -> None:
    first, second = tills
    new = second.seal(Commands(till="03").create(new_line(TENT)))
    assert second.send(new) == EARLY
    assert first.result(again(first, Commands().create(new_line(TENT)), 1)).kind is ResultKind.APPLIED
    assert second.send(new) == EARLY
    assert first.give(by("02", "lost", AddNote("new"))).code == "order_unknown"
    assert kind_and_code(second.send(new)) == (ResultKind.REJECTED, "insufficient_stock")


def test_nothing_waits_once_every_other_till_is_back(tills: tuple[Till, Till], site: Site) -> None:
    first, second = tills
    note = second.seal(by("03", "lost", AddNote("hi")), 1)
    assert second.send(note) == EARLY
    assert site.database.read(lambda db: catching_up.is_on(db, site.identity.epoch, site.now()))
    back(first)
    assert kind_and_code(second.send(note)) == (ResultKind.REJECTED, "order_unknown")
    back(second)
    assert not site.database.read(lambda db: catching_up.is_on(db, site.identity.epoch, site.now()))


def test_a_till_that_never_calls_holds_the_others_up_for_minutes_only(
    tills: tuple[Till, Till], site: Site, clock: Clock
) -> None:
    note = tills[1].seal(by("03", "lost", AddNote("hi")), 1)
    assert tills[1].send(note) == EARLY
    clock.now += catching_up.PATIENCE - timedelta(seconds=1)
    assert tills[1].send(note) == EARLY
    clock.forward(seconds=1)
    assert kind_and_code(tills[1].send(note)) == (ResultKind.REJECTED, "order_unknown")
    assert not site.database.read(lambda db: catching_up.is_on(db, site.identity.epoch, site.now()))


def test_two_tills_that_wait_for_each_other_go_on_one_act_at_a_time(tills: tuple[Till, Till]) -> None:
    first, second = tills
    mine, yours = Commands().create(), Commands(till="03").create()
    on_yours, create_mine = again(first, by("02", yours.order_id, AddNote("a")), 2), again(first, mine, 1)
    on_mine, create_yours = again(second, by("03", mine.order_id, AddNote("b")), 2), again(second, yours, 1)
    lost = again(second, by("03", "lost", AddNote("c")), 2)
    assert first.send(on_yours) == EARLY
    assert kind_and_code(second.send(on_mine)) == (ResultKind.REJECTED, "order_unknown")
    assert first.send(on_yours) == EARLY
    for sent, envelope in ((second, create_yours), (first, on_yours), (first, create_mine)):
        assert sent.result(envelope).kind is ResultKind.APPLIED
    assert second.send(lost) == Gap(3, catching_up.CALL_AGAIN_SECONDS)
    assert kind_and_code(first.send(again(first, by("02", "lost", AddNote("d")), 2)))[1] == "order_unknown"


def test_customers_do_not_hear_again_of_what_was_done_before_the_restore(
    tills: tuple[Till, Till], site: Site
) -> None:
    first, second = tills
    assert first.result(again(first, Commands().create(customer=PHONE), 1)).kind is ResultKind.APPLIED
    assert messages(site) == 0
    back(first)
    old = replace(Commands(till="03").create(customer=PHONE), at=site.now() - timedelta(hours=1))
    assert second.result(second.seal(old)).kind is ResultKind.APPLIED
    assert messages(site) == 1  # made while there was no site: nobody has told them
    commands = Commands(till="03", at=old.at)
    commands.id("another")
    older = commands.create(customer=PHONE)
    sealed = second.seal(older).model_copy(update={"schema_version": PROTOCOL - 1})
    assert second.result(sealed).kind is ResultKind.APPLIED
    assert messages(site) == 1


def test_a_clock_that_ran_ahead_and_was_set_back_lets_nobody_wait_for_days(
    tills: tuple[Till, Till], site: Site, clock: Clock
) -> None:
    note = tills[1].seal(by("03", "lost", AddNote("hi")), 1)
    clock.forward(days=3)
    assert tills[1].send(note) == EARLY
    clock.forward(days=-3)
    assert tills[1].send(note) == EARLY
    clock.now += catching_up.PATIENCE
    assert kind_and_code(tills[1].send(note)) == (ResultKind.REJECTED, "order_unknown")


def test_a_till_let_in_anew_is_awaited_like_the_one_it_was(tills: tuple[Till, Till], site: Site) -> None:
    second = tills[1]
    create = Commands().create()
    note = again(second, by("03", create.order_id, AddNote("hi")), 2, base=1)
    assert second.send(note) == EARLY
    anew = enrol(site, till="02", device="device-again")
    assert second.send(note) == EARLY
    anew.catching_up = True
    assert anew.result(again(anew, create, 1)).version == 1
    assert second.result(note).version == 2


def test_no_time_of_an_order_is_over_before_tills_have_said_what_became_of_it(
    tills: tuple[Till, Till], site: Site, clock: Clock
) -> None:
    order = Floor(site).ready()
    assert order.collect_by is not None
    clock.now = order.collect_by - timedelta(hours=1)
    site.database.write(lambda tx: enrolment.expect_back(tx, site.now()))
    assert remind_customers(site) == 0
    back(tills[0])
    assert remind_customers(site) == 0
    clock.forward(hours=1)
    assert expire_orders(site) == 0
    back(tills[1])
    assert expire_orders(site) == 1


def test_who_looked_before_another_till_brought_something_has_to_look_again_first(
    tills: tuple[Till, Till], site: Site
) -> None:
    first, second = tills
    create = Commands().create()
    note = again(second, by("03", create.order_id, AddNote("hi")), 2, base=1)
    looked = site.database.read(lambda db: catching_up.begun_try(db, note))
    assert first.result(again(first, create, 1)).version == 1
    device = site.database.read(lambda db: enrolment.find(db, second.device))
    assert device is not None
    epoch, now = site.identity.epoch, site.now()
    assert site.database.write(lambda tx: catching_up.must_wait(tx, device, epoch, now, looked))
    lost = again(first, by("02", "lost", AddNote("c")), 2)
    assert first.send(lost) == Gap(2, catching_up.CALL_AGAIN_SECONDS)
    assert second.result(note).version == 2


def test_a_command_that_was_parked_before_is_no_sign_that_a_till_has_brought_all(
    tills: tuple[Till, Till],
) -> None:
    first, second = tills
    create = Commands().create()
    parked = first.seal(by("02", "lost", AddNote("x")), 1).model_copy(update={"parked_before": True})
    note = again(second, by("03", create.order_id, AddNote("hi")), 2, base=1)
    new = second.seal(Commands(till="03").create())
    assert first.send(parked) == second.send(note) == EARLY
    assert kind_and_code(first.send(parked)) == (ResultKind.REJECTED, "order_unknown")
    assert second.send(note) == EARLY
    assert first.result(again(first, create, 1)).version == 1
    assert second.result(note).version == 2
    assert second.send(new) == Gap(2, catching_up.CALL_AGAIN_SECONDS)
