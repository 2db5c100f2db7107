"""A disk under a till's folder: what was forced to it, what was only written, and what a power cut leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random

SECTORS = (512, 4096)
Image = dict[str, bytes]
"""What lies in the folder after a cut, by name."""


class Happening(StrEnum):
    """What is about to happen to the disk."""

    WRITE = "write"
    SYNC = "sync"
    NAMES = "names"


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes at a place of a file."""

    at: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Resize:
    """A file cut or grown to a size."""

    size: int


class Content:
    """One file's bytes: those kept for good, and what was done to them since."""

    def __init__(self, kept: bytes = b"") -> None:
        self._kept = bytearray(kept)
        self._since: list[Write | Resize] = []
        self.size = len(kept)

    def write(self, at: int, data: bytes) -> None:
        """Written, not forced."""
        self._since.append(Write(at, data))
        self.size = max(self.size, at + len(data))

    def resize(self, size: int) -> None:
        """Cut or grown, not forced."""
        self._since.append(Resize(size))
        self.size = size

    def sync(self) -> None:
        """Forced to the disk."""
        for change in self._since:
            _apply(self._kept, change)
        self._since.clear()

    def left(self, draw: Random) -> bytes:
        """What of it a cut leaves: up to some write, the next ones in any order, by sector, or torn."""
        if not self._since:
            return bytes(self._kept)
        data = bytearray(self._kept)
        luck = draw.random()
        if luck < 0.12:
            return bytes(data)
        reached = len(self._since) if luck < 0.24 else draw.randint(0, len(self._since))
        sizes = [place for place, one in enumerate(self._since) if isinstance(one, Resize)]
        ordered = max([place + 1 for place in sizes if place < reached], default=0)
        for change in self._since[:ordered]:
            _apply(data, change)
        writes = [one for one in self._since[ordered:reached] if isinstance(one, Write)]
        if luck < 0.5:
            _in_order(data, writes, draw)
        else:
            _by_sector(data, writes, draw)
        return bytes(data)


def _apply(data: bytearray, change: Write | Resize) -> None:
    if isinstance(change, Resize):
        del data[change.size :]
        data.extend(bytes(change.size - len(data)))
        return
    if change.at > len(data):
        data.extend(bytes(change.at - len(data)))
    data[change.at : change.at + len(change.data)] = change.data


def _in_order(data: bytearray, writes: list[Write], draw: Random) -> None:
    """Every write but the last, of which any first part."""
    for one in writes[:-1]:
        _apply(data, one)
    for last in writes[-1:]:
        _apply(data, Write(last.at, last.data[: draw.randint(0, len(last.data))]))


def _by_sector(data: bytearray, writes: list[Write], draw: Random) -> None:
    """Each sector as it was after any of its writes, or before; one of them torn within."""
    sector = draw.choice(SECTORS)
    kept = draw.choice((0.2, 0.5, 0.8, 0.97))
    pieces: dict[int, list[Write]] = {}
    for one in writes:
        for piece in _pieces(one, sector):
            pieces.setdefault(piece.at // sector, []).append(piece)
    for several in pieces.values():
        versions = len(several) if draw.random() < kept else draw.randrange(len(several))
        for piece in several[:versions]:
            _apply(data, piece)
    if pieces:
        torn = draw.choice(draw.choice(tuple(pieces.values())))
        _apply(data, Write(torn.at, torn.data[: draw.randint(0, len(torn.data))]))


def _pieces(whole: Write, sector: int) -> Iterable[Write]:
    start = 0
    while start < len(whole.data):
        room = sector - (whole.at + start) % sector
        yield Write(whole.at + start, whole.data[start : start + room])
        start += room


@dataclass(frozen=True, slots=True)
class Renamed:
    """A name given to a file, taken from it (`source`) or taken away (`content` is None)."""

    name: str
    content: Content | None
    source: str = ""


@dataclass
class Disk:
    """The files of one folder as they are on the disk; `about_to` hears before anything changes."""

    folder: Path
    about_to: Callable[[Happening], None] = lambda _what: None
    names: dict[str, Content] = field(default_factory=dict)
    _kept: dict[str, Content] = field(default_factory=dict)
    _since: list[Renamed] = field(default_factory=list)

    def __post_init__(self) -> None:
        for path in self.folder.iterdir():
            if path.is_file():
                self.names[path.name] = Content(path.read_bytes())
        self._kept = dict(self.names)

    def content(self, name: str) -> Content:
        """The file of a name; one that is new there has its name only until the folder is forced too."""
        if name not in self.names:
            self._name(Renamed(name, Content()))
        return self.names[name]

    def _name(self, change: Renamed) -> None:
        self.about_to(Happening.NAMES)
        _rename(self.names, change)
        self._since.append(change)

    def moved(self, source: str, name: str) -> None:
        """A file has another name now."""
        self._name(Renamed(name, self.content(source), source))

    def gone(self, name: str) -> None:
        """A file has no name any more."""
        if name in self.names:
            self._name(Renamed(name, None))

    def write(self, content: Content, at: int, data: bytes) -> None:
        """Something is written."""
        self.about_to(Happening.WRITE)
        content.write(at, data)

    def resize(self, content: Content, size: int) -> None:
        """A file is cut."""
        self.about_to(Happening.WRITE)
        content.resize(size)

    def sync(self, content: Content) -> None:
        """A file is forced to the disk; its name is not."""
        self.about_to(Happening.SYNC)
        content.sync()

    def sync_names(self) -> None:
        """The folder is forced to the disk."""
        self.about_to(Happening.SYNC)
        self._kept = dict(self.names)
        self._since.clear()

    def left(self, draw: Random) -> Image:
        """What a power cut at this moment leaves."""
        names = dict(self._kept)
        in_order = draw.random() < 0.5
        reached = draw.randint(0, len(self._since))
        for change in self._since[:reached] if in_order else self._since:
            if in_order or draw.random() < 0.5:
                _rename(names, change)
        image = {name: content.left(draw) for name, content in names.items()}
        return image | self._never_seen(draw)

    def _never_seen(self, draw: Random) -> Image:
        """Files that nobody forced to the disk are there or not, whole or in part."""
        found = {
            path.name: path.read_bytes()
            for path in self.folder.iterdir()
            if path.name not in self.names and path.is_file()
        }
        return {
            name: data[: draw.randint(0, len(data))] for name, data in found.items() if draw.random() < 0.5
        }


def _rename(names: dict[str, Content], change: Renamed) -> None:
    if change.source:
        names.pop(change.source, None)
    if change.content is None:
        names.pop(change.name, None)
    else:
        names[change.name] = change.content
