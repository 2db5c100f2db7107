"""The file of a backup: a ZIP of compressed parts, with a manifest that has the hash of each."""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from site_sync.forcing import keep_names
from site_sync.private_files import leave_to_owner
from site_sync.service.backup import manifest
from site_sync.service.backup.manifest import BackupDamaged, Manifest, Part

MANIFEST = "manifest.json"
CHUNK = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError)


class Sink(Protocol):
    """Where the bytes of a part go."""

    def write(self, data: bytes, /) -> object:
        """Take some."""
        ...


@dataclass(slots=True)
class _Counted:
    """Hands bytes on, counting and hashing them."""

    target: IO[bytes]
    size: int = 0
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def write(self, data: bytes, /) -> int:
        """Take some."""
        self.target.write(data)
        self.digest.update(data)
        self.size += len(data)
        return len(data)


class ArchiveWriter:
    """Writes a backup beside its place; it stands there under its name only when it is whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._draft = path.with_name(f"{path.name}.part")
        handle = os.open(self._draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(handle, "w+b")
        leave_to_owner(handle, path.parent)
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=3)
        self._parts: list[Part] = []

    @contextmanager
    def part(self, name: str, columns: Sequence[str] = ()) -> Iterator[Sink]:
        """Write one part."""
        with self._zip.open(name, "w", force_zip64=True) as target:
            counted = _Counted(target)
            yield counted
        self._parts.append(Part(name, counted.size, counted.digest.hexdigest(), tuple(columns)))

    def finish(self, described: Callable[[tuple[Part, ...]], Manifest]) -> Manifest:
        """Write the manifest, make all durable and give the file its name."""
        made = described(tuple(self._parts))
        self._zip.writestr(MANIFEST, made.text())
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._draft.rename(self._path)
        keep_names(self._path.parent)
        return made

    def give_up(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        self._draft.unlink(missing_ok=True)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except FileNotFoundError as error:
        raise BackupDamaged(f"there is no file {path}") from error
    except _BROKEN as error:
        raise BackupDamaged(f"{path.name} is damaged, or no backup: {error}") from error
    except OSError as error:
        raise BackupDamaged(f"{path.name} cannot be read: {error.strerror}") from error


def described(path: Path) -> Manifest:
    """What a backup says of itself, without looking through all of it."""
    with _opened(path) as archive:
        return manifest.read(archive.read(MANIFEST))


def verified(path: Path) -> Manifest:
    """The same after every byte was compared with its hash; BackupDamaged when one differs."""
    found = described(path)
    for part in found.parts:
        digest, size = hashlib.sha256(), 0
        for chunk in chunks(path, part.name):
            digest.update(chunk)
            size += len(chunk)
        if (size, digest.hexdigest()) != (part.size, part.sha256):
            raise BackupDamaged(f"{path.name} is damaged: {part.name} is not what was written")
    return found


def chunks(path: Path, name: str) -> Iterator[bytes]:
    """The bytes of a part, one piece after another."""
    with _opened(path) as archive, archive.open(name) as source:
        while chunk := source.read(CHUNK):
            yield chunk
