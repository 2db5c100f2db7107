"""The site service as a child process of the till, for one shop without a server."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path

import structlog
from PySide6.QtCore import QObject, QTimer, Signal

_log = structlog.get_logger(__name__)

READY = "handover-site is ready on "
STOP_SECONDS = 15.0
LOG_LINES = 50
RESTART_MS = 500


class SiteTaskFailed(Exception):
    """A task of the site's command line was refused; the text is what it said."""


class EmbeddedSite(QObject):
    """Listens on loopback only and ends with the till: when the till's end of its input closes, it stops.

    `ready(url)` or `failed(last words)` follows `start`, `ready` again when it had to be started anew; all
    arrive in the UI thread. Without a port it takes a free one and keeps it, so that links in messages stay
    right when it starts again.
    """

    ready = Signal(str)
    prepared = Signal(str)
    failed = Signal(str)
    _died = Signal(object)

    def __init__(self, folder: Path, port: int = 0) -> None:
        super().__init__()
        self._folder = folder
        self._port = port
        self._process: subprocess.Popen[str] | None = None
        self._said: deque[str] = deque(maxlen=LOG_LINES)
        self._readers: list[threading.Thread] = []
        self._died.connect(self._come_back)

    def _command(self, *words: str) -> list[str]:
        database = f"sqlite:///{self._folder / 'site.sqlite'}"
        task, *rest = words
        place = ["--database", database, "--data", str(self._folder)]
        return [sys.executable, "-m", "site_sync.site", task, *place, *rest]

    def start(self) -> None:
        """Start the service; the call returns at once."""
        if self._process is not None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        self._port = self._port or _free_port()
        words = ("serve", "--host", "127.0.0.1", "--port", str(self._port), "--stop-with-input")
        self._process = subprocess.Popen(
            self._command(*words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._readers = [
            threading.Thread(target=self._listen, args=(self._process,), name="site-ready", daemon=True),
            threading.Thread(target=self._keep_log, args=(self._process,), name="site-log", daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        """Wait for the line that says where the service listens; then drain what else it says."""
        told = False
        for line in process.stdout or ():
            if line.startswith(READY):
                told = True
                self.ready.emit(line.removeprefix(READY).strip())
        if not told:
            process.wait()
            self.failed.emit("\n".join(self._said))
            return
        self._died.emit(process)

    def _come_back(self, process: subprocess.Popen[str]) -> None:
        """A service that ended although nobody stopped it is started again, on the same port."""
        if process is not self._process:
            return
        self.stop()
        _log.warning("the site ended by itself and is started again", code=process.returncode)
        QTimer.singleShot(RESTART_MS, self.start)

    def _keep_log(self, process: subprocess.Popen[str]) -> None:
        for line in process.stderr or ():
            self._said.append(line.rstrip("\n"))

    def stop(self) -> None:
        """End the service and wait for it; one that does not end is killed, which its database survives."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            _log.warning("the site did not stop and is killed")
            process.kill()
            process.wait()
        for reader in self._readers:
            reader.join(STOP_SECONDS)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()

    def prepare(self, *place: str) -> None:
        """Fill the site with the demo shop and let a till in; `prepared(code)` follows, or `failed`."""
        worker = threading.Thread(target=self._prepare, args=(place,), name="site-set-up", daemon=True)
        worker.start()

    def _prepare(self, place: tuple[str, ...]) -> None:
        try:
            self.do("demo-data")
            code = self.do("enrol-code", *place).strip()
        except SiteTaskFailed as error:
            self.failed.emit(str(error))
        else:
            self.prepared.emit(code)

    def do(self, *words: str) -> str:
        """Run one task of the site's command line (`demo-data`, `enrol-code …`); blocks."""
        self._folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(self._command(*words), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SiteTaskFailed(done.stderr.strip())
        return done.stdout


def _free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
