"""SQLite's own files on a watched disk: its system layer with writing, forcing and naming seen by us."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    c_char_p,
    c_int,
    c_int64,
    c_void_p,
    cast,
    memmove,
    pointer,
    sizeof,
)
from ctypes.util import find_library
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.campaigns.power.disk import Content, Disk

OK, IO_ERROR = 0, 10
CREATE = 0x4
LOGS = 0x800 | 0x4000 | 0x80000
"""Journals and write-ahead logs: forced the first time, they force the name too."""
FORCE_NAMES = 1

_Close = CFUNCTYPE(c_int, c_void_p)
_Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
_Sync = CFUNCTYPE(c_int, c_void_p, c_int)
_Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_Delete = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)


class _Methods(Structure):
    """What SQLite can do with a file it has open."""

    _fields_ = [
        ("version", c_int), ("close", _Close), ("read", c_void_p), ("write", _Write),
        ("truncate", _Truncate), ("sync", _Sync), ("rest", c_void_p * 13),
    ]  # fmt: skip


class _System(Structure):
    """What SQLite asks of the operating system."""

    _fields_ = [
        ("version", c_int), ("file_size", c_int), ("longest_path", c_int), ("next", c_void_p),
        ("name", c_char_p), ("own", c_void_p), ("open", _Open), ("delete", _Delete), ("rest", c_void_p * 14),
    ]  # fmt: skip


class _File(Structure):
    """The beginning of any open file of SQLite's."""

    _fields_ = [("methods", POINTER(_Methods))]


@dataclass
class _Opened:
    """One file that SQLite has open on a watched disk."""

    disk: Disk
    content: Content
    is_log: bool


class SqliteLayer:
    """SQLite's usual system layer, with its writing calls seen on watched folders; one for a process.

    Files are opened by the usual layer; only the table of their methods is another one, so that reading,
    locking and shared memory are untouched.
    """

    def __init__(self) -> None:
        self.disks: dict[str, Disk] = {}
        self.failed: list[Exception] = []
        self._library = ctypes.CDLL(find_library("sqlite3") or "libsqlite3.so.0")
        self._library.sqlite3_vfs_find.restype = POINTER(_System)
        self._usual = self._library.sqlite3_vfs_find(None).contents
        self._opened: dict[int, _Opened] = {}
        self._methods: dict[int, tuple[_Methods, _Methods]] = {}
        self._system = _System()
        memmove(pointer(self._system), pointer(self._usual), sizeof(_System))
        self._system.name, self._system.next = b"watched", None
        self._system.open, self._system.delete = _Open(self._open), _Delete(self._delete)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """SQLite opens its files here; connections made now must be closed before the end."""
        self._library.sqlite3_vfs_register(pointer(self._system), 1)
        try:
            yield
        finally:
            self._library.sqlite3_vfs_unregister(pointer(self._system))
            self._library.sqlite3_vfs_register(pointer(self._usual), 1)

    def sees(self, disk: Disk) -> bool:
        """Whether SQLite has a file of the disk open here; a Python with an SQLite of its own has not."""
        return any(one.disk is disk for one in self._opened.values())

    def _disk(self, name: int | None) -> tuple[Disk, str] | None:
        """Where a file lies; SQLite keeps the pointer to its name, so that it is handed on as it came."""
        if not name:
            return None
        path = Path(ctypes.string_at(name).decode())
        disk = self.disks.get(str(path.parent))
        return (disk, path.name) if disk else None

    def _seen(self, work: Callable[[], Any]) -> int:
        """Errors of ours must not vanish in SQLite."""
        try:
            work()
        except Exception as error:  # outermost loop: above it there is only C
            self.failed.append(error)
            return IO_ERROR
        return OK

    def _open(self, system: int, name: int | None, file: int, flags: int, out: int | None) -> int:
        code = int(self._usual.open(system, name, file, flags, out))
        where = self._disk(name)
        if code != OK or where is None:
            return code
        disk, short = where

        def look() -> None:
            is_log = bool(flags & CREATE and flags & LOGS)
            self._opened[file] = _Opened(disk, disk.content(short), is_log)
            head = cast(file, POINTER(_File)).contents
            head.methods = pointer(self._watching(head.methods))

        return self._seen(look)

    def _watching(self, usual: Any) -> _Methods:
        """The table of methods beside a usual one."""
        place = ctypes.addressof(usual.contents)
        if place not in self._methods:
            own = _Methods()
            memmove(pointer(own), usual, sizeof(_Methods))
            kept = usual.contents
            own.close = _Close(lambda file: self._close(kept, file))
            own.write = _Write(lambda *given: self._write(kept, *given))
            own.truncate = _Truncate(lambda *given: self._truncate(kept, *given))
            own.sync = _Sync(lambda *given: self._sync(kept, *given))
            self._methods[place] = own, kept
        return self._methods[place][0]

    def _close(self, usual: _Methods, file: int) -> int:
        self._opened.pop(file, None)
        return int(usual.close(file))

    def _write(self, usual: _Methods, file: int, data: int, size: int, at: int) -> int:
        one = self._opened[file]
        code = self._seen(lambda: one.disk.write(one.content, at, ctypes.string_at(data, size)))
        return code or int(usual.write(file, data, size, at))

    def _truncate(self, usual: _Methods, file: int, size: int) -> int:
        one = self._opened[file]
        return self._seen(lambda: one.disk.resize(one.content, size)) or int(usual.truncate(file, size))

    def _sync(self, usual: _Methods, file: int, flags: int) -> int:
        one = self._opened[file]

        def force() -> None:
            one.disk.sync(one.content)
            if one.is_log:
                one.disk.sync_names()
                one.is_log = False

        return int(usual.sync(file, flags)) or self._seen(force)

    def _delete(self, system: int, name: int | None, force: int) -> int:
        code = int(self._usual.delete(system, name, force))
        where = self._disk(name)
        if code != OK or where is None:
            return code
        disk, short = where

        def look() -> None:
            disk.gone(short)
            if force & FORCE_NAMES:
                disk.sync_names()

        return self._seen(look)


@lru_cache(maxsize=1)
def sqlite_layer() -> SqliteLayer:
    """Kept for ever, as SQLite keeps pointers to it."""
    return SqliteLayer()
