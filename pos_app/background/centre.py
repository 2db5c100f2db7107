"""Questions to the centre that a payment or a return waits for, asked beside the sync, one after another."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import structlog
from PySide6.QtCore import QObject, Signal

from site_sync.domain.errors import Code, Refusal
from site_sync.worker.client import CallFailed, SiteClient
from site_sync.worker.ports import Place

_log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")


class Centre(QObject):
    """Answers come back in the UI thread; a centre that does not answer is a refusal like any other."""

    _answered = Signal(object, object)

    def __init__(self, place: Callable[[], Place]) -> None:
        super().__init__()
        self._place = place
        self._thread: ThreadPoolExecutor | None = None
        self._client: SiteClient | None = None
        self._answered.connect(self._deliver)

    def ask(self, question: Callable[[SiteClient], Answer], then: Callable[[Any], object]) -> None:
        """Ask; `then` gets the answer or a `Refusal`."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="centre")
        self._thread.submit(self._ask, question, then)

    def settle(self) -> None:
        """Wait until everything asked so far is answered; for tests only, as it blocks the caller."""
        if self._thread is not None:
            self._thread.submit(lambda: None).result()

    def stop(self) -> None:
        """End the call that waits, and the thread."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        if self._client is not None:
            self._client.abort()
        thread.shutdown(cancel_futures=True)

    def _ask(self, question: Callable[[SiteClient], Any], then: Callable[[Any], object]) -> None:
        answer: Any
        try:
            answer = self._call(question)
        except CallFailed as failed:
            answer = Refusal(Code.OFFLINE, {"what": "centre", "code": failed.code})
        except Exception:  # the outermost loop of this thread
            _log.exception("the centre could not be asked")
            answer = Refusal(Code.OFFLINE, {"what": "centre", "code": "bug"})
        self._answered.emit(then, answer)

    def _call(self, question: Callable[[SiteClient], Any]) -> Any:
        place = self._place()
        self._client = SiteClient(place.site_url, place.token, place.service, authority=place.authority)
        try:
            return question(self._client)
        finally:
            self._client.close()

    def _deliver(self, then: Callable[[Any], object], answer: Any) -> None:
        then(answer)
