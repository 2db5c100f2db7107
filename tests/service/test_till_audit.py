"""What tills tell of their own audits, compared with what they told before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from site_sync.domain.money import Money
from site_sync.domain.sales import AuditSeal, ShiftAct, ShiftEntry
from site_sync.protocol.envelope import ResultKind
from site_sync.service import till_audit
from site_sync.service.database import tables as t
from site_sync.service.till_audit import Told, Verdict, verdict_of
from site_sync.service.wiring import Site
from tests.service.shop import NOON
from tests.service.test_intake import BEN
from tests.service.tills import Till


def seal(place: int, letter: str = "a") -> AuditSeal:
    return AuditSeal(place, letter * 64)


def act(number: int, *seals: AuditSeal, broken: int = 0) -> ShiftEntry:
    """An act of a shift that tells of the till's audit."""
    kind = ShiftAct.OPEN if number == 1 else ShiftAct.CASH_IN
    entry = ShiftEntry(f"e{number}", "shift-1", kind, "S01", "02", BEN, NOON, Money(100, "EUR"))
    return replace(entry, seals=seals, audit_broken_at=broken)


@pytest.mark.parametrize(
    ("known", "entry", "verdict"),
    [
        (None, act(1, seal(1)), Verdict.FIRST),
        (None, act(1, seal(9), broken=4), Verdict.BROKEN),
        (seal(4), act(2, seal(4), seal(9, "b")), Verdict.FITS),
        (seal(4), act(2, seal(2), seal(4), seal(9, "b")), Verdict.FITS),
        (seal(4), act(2, seal(4, "c"), seal(9, "b")), Verdict.CHANGED),
        (seal(4), act(2, seal(9, "b")), Verdict.CHANGED),
        (seal(4), act(2, seal(1, "c"), seal(3, "b")), Verdict.LOST),
        (seal(4), act(2, seal(4, "b")), Verdict.CHANGED),
        (seal(4), act(2, seal(4), seal(9, "b"), broken=7), Verdict.BROKEN),
    ],
)
def test_what_a_till_tells_must_follow_on_what_it_told(
    known: AuditSeal | None, entry: ShiftEntry, verdict: Verdict
) -> None:
    assert verdict_of(known, entry) is verdict


def heads(site: Site) -> tuple[Told, ...]:
    return site.database.read(till_audit.latest)


def codes(site: Site) -> list[str]:
    return list(site.database.read(lambda db: db.execute(select(t.problems.c.code)).scalars()))


def test_a_till_that_lost_its_audit_is_named_once_and_compared_anew(site: Site, till: Till) -> None:
    for entry in (act(1, seal(3)), act(2, seal(3), seal(8, "b"))):
        assert till.result(till.seal_shift(entry)).kind is ResultKind.APPLIED
    assert ([one.verdict for one in heads(site)], codes(site)) == ([Verdict.FITS], [])
    assert till.result(till.seal_shift(act(3, seal(2, "d")))).kind is ResultKind.APPLIED
    ((told),) = heads(site)
    assert (told.verdict, told.place, told.grouped[:9]) == (Verdict.LOST, 2, "dddd dddd")
    row = site.database.read(lambda db: db.execute(select(t.problems)).one())
    assert (row.code, row.till, row.device) == ("audit_lost", "S01-02", till.device)
    assert till.result(till.seal_shift(act(4, seal(2, "d"), seal(5, "e")))).kind is ResultKind.APPLIED
    assert (heads(site)[0].verdict, codes(site)) == (Verdict.FITS, ["audit_lost"])
    printed = site.database.read(lambda db: till_audit.find(db, " ".join(["dddd"] * 16)))
    assert [one.place for one in printed] == [2]


def test_a_file_begun_anew_after_damage_is_noted_as_that_and_hides_no_change_after_it(
    site: Site, till: Till
) -> None:
    def tell(entry: ShiftEntry, begun: datetime | None = NOON) -> Verdict:
        assert till.result(till.seal_shift(replace(entry, file_begun=begun))).kind is ResultKind.APPLIED
        return heads(site)[0].verdict

    assert tell(act(1, seal(40)), None) is Verdict.FIRST
    assert tell(act(2, seal(2, "b"))) is Verdict.BEGUN
    row = site.database.read(lambda db: db.execute(select(t.problems)).one())
    assert (row.code, row.till) == ("audit_begun", "S01-02")
    assert tell(act(3, seal(2, "b"), seal(5, "c"))) is Verdict.FITS
    assert tell(act(4, seal(9, "d"))) is Verdict.CHANGED, "it has said of this file before"
    assert tell(act(5, seal(3, "e"))) is Verdict.LOST
    assert tell(act(6, seal(1, "f"), broken=1), NOON + timedelta(days=1)) is Verdict.LOST, (
        "damage breaks no chain"
    )
    assert tell(act(7, seal(1, "a")), NOON + timedelta(days=2)) is Verdict.BEGUN
    assert sorted(codes(site)) == ["audit_begun"] * 2 + ["audit_changed"] + ["audit_lost"] * 2


def test_nonsense_and_silence_are_not_kept(site: Site, till: Till) -> None:
    for entry in (act(1), act(2, AuditSeal(1, "\x00")), act(3, AuditSeal(0, "a" * 64))):
        assert till.result(till.seal_shift(entry)).kind is ResultKind.APPLIED
    assert (heads(site), codes(site)) == ((), [])
