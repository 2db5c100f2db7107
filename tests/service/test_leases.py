"""Stock lent to tills: granted by the shop's terms, spent and given back by tills, never overspent."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from site_sync.domain.commands import Command
from site_sync.domain.errors import Refusal
from site_sync.domain.leases import Drawn, Lease, LeaseReturn
from site_sync.domain.permissions import Right
from site_sync.domain.policies import Policies, Policy
from site_sync.protocol.changes import RECORDS, RecordKind
from site_sync.protocol.codec import LEASE_RETURN
from site_sync.protocol.envelope import PayloadKind, Result, ResultKind
from site_sync.service import bodies, changes, enrolment, leases, lending, orders, reservations
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.jobs.leases import lend_stock
from site_sync.service.wiring import Site, begin_epoch
from tests.service import shop
from tests.service.shop import JACKET, Commands, new_line
from tests.service.sites import Clock
from tests.service.tills import Till, enrol

KEY = ("S01", "JKT")


def lends(site: Site, percent: int = 60, most: int = 6) -> None:
    policies = Policies(Policy(lease_percent=percent, lease_most=most))
    site.database.write(lambda tx: records.save(tx, RecordKind.POLICIES, policies))


def knows_leases(site: Site, till: Till) -> None:
    device = site.database.read(lambda db: enrolment.find(db, till.device))
    assert device is not None
    site.database.write(lambda tx: lending.tell(tx, device, takes_leases=True))


def calls(site: Site, till: Till, waiting: int | None) -> None:
    device = site.database.read(lambda db: enrolment.find(db, till.device))
    assert device is not None
    site.database.write(lambda tx: enrolment.heard(tx, device, waiting, site.now()))


def says_nothing_waits(site: Site, till: Till) -> None:
    device = site.database.read(lambda db: enrolment.find(db, till.device))
    assert device is not None
    assert enrolment.is_news(device, 0, site.now())
    calls(site, till, 0)


def run(site: Site) -> None:
    while lend_stock(site):
        pass


def lease_of(site: Site, till: Till, sku: str = "JKT") -> Lease:
    return site.database.read(lambda db: leases.of_device(db, till.device, [sku]))[sku]


def level(site: Site) -> tuple[int, int, int]:
    """Reserved, leased, available of the jacket at S01."""
    found = site.database.read(lambda db: reservations.levels(db, [KEY]))[KEY]
    return found.reserved, found.leased, found.available


def drawing(command: Command, lease: Lease, units: int) -> Command:
    return replace(command, leased=(Drawn(lease.id, lease.sku, units),))


def gives_back(till: Till, lease: Lease, units: int) -> Result:
    number = f"return-{till.seq}"
    parts = (Drawn(lease.id, lease.sku, units),)
    given = LeaseReturn(number, till.site.now(), "S01", "02", parts)
    text = LEASE_RETURN.text(given)
    return till.result(till.seal_text(number, text, staff="", kind=PayloadKind.LEASE))


@pytest.fixture
def lent(site: Site, till: Till) -> Lease:
    """The till's lease of six of the ten jackets."""
    lends(site)
    knows_leases(site, till)
    run(site)
    return lease_of(site, till)


def even(site: Site) -> bool:
    return not site.database.read(leases.uneven)


def test_a_till_is_lent_its_share_which_is_no_longer_anybody_elses(site: Site, lent: Lease) -> None:
    assert (lent.granted, lent.left, lent.wanted) == (6, 6, 6)
    assert level(site) == (0, 6, 4)
    assert even(site)
    web = Commands(till="09").create(new_line(JACKET, 5))
    refused = site.database.write(lambda tx: orders.apply(tx, web, shop.ALL_RIGHTS, site.now()))
    assert refused.code.value == "insufficient_stock"  # type: ignore[union-attr]


def test_nothing_is_lent_to_tills_that_do_not_know_leases_or_where_the_shop_lends_nothing(
    site: Site, till: Till
) -> None:
    knows_leases(site, till)
    run(site)
    assert level(site) == (0, 0, 10)
    other = enrol(site, "S01", "03")
    lends(site)
    run(site)
    assert lease_of(site, till).left == 6
    assert not site.database.read(lambda db: leases.of_device(db, other.device, ["JKT"]))


def test_a_command_spends_what_it_draws_and_reserves_it_in_one(site: Site, till: Till, lent: Lease) -> None:
    result = till.give(drawing(Commands().create(new_line(JACKET, 5)), lent, 5))
    assert result.kind is ResultKind.APPLIED
    assert level(site) == (5, 1, 4)
    told = RECORDS[RecordKind.LEASE].load(RECORDS[RecordKind.LEASE].text(lease_of(site, till)))
    assert (told.spent, told.left) == (5, 1)
    assert result.facts["leases"] == [RECORDS[RecordKind.LEASE].data(told)]
    assert even(site)


