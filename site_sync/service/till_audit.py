"""Tills' own audits as each tells of it at every act of a shift, compared with what it told before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, insert, select

from site_sync.domain.problem_choices import FILE_BEGUN
from site_sync.domain.problems import ProblemRecord
from site_sync.domain.sales import AuditSeal, ShiftEntry
from site_sync.service import problems
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.enrolment import Device

_S = t.till_audit_seals.c
_HASH = re.compile(r"[0-9a-f]{64}")
_PLACES = range(1, 1 << 60)


class Verdict(StrEnum):
    """What a comparison came to."""

    FIRST = "first"
    FITS = "fits"
    LOST = "audit_lost"
    CHANGED = "audit_changed"
    BROKEN = "audit_broken"
    BEGUN = FILE_BEGUN


WRONG = frozenset({Verdict.LOST, Verdict.CHANGED, Verdict.BROKEN})
NOTED = WRONG | {Verdict.BEGUN}
"""What people are told of: also that an audit began anew with a file, as whoever changes one may say so."""


@dataclass(frozen=True, slots=True)
class Told:
    """A head of a till's audit as it told it at an act of a shift, and what came of comparing it."""

    device: str
    store: str
    till: str
    shift: str
    act: str
    place: int
    hash: str
    at: datetime
    verdict: Verdict

    @property
    def grouped(self) -> str:
        """The head as the Z report bears it, in groups that people can compare."""
        return " ".join(self.hash[at : at + 4] for at in range(0, len(self.hash), 4))


def verdict_of(known: AuditSeal | None, entry: ShiftEntry, *, is_news: bool = False) -> Verdict:
    """Whether what a till tells now follows on the head that it told last.

    `is_news`: it says for the first time that it began a new file after damage, which has no audit of before.
    """
    newest = entry.seals[-1]
    follows = known is None or known in entry.seals
    if is_news and not follows and not entry.audit_broken_at:
        return Verdict.BEGUN
    if known is not None and newest.place < known.place:
        return Verdict.LOST
    if not follows:
        return Verdict.CHANGED
    if entry.audit_broken_at:
        return Verdict.BROKEN
    return Verdict.FIRST if known is None else Verdict.FITS


def compare(tx: Transaction, device: Device, entry: ShiftEntry, at: datetime) -> None:
    """Keep the head that a till told, with a problem when its audit lost entries or changed some."""
    if not entry.seals or not all(_HASH.fullmatch(one.hash) and one.place in _PLACES for one in entry.seals):
        return
    row = tx.execute(_newest(device.id)).one_or_none()
    known = None if row is None else AuditSeal(row.place, row.hash)
    begun = entry.file_begun.isoformat() if entry.file_begun else ""
    is_news = bool(begun) and not _has_told(tx, device.id, begun)
    verdict, newest = verdict_of(known, entry, is_news=is_news), entry.seals[-1]
    kept = {
        "device": device.id,
        "store": device.store,
        "till": device.till,
        "shift": entry.shift,
        "act": entry.act.value,
        "place": newest.place,
        "hash": newest.hash,
        "at": at,
        "verdict": verdict.value,
        "told": begun,
    }
    tx.execute(insert(t.till_audit_seals), kept)
    if verdict in NOTED:
        place = entry.audit_broken_at if verdict is Verdict.BROKEN else newest.place
        facts = {
            "till": f"{device.store}-{device.till}",
            "place": place,
            "known": known.place if known else 0,
            "shift": row.shift[-8:] if row else "",
            "begun": begun,
        }
        _tell(tx, device, (verdict, entry.id, at), facts)


def _has_told(db: Executor, device: str, begun: str) -> bool:
    """Whether a till has said before that it began its file then: what changes after that is a change."""
    query = select(_S.id).where(_S.device == device, _S.told == begun).limit(1)
    return db.execute(query).first() is not None


def _newest(device: str) -> Any:
    query = select(t.till_audit_seals).where(_S.device == device)
    return query.order_by(_S.id.desc()).limit(1)


def _tell(
    tx: Transaction, device: Device, found: tuple[Verdict, str, datetime], facts: dict[str, object]
) -> None:
    verdict, entry, at = found
    alarm_id = f"{verdict.value}:{device.id}:{entry}"
    if problems.find(tx, alarm_id) is None:
        problem = ProblemRecord(
            id=alarm_id,
            at=at,
            store=device.store,
            code=verdict.value,
            facts=facts,
            device=device.id,
            till=f"{device.store}-{device.till}",
        )
        problems.raise_problem(tx, problem)


def latest(db: Executor) -> tuple[Told, ...]:
    """The head that each till told last, tills by their place."""
    newest = select(func.max(_S.id)).group_by(_S.device)
    query = select(t.till_audit_seals).where(_S.id.in_(newest)).order_by(_S.store, _S.till, _S.id)
    return tuple(_told(row) for row in db.execute(query))


def _told(row: Any) -> Told:
    place = (row.device, row.store, row.till, row.shift, row.act)
    return Told(*place, row.place, row.hash, row.at, Verdict(row.verdict))


def find(db: Executor, head: str, most: int = 20) -> tuple[Told, ...]:
    """Where a head that somebody reads from a Z report was told."""
    wanted = head.lower().replace(" ", "")
    if not _HASH.fullmatch(wanted):
        return ()
    rows = db.execute(select(t.till_audit_seals).where(_S.hash == wanted).limit(most))
    return tuple(_told(row) for row in rows)
