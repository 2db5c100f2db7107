"""Files that Python writes on a watched disk: what the shipped code asks of `os`, seen by us."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from tests.campaigns.power.disk import Content, Disk
from tests.simulation.storm.stand_ins import standing_in


class PythonLayer:
    """Stands in for the calls of `os` that change files; what is no watched folder's goes through."""

    def __init__(self, disks: dict[str, Disk]) -> None:
        self._disks = disks
        self._open: dict[int, tuple[Disk, Content | None]] = {}
        names = ("open", "close", "write", "fsync", "fdatasync", "replace", "rename", "unlink")
        self._usual: dict[str, Any] = {name: getattr(os, name) for name in names}

    def in_use(self) -> AbstractContextManager[None]:
        """`os` means this."""
        return standing_in(*((os, name, getattr(self, name)) for name in self._usual))

    def _disk(self, path: Any) -> tuple[Disk, str] | None:
        if not isinstance(path, str | Path):
            return None
        disk = self._disks.get(str(Path(path).parent))
        return (disk, Path(path).name) if disk else None

    def open(self, path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
        """A file, or the folder itself to force its names to the disk."""
        where = self._disk(path)
        known = where is not None and where[1] in where[0].names
        number = int(self._usual["open"](path, flags, mode, **more))
        self._open.pop(number, None)
        if where is not None and not Path(path).is_dir():  # a folder within is no disk of the till's files
            content = where[0].content(where[1])
            self._open[number] = where[0], content
            if known and flags & os.O_TRUNC:
                where[0].resize(content, 0)
        elif str(path) in self._disks:
            self._open[number] = self._disks[str(path)], None
        return number

    def close(self, number: int) -> None:
        """The number may mean another file afterwards."""
        self._open.pop(number, None)
        self._usual["close"](number)

    def write(self, number: int, data: bytes) -> int:
        """At the end: nothing in the shipped code writes elsewhere by number."""
        disk, content = self._open.get(number, (None, None))
        if disk is not None and content is not None:
            disk.write(content, content.size, bytes(data))
        return int(self._usual["write"](number, data))

    def fsync(self, number: int) -> None:
        """The file, or the names of the folder."""
        self._usual["fsync"](number)
        self._forced(number)

    def fdatasync(self, number: int) -> None:
        """As `fsync`: a file's size is part of its data."""
        self._usual["fdatasync"](number)
        self._forced(number)

    def _forced(self, number: int) -> None:
        disk, content = self._open.get(number, (None, None))
        if disk is None:
            return
        if content is None:
            disk.sync_names()
            return
        now = Path(f"/proc/self/fd/{number}").read_bytes()
        if content.size != len(now):  # written by a stream over the number, which nobody saw
            content.resize(0)
            content.write(0, now)
        disk.sync(content)

    def replace(self, source: Any, target: Any, **more: Any) -> None:
        """A file takes another's name."""
        self._usual["replace"](source, target, **more)
        one, other = self._disk(source), self._disk(target)
        if one is not None and other is not None and one[0] is other[0]:
            one[0].moved(one[1], other[1])
        elif one is not None:
            one[0].gone(one[1])

    def rename(self, source: Any, target: Any, **more: Any) -> None:
        """As `replace`."""
        self.replace(source, target, **more)

    def unlink(self, path: Any, **more: Any) -> None:
        """A file's name goes."""
        self._usual["unlink"](path, **more)
        where = self._disk(path)
        if where is not None:
            where[0].gone(where[1])
