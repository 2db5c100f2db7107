"""What the devices last said, kept from the start on, so that the status screen knows it when opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from pos_app.background.camera_feed import CameraFeed
from pos_app.background.card import CardDesk
from pos_app.background.printing import READY, PrintService
from pos_app.background.scanning import ScanRouter
from pos_app.background.sync import Sync
from site_sync.domain.codes import Scan


class CameraSays(StrEnum):
    """How the camera is; `failed` is tried again by itself."""

    NONE = "none"
    OFF = "off"
    ON = "on"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Watched:
    """The background objects of a till; `camera_wanted` is False where none was set up."""

    sync: Sync
    scans: ScanRouter
    camera: CameraFeed
    printing: PrintService
    card: CardDesk
    camera_wanted: bool = False


class DeviceWatch(QObject):
    """Lives as long as the window; `changed` says that something is other than it was."""

    changed = Signal()

    def __init__(self, watched: Watched, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.watched = watched
        self._now = now
        self._printers: dict[str, str] = {}
        self._camera_wanted = watched.camera_wanted
        self._camera_failed = False
        self.last_scan: Scan | None = None
        self.last_scan_at: datetime | None = None
        watched.sync.link_changed.connect(self._tell)
        watched.sync.pending_changed.connect(self._tell)
        watched.printing.printer_changed.connect(self._printer)
        watched.printing.job_changed.connect(self._tell)
        watched.scans.scanned.connect(self._scanned)
        watched.camera.opened.connect(self._camera_came)
        watched.camera.failed.connect(self._camera_went)

    def printer_state(self, name: str) -> str:
        """`ready`, or why this printer does not print."""
        return self._printers.get(name, READY)

    @property
    def camera(self) -> CameraSays:
        """How the camera is."""
        if not self._camera_wanted:
            return CameraSays.NONE
        if self._camera_failed:
            return CameraSays.FAILED
        return CameraSays.ON if self.watched.camera.is_running else CameraSays.OFF

    def use_camera(self, *, wanted: bool) -> None:
        """A camera was chosen, or done without."""
        self._camera_wanted, self._camera_failed = wanted, False
        self.changed.emit()

    def _tell(self, *_: object) -> None:
        self.changed.emit()

    def _printer(self, name: str, state: str) -> None:
        self._printers[name] = state
        self.changed.emit()

    def _scanned(self, scan: Scan) -> None:
        self.last_scan, self.last_scan_at = scan, self._now()
        self.changed.emit()

    def _camera_came(self) -> None:
        self._camera_failed = False
        self.changed.emit()

    def _camera_went(self, _trouble: str) -> None:
        self._camera_failed = True
        self.changed.emit()
