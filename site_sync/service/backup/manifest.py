"""What a backup says of itself: of which site it is, when it was made, what must be in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

FORMAT = "handover-backup/1"
PRINTS = ("key_print", "seal_print")


class BackupDamaged(Exception):
    """The file is no backup, or not as it was made; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file inside a backup, uncompressed; `columns` for rows of a table."""

    name: str
    size: int
    sha256: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of a database when it is copied; `counts` are rows by table."""

    engine: str
    service: str
    epoch: str
    revision: str
    feed_head: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup's description; `key_prints` tell the site's keys from others and give nothing of them away.

    One made before there were two keys has the print of the code key alone.
    """

    made_at: datetime
    of: Described
    key_prints: tuple[str, ...]
    key_place: str
    parts: tuple[Part, ...]

    def text(self) -> str:
        """As it stands in the file."""
        told = asdict(self) | {"format": FORMAT, "made_at": self.made_at.isoformat()}
        told |= dict(zip(PRINTS, told.pop("key_prints"), strict=False))
        return json.dumps(told, indent=1)

    @property
    def orders(self) -> int:
        """How many orders are in it."""
        return self.of.counts.get("orders", 0)


def read(text: bytes) -> Manifest:
    """A manifest from its text; BackupDamaged when it is none."""
    try:
        told = json.loads(text)
        if told["format"] != FORMAT:
            raise BackupDamaged(f"the backup is of another kind: {told['format']}")
        parts = tuple(Part(**{**part, "columns": tuple(part["columns"])}) for part in told["parts"])
        made_at = datetime.fromisoformat(told["made_at"])
        prints = (told[PRINTS[0]], *(told[name] for name in PRINTS[1:] if name in told))
        return Manifest(made_at, Described(**told["of"]), prints, told["key_place"], parts)
    except (ValueError, KeyError, TypeError) as error:
        raise BackupDamaged("the backup's manifest cannot be read") from error
