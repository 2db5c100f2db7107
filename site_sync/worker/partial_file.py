"""A large file that is fetched in parts: what has come outlives breaks, and is used only when it is whole."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

CHUNK_BYTES = 1 << 20


class FileBroken(Exception):
    """What came is not the file that was promised; nothing of it is kept."""


class FileCut(Exception):
    """Less came than was promised; the next call goes on from there."""


@dataclass(frozen=True, slots=True)
class Promised:
    """The file that is on its way: its SHA-256 ("" when nobody said), its size, the epoch it belongs to."""

    sha256: str
    size: int
    epoch: str


class PartialFile:
    """A compressed file beside `target`, which appears unpacked when all of it has come."""

    def __init__(self, target: Path, epoch: str) -> None:
        self._target = target
        self._epoch = epoch
        self._packed = target.with_suffix(".gz.part")
        self._note = target.with_suffix(".note")
        self._promised = self._remembered()

    def _remembered(self) -> Promised | None:
        """What an earlier call began; nothing of another epoch, and nothing that could not be verified."""
        try:
            known = Promised(**json.loads(self._note.read_bytes()))
        except (OSError, ValueError, TypeError):
            return None
        return known if known.epoch == self._epoch and known.sha256 else None

    @property
    def sha256(self) -> str:
        """Of the file a part of which is here, "" when there is none."""
        return self._promised.sha256 if self._promised and self.size else ""

    @property
    def size(self) -> int:
        """How many bytes are here."""
        return self._packed.stat().st_size if self._promised and self._packed.exists() else 0

    @property
    def is_whole(self) -> bool:
        """Whether as much is here as was promised."""
        return self._promised is not None and self.size == self._promised.size

    def begin(self, sha256: str, size: int) -> None:
        """Another file is coming, from its first byte on."""
        self._packed.unlink(missing_ok=True)
        self._promised = Promised(sha256, size, self._epoch)
        self._note.write_text(json.dumps(asdict(self._promised)))

    def append(self, chunks: Iterable[bytes]) -> None:
        """Keep what comes."""
        with self._packed.open("ab") as file:
            for chunk in chunks:
                file.write(chunk)

    def unpack(self) -> None:
        """Make the whole file appear at its place; FileCut or FileBroken when it cannot."""
        promised, part = self._promised, self._target.with_suffix(".part")
        if promised is None or self.size < promised.size:
            raise FileCut
        try:
            if promised.sha256 and _digest(self._packed) != promised.sha256:
                raise FileBroken
            with gzip.open(self._packed) as source, part.open("wb") as file:
                shutil.copyfileobj(source, file, CHUNK_BYTES)
            part.replace(self._target)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise FileBroken from error
        finally:
            part.unlink(missing_ok=True)  # half a file on a full disk would keep it full
            self.discard()

    def discard(self) -> None:
        """Keep nothing of it."""
        self._promised = None
        self._packed.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
