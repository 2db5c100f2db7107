"""The counter's camera, a device or a recorded video: the owner of cv2.VideoCapture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import cv2

    from pos_app.hardware.pictures import Gray

BUFFERED_GRAB_S = 0.002
MOST_BUFFERED = 4
FALLBACK_FPS = 30.0


class CameraTrouble(StrEnum):
    """Why there is no picture; words for the screen are made from it."""

    NOT_FOUND = "camera_not_found"
    LOST = "camera_lost"


class CameraFailed(Exception):
    """The camera gives no picture now; opening it again later may work."""

    def __init__(self, trouble: CameraTrouble, source: int | Path) -> None:
        super().__init__(f"{trouble.value}: {source}")
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """Which camera: a device number or a video file, which may loop and may run as fast as it is read."""

    source: int | Path = 0
    width: int = 1280
    height: int = 720
    fps: int = 30
    loop: bool = False
    paced: bool = True


def camera_source(text: str) -> int | Path:
    """Read a setting: digits or /dev/video2 name a device, anything else is a video file."""
    number = text.removeprefix("/dev/video")
    return int(number) if number.isascii() and number.isdigit() else Path(text)


class Camera:
    """Gives the newest gray picture at full size; `clock` counts seconds and never runs backwards."""

    def __init__(self, settings: CameraSettings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._capture: cv2.VideoCapture | None = None
        self._begun = 0.0
        self._fps = FALLBACK_FPS
        self._given = 0

    def open(self) -> None:
        """Start the camera; raises CameraFailed if there is none."""
        import cv2

        self.close()
        cv2.setNumThreads(1)
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
        source = self._settings.source
        capture = self._open_file(source) if isinstance(source, Path) else self._open_device(source)
        if not capture.isOpened():
            capture.release()
            raise CameraFailed(CameraTrouble.NOT_FOUND, source)
        self._capture = capture
        self._fps = capture.get(cv2.CAP_PROP_FPS) or FALLBACK_FPS
        self._begun = self._clock()
        self._given = 0

    def _open_file(self, path: Path) -> cv2.VideoCapture:
        import cv2

        if not path.is_file():
            raise CameraFailed(CameraTrouble.NOT_FOUND, path)
        return cv2.VideoCapture(str(path))

    def _open_device(self, number: int) -> cv2.VideoCapture:
        import cv2

        capture = cv2.VideoCapture(number)
        if capture.isOpened():
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._settings.width)
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._settings.height)
            capture.set(cv2.CAP_PROP_FPS, self._settings.fps)
            capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        return capture

    def wait_s(self) -> float:
        """Seconds until the next picture is due; a device is never early, because reading it waits."""
        if not self._is_paced():
            return 0.0
        return max(0.0, self._begun + self._given / self._fps - self._clock())

    def read(self) -> Gray | None:
        """Return the newest picture, or None at the end of a video; raises CameraFailed when it is gone."""
        if self._capture is None:
            raise CameraFailed(CameraTrouble.LOST, self._settings.source)
        if isinstance(self._settings.source, Path):
            return self._read_video()
        return self._read_device(self._capture)

    def close(self) -> None:
        """Let the camera go; it can be opened again."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _is_paced(self) -> bool:
        return self._settings.paced and isinstance(self._settings.source, Path)

    def _read_video(self) -> Gray | None:
        due = self._given + 1
        if self._is_paced():
            due = max(due, int((self._clock() - self._begun) * self._fps) + 1)
        while self._capture is not None and self._given < due:
            if self._capture.grab():
                self._given += 1
            elif not self._rewind():
                return None
            else:
                due = 1
        return self._gray()

    def _rewind(self) -> bool:
        """Begin a looping video again; False when it is over or holds no picture at all."""
        if not self._given:
            raise CameraFailed(CameraTrouble.LOST, self._settings.source)
        if not self._settings.loop:
            return False
        self.open()
        return True

    def _read_device(self, capture: cv2.VideoCapture) -> Gray | None:
        """Take pictures until one had to be waited for: those before it were old ones in the buffer."""
        for _ in range(MOST_BUFFERED):
            before = self._clock()
            if not capture.grab():
                raise CameraFailed(CameraTrouble.LOST, self._settings.source)
            if self._clock() - before > BUFFERED_GRAB_S:
                break
        return self._gray()

    def _gray(self) -> Gray | None:
        import cv2
        import numpy as np

        found, picture = self._capture.retrieve() if self._capture is not None else (False, None)
        if not found or picture is None:
            raise CameraFailed(CameraTrouble.LOST, self._settings.source)
        gray = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        return np.asarray(gray, dtype=np.uint8)
