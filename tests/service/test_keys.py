"""The site's two keys: from the environment or from their file, the second added to an older file."""

from __future__ import annotations

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest

from site_sync.service.backup.restoring import fresh_epoch
from site_sync.service.keys import KeysUnusable, bring_file, keys_of, keys_there
from site_sync.service.settings import Settings
from site_sync.service.wiring import SiteUnavailable, open_site
from tests.service.sites import CODE_KEY, SEAL_KEY, Clock, surroundings

OLDER = json.dumps({"code_key": CODE_KEY})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that give no key, on an SQLite file."""
    return Settings(database=f"sqlite:///{tmp_path / 'site.sqlite'}", data_dir=tmp_path)


def test_keys_are_made_once_for_their_owner_alone(settings: Settings, tmp_path: Path) -> None:
    draws = iter([b"a" * 32, b"b" * 32, b"c" * 32])
    first = keys_of(settings, lambda size: next(draws)[:size])
    again = keys_of(settings, lambda size: next(draws)[:size])
    assert first == again
    assert (first.code_key, first.seal_key) == (b"a" * 32, b"b" * 32)
    path = tmp_path / "site.sqlite.keys"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert not [key for key in (first.code_key, first.seal_key) if key.hex() in repr(first)]


def test_the_second_key_is_added_once_to_an_older_file_whose_mode_stays(settings: Settings) -> None:
    path = settings.key_file
    path.write_text(OLDER)
    path.chmod(0o640)
    together = Barrier(4)

    def start(_: int) -> tuple[bytes, bytes]:
        together.wait()
        keys = keys_of(settings, os.urandom)
        return keys.code_key, keys.seal_key

    with ThreadPoolExecutor(4) as pool:
        ((code, seal),) = set(pool.map(start, range(4)))
    kept = json.loads(path.read_text())
    assert kept == {"code_key": CODE_KEY, "seal_key": seal.hex()}
    assert (code, stat.S_IMODE(path.stat().st_mode)) == (bytes.fromhex(CODE_KEY), 0o640)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_keys_from_the_environment_need_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HANDOVER_CODE_KEY", CODE_KEY)
    monkeypatch.setenv("HANDOVER_SEAL_KEY", SEAL_KEY)
    settings = Settings(database="postgresql+psycopg://postgres@127.0.0.1/site", data_dir=tmp_path)
    keys = keys_of(settings, lambda size: b"")
    assert (keys.code_key.hex(), keys.seal_key.hex()) == (CODE_KEY, SEAL_KEY)
    assert list(tmp_path.iterdir()) == []
    assert not [key for key in (CODE_KEY, SEAL_KEY) if key in repr(settings)]


@pytest.mark.parametrize(
    ("code", "seal", "words"),
    [
        (CODE_KEY, "", "HANDOVER_CODE_KEY is set and HANDOVER_SEAL_KEY is not: set both"),
        ("", SEAL_KEY, "HANDOVER_SEAL_KEY is set and HANDOVER_CODE_KEY is not: set both"),
        (CODE_KEY, CODE_KEY, "are the same"),
        (CODE_KEY, "no digits", "HANDOVER_SEAL_KEY is no key"),
    ],
)
def test_keys_that_do_not_do_are_refused_in_words_before_the_database_is_touched(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, code: str, seal: str, words: str
) -> None:
    monkeypatch.setenv("HANDOVER_CODE_KEY", code)
    monkeypatch.setenv("HANDOVER_SEAL_KEY", seal)
    told = Settings(database=settings.database, data_dir=settings.data_dir)
    with pytest.raises(SiteUnavailable, match=words):
        open_site(told, surroundings(Clock()))
    assert list(settings.data_dir.iterdir()) == []


@pytest.mark.parametrize("text", ["", "[]", '{"seal_key": "11"}', '{"code_key": 5}', '{"code_key": ""}'])
def test_a_key_file_that_is_none_is_left_as_it_is(settings: Settings, text: str) -> None:
    settings.key_file.write_text(text)
    with pytest.raises(KeysUnusable, match=r"site\.sqlite\.keys"):
        keys_of(settings, os.urandom)
    assert settings.key_file.read_text() == text


def test_a_copy_of_the_key_file_is_brought_where_it_adds_to_what_is_there(
    settings: Settings, tmp_path: Path
) -> None:
    older, whole, foreign = (tmp_path / name for name in ("older", "whole", "foreign"))
    older.write_text(OLDER)
    whole.write_text(json.dumps({"code_key": CODE_KEY, "seal_key": SEAL_KEY}))
    foreign.write_text(json.dumps({"code_key": CODE_KEY, "seal_key": "33" * 32}))
    assert keys_there(settings) == {}
    bring_file(settings, older)
    assert keys_there(settings) == {"code_key": bytes.fromhex(CODE_KEY)}
    for copy in (whole, older):
        bring_file(settings, copy)
        assert keys_there(settings)["seal_key"] == bytes.fromhex(SEAL_KEY)
    with pytest.raises(KeysUnusable, match="another key"):
        bring_file(settings, foreign)
    assert stat.S_IMODE(settings.key_file.stat().st_mode) == 0o600


def opened(settings: Settings, **how: bool) -> str:
    """Open the site and close it; its epoch."""
    site = open_site(settings, surroundings(Clock()), **how)
    site.close()
    return site.identity.epoch


def test_a_site_whose_key_file_is_gone_or_another_is_not_opened(settings: Settings, tmp_path: Path) -> None:
    opened(settings)
    kept = settings.key_file.read_text()
    settings.key_file.unlink()
    with pytest.raises(SiteUnavailable, match="put the copy that was kept in its place"):
        opened(settings)
    assert not settings.key_file.exists()
    older = json.dumps({"code_key": json.loads(kept)["code_key"]})
    settings.key_file.write_text(older)
    with pytest.raises(SiteUnavailable, match="put the copy that was kept"):
        opened(settings)
    assert settings.key_file.read_text() == older
    settings.key_file.write_text(json.dumps({"code_key": CODE_KEY, "seal_key": SEAL_KEY}))
    with pytest.raises(SiteUnavailable, match="others than this site's secrets need"):
        opened(settings)
    settings.key_file.write_text(kept)
    opened(settings)


def test_whoever_has_lost_the_keys_goes_on_under_new_ones_when_saying_so(settings: Settings) -> None:
    before = opened(settings)
    settings.key_file.unlink()
    after = fresh_epoch(settings, replace(surroundings(Clock()), new_id=lambda: "after"), other_key=True)
    assert (opened(settings), before != after) == (after, True)


def test_a_key_file_that_cannot_be_read_is_told_in_words(settings: Settings) -> None:
    settings.key_file.mkdir()
    with pytest.raises(SiteUnavailable, match=r"cannot be read \(Is a directory\): it has to belong"):
        opened(settings)
