"""Files of a till or a site are for the account that runs it alone: those it makes, and those it finds."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

OTHERS = 0o077
"""What other accounts may do with a file."""

_log = structlog.get_logger(__name__)


@contextmanager
def private() -> Iterator[None]:
    """Whatever is made meanwhile, also by programs that are started, is for this account alone."""
    before = os.umask(OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def keep_private(folder: Path, *own: str, folder_too: bool = True) -> None:
    """Close what is ours in a folder to other accounts, and the folder itself when there is something.

    Ours are files and folders whose names begin with one of `own`. What belongs to another account is left
    alone, and so is a folder for everybody, as /tmp is.
    """
    if os.name != "posix" or not folder.is_dir():
        return
    folder = folder.resolve()
    found = [path for path in folder.iterdir() if path.name.startswith(own)]
    for path in (*found, *([folder] if found and folder_too else [])):
        try:
            _close(path)
        except FileNotFoundError:
            continue  # taken away meanwhile, by another process of ours
        except OSError as error:
            _log.warning("a file stays open to other accounts", file=path.name, reason=error.strerror)


def leave_to_owner(file: int, folder: Path) -> None:
    """What root makes in a folder is for the account it belongs to, which could not read it otherwise."""
    if os.name == "posix" and os.geteuid() == 0:
        here = folder.stat()
        os.fchown(file, here.st_uid, here.st_gid)


def _close(path: Path) -> None:
    here = path.lstat()
    ours = here.st_uid == os.geteuid() and not here.st_mode & stat.S_ISVTX
    if ours and not stat.S_ISLNK(here.st_mode) and here.st_mode & OTHERS:
        path.chmod(stat.S_IMODE(here.st_mode) & ~OTHERS)
