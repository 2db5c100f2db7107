"""What the site refused or parked, until a person has dealt with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pos_app.store.till_file import TillFile

_COLUMNS = "id, at, command_id, order_id, act, code, facts"


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal: which act on which order, the code and the facts its sentence needs."""

    id: str
    at: datetime
    command_id: str
    order_id: str | None
    act: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


class Problems:
    """Open until resolved, kept afterwards."""

    def __init__(self, file: TillFile) -> None:
        self._file = file

    def raise_problem(self, problem: Problem) -> None:
        """Keep a new problem; the same one twice is one."""
        self._file.raw.execute(
            f"INSERT INTO problems ({_COLUMNS}, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'open') "  # noqa: S608
            "ON CONFLICT (id) DO NOTHING",
            (
                problem.id,
                problem.at.isoformat(),
                problem.command_id,
                problem.order_id,
                problem.act,
                problem.code,
                json.dumps(dict(problem.facts)),
            ),
        )

    def open(self) -> tuple[Problem, ...]:
        """Open problems, oldest first."""
        return self._read("state = 'open' ORDER BY at, id", ())

    def get(self, problem_id: str) -> Problem | None:
        """The problem of that id, open or not."""
        found = self._read("id = ?", (problem_id,))
        return found[0] if found else None

    def open_count(self) -> int:
        """How many problems are open."""
        row = self._file.raw.execute("SELECT count(*) FROM problems WHERE state = 'open'").fetchone()
        return int(row[0])

    def resolve(self, problem_id: str, how: str, by: str, at: datetime) -> bool:
        """Close a problem; False when it was closed already."""
        done = self._file.raw.execute(
            "UPDATE problems SET state = 'resolved', resolution = ?, resolved_by = ?, resolved_at = ? "
            "WHERE id = ? AND state = 'open'",
            (how, by, at.isoformat(), problem_id),
        )
        return done.rowcount == 1

    def forget(self, problem_id: str) -> None:
        """The site no longer keeps the problem."""
        self._file.raw.execute("DELETE FROM problems WHERE id = ?", (problem_id,))

    def _read(self, where: str, values: tuple[str, ...]) -> tuple[Problem, ...]:
        rows = self._file.raw.execute(f"SELECT {_COLUMNS} FROM problems WHERE {where}", values)  # noqa: S608
        return tuple(
            Problem(
                row[0], datetime.fromisoformat(row[1]), row[2], row[3], row[4], row[5], json.loads(row[6])
            )
            for row in rows
        )
