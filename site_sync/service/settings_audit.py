"""Who changed what of the shop's settings: written with each change, never changed afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from site_sync.domain.card_numbers import mask_card_numbers
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.permissions import Right
from site_sync.domain.shop import StaffMember
from site_sync.protocol.changes import RECORDS, RecordKind
from site_sync.service import audit_chain
from site_sync.service.database import records
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.sentences import said

T = TypeVar("T")
SECRET = frozenset({"pin_verifier", "badge_hash", "logo", "secret", "api_key"})
"""Fields of which only a fingerprint is kept: enough to see that they changed."""
Facts = Mapping[str, Any]
BeforeAfter = tuple[Facts | None, Facts | None]


class Did(StrEnum):
    """What was done to a thing."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something, with which rights, when."""

    staff: str
    name: str
    rights: frozenset[Right]
    at: datetime

    @classmethod
    def of(cls, member: StaffMember, at: datetime) -> Author:
        """A member of staff at a moment."""
        return cls(member.id, member.name, member.rights, at)

    @classmethod
    def operator(cls, at: datetime) -> Author:
        """Whoever may start programs on the site's computer: they may do everything."""
        return cls("", said("the command line"), frozenset(Right), at)

    def lacks(self, right: Right) -> Refusal | None:
        """The refusal when they do not hold a right."""
        return None if right in self.rights else Refusal(Code.RIGHT_NEEDED, {"right": right.value})


@dataclass(frozen=True, slots=True)
class Subject:
    """The thing that was changed: what it is and its key."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """One entry: `changed` are (field, before, after)."""

    at: datetime
    staff: str
    name: str
    kind: str
    key: str
    did: Did
    changed: tuple[tuple[str, Any, Any], ...]
    why: str


def facts_of(kind: RecordKind, value: Any) -> Facts:
    """A record's fields by their path, as they are written down; nothing for no record."""
    return {} if value is None else flat(json.loads(RECORDS[kind].text(value)))


def flat(value: Facts, path: str = "") -> dict[str, Any]:
    """Members of members by dotted path; lists stay whole, secrets become fingerprints."""
    found: dict[str, Any] = {}
    for name, one in value.items():
        if isinstance(one, Mapping):
            found |= flat(one, f"{path}{name}.")
        elif name in SECRET and one:
            found[path + name] = hashlib.sha256(str(one).encode()).hexdigest()[:8]
        else:
            found[path + name] = one
    return found


def note(
    tx: Transaction,
    author: Author,
    subject: Subject,
    change: BeforeAfter,
    why: str = "",
) -> None:
    """Write down what a thing was and is, None for not there; nothing is written where nothing changed."""
    note_all(tx, author, {subject: change}, why)


def note_all(tx: Transaction, author: Author, changes: Mapping[Subject, BeforeAfter], why: str = "") -> None:
    """The same of many things at once."""
    found = (_row(author, subject, change, why) for subject, change in changes.items())
    if rows := [row for row in found if row is not None]:
        audit_chain.append(tx, rows)


def _row(author: Author, subject: Subject, change: BeforeAfter, why: str) -> dict[str, Any] | None:
    """The entry of one change, None where nothing changed."""
    before, after = flat(change[0] or {}), flat(change[1] or {})
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if (change[0] is None) == (change[1] is None) and not names:
        return None
    did = Did.ADDED if change[0] is None else Did.REMOVED if change[1] is None else Did.CHANGED
    return {
        "at": author.at,
        "staff": author.staff,
        "name": author.name,
        "kind": subject.kind,
        "key": subject.key,
        "act": did.value,
        "before": _text({name: before[name] for name in names if name in before}),
        "after": _text({name: after[name] for name in names if name in after}),
        "why": mask_card_numbers(why),
    }


def _text(facts: Facts) -> str:
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def noted(
    tx: Transaction,
    author: Author,
    subject: Subject,
    look: Callable[[Executor], Facts | None],
    work: Callable[[Transaction], T],
) -> T:
    """Do some work, writing down what a look at the thing finds before and after."""
    before = look(tx)
    done = work(tx)
    note(tx, author, subject, (before, look(tx)))
    return done


def keep(tx: Transaction, author: Author, kind: RecordKind, value: Any) -> None:
    """Keep a record as given, told to the tills, and write down who changed what of it."""
    key = records.key_of(kind, value)
    known = records.find(tx, kind, key)
    if known == value:
        return
    records.save(tx, kind, value)
    before = None if known is None else facts_of(kind, known)
    note(tx, author, Subject(kind.value, key), (before, facts_of(kind, value)))
