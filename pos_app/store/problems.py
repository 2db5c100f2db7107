"""What the site refused or parked, until a person has dealt with it."""

from __future__ import annotations

from datetime import datetime

from pos_app.store.till_file import TillFile
from site_sync.domain.problems import ProblemRecord
from site_sync.protocol.changes import RECORDS, RecordKind

_CODEC = RECORDS[RecordKind.PROBLEM]
_INSERT = (
    "INSERT INTO problems (id, at, command_id, order_id, act, code, state, body) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) "
)
_AS_SITE = "DO UPDATE SET state = excluded.state, body = excluded.body"
OPEN, RESOLVED = "open", "resolved"


class Problems:
    """Open until resolved, kept afterwards."""

    def __init__(self, file: TillFile) -> None:
        self._file = file

    def raise_problem(self, record: ProblemRecord) -> None:
        """Keep a new problem; the same one twice is one."""
        self._keep(record, "DO NOTHING")

    def take(self, record: ProblemRecord) -> None:
        """Keep a problem as the site has it; what this till's staff ended does not open again."""
        self._keep(record, f"{_AS_SITE} WHERE state = '{OPEN}'" if record.open else _AS_SITE)

    def _keep(self, record: ProblemRecord, otherwise: str) -> None:
        state = OPEN if record.open else RESOLVED
        at, order_id = record.at.isoformat(), record.order_id or None
        self._file.raw.execute(
            _INSERT + otherwise,
            (
                *(record.id, at, record.command_id, order_id, record.act, record.code, state),
                _CODEC.text(record),
            ),
        )

    def open(self) -> tuple[ProblemRecord, ...]:
        """Open problems, oldest first."""
        return self._read("state = 'open' ORDER BY at, id", ())

    def open_of(self, order_id: str) -> tuple[ProblemRecord, ...]:
        """Open problems of an order, oldest first."""
        return self._read("+state = 'open' AND order_id = ? ORDER BY at, id", (order_id,))  # by its order

    def ended(self, limit: int) -> tuple[ProblemRecord, ...]:
        """Problems that were dealt with, the newest first."""
        return self._read("state <> 'open' ORDER BY at DESC, id DESC LIMIT ?", (limit,))

    def get(self, problem_id: str) -> ProblemRecord | None:
        """The problem of that id, open or not."""
        found = self._read("id = ?", (problem_id,))
        return found[0] if found else None

    def close(self, ended: ProblemRecord) -> bool:
        """Keep how a problem ended; False when it was closed already."""
        done = self._file.raw.execute(
            "UPDATE problems SET state = 'resolved', body = ? WHERE id = ? AND state = 'open'",
            (_CODEC.text(ended), ended.id),
        )
        return done.rowcount == 1

    def open_again(self, record: ProblemRecord, ended_at: datetime) -> bool:
        """What staff here ended at a moment did not end; False when it has ended in another way since."""
        known = self.get(record.id)
        if known is None or known.open or known.resolved_at != ended_at:
            return False
        self._file.raw.execute(
            "UPDATE problems SET state = ?, body = ? WHERE id = ?", (OPEN, _CODEC.text(record), record.id)
        )
        return True

    def forget(self, problem_id: str) -> None:
        """The site no longer keeps the problem."""
        self._file.raw.execute("DELETE FROM problems WHERE id = ?", (problem_id,))

    def _read(self, where: str, values: tuple[str | int, ...]) -> tuple[ProblemRecord, ...]:
        rows = self._file.raw.execute(f"SELECT body FROM problems WHERE {where}", values)  # noqa: S608
        return tuple(_CODEC.load(row[0]) for row in rows)
