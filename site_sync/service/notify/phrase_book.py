"""A shop's own phrases and how it sends, kept in the database; where it has none, the shipped ones count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select

from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.notify.message_outbox import SMS_OPTION, Channel, MessageKind, SmsWhen
from site_sync.service.notify.phrases import Phrase, Place, shipped

_T = t.message_templates.c
_O = t.message_options.c


@dataclass(frozen=True, slots=True)
class OwnPhrase:
    """A phrase that a shop wrote, for which place, when and by whom."""

    place: Place
    phrase: Phrase
    changed_at: datetime
    changed_by: str


def _of(place: Place) -> list[ColumnElement[bool]]:
    return [
        _T.channel == place.channel.value, _T.kind == place.kind.value, _T.language == place.language,
        _T.method == place.method,
    ]  # fmt: skip


def own(db: Executor, place: Place) -> OwnPhrase | None:
    """The shop's phrase for exactly this place."""
    row = db.execute(select(t.message_templates).where(*_of(place))).one_or_none()
    return None if row is None else _own(row)


def _own(row: object) -> OwnPhrase:
    kept = row._mapping  # type: ignore[attr-defined]
    place = Place(Channel(kept["channel"]), MessageKind(kept["kind"]), kept["language"], kept["method"])
    phrase = Phrase(kept["text"], kept["subject"], kept["title"])
    return OwnPhrase(place, phrase, kept["changed_at"], kept["changed_by"])


def phrase_for(db: Executor, place: Place) -> Phrase:
    """What is said there: the shop's for the delivery method, the shop's for all, the shipped one."""
    for method in dict.fromkeys((place.method, "")):
        found = own(db, Place(place.channel, place.kind, place.language, method))
        if found is not None:
            return found.phrase
    return shipped(place)


def own_phrases(db: Executor) -> list[OwnPhrase]:
    """All that the shop wrote itself."""
    query = select(t.message_templates).order_by(_T.channel, _T.kind, _T.language, _T.method)
    return [_own(row) for row in db.execute(query)]


def keep(tx: Transaction, written: OwnPhrase) -> None:
    """Keep a phrase that was checked, in place of the one before."""
    place, phrase = written.place, written.phrase
    drop(tx, place)
    row = {
        "channel": place.channel.value,
        "kind": place.kind.value,
        "language": place.language,
        "method": place.method,
        "subject": phrase.subject,
        "title": phrase.title,
        "text": phrase.text,
        "changed_at": written.changed_at,
        "changed_by": written.changed_by,
    }
    tx.execute(insert(t.message_templates), row)


def drop(tx: Transaction, place: Place) -> bool:
    """Go back to what counts without it; False when there was none."""
    return bool(tx.execute(delete(t.message_templates).where(*_of(place))).rowcount)


def sms_when(db: Executor) -> SmsWhen:
    """When a text message is sent."""
    value = db.execute(select(_O.value).where(_O.name == SMS_OPTION)).scalar_one_or_none()
    return SmsWhen(value) if value else SmsWhen.NO_EMAIL


def set_sms_when(tx: Transaction, when: SmsWhen) -> None:
    """Send text messages so from now on."""
    tx.execute(delete(t.message_options).where(_O.name == SMS_OPTION))
    tx.execute(insert(t.message_options), {"name": SMS_OPTION, "value": when.value})
