"""What the guided demo did, told in plain lines while it happens and kept as a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

WIDTH = 100


class StoryBroken(Exception):
    """Something that the story promises did not come true; the text says what."""


@dataclass(slots=True)
class Account:
    """Chapters and lines; `seconds` counts since the start, `tell` shows each line at once."""

    folder: Path
    seconds: Callable[[], float]
    tell: Callable[[str], None]
    checks: int = 0
    _lines: list[str] = field(default_factory=list)
    _chapters: int = 0

    def chapter(self, title: str) -> None:
        """The story goes on with this."""
        self._chapters += 1
        self._say("")
        self._say(f"{self._chapters}  {title}".ljust(WIDTH - 9) + f"{self.seconds():6.1f} s")

    def step(self, words: str) -> None:
        """Something was done."""
        self._say(f"   · {words}")

    def check(self, words: str, *, holds: bool, seen: object = "") -> None:
        """Something must be so; StoryBroken when it is not."""
        self.checks += 1
        if not holds:
            self._say(f"   ✗ {words}")
            raise StoryBroken(f"{words}; seen: {seen}" if seen != "" else words)
        self._say(f"   ✓ {words}")

    def equal(self, words: str, seen: object, wanted: object) -> None:
        """Two figures must be the same."""
        self.check(f"{words}: {_said(wanted)}", holds=seen == wanted, seen=_said(seen))

    def close(self, *words: str) -> None:
        """The last lines; the whole account is kept in the folder."""
        self._say("")
        for line in words:
            self._say(line)
        path = self.folder / "account.txt"
        path.write_text("\n".join(self._lines).strip() + "\n", encoding="utf-8")

    def _say(self, line: str) -> None:
        self._lines.append(line.rstrip())
        self.tell(line.rstrip())


def _said(value: object) -> str:
    """A value in plain words."""
    if isinstance(value, tuple | list):
        return ", ".join(_said(part) for part in value)
    return str(value)
