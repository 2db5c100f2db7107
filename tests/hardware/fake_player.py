"""A program that plays sounds, put on the PATH, which writes down what it was to play."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SCRIPT = """#!/bin/sh
for last; do :; done
echo "$last" >> "{journal}"
{then}
"""


class Player:
    """`aplay` as this computer would have it."""

    def __init__(self, folder: Path) -> None:
        self._program = folder / "aplay"
        self._journal = folder / "heard"
        self._write("")

    @classmethod
    @contextmanager
    def on_path(cls, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Player]:
        """It alone, before nothing but the shell's own programs."""
        folder.mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/bin")
        yield cls(folder)

    def hang(self) -> None:
        """Never end by itself."""
        self._write("exec tail -f /dev/null")

    def heard(self) -> list[str]:
        """Names of what was played, without their ending."""
        if not self._journal.exists():
            return []
        return [Path(line).stem for line in self._journal.read_text(encoding="utf-8").splitlines()]

    def _write(self, then: str) -> None:
        self._program.write_text(SCRIPT.format(journal=self._journal, then=then), encoding="utf-8")
        self._program.chmod(0o755)
