"""The first administrator of a site that belongs to nobody yet, let in by a code that its computer shows."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from sqlalchemy import select

from site_sync.domain.codes import token_hash, token_matches
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.permissions import Role
from site_sync.domain.shop import StaffMember
from site_sync.protocol.changes import RecordKind
from site_sync.service import staffing
from site_sync.service.company import fact, keep_fact
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.enrolment import CODE_LETTERS
from site_sync.service.entering import vault_of
from site_sync.service.password_rules import Weakness, weakness
from site_sync.service.settings_audit import Author
from site_sync.service.sign_in import GivenPassword, password_verifier
from site_sync.service.wiring import Site

CLAIMS = "claims"
GROUPS, LETTERS = 3, 4


def unclaimed(db: Executor) -> bool:
    """Whether nobody who works here can sign in to the back office."""
    people: dict[str, StaffMember] = records.some(db, RecordKind.STAFF, staffing.with_password(db))
    return not any(one.active for one in people.values())


def code_of(db: Executor, site: Site) -> str:
    """The code that makes whoever knows it the first administrator, once.

    It is made from the site's secret, so that each process of a site shows the same one and none is kept.
    """
    told = f"first administrator {site.identity.service} {fact(db, CLAIMS) or 0}"
    made = hmac.new(site.keys.seal_key, told.encode(), hashlib.sha256).digest()
    letters = "".join(CODE_LETTERS[byte % len(CODE_LETTERS)] for byte in made[: GROUPS * LETTERS])
    return "-".join(letters[place : place + LETTERS] for place in range(0, GROUPS * LETTERS, LETTERS))


@dataclass(frozen=True, slots=True)
class Claim:
    """Who wants to be the first administrator, with the code that was typed."""

    code: str
    id: str
    name: str
    password: str = field(repr=False)
    language: str = "en"


def weakness_of(claim: Claim) -> Weakness | None:
    """What is wrong with the password."""
    return weakness(claim.password, (claim.id, claim.name))


def claim(site: Site, wanted: Claim) -> Refusal | None:
    """Make somebody the first administrator, in one step; the code is used up by it.

    Of two who type it at once the later waits until the first is known, and finds it used up.
    """
    plain = "".join(letter for letter in wanted.code.upper() if letter.isalnum())
    verifier = password_verifier(vault_of(site), wanted.id, wanted.password)
    person = StaffMember(wanted.id, wanted.name, Role.ADMINISTRATOR, language=wanted.language)

    def work(tx: Transaction) -> Refusal | None:
        tx.execute(select(t.site.c.one).with_for_update())
        right = token_hash(code_of(tx, site).replace("-", ""))
        if not unclaimed(tx) or not token_matches(plain, right):
            return Refusal(Code.CODE_WRONG, {"field": "code"})
        author = Author(person.id, person.name, person.rights, site.now())
        if refusal := staffing.add(tx, person, person, site.now()):
            return refusal
        staffing.keep_password(tx, author, GivenPassword(person.id, verifier))
        keep_fact(tx, CLAIMS, (fact(tx, CLAIMS) or 0) + 1)
        return None

    return site.database.write(work)
