"""The journal beside the database: every acknowledged command once more, if the database cannot be read."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from site_sync.protocol.codec import sha256

ROTATE_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class JournalLine:
    """What a command needs to be sent again: its envelope without the parts sealed at sending."""

    command_id: str
    payload_kind: str
    payload: str
    staff: str
    approver: str | None
    till_time: str
    order_id: str | None
    base_version: int | None


_FIELDS = tuple(field.name for field in fields(JournalLine))


class JournalFile:
    """Lines are handed to the system after the commit and flushed to the disk by `flush`.

    The database alone is what survives a power cut; the journal survives a killed process at once, a power
    cut up to the last flush, so that a commit waits for one disk write, not two.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.exists() and path.stat().st_size > ROTATE_BYTES:
            path.replace(_rotated(path))
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._unflushed = False

    def append(self, line: JournalLine) -> None:
        """Write one line in one call, so that lines never mix."""
        data = {name: getattr(line, name) for name in _FIELDS}
        body = json.dumps(data, separators=(",", ":"))
        os.write(self._descriptor, f"{sha256(body)} {body}\n".encode())
        self._unflushed = True

    def flush(self) -> None:
        """Put what was written on the disk."""
        if self._unflushed:
            os.fdatasync(self._descriptor)
            self._unflushed = False

    def close(self) -> None:
        """Flush and close."""
        self.flush()
        os.close(self._descriptor)


def _rotated(path: Path) -> Path:
    return path.with_suffix(path.suffix + ".1")


def lines(path: Path) -> Iterator[JournalLine]:
    """Every whole line of a journal and of the full one before it; torn or damaged ones are passed over."""
    for each in (_rotated(path), path):
        if each.exists():
            yield from _whole(each)


def _whole(path: Path) -> Iterator[JournalLine]:
    with path.open("rb") as stream:
        for raw in stream:
            check, _, body = raw.rstrip(b"\n").decode(errors="replace").partition(" ")
            if sha256(body) == check:
                yield JournalLine(**json.loads(body))
