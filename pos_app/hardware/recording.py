"""Codes held before a counter's camera, recorded as a video, which is a camera too."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pos_app.hardware.decoders import read_with_zxing

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from pos_app.hardware.pictures import Gray

    Floats = npt.NDArray[np.float32]

PHONE_EDGE = 0.16
SETTLE_S = 0.5
NOISE = 5.0


class NotWritten(OSError):
    """The video or the picture cannot be written or read."""


@dataclass(frozen=True, slots=True)
class Showing:
    """How a phone is held before the camera; sizes in pixels, `sway` is how far the hand wanders."""

    width: int = 1280
    height: int = 720
    fps: int = 30
    seconds: float = 3.0
    code_size: float = 250.0
    sway: float = 18.0
    seed: int = 7


def codes_in(picture: Path) -> list[str]:
    """The texts of the codes on a picture, such as a printed slip; NotWritten when it is no picture."""
    import cv2
    import numpy as np

    gray = cv2.imread(str(picture), cv2.IMREAD_GRAYSCALE)
    if gray is None:
        raise NotWritten(f"{picture} is no picture")
    return [reading.text for reading in read_with_zxing(np.asarray(gray, dtype=np.uint8))]


def record(picture: bytes | None, path: Path, showing: Showing | None = None) -> None:
    """Record a phone with this picture (PNG) being brought before the camera; None is an empty counter."""
    import cv2

    how = showing or Showing()
    phone = _phone(picture) if picture is not None else None
    video = cv2.VideoWriter(
        str(path), cv2.VideoWriter.fourcc(*"MJPG"), float(how.fps), (how.width, how.height)
    )
    if not video.isOpened():
        raise NotWritten(f"{path} cannot be written")
    try:
        for frame in _frames(phone, how):
            video.write(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR))
    finally:
        video.release()


def _phone(picture: bytes) -> Gray:
    """The code on a bright screen with the dark edge of a phone."""
    import cv2
    import numpy as np

    raw = cv2.imdecode(np.frombuffer(picture, dtype=np.uint8), cv2.IMREAD_GRAYSCALE)
    if raw is None:
        raise NotWritten("this is no picture of a code")
    screen = np.pad(np.asarray(raw, dtype=np.uint8), round(raw.shape[0] * PHONE_EDGE), constant_values=250)
    return np.pad(screen, round(raw.shape[0] * PHONE_EDGE / 2), constant_values=18)


def _frames(phone: Gray | None, how: Showing) -> Iterator[Gray]:
    import cv2
    import numpy as np

    chance = np.random.default_rng(how.seed)
    blotches = chance.uniform(60, 140, (9, 16)).astype(np.float32)
    ground = np.asarray(cv2.resize(blotches, (how.width, how.height)), dtype=np.float32)
    grain = chance.normal(0, NOISE, (how.height, how.width)).astype(np.float32)
    for number in range(round(how.seconds * how.fps)):
        seen = ground.copy()
        if phone is not None:
            _lay(phone, seen, _corners(how, number / how.fps))
        noisy = seen + np.roll(grain, 37 * number, axis=1)
        yield np.clip(noisy, 0, 255).astype(np.uint8)


def _lay(phone: Gray, scene: Floats, corners: Floats) -> None:
    """Draw the phone into the scene between these corners, as soft as a camera sees it."""
    import cv2
    import numpy as np

    rows, columns = phone.shape
    flat = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], dtype=np.float32)
    place = cv2.getPerspectiveTransform(flat, corners)
    soft = cv2.GaussianBlur(phone, (0, 0), 1.0).astype(np.float32)
    size = (scene.shape[1], scene.shape[0])
    cv2.warpPerspective(
        soft, place, size, dst=scene, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT
    )


def _corners(how: Showing, at: float) -> Floats:
    """Where the phone's corners are: it comes up from below, then the hand is never quite still."""
    import numpy as np

    still_to_come = 1 - min(1.0, at / SETTLE_S)
    half = how.code_size * (1 + 3 * PHONE_EDGE) / 2
    x = how.width / 2 + how.sway * math.sin(2 * math.pi * 0.9 * at)
    y = how.height / 2 + 0.6 * how.sway * math.sin(2 * math.pi * 1.2 * at) + 0.8 * how.height * still_to_come
    turn = 0.12 + 0.05 * math.sin(2 * math.pi * 0.5 * at)
    flat = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=np.float32) * half
    spin = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]], dtype=np.float32)
    return np.asarray(flat @ spin.T + np.array([x, y]), dtype=np.float32)
