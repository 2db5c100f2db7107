"""Names of files forced to the disk: without its name even a flushed file is lost in a power cut."""

from __future__ import annotations

import os
from pathlib import Path


def keep_names(folder: Path) -> None:
    """Put the names in a folder on the disk, those of new files and of replaced ones."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows keeps names by itself
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
