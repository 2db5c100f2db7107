"""Settings from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_sync.service.settings import Settings
from site_sync.service.wiring import SiteUnavailable, open_site
from tests.service.sites import Clock, surroundings


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HANDOVER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("HANDOVER_PORT", "9001")
    monkeypatch.setenv("HANDOVER_PUBLIC_URL", "https://shop.example.com/")
    settings = Settings()
    assert settings.database_url == f"sqlite:///{tmp_path / 'site.sqlite'}"
    assert settings.public_address == "https://shop.example.com"
    assert Settings(port=9002).public_address == "https://shop.example.com"
    assert Settings(port=9002, public_url="").public_address == "http://127.0.0.1:9002"


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
