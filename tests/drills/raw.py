"""A drill's tables in the driver's own words, on either engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import create_engine

from tests.drills.floor import Floor


class Raw:
    """The tables in the driver's own words, on either engine."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url)
        self._connection = self._engine.connect()
        self.raw = self

    def execute(self, query: str) -> Any:
        """Run one query."""
        driver: Any = self._connection.connection.driver_connection
        return driver.execute(query)

    @classmethod
    @contextmanager
    def of(cls, floor: Floor) -> Iterator[Raw]:
        """The tables of a floor's site, for a moment."""
        raw = cls(floor.settings.database_url)
        try:
            yield raw
        finally:
            raw.close()

    def close(self) -> None:
        """Let go."""
        self._connection.close()
        self._engine.dispose()
