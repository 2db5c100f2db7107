"""Processes that begin by a fork of one that has imported everything, and end by SIGKILL."""

from __future__ import annotations

import os
import select
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from time import monotonic

PATIENCE_SECONDS = 60.0


class Silent(Exception):
    """A process did not say in time what it was waited for."""


class Parent:
    """What a child has of the process it began in."""

    def __init__(self, ears: int, mouth: int) -> None:
        self._ears, self._mouth = ears, mouth

    def say(self, line: str) -> None:
        """Tell it one line; heard although this process is killed right afterwards."""
        os.write(self._mouth, line.encode() + b"\n")

    def has_asked(self) -> bool:
        """Whether it asked for something that was not heard yet."""
        return bool(select.select([self._ears], [], [], 0)[0])

    def hear(self) -> None:
        """Wait until it asks, and take that as heard."""
        os.read(self._ears, 1)


Work = Callable[[Parent], None]


class Forked:
    """A child that does some work; what it says arrives here line by line, also after its death."""

    def __init__(self, work: Work, log: Path) -> None:
        self._ears, mouth = os.pipe()
        ears, self._mouth = os.pipe()
        self._heard = b""
        self.ended = False
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._ears)
            os.close(self._mouth)
            _live(work, Parent(ears, mouth), log)
        os.close(ears)
        os.close(mouth)

    def kill(self) -> list[str]:
        """End it at once; what it still had said."""
        os.kill(self.pid, signal.SIGKILL)
        return self.rest()

    def ask(self) -> None:
        """Ask for the one thing that can be asked of it."""
        os.write(self._mouth, b"!")

    def rest(self) -> list[str]:
        """Wait for its end; what it had said until then."""
        while more := os.read(self._ears, 65_536):
            self._heard += more
        os.close(self._ears)
        os.close(self._mouth)
        os.waitpid(self.pid, 0)
        self.ended = True
        return self._lines()

    def listen(self, seconds: float) -> list[str]:
        """What it says in a while."""
        lines, end = [], monotonic() + seconds
        while (left := end - monotonic()) > 0 and select.select([self._ears], [], [], left)[0]:
            more = os.read(self._ears, 65_536)
            if not more:
                raise Silent("it ended by itself")
            self._heard += more
            lines += self._lines()
        return lines

    def until(self, word: str) -> list[str]:
        """Everything it says up to a word."""
        lines: list[str] = []
        while word not in lines:
            if not select.select([self._ears], [], [], PATIENCE_SECONDS)[0]:
                raise Silent(word)
            more = os.read(self._ears, 65_536)
            if not more:
                raise Silent(f"{word}: it ended")
            self._heard += more
            lines += self._lines()
        return lines

    def _lines(self) -> list[str]:
        """Whole lines; a line torn by the kill was never said."""
        whole, _, self._heard = self._heard.rpartition(b"\n")
        return whole.decode().splitlines()


def _live(work: Work, parent: Parent, log: Path) -> None:
    code = 1
    try:
        errors = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(errors, 1)
        os.dup2(errors, 2)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        work(parent)
        code = 0
    except Exception:  # outermost loop: of a process
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)
