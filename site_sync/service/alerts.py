"""What staff are told of at once by a channel of theirs, and when they were told of it last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from site_sync.domain.errors import Code, Refusal
from site_sync.domain.permissions import Right
from site_sync.domain.problem_choices import ALARMS, FILE_BEGUN
from site_sync.service import sealing, settings_audit, turns
from site_sync.service.company import Company, company, fact, keep_fact
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.enrolment import DeviceState
from site_sync.service.notify import staff_channels
from site_sync.service.problems import OPEN
from site_sync.service.sealing import Owner
from site_sync.service.sentences import said
from site_sync.service.settings import Settings
from site_sync.service.settings_audit import Author, Subject
from site_sync.service.undelivered_enquiry import undelivered
from site_sync.service.wiring import Site

CHANNEL, TOLD = "alert_channel", "alerts_told"
LONGEST = 1000
AGAIN = timedelta(hours=24)
"""What goes on is told again after this time."""
PAUSE = timedelta(minutes=10)
"""Between two messages at least; what comes meanwhile is told together."""
DRIFT = "stock_drift"
WORDS = {
    DRIFT: said("reserved stock had drifted and was put right"),
    "audit_lost": said("a till's audit has lost entries"),
    "audit_changed": said("a till's audit was changed"),
    FILE_BEGUN: said("a till's file was damaged and begun anew, and its audit with it"),
    "audit_broken": said("a till's audit was changed"),
}
SEQUENCE = said("a till's sequence of commands is broken")
_SUBJECT = Subject("alert", "channel")


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that staff should look at: what it is known by, and in words without anybody's name."""

    key: str
    words: str


def _problems(db: Executor) -> Iterator[Alert]:
    """Open problems with tills themselves and with stock, by till."""
    p = t.problems.c
    wanted = p.state == OPEN, p.code.in_((*ALARMS, DRIFT))
    query = select(p.code, p.store, p.device, func.count().label("many")).where(*wanted)
    for row in db.execute(query.group_by(p.code, p.store, p.device).order_by(p.code, p.store)):
        what = WORDS.get(row.code, SEQUENCE)
        words = said(f"store {row.store}: {what}") if row.store else said(f"at the site: {what}")
        yield Alert(f"{row.code}/{row.store}/{row.device}/{row.many}", words)


def _tills(db: Executor) -> Iterator[Alert]:
    d = t.devices.c
    query = select(d.id, d.store, d.till).where(d.state == DeviceState.FENCED.value)
    for row in db.execute(query):
        words = said(f"till {row.store}-{row.till} runs twice: it was copied, and both are shut out")
        yield Alert(f"fenced/{row.id}", words)


def backup_trouble(db: Executor, settings: Settings, now: datetime) -> str:
    """Why backups need somebody, empty when they do not; twice their time may pass."""
    turn = turns.find(db, turns.BACKUP)
    if not settings.backup_hours or turn is None or turn.last_at is None:
        return ""
    if "trouble" in turn.outcome:
        return said("the last backup failed")
    hours = int((now - turn.last_at).total_seconds() // 3600)
    return said(f"the last backup is {hours} hours old") if hours >= 2 * settings.backup_hours else ""


def _care(db: Executor, settings: Settings, now: datetime) -> Iterator[Alert]:
    if words := backup_trouble(db, settings, now):
        yield Alert("backup", words)
    looked = turns.find(db, turns.CHECKS)
    if looked is not None and (count := int(looked.outcome.get("count", 0))):
        words = said(f"the books do not agree in {count} places")
        yield Alert(f"checks/{count}", words if count > 1 else said("the books do not agree in one place"))


def _given_up(db: Executor) -> Iterator[Alert]:
    stuck = undelivered(db)
    for name, count, words in (
        ("messages", stuck.messages, said(f"messages that were given up: {stuck.messages}")),
        ("webhooks", stuck.webhooks, said(f"webhooks that were given up: {stuck.webhooks}")),
        ("reports", stuck.reports, said(f"reports to shops that were given up: {stuck.reports}")),
        ("orders", stuck.orders, said(f"orders of web shops that are stuck: {stuck.orders}")),
    ):
        if count:
            yield Alert(f"given_up/{name}", words)


def found(db: Executor, settings: Settings, now: datetime) -> tuple[Alert, ...]:
    """Everything that staff should look at now."""
    return (*_problems(db), *_tills(db), *_care(db, settings, now), *_given_up(db))


def news(told: Mapping[str, str], present: tuple[Alert, ...], now: datetime) -> tuple[Alert, ...]:
    """What is to be told now, nothing soon after the last message; `told` has the times by key."""
    times = {key: datetime.fromisoformat(at) for key, at in told.items()}
    if any(now - at < PAUSE for at in times.values()):
        return ()
    return tuple(one for one in present if one.key not in times or now - times[one.key] >= AGAIN)


def told(db: Executor) -> dict[str, str]:
    """When each thing that goes on was told last."""
    return dict(fact(db, TOLD) or {})


def keep_told(tx: Transaction, present: tuple[Alert, ...], sent: tuple[Alert, ...], now: datetime) -> None:
    """Remember what was told; what is over is forgotten once its pause is over."""
    keys, fresh = {one.key for one in present}, {one.key: now.isoformat() for one in sent}
    known = {
        key: at for key, at in told(tx).items() if key in keys or now - datetime.fromisoformat(at) < PAUSE
    }
    keep_fact(tx, TOLD, known | fresh)


def channel(db: Executor, seal_key: bytes) -> str:
    """The address of the staff's channel, empty while there is none."""
    sealed = fact(db, CHANNEL)
    return sealing.unseal(seal_key, sealed["sealed"], Owner.ALERTS.of()) if sealed else ""


def kind(db: Executor) -> str:
    """What sort of channel is set, empty while there is none."""
    sealed = fact(db, CHANNEL)
    return str(sealed["kind"]) if sealed else ""


def language(db: Executor) -> str:
    """The language that staff are told in: the one the shop chose for its staff."""
    return (company(db) or Company()).language


def set_channel(tx: Transaction, site: Site, author: Author, address: str) -> Refusal | None:
    """Keep another address, sealed; an empty one takes the channel away."""
    if refused := author.lacks(Right.SETTINGS_MANAGE):
        return refused
    if address and (len(address) > LONGEST or not staff_channels.usable(address)):
        return Refusal(Code.TEXT_INVALID, {"field": "address", "most": LONGEST})
    before = kind(tx)
    after = staff_channels.channel_of(address) if address else ""
    body = None
    if address:
        nonce = site.around.random_bytes(sealing.NONCE_BYTES)
        body = {"sealed": sealing.seal(site.keys.seal_key, nonce, address, Owner.ALERTS.of()), "kind": after}
    keep_fact(tx, CHANNEL, body)
    keep_fact(tx, TOLD, None)
    shown = [{"channel": one} if one else None for one in (before, after)]
    if shown != [None, None]:
        note = ({"channel": before, "replaced": False}, {"channel": after, "replaced": True})
        settings_audit.note(tx, author, _SUBJECT, note if all(shown) else (shown[0], shown[1]))
    return None
