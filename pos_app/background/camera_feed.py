"""The camera's thread: newest frames are read for codes while the screen gets a small picture of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import structlog
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage

from pos_app.hardware.camera import Camera, CameraFailed, CameraSettings, CameraTrouble
from pos_app.hardware.decoders import FrameReader, has_zbar
from pos_app.hardware.pictures import half
from pos_app.hardware.scanner import DoubleScanGate

if TYPE_CHECKING:
    from pos_app.hardware.pictures import Gray

_log = structlog.get_logger(__name__)

BACK_OFF = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds between tries of a camera that is not there; the last one is repeated."""

OUT_OF_SIGHT_MS = 1200
"""A code counts again when the camera has not seen it for so long."""

PREVIEW_EVERY = 2
"""Every second frame is shown, which is smooth enough and half the work."""


class CameraFeed(QObject):
    """The till's camera; signals come in the thread of this object, never in the camera's.

    `frame` is a gray picture at half size, `code` each text once per showing, `failed` a CameraTrouble each
    time the camera goes away, `opened` each time it comes back, `ended` when a video without loop is over.
    """

    frame = Signal(QImage)
    code = Signal(str)
    failed = Signal(str)
    opened = Signal()
    ended = Signal()

    _from_thread = Signal(object, str, object)

    def __init__(
        self,
        clock: Callable[[], float],
        parent: QObject | None = None,
        *,
        back_off: Sequence[float] = BACK_OFF,
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._back_off = tuple(back_off)
        self._thread: _CameraThread | None = None
        self._from_thread.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        """Tell whether a camera is watched or waited for."""
        return self._thread is not None and not self._thread.stopping.is_set()

    def start(self, settings: CameraSettings) -> None:
        """Watch a camera from now on, in place of the one before; returns at once."""
        before = self._thread
        self.stop()
        self._thread = _CameraThread(self, settings, before)
        self._thread.start()

    def stop(self) -> None:
        """Let the camera go; returns at once, and no signal comes after it."""
        if self._thread is not None:
            self._thread.stopping.set()

    def close(self, timeout: float = 5.0) -> bool:
        """Stop and wait for the thread, at the end of the program; False if the camera does not answer."""
        self.stop()
        if self._thread is None:
            return True
        self._thread.join(timeout)
        return not self._thread.is_alive()

    @Slot(object, str, object)
    def _pass_on(self, thread: _CameraThread, signal: str, value: object) -> None:
        if thread is not self._thread or thread.stopping.is_set():
            return
        match signal, value:
            case "frame", QImage() as picture:
                thread.preview_taken.set()
                self.frame.emit(picture)
            case "code", str(text):
                self.code.emit(text)
            case "failed", str(trouble):
                self.failed.emit(trouble)
            case "opened", _:
                self.opened.emit()
            case "ended", _:
                thread.stopping.set()
                self.ended.emit()


class _CameraThread(threading.Thread):
    """Watches one camera until it is told to stop; opens it again whenever it went away."""

    def __init__(self, feed: CameraFeed, settings: CameraSettings, before: _CameraThread | None) -> None:
        super().__init__(name="camera", daemon=True)
        self.stopping = threading.Event()
        self.preview_taken = threading.Event()
        self.preview_taken.set()
        self._feed = feed
        self._camera = Camera(settings, feed._clock)
        self._before = before
        self._gate = DoubleScanGate(OUT_OF_SIGHT_MS, sliding=True)
        self._failures = 0

    def run(self) -> None:
        """Watch, and wait longer after each failure in a row."""
        if self._before is not None:
            self._before.join()
            self._before = None
        over = False
        while not over and not self.stopping.is_set():
            try:
                over = self._watch()
            except CameraFailed as failed:
                self._went_away(failed.trouble)
            except Exception:  # outermost loop: a broken driver must not end scanning
                _log.exception("camera thread failed")
                self._went_away(CameraTrouble.LOST)
        self._camera.close()
        if over:
            self._tell("ended")

    def _watch(self) -> bool:
        """Read frames until told to stop (False) or a video is over (True)."""
        self._camera.open()
        zbar = has_zbar()
        if not zbar:
            _log.warning("zbar library missing: codes are read by zxing-cpp alone")
        reader = FrameReader(zbar=zbar)
        count = 0
        while not self.stopping.wait(self._camera.wait_s()):
            gray = self._camera.read()
            if gray is None:
                return True
            if count == 0:
                self._failures = 0
                self._tell("opened")
            if count % PREVIEW_EVERY == 0:
                self._preview(gray)
            count += 1
            self._codes(reader, gray)
        return False

    def _codes(self, reader: FrameReader, gray: Gray) -> None:
        for reading in reader.read(gray):
            if self._gate.admits(reading.text, round(self._feed._clock() * 1000)):
                self._tell("code", reading.text)

    def _preview(self, gray: Gray) -> None:
        """Send a picture unless the screen has not taken the one before."""
        if not self.preview_taken.is_set():
            return
        self.preview_taken.clear()
        small = half(gray)
        rows, columns = small.shape
        picture = QImage(small.tobytes(), columns, rows, columns, QImage.Format.Format_Grayscale8)
        self._tell("frame", picture.copy())

    def _went_away(self, trouble: CameraTrouble) -> None:
        """Say so once per absence, then wait before the next try."""
        self._camera.close()
        if self._failures == 0:
            self._tell("failed", trouble.value)
        pause = self._back_off_now()
        self._failures += 1
        self.stopping.wait(pause)

    def _back_off_now(self) -> float:
        steps = self._feed._back_off
        return steps[min(self._failures, len(steps) - 1)]

    def _tell(self, signal: str, value: object = None) -> None:
        if not self.stopping.is_set():
            self._feed._from_thread.emit(self, signal, value)
