"""How orders are numbered, as the shop has settled it: looked at and changed, noted, told to the tills."""

from __future__ import annotations

from dataclasses import asdict, replace

from site_sync.domain.errors import Refusal
from site_sync.domain.numbers import Numbering
from site_sync.domain.permissions import Right
from site_sync.protocol.changes import RecordKind
from site_sync.service import settings_audit
from site_sync.service.database import records
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.numbering import begin_after, given_out
from site_sync.service.settings_audit import Author, Subject

KEY = "numbers"
"""What the audit calls them."""


def next_number(db: Executor) -> int:
    """The lowest number that the site's sequence may still be told to go on at."""
    return max(given_out(db) + 1, records.policies(db).numbers.web_next)


def save(tx: Transaction, author: Author, wanted: Numbering) -> Refusal | None:
    """Number orders so from now on; what was numbered before keeps its number, and no counter goes back."""
    if refusal := author.lacks(Right.SETTINGS_MANAGE):
        return refusal
    known = records.policies(tx)
    moved = wanted.web_next != known.numbers.web_next
    stores = [store.code for store in records.every(tx, RecordKind.STORE)]
    if refusal := wanted.refusal(stores, next_number(tx) if moved else 1):
        return refusal
    if wanted != known.numbers:
        records.save(tx, RecordKind.POLICIES, replace(known, numbers=wanted))
        change = asdict(known.numbers), asdict(wanted)
        settings_audit.note(tx, author, Subject(RecordKind.POLICIES.value, KEY), change)
    if moved:
        begin_after(tx, wanted.web_next - 1)
    return None
