"""The single database thread, and the way from the screens to it and back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import structlog
from PySide6.QtCore import QObject, Signal

from pos_app.operations.desk import Desk
from pos_app.store.recovery import close_folder, is_damage, mend, suspect
from pos_app.store.soundness import UNREADABLE, Look
from site_sync.domain.errors import Refused
from site_sync.protocol.codec import Malformed

Result = TypeVar("Result")

_log = structlog.get_logger(__name__)


class Tasks(QObject):
    """Runs operations one after the other on the thread that owns the store.

    `kept(order id or "")` tells that an act of this till is on the disk, `broken(error)` that an operation
    failed and nobody else was told, `mended(found)` that something in the till's file could not be read: it
    was taken out, or the till has to be started again. All arrive in the UI thread.
    """

    kept = Signal(str)
    mended = Signal(bool)
    broken = Signal(object)
    _finished = Signal(object, object)

    def __init__(self, open_desk: Callable[[], Desk]) -> None:
        super().__init__()
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="database")
        self._ending = threading.Lock()
        self._ended = False
        self._finished.connect(self._deliver)
        self._opening = self._executor.submit(self._open, open_desk)

    def _open(self, open_desk: Callable[[], Desk]) -> Desk:
        desk = open_desk()
        desk.store.when_kept(lambda order_id: self.kept.emit(order_id or ""))
        return desk

    def wait_until_open(self) -> None:
        """Wait for the store; raises what opening it raised (FileLocked, SchemaTooNew)."""
        self._opening.result()

    def submit(self, work: Callable[[], Result]) -> Future[Result]:
        """Run work on the database thread; for other threads, which may wait for its future."""
        return self._executor.submit(work)

    def submit_with_desk(self, work: Callable[[Desk], Result]) -> Future[Result]:
        """Run work that needs the desk on the database thread."""
        return self._executor.submit(lambda: self._work(work, UNREADABLE))

    def _work(self, work: Callable[[Desk], Result], signs: tuple[type[Exception], ...]) -> Result:
        """Do work; when it meets records that cannot be read, have them taken out and do it again.

        Work that has kept something by then is not done again: it would be kept twice, a sale as well.
        """
        desk = self._opening.result()
        kept = desk.store.file.commits
        try:
            return work(desk)
        except signs as error:
            if not is_damage(error):
                raise
            _log.warning("the till's file could not be read", reason=type(error).__name__)
            unkept = desk.store.file.commits == kept
            if not (self._mend() and unkept):
                raise
        return work(desk)

    def _mend(self) -> bool:
        """Take out what cannot be read; a file that is damaged otherwise is for the next start to replace."""
        store = self._opening.result().store
        suspect(store.folder)
        try:
            found = mend(store, Look.CLOSE)
        except UNREADABLE:
            found = False
        self.mended.emit(found)
        return found

    def run(
        self,
        function: Callable[..., Result],
        *arguments: Any,
        then: Callable[[Result], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
    ) -> None:
        """Run `function(desk, *arguments)`; its result, or the error, comes back in the UI thread.

        Nothing is run once the end has begun: news that was under way by then has no screen to change.
        """
        with self._ending:
            if self._ended:
                return
            future = self._operate(function, *arguments)

        def finish(done: Future[Result]) -> None:
            error = done.exception()
            if error is None:
                if then is not None:
                    self._finished.emit(then, done.result())
                return
            _log.error("an operation failed", operation=function.__name__, exc_info=error)
            self._finished.emit(failed or self.broken.emit, error)

        future.add_done_callback(finish)

    def call(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """Run and wait; for start-up and tests only, as it blocks the caller."""
        return self._operate(function, *arguments).result()

    def _operate(self, function: Callable[..., Result], *arguments: Any) -> Future[Result]:
        """Run an operation, to which also a record that is none is damage: it reads what is in the file."""
        work = partial(_result, function, *arguments)
        return self._executor.submit(lambda: self._work(work, (*UNREADABLE, Malformed)))

    def _deliver(self, call: Callable[[object], object], value: object) -> None:
        call(value)

    def close(self) -> None:
        """Finish what was asked for, then close the store."""
        with self._ending:
            self._ended = True
            last = self._executor.submit(self._close)
        last.result()
        self._executor.shutdown()

    def _close(self) -> None:
        if self._opening.exception() is None:
            close_folder(self._opening.result().store)


def _result(function: Callable[..., Any], *given: Any) -> Any:
    """What an operation returns; a refusal that came from deeper down is a result like any other."""
    try:
        *arguments, desk = given
        return function(desk, *arguments)
    except Refused as refused:
        return refused.refusal