def test_a_draw_holds_although_the_shelf_was_sold_empty_meanwhile(
    site: Site, till: Till, lent: Lease
) -> None:
    empty = update(t.stock).where(t.stock.c.sku == "JKT", t.stock.c.store == "S01").values(on_hand=2)
    site.database.write(lambda tx: tx.execute(empty))
    assert till.give(drawing(Commands().create(new_line(JACKET, 6)), lent, 6)).kind is ResultKind.APPLIED
    assert level(site)[:2] == (6, 0)


def test_the_rest_of_a_line_comes_from_what_is_everybodys(site: Site, till: Till, lent: Lease) -> None:
    commands = Commands()
    assert till.give(drawing(commands.create(new_line(JACKET, 9)), lent, 6)).kind is ResultKind.APPLIED
    assert level(site) == (9, 0, 1)
    more = till.give(commands.create(new_line(JACKET, 2)))
    assert (more.kind, more.code) == (ResultKind.REJECTED, "insufficient_stock")


def test_a_command_that_comes_twice_spends_once(site: Site, till: Till, lent: Lease) -> None:
    envelope = till.seal(drawing(Commands().create(new_line(JACKET, 4)), lent, 4))
    first = till.result(envelope)
    assert till.result(envelope).facts == first.facts
    assert lease_of(site, till).spent == 4


def test_more_than_is_left_is_never_spent(site: Site, till: Till, lent: Lease) -> None:
    commands = Commands()
    assert till.give(drawing(commands.create(new_line(JACKET, 4)), lent, 4)).kind is ResultKind.APPLIED
    assert till.give(drawing(commands.create(new_line(JACKET, 6)), lent, 6)).kind is ResultKind.APPLIED
    spent = lease_of(site, till)
    assert (spent.spent, spent.left) == (6, 0)
    with pytest.raises(IntegrityError):
        site.database.write(lambda tx: tx.execute(update(t.leases).values(spent=t.leases.c.granted + 1)))


def test_a_spent_lease_is_filled_up_again_as_far_as_there_is_stock(
    site: Site, till: Till, lent: Lease
) -> None:
    till.give(drawing(Commands().create(new_line(JACKET, 6)), lent, 6))
    run(site)
    again = lease_of(site, till)
    assert (again.id, again.left) == (lent.id, 2)
    assert level(site) == (6, 2, 2)


def test_the_centre_asks_back_and_only_the_till_gives(site: Site, till: Till, lent: Lease) -> None:
    lends(site, percent=20)
    run(site)
    asked = lease_of(site, till)
    assert (asked.left, asked.wanted) == (6, 2)
    assert gives_back(till, asked, 4).kind is ResultKind.APPLIED
    back = lease_of(site, till)
    assert (back.returned, back.left) == (4, 2)
    assert level(site) == (0, 2, 8)
    assert even(site)


def test_a_till_that_is_withdrawn_gives_back_at_once_and_its_draws_are_void(
    site: Site, till: Till, lent: Lease
) -> None:
    site.database.write(lambda tx: enrolment.revoke(tx, till.device))
    assert level(site) == (0, 0, 10)
    successor = enrol(site, till="03")
    late = drawing(Commands(till="03").create(new_line(JACKET, 6)), lent, 6)
    assert successor.give(late).kind is ResultKind.APPLIED
    assert level(site) == (6, 0, 4)
    assert even(site)


def test_a_new_epoch_ends_every_lease(site: Site, till: Till, lent: Lease) -> None:
    site.database.write(lambda tx: begin_epoch(tx, "epoch-2", site.now()))
    assert level(site) == (0, 0, 10)
    says_nothing_waits(site, till)
    run(site)
    fresh = lease_of(site, till)
    assert fresh.left == 6
    assert fresh.id != lent.id


def test_a_lease_that_was_spent_ends_by_a_version_too(site: Site, till: Till, lent: Lease) -> None:
    till.give(drawing(Commands().create(new_line(JACKET, 6)), lent, 6))
    spent = lease_of(site, till)
    site.database.write(lambda tx: begin_epoch(tx, "epoch-2", site.now()))
    ended = lease_of(site, till)
    assert (spent.id, spent.left) == (lent.id, 0)
    assert (ended.id, ended.version) == ("", spent.version + 1)


def test_a_restored_site_lends_nothing_before_tills_brought_what_they_had_promised(
    site: Site, till: Till, lent: Lease
) -> None:
    site.database.write(lambda tx: begin_epoch(tx, "epoch-2", site.now()))
    run(site)
    authority = orders.Authority(frozenset(Right))
    again = Commands().create(new_line(JACKET, 9))
    decided = site.database.write(lambda tx: orders.apply(tx, again, authority, site.now()))
    assert not isinstance(decided, Refusal)
    says_nothing_waits(site, till)
    run(site)
    assert level(site) == (9, 0, 1)


