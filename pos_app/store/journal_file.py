"""The journal beside the database: every acknowledged command once more, if the database cannot be read."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import structlog

from site_sync.forcing import keep_names
from site_sync.protocol.codec import sha256

ROTATE_BYTES = 64_000_000

_log = structlog.get_logger(__name__)


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
        is_new, torn = not path.exists(), _ends_torn(path)
        self.descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._unflushed = False
        self._waiting: deque[bytes] = deque()
        self._torn = False
        if is_new:
            keep_names(path.parent)
        if torn:
            os.write(self.descriptor, b"\n")

    def append(self, line: JournalLine) -> None:
        """Write one line in one call, so that lines never mix; what the disk does not take waits.

        The command is in the database already: that the journal lags behind must not make it fail.
        """
        self._waiting.append(_sealed(line))
        self._write()

    def _write(self) -> None:
        while self._waiting:
            data = b"\n" + self._waiting[0] if self._torn else self._waiting[0]
            try:
                written = os.write(self.descriptor, data)
            except OSError as error:
                _log.warning("the journal lags behind", lines=len(self._waiting), reason=error.strerror)
                return
            self._unflushed = True
            self._torn = written < len(data)
            if not self._torn:
                self._waiting.popleft()

    @property
    def behind(self) -> int:
        """Lines that the disk has not taken yet."""
        return len(self._waiting)

    def flush(self) -> None:
        """Put what was written on the disk, and first what it did not take before."""
        self._write()
        if self._unflushed:
            os.fdatasync(self.descriptor)
            self._unflushed = False

    def keep_only(self, wanted: Callable[[JournalLine], bool]) -> bool:
        """Take the other lines out of the journal and of the full one before it; False when there are none.

        The new file is on the disk before it takes the old one's place, so that a power cut loses no line.
        """
        self.flush()
        if self._waiting or all(wanted(line) for line in lines(self.path)):
            return False
        for path in (_rotated(self.path), self.path):
            if path.exists():
                _rewritten(path, wanted)
        os.close(self.descriptor)
        self.descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._torn = False
        return True

    def close(self) -> None:
        """Flush and close."""
        self.flush()
        os.close(self.descriptor)


def _ends_torn(path: Path) -> bool:
    """Whether a power cut tore the last line: what is written next must not become part of it."""
    if not path.exists() or not path.stat().st_size:
        return False
    with path.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read() != b"\n"


def _sealed(line: JournalLine) -> bytes:
    body = json.dumps({name: getattr(line, name) for name in _FIELDS}, separators=(",", ":"))
    return f"{sha256(body)} {body}\n".encode()


def _rewritten(path: Path, wanted: Callable[[JournalLine], bool]) -> None:
    """Put a file with the wanted lines in the place of one; the old one's bytes are overwritten first."""
    half = path.with_suffix(f"{path.suffix}.half")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.writelines(_sealed(line) for line in _whole(path) if wanted(line))
        stream.flush()
        os.fsync(stream.fileno())
    old = os.open(path, os.O_WRONLY)
    os.replace(half, path)
    keep_names(path.parent)
    _blacken(old)


def _blacken(descriptor: int) -> None:
    """Overwrite a file that has no name any more."""
    try:
        left = os.fstat(descriptor).st_size
        while left > 0:
            left -= os.write(descriptor, bytes(min(left, 1 << 20)))
        os.fdatasync(descriptor)
    finally:
        os.close(descriptor)


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
