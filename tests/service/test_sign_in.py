"""Passwords, sessions, API keys and PINs."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from itertools import count
from typing import Any, cast

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from site_sync.protocol.changes import RecordKind
from site_sync.protocol.pins import pin_matches, pin_pepper, pin_verifier
from site_sync.service import sessions, sign_in
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.engine import Database, open_database
from site_sync.service.keys import Keys
from site_sync.service.sealing import Vault
from site_sync.service.sign_in import GivenPassword, NewKey
from tests.service.shop import NOON, STAFF

KEYS = Keys(b"key that tills have", b"key of the site alone")
PASSWORD = "correct horse battery"
GIVEN = GivenPassword("anna", sign_in.password_verifier(Vault(KEYS, os.urandom), "anna", PASSWORD))


def check(database: Database, password: str, after: int = 0, staff: str = "anna") -> bool:
    """Whether a password is taken some seconds after noon."""
    now = NOON + timedelta(seconds=after)
    return sign_in.check_password(database, KEYS, staff, password, now)


@pytest.fixture
def anna(database: Database) -> Database:
    """A database in which Anna has a password."""
    database.write(lambda tx: sign_in.set_password(tx, GIVEN, NOON))
    return database


def test_only_the_right_password_of_the_right_person_is_taken(anna: Database) -> None:
    assert check(anna, PASSWORD)
    assert not check(anna, PASSWORD.upper())
    assert not check(anna, PASSWORD, staff="ben")
    assert not check(anna, "", staff="nobody")
    assert not check(anna, "", staff="\x00")


def test_wrong_tries_wait_longer_and_the_tenth_locks(anna: Database) -> None:
    assert not any(check(anna, "wrong") for _ in range(3))
    assert not check(anna, PASSWORD), "must wait a second first"
    assert check(anna, PASSWORD, after=1)
    seconds = 10
    for tries in range(10):
        seconds += 2**tries
        assert not check(anna, "wrong", after=seconds)
    assert not check(anna, PASSWORD, after=10**6)
    anna.write(lambda tx: sign_in.set_password(tx, GIVEN, NOON))
    assert check(anna, PASSWORD)


class Watched:
    """A database that counts what is asked of it."""

    def __init__(self, database: Database) -> None:
        self._database, self.done = database, [0, 0]

    def read(self, work: Callable[..., Any]) -> Any:
        """A read, counted."""
        self.done[0] += 1
        return self._database.read(work)

    def write(self, work: Callable[..., Any]) -> Any:
        """A write, counted."""
        self.done[1] += 1
        return self._database.write(work)


def test_an_unknown_name_does_the_work_of_a_known_one(
    anna: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    verify = PasswordHasher.verify

    def counted(hasher: PasswordHasher, verifier: str, password: bytes) -> bool:
        hashed.append(verifier.rsplit("$", 2)[0])
        return verify(hasher, verifier, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    work: dict[int, tuple[tuple[int, ...], tuple[str, ...]]] = {}
    for staff in ("anna", "nobody", "locked"):
        if staff == "locked":
            staff = "anna"
            anna.write(lambda tx: tx.execute(update(t.passwords).values(locked=True)))
        hashed.clear()
        watched = Watched(anna)
        assert not sign_in.check_password(cast(Database, watched), KEYS, staff, "wrong", NOON)
        work[len(work)] = (tuple(watched.done), tuple(hashed))
    assert set(work.values()) == {((0, 1), ("$argon2id$v=19$m=47104,t=2,p=1",))}


def test_the_tenth_wrong_try_locks_across_restarts_and_whatever_the_clock_says(anna: Database) -> None:
    url = anna.url
    for tried in range(10):
        days = 3000 * (tried % 3 - 1)
        with closing(open_database(url)) as started_again:
            now = NOON + timedelta(days=days, minutes=5 * tried)
            assert not sign_in.check_password(started_again, KEYS, "anna", f"guess {tried}", now)
    for days in (-9000, 0, 1, 9000):
        assert not check(anna, PASSWORD, after=days * 86_400)
    state = anna.read(lambda db: sign_in.password_state(db, "anna"))
    assert state is not None
    assert (state.tries, state.locked) == (10, True)


def open_session(database: Database) -> str:
    """Anna signs in at noon; the session's token."""
    texts = (f"text {number}" for number in count(1))
    token, csrf = database.write(lambda tx: sessions.open_session(tx, "anna", lambda: next(texts), NOON))
    assert csrf != token
    return token


