"""Two people with the code of a site that nobody has begun with: one of them becomes its administrator."""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import select

from site_sync.domain.errors import Code, Refusal
from site_sync.protocol.changes import RecordKind
from site_sync.service import first_run, staffing
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Transaction
from site_sync.service.first_run import Claim
from site_sync.service.wiring import Site
from tests.service.meeting import look_until_waiting
from tests.service.sites import Clock, make_site


def claimed_at_once(site: Site, *claims: Claim) -> list[Refusal | None]:
    """What each is told when all of them have begun before any can end."""
    answers: list[Refusal | None] = []
    threads = [
        threading.Thread(target=lambda one=one: answers.append(first_run.claim(site, one))) for one in claims
    ]

    def held(tx: Transaction) -> None:
        tx.execute(select(t.feed_head).with_for_update())
        for thread in threads:
            thread.start()
        look_until_waiting(site.database, len(threads))

    site.database.write(held)
    for thread in threads:
        thread.join(10)
    return answers


def claim_of(site: Site, name: str) -> Claim:
    """Somebody's claim with the code that the site shows now."""
    code = site.database.read(lambda db: first_run.code_of(db, site))
    return Claim(code, name.lower(), name, "eleven red kites over the fjord")


def test_a_code_that_two_type_at_once_lets_one_in_and_the_other_is_told(
    empty_postgres: str, tmp_path: Path
) -> None:
    site = make_site(empty_postgres, tmp_path, Clock())
    assert first_run.claim(site, claim_of(site, "Nora")) is None
    site.database.write(lambda tx: tx.execute(t.passwords.delete()))
    answers = claimed_at_once(site, claim_of(site, "Ruth"), claim_of(site, "Otto"))
    assert sorted(answer.code if answer else "" for answer in answers) == ["", Code.CODE_WRONG]
    administrators = site.database.read(staffing.with_password)
    assert len(administrators) == 1
    known = site.database.read(lambda db: records.every(db, RecordKind.STAFF))
    assert {one.id for one in known} == {"nora", *administrators}
    site.close()
