"""Pictures that papers carry, kept beside the till's file under a name made of what they show."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from pathlib import Path

import structlog

FOLDER = "pictures"
_log = structlog.get_logger(__name__)


class Pictures:
    """The folder that printers read logos from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER

    def named(self, kept: str) -> str:
        """The name of a picture given as PNG in base64, which is in the folder then; none for none."""
        if not kept:
            return ""
        name = f"logo-{hashlib.sha256(kept.encode()).hexdigest()[:16]}"
        place = self.folder / f"{name}.png"
        if place.exists():
            return name
        try:
            self._write(place, base64.b64decode(kept, validate=True))
        except (binascii.Error, OSError) as error:
            _log.warning("the logo cannot be kept, papers go without", error=str(error))
            return ""
        return name

    def _write(self, place: Path, data: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        half = place.with_suffix(".half")
        half.write_bytes(data)
        os.replace(half, place)
