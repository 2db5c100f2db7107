"""One site for the whole table, with the answer to each of its cells."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from site_sync.service.database.migrate import migrate
from tests.security.calling import Calls, Cell, cells
from tests.security.world import World, world
from tests.service.serving import client


@dataclass(frozen=True, slots=True, repr=False)
class Played:
    """The world after every cell was called once, and what was answered."""

    world: World
    calls: Calls
    answers: dict[str, tuple[Cell, httpx.Response]]
    file: Path
    said: list[str]


class _Said(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Every cell called once, in the order of the table."""
    folder = tmp_path_factory.mktemp("matrix")
    file, said = folder / "site.sqlite", _Said()
    migrate(f"sqlite:///{file}")
    logging.getLogger("site_sync").addHandler(said)
    with world(file, folder) as there, client(there.address) as http:
        calls = Calls(there, http)
        answers: dict[str, tuple[Cell, httpx.Response]] = {}
        for cell in cells(there):
            http.cookies.clear()
            answers[str(cell)] = (cell, calls.answer(cell))
            if cell.caller.person and cell.row.call.endswith("/sign-out"):
                there.renew(cell.caller.person)
        yield Played(there, calls, answers, file, said.lines)
    logging.getLogger("site_sync").removeHandler(said)
