"""Real processes for tests of till and site together."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
import structlog

from site_sync.site import main
from tests.together.wire import Wire

READY = "handover-site is ready on "
TILL = ("tests.together.till_process",)


class SiteProcess:
    """The real service on a database of its own, with the demo shop and no orders."""

    def __init__(self, url: str, folder: Path, program: tuple[str, ...] = ("site_sync.site",)) -> None:
        self.url = url
        self._place = ["--database", url, "--data", str(folder)]
        self.do("demo-data", "--without-orders")
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                *program,
                "serve",
                *self._place,
                "--port",
                "0",
                "--stop-with-input",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith(READY), line
        self.port = int(line.strip().rpartition(":")[2])

    def do(self, *words: str) -> str:
        """Run one task of the command line, in this process as it imports so much; what it printed."""
        said, complaint = io.StringIO(), io.StringIO()
        logs = structlog.get_config()
        with redirect_stdout(said), redirect_stderr(complaint):
            code = main([*words, *self._place])
        structlog.configure(**logs)  # as the test listens to them
        assert code == 0, complaint.getvalue()
        return said.getvalue()

    def close(self) -> None:
        """Stop the service."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()


class TillHandle:
    """A till process, and the wire between it and the site on a port."""

    def __init__(self, folder: Path, port: int, program: tuple[str, ...] = TILL) -> None:
        self.wire = Wire(port)
        environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", program[0], str(folder), *program[1:]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def join(self, code: str) -> None:
        """Come in with a one-time code, and load what the store has."""
        assert self("enrol", f"http://127.0.0.1:{self.wire.port}", code)

    def __call__(self, *words: Any) -> Any:
        """Tell the till one word; the result, or the whole answer of an act."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the till died at {words}"
        answer: dict[str, Any] = json.loads(line)
        return answer.get("result", answer)

    def close(self) -> None:
        """Let the till end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.wait(30) == 0
        assert self._process.stdout is not None
        self._process.stdout.close()
        self.wire.close()


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[SiteProcess]:
    """A site, once on each engine."""
    site = SiteProcess(database_url, tmp_path / "site")
    yield site
    site.close()


@pytest.fixture
def start_till(site: SiteProcess, tmp_path: Path) -> Iterator[Callable[[str], TillHandle]]:
    """Starts tills of store S01 by their number."""
    with ExitStack() as tills:

        def start(number: str) -> TillHandle:
            till = TillHandle(tmp_path / f"till-{number}", site.port)
            tills.callback(till.close)
            till.join(site.do("enrol-code", "--store", "S01", "--till", number).strip())
            return till

        yield start
