"""Settings from the environment and the secret beside the database."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from site_sync.service.settings import Settings, keys_of
from site_sync.service.wiring import SiteUnavailable, open_site
from tests.service.sites import CODE_KEY, Clock, surroundings


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HANDOVER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("HANDOVER_PORT", "9001")
    monkeypatch.setenv("HANDOVER_PUBLIC_URL", "https://shop.example.com/")
    settings = Settings()
    assert settings.database_url == f"sqlite:///{tmp_path / 'site.sqlite'}"
    assert settings.public_address == "https://shop.example.com"
    assert Settings(port=9002).public_address == "https://shop.example.com"
    assert Settings(port=9002, public_url="").public_address == "http://127.0.0.1:9002"


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path / 'site.sqlite'}", data_dir=tmp_path)
    draws = iter([b"a" * 32, b"b" * 32])
    first = keys_of(settings, lambda size: next(draws)[:size])
    again = keys_of(settings, lambda size: next(draws)[:size])
    assert first == again
    assert first.code_key == b"a" * 32
    path = tmp_path / "site.sqlite.keys"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert first.code_key.hex() not in repr(first)


def test_a_key_from_the_environment_needs_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HANDOVER_CODE_KEY", CODE_KEY)
    settings = Settings(database="postgresql+psycopg://postgres@127.0.0.1/site", data_dir=tmp_path)
    assert keys_of(settings, lambda size: b"").code_key == bytes.fromhex(CODE_KEY)
    assert list(tmp_path.iterdir()) == []
    assert CODE_KEY not in repr(settings)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://127.0.0.1/site",
        "rubbish",
        "postgresql+psycopg://postgres@127.0.0.1:1/site",
        "sqlite:////proc/nowhere/site.sqlite",
    ],
)
def test_a_site_that_cannot_be_opened_says_so(url: str, tmp_path: Path) -> None:
    with pytest.raises(SiteUnavailable):
        open_site(Settings(database=url, data_dir=tmp_path), surroundings(Clock()))
