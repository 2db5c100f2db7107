"""One page on a printer that is not set up yet, in a thread of its own, without the journal."""

from __future__ import annotations

import threading

import structlog
from PySide6.QtCore import QObject, Signal

from pos_app.hardware.printer_devices import Paper, Printer, PrinterNotReady, PrintUncertain
from site_sync.domain.documents.blocks import Document

_log = structlog.get_logger(__name__)

PRINTED = "printed"


class PrinterTrial(QObject):
    """`tried` says `printed`, or why not; it comes in the UI thread."""

    tried = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None

    @property
    def is_running(self) -> bool:
        """Whether a page is under way."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, printer: Printer, page: Document) -> bool:
        """Begin to print a page; False while another one is under way."""
        if self.is_running:
            return False
        self._thread = threading.Thread(
            target=self._print, args=(printer, page), name="printer-trial", daemon=True
        )
        self._thread.start()
        return True

    def wait(self, seconds: float) -> bool:
        """Let a page finish at the end of the program; whether it did."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.is_running

    def _print(self, printer: Printer, page: Document) -> None:
        try:
            printer.print(Paper("test-page", page), lambda: None)
        except (PrinterNotReady, PrintUncertain) as error:
            self.tried.emit(error.reason)
        except Exception:  # outermost loop of this thread
            _log.exception("test page failed")
            self.tried.emit("printer_error")
        else:
            self.tried.emit(PRINTED)
