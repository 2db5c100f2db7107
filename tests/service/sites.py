"""Sites put together for a test, and the surroundings they live in: a clock that stands, ids that count."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from pydantic import SecretStr

from site_sync.service.settings import Settings
from site_sync.service.wiring import Site, Surroundings, open_site
from tests.service.shop import NOON

CODE_KEY, SEAL_KEY = "11" * 32, "22" * 32


class Clock:
    """The site's clock, moved by hand."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def forward(self, **by: int) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


def surroundings(clock: Clock) -> Surroundings:
    """Ids that count, random bytes that are none."""
    ids, draws = count(1), count(1)

    def random_bytes(size: int) -> bytes:
        return hashlib.sha256(f"draw {next(draws)}".encode()).digest()[:size]

    return Surroundings(lambda: clock.now, lambda: f"id-{next(ids):06}", random_bytes)


def keyed(url: str, folder: Path) -> Settings:
    """Settings with the keys given."""
    code, seal = SecretStr(CODE_KEY), SecretStr(SEAL_KEY)
    return Settings(database=url, data_dir=folder, code_key=code, seal_key=seal)


def make_site(url: str, folder: Path, clock: Clock) -> Site:
    """A site on an empty database, with its keys given."""
    return open_site(keyed(url, folder), surroundings(clock))
