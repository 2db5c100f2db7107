"""The single database thread, and the way from the screens to it and back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import structlog
from PySide6.QtCore import QObject, Signal

from pos_app.operations.desk import Desk
from pos_app.store.recovery import close_folder

Result = TypeVar("Result")

_log = structlog.get_logger(__name__)


class Tasks(QObject):
    """Runs operations one after the other on the thread that owns the store.

    `kept(order id or "")` tells that an act of this till is on the disk, `broken(error)` that an operation
    failed and nobody else was told. Both arrive in the UI thread.
    """

    kept = Signal(str)
    broken = Signal(object)
    _finished = Signal(object, object)

    def __init__(self, open_desk: Callable[[], Desk]) -> None:
        super().__init__()
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="database")
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
        return self._executor.submit(lambda: work(self._opening.result()))

    def run(
        self,
        function: Callable[..., Result],
        *arguments: Any,
        then: Callable[[Result], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
    ) -> None:
        """Run `function(desk, *arguments)`; its result, or the error, comes back in the UI thread."""
        future = self.submit_with_desk(lambda desk: function(desk, *arguments))

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
        return self.submit_with_desk(lambda desk: function(desk, *arguments)).result()

    def _deliver(self, call: Callable[[object], object], value: object) -> None:
        call(value)

    def close(self) -> None:
        """Finish what was asked for, then close the store."""
        self._executor.submit(self._close).result()
        self._executor.shutdown()

    def _close(self) -> None:
        if self._opening.exception() is None:
            close_folder(self._opening.result().store)