def test_wrong_tries_at_the_same_moment_are_all_counted(anna: Database) -> None:
    with ThreadPoolExecutor(8) as guessing:
        assert not any(guessing.map(lambda guess: check(anna, f"guess {guess}"), range(8)))
    assert anna.read(lambda db: db.execute(select(t.passwords.c.tries)).scalar_one()) == sign_in.FREE_TRIES


def test_a_session_lives_until_it_is_idle_old_or_closed(anna: Database) -> None:
    token = open_session(anna)

    def session(**after: int) -> sessions.Session | None:
        now = NOON + timedelta(**after)
        return anna.read(lambda db: sessions.session_of(db, token, now))

    found = session(minutes=59)
    assert found is not None
    assert found.staff.id == "anna"
    assert session(minutes=60) is None
    anna.write(lambda tx: sessions.touch_session(tx, token, NOON + timedelta(minutes=59)))
    assert session(minutes=118) is not None
    anna.write(lambda tx: sessions.touch_session(tx, token, NOON + timedelta(hours=12)))
    assert session(hours=12) is None
    anna.write(lambda tx: sessions.touch_session(tx, token, NOON))
    anna.write(lambda tx: sessions.close_session(tx, token))
    assert session() is None


def test_a_session_ends_with_the_person_and_with_a_new_password(anna: Database) -> None:
    token = open_session(anna)
    anna.write(lambda tx: records.remove(tx, RecordKind.STAFF, "anna"))
    assert anna.read(lambda db: sessions.session_of(db, token, NOON)) is None
    anna.write(lambda tx: records.save(tx, RecordKind.STAFF, STAFF[0]))
    assert anna.read(lambda db: sessions.session_of(db, token, NOON)) is not None
    anna.write(lambda tx: sign_in.set_password(tx, GIVEN, NOON))
    assert anna.read(lambda db: sessions.session_of(db, token, NOON)) is None


def test_api_keys_are_shown_once_and_withdrawn_at_once(database: Database) -> None:
    new = NewKey("key-1", "Web shop", "secret" * 8, ("orders:read", "stock:read"))
    text = database.write(lambda tx: sign_in.create_api_key(tx, new, NOON))
    assert text.startswith("hk_")
    found = database.read(lambda db: sign_in.api_key_of(db, text))
    assert found is not None
    assert (found.name, found.scopes) == ("Web shop", frozenset({"orders:read", "stock:read"}))
    kept = database.read(lambda db: db.execute(select(t.api_keys)).one())
    assert new.secret not in str(kept)
    assert database.read(lambda db: sign_in.api_key_of(db, text + "x")) is None
    assert database.write(lambda tx: sign_in.revoke_api_key(tx, "key-1", NOON))
    assert not database.write(lambda tx: sign_in.revoke_api_key(tx, "key-1", NOON))
    assert database.read(lambda db: sign_in.api_key_of(db, text)) is None
    assert [key.revoked_at for key in database.read(sign_in.api_keys)] == [NOON]


def test_a_pin_belongs_to_its_verifier_and_its_pepper() -> None:
    pepper = pin_pepper(b"key of the site")
    verifier = pin_verifier(pepper, "471902")
    assert pin_matches(verifier, pepper, "471902")
    assert not pin_matches(verifier, pepper, "471903")
    assert not pin_matches(verifier, pin_pepper(b"key of another"), "471902")
    assert not pin_matches("", pepper, "471902")
    for wrong in ("", "123", "12a4", "1234567890123"):
        with pytest.raises(ValueError):
            pin_verifier(pepper, wrong)
    with pytest.raises(ValueError):
        pin_pepper(b"")