def test_a_backup_older_than_the_wait_lends_nothing_at_once_either(
    site: Site, till: Till, lent: Lease, clock: Clock
) -> None:
    """A till that was silent already when the backup was made is not waited for."""
    silent = update(t.devices).where(t.devices.c.id == enrol(site, "S01", "09").device)
    site.database.write(lambda tx: tx.execute(silent.values(last_seen=site.now() - timedelta(days=60))))
    clock.forward(days=5)
    site.database.write(lambda tx: begin_epoch(tx, "epoch-2", site.now()))
    run(site)
    assert level(site) == (0, 0, 10)
    says_nothing_waits(site, till)
    run(site)
    assert lease_of(site, till).left == 6


def test_a_till_long_unheard_of_holds_up_nobody_after_a_restore(
    site: Site, till: Till, lent: Lease, clock: Clock
) -> None:
    site.database.write(lambda tx: begin_epoch(tx, "epoch-2", site.now()))
    clock.forward(days=enrolment.AWAITED_FOR.days)
    run(site)
    assert lease_of(site, till).left == 6


def test_a_till_that_does_not_say_what_waits_is_awaited_as_long_as_a_silent_one(
    site: Site, till: Till, lent: Lease, clock: Clock
) -> None:
    site.database.write(lambda tx: begin_epoch(tx, "epoch-2", site.now()))
    calls(site, till, None)
    run(site)
    assert level(site) == (0, 0, 10)
    clock.forward(days=enrolment.AWAITED_FOR.days)
    calls(site, till, None)
    run(site)
    assert lease_of(site, till).left == 6


def test_a_till_that_is_fenced_gives_back_at_once(site: Site, till: Till, lent: Lease) -> None:
    site.database.write(lambda tx: enrolment.fence(tx, till.device))
    assert level(site) == (0, 0, 10)


def test_a_till_that_knows_leases_no_more_is_not_left_with_what_was_just_lent(
    site: Site, till: Till, lent: Lease
) -> None:
    """As when it starts with an older program while the job lends to it."""
    older = update(t.devices).where(t.devices.c.id == till.device).values(takes_leases=False)
    site.database.write(lambda tx: tx.execute(older))
    site.database.write(lending.look_again)
    run(site)
    assert level(site) == (0, 0, 10)
    assert lease_of(site, till).id == ""
    assert even(site)


def test_what_is_asked_to_be_looked_at_again_meanwhile_is_not_forgotten(site: Site, lent: Lease) -> None:
    for _ in range(2):
        seen = site.database.read(lending.look)
        site.database.write(lending.look_again)
        site.database.write(lambda tx, seen=seen: lending.looked(tx, seen))  # type: ignore[misc]
        assert KEY in site.database.read(lending.look).keys
    run(site)
    assert site.database.read(lending.look).keys == ()


def test_what_is_given_back_of_a_lease_that_ended_is_not_taken_of_the_next(
    site: Site, till: Till, lent: Lease
) -> None:
    parts = (Drawn("ended", "JKT", 3), Drawn(lent.id, "JKT", 2))
    site.database.write(lambda tx: leases.give_back(tx, till.device, parts))
    assert lease_of(site, till).returned == 2


def test_a_lease_travels_by_feed_and_snapshot_to_its_store_alone(site: Site, till: Till, lent: Lease) -> None:
    batch = site.database.read(lambda db: changes.read_batch(db, "S01", 0))
    elsewhere = site.database.read(lambda db: changes.read_batch(db, "S02", 0))
    assert any('"lease"' in change for change in batch.changes)
    assert not any('"kind":"lease"' in change for change in elsewhere.changes)
    held = site.database.read(lambda db: list(bodies.lease_bodies(db, t.leases.c.store == "S01")))
    assert f"{till.device}/JKT" in dict(held)


def test_races_of_commands_returns_jobs_and_withdrawal_never_overspend(
    site: Site, till: Till, lent: Lease
) -> None:
    other = enrol(site, "S01", "03")
    knows_leases(site, other)
    start, commands, theirs = Barrier(4), Commands(), Commands(till="03")

    def work(number: int) -> None:
        start.wait(10)
        for turn in range(5):
            if number == 0:
                held = lease_of(site, till)
                till.give(drawing(commands.create(new_line(JACKET)), held, 1))
            elif number == 1:
                mine = site.database.read(lambda db: leases.of_device(db, other.device, ["JKT"]))
                given = theirs.create(new_line(JACKET))
                other.give(drawing(given, mine["JKT"], 1) if mine else given)
            elif number == 2:
                lends(site, percent=20 + 20 * turn)
                lend_stock(site)
            else:
                lend_stock(site)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert even(site)
    reserved, leased, available = level(site)
    assert reserved + leased + available == 10
    assert available >= 0
    site.database.write(lambda tx: enrolment.revoke(tx, other.device))
    assert even(site)
