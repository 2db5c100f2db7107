"""Tests of signing in: PIN, badge, wrong tries that outlive a restart, approval on the spot."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pos_app.operations import signing_in
from pos_app.operations.desk import Acting
from site_sync.domain.codes import encode_token, token_hash
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.policies import Policy
from site_sync.domain.shop import StaffMember
from site_sync.protocol.changes import RecordKind
from site_sync.protocol.pins import pin_pepper, pin_verifier
from tests.desks import BOSS, CASHIER, PIN, Bench, acting, open_bench, with_pin


def refused(result: object) -> Code:
    assert isinstance(result, Refusal), result
    return result.code


def test_the_right_pin_signs_in_and_a_wrong_one_counts(bench: Bench) -> None:
    bench.tell(RecordKind.STAFF, BOSS.id, with_pin(BOSS))
    wrong = signing_in.with_pin(bench.desk, BOSS.id, "000000")
    assert wrong == Refusal(Code.PIN_WRONG, {"left": 9})
    assert isinstance(signing_in.with_pin(bench.desk, BOSS.id, PIN), StaffMember)
    assert signing_in.with_pin(bench.desk, BOSS.id, "000000") == wrong
    assert refused(signing_in.with_pin(bench.desk, "nobody", PIN)) is Code.PIN_WRONG


def test_after_three_wrong_tries_even_the_right_pin_waits_also_after_a_restart(bench: Bench) -> None:
    bench.tell(RecordKind.STAFF, BOSS.id, with_pin(BOSS))
    for _ in range(3):
        assert refused(signing_in.with_pin(bench.desk, BOSS.id, "000000")) is Code.PIN_WRONG
    folder = bench.store.folder
    bench.store.close()
    bench.desk = open_bench(folder).desk
    assert refused(signing_in.with_pin(bench.desk, BOSS.id, PIN)) is Code.PIN_BLOCKED
    later = replace(bench.desk, now=lambda: bench.clock.now.replace(hour=11))
    assert isinstance(signing_in.with_pin(later, BOSS.id, PIN), StaffMember)


def test_ten_wrong_tries_lock_whatever_becomes_of_clock_and_till(bench: Bench) -> None:
    bench.tell(RecordKind.STAFF, BOSS.id, with_pin(BOSS))
    answers = []
    for tried in range(10):
        forward = timedelta(days=tried) if tried % 2 else -timedelta(days=400 * tried)
        moved = replace(bench.desk, now=lambda by=forward: bench.clock.now + by)  # type: ignore[misc]
        answers.append(refused(signing_in.with_pin(moved, BOSS.id, f"{tried:06}")))
        if tried in (2, 6):
            folder = bench.store.folder
            bench.store.close()
            bench.desk = open_bench(folder).desk
    assert set(answers[:9]) == {Code.PIN_WRONG}
    assert answers[9] is Code.PIN_LOCKED
    for days in (-4000, 0, 2, 4000):
        moved = replace(bench.desk, now=lambda by=days: bench.clock.now + timedelta(days=by))  # type: ignore[misc]
        assert refused(signing_in.with_pin(moved, BOSS.id, PIN)) is Code.PIN_LOCKED


def test_a_new_pin_opens_a_locked_till(bench: Bench) -> None:
    bench.tell(RecordKind.STAFF, BOSS.id, with_pin(BOSS))
    for _ in range(3):
        signing_in.with_pin(bench.desk, BOSS.id, "000000")
    assert refused(signing_in.with_pin(bench.desk, BOSS.id, PIN)) is Code.PIN_BLOCKED
    fresh = pin_verifier(pin_pepper(bytes.fromhex(bench.desk.identity.code_key)), "271828")
    bench.tell(RecordKind.STAFF, BOSS.id, replace(BOSS, pin_verifier=fresh))
    assert isinstance(signing_in.with_pin(bench.desk, BOSS.id, "271828"), StaffMember)


def test_a_badge_signs_in_without_pin_until_the_person_leaves(bench: Bench) -> None:
    token = encode_token(bytes(range(16)))
    bench.tell(RecordKind.STAFF, BOSS.id, replace(BOSS, badge_hash=token_hash(token)))
    assert isinstance(signing_in.with_badge(bench.desk, token), StaffMember)
    assert refused(signing_in.with_badge(bench.desk, encode_token(bytes(16)))) is Code.BADGE_UNKNOWN
    bench.tell(RecordKind.STAFF, BOSS.id, replace(BOSS, badge_hash=token_hash(token), active=False))
    assert refused(signing_in.with_badge(bench.desk, token)) is Code.BADGE_UNKNOWN
    assert [person.id for person in signing_in.staff_here(bench.desk)] == ["clerk", "picker"]


def test_an_approval_needs_somebody_else_a_reason_and_their_pin(bench: Bench) -> None:
    bench.tell(RecordKind.STAFF, BOSS.id, with_pin(BOSS))
    clerk = acting(CASHIER)
    assert (
        refused(signing_in.approve(bench.desk, clerk, CASHIER.id, PIN, "why")) is Code.APPROVER_IS_REQUESTER
    )
    assert refused(signing_in.approve(bench.desk, clerk, BOSS.id, PIN, "  ")) is Code.REASON_NEEDED
    assert refused(signing_in.approve(bench.desk, clerk, BOSS.id, "999999", "why")) is Code.PIN_WRONG
    approved = signing_in.approve(bench.desk, clerk, BOSS.id, PIN, " regular ")
    assert isinstance(approved, Acting)
    assert (approved.staff.id, approved.approver and approved.approver.id) == ("clerk", "boss")
    assert approved.reason == "regular"


def test_a_till_that_was_cut_off_for_too_long_lets_nobody_in_until_it_is_connected(bench: Bench) -> None:
    token = encode_token(bytes(range(16)))
    bench.tell(RecordKind.STAFF, BOSS.id, replace(with_pin(BOSS), badge_hash=token_hash(token)))
    bench.online[0] = False
    bench.clock.move(hours=71, minutes=59)
    assert isinstance(signing_in.with_pin(bench.desk, BOSS.id, PIN), StaffMember)
    bench.clock.move(minutes=2)
    aged = Refusal(Code.SIGN_IN_AGED, {"hours": 72})
    assert signing_in.with_pin(bench.desk, BOSS.id, PIN) == aged
    assert signing_in.with_badge(bench.desk, token) == aged
    assert signing_in.approve(bench.desk, acting(CASHIER), BOSS.id, PIN, "why") == aged
    bench.online[0] = True
    assert isinstance(signing_in.with_pin(bench.desk, BOSS.id, PIN), StaffMember)
    bench.tell(RecordKind.STAFF, BOSS.id, replace(with_pin(BOSS), badge_hash=token_hash(token)))
    bench.online[0] = False
    assert isinstance(signing_in.with_badge(bench.desk, token), StaffMember), "it was reached again"


def test_how_long_staff_may_sign_in_offline_is_the_shops_choice(bench: Bench) -> None:
    bench.tell(RecordKind.STAFF, BOSS.id, with_pin(BOSS))
    bench.set_policy(Policy(offline_sign_in_hours=0))
    bench.online[0] = False
    bench.clock.move(hours=24 * 60)
    assert isinstance(signing_in.with_pin(bench.desk, BOSS.id, PIN), StaffMember)
    bench.set_policy(Policy(offline_sign_in_hours=4))
    bench.clock.move(hours=4)
    assert refused(signing_in.with_pin(bench.desk, BOSS.id, PIN)) is Code.SIGN_IN_AGED
