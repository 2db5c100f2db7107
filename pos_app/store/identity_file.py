"""What the site gave this till when it let it in, beside the till's file, twice: it outlives the file."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from site_sync.forcing import keep_names
from site_sync.protocol.changes import Enrolled

COPIES = ("identity.json", "identity.spare.json")
"""Readable by the till's account alone. One that is gone or broken is written again from the other."""
NEXT = "identity.next.json"
"""What the site gives while the till's file does not know of it yet: on the disk before the file does."""


@dataclass(frozen=True, slots=True)
class LetIn:
    """What the site gave, and where it was found."""

    enrolled: Enrolled = field(repr=False)
    site_url: str


def read(folder: Path) -> LetIn | None:
    """What was given, out of whichever copy is whole; None where this till was never let in."""
    return next((found for name in COPIES if (found := _read(folder / name)) is not None), None)


def _read(path: Path) -> LetIn | None:
    try:
        told = json.loads(path.read_text())
        return LetIn(site_url=str(told.pop("site_url")), enrolled=Enrolled.model_validate(told))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # the other copy makes up for it
        return None


def keep(folder: Path, given: LetIn) -> None:
    """Keep what was given in both copies, on the disk on return."""
    for name in COPIES:
        _write(folder / name, given)
    keep_names(folder)


def prepare(folder: Path, given: LetIn) -> None:
    """Have it on the disk before the till's file says that this till was let in."""
    _write(folder / NEXT, given)
    keep_names(folder)


def settle(folder: Path) -> None:
    """The till's file knows of what was prepared: it takes the place of both copies."""
    given = _read(folder / NEXT)
    if given is not None:
        keep(folder, given)
        (folder / NEXT).unlink()


def mend(folder: Path, device: str) -> None:
    """After a start: settle what was prepared, if the file knows of it, and write a lost copy again."""
    prepared = _read(folder / NEXT)
    if prepared is not None and prepared.enrolled.device == device:
        settle(folder)
    (folder / NEXT).unlink(missing_ok=True)
    found = [_read(folder / name) for name in COPIES]
    if None in found and (given := read(folder)) is not None:
        keep(folder, given)


def _write(path: Path, given: LetIn) -> None:
    part = path.with_suffix(".part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(given.enrolled.model_dump() | {"site_url": given.site_url}, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
