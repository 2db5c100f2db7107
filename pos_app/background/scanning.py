"""The one way a scan takes: camera and scanner in, told-apart scans out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import structlog
from PySide6.QtCore import QObject, Signal, Slot

from pos_app.background.camera_feed import CameraFeed
from pos_app.background.wedge import WedgeFilter
from pos_app.hardware.scanner import DoubleScanGate
from site_sync.domain.codes import ScanKind, ScanSettings, classify

__all__ = ["CameraFeed", "ScanRouter", "WedgeFilter"]

_log = structlog.get_logger(__name__)


class ScanRouter(QObject):
    """Merges every source of codes; `scanned` carries a domain Scan, doubles of the same scan are dropped.

    Connect the `code` signal of a CameraFeed or a WedgeFilter to `take`. The clock counts seconds.
    """

    scanned = Signal(object)

    def __init__(
        self, settings: ScanSettings, clock: Callable[[], float], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._clock = clock
        self._gate = DoubleScanGate()
        self.counts: Counter[ScanKind] = Counter()
        """How many scans of each kind came since the start, for the status screen."""

    def use(self, settings: ScanSettings) -> None:
        """Tell codes apart by these settings from now on."""
        self._settings = settings

    @Slot(str)
    def take(self, text: str) -> None:
        """Tell one scanned text apart and pass it on, unless it doubles the one just before."""
        scan = classify(text, self._settings)
        if not self._gate.admits(scan.raw, round(self._clock() * 1000)):
            return
        self.counts[scan.kind] += 1
        if scan.kind is ScanKind.UNKNOWN:
            _log.info("unknown code scanned", length=len(text), unknown_so_far=self.counts[scan.kind])
        self.scanned.emit(scan)
