"""Gray pictures and the ways of preparing them so that a hard code becomes readable."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Gray = npt.NDArray[np.uint8]
    """A gray picture, rows x columns."""

STILL_SIZE = (80, 45)


class Preparation(StrEnum):
    """What is done to a picture before it is read, and what it helps against."""

    AS_IS = "as_is"
    INVERTED = "inverted"
    DOUBLE = "double"
    LIGHTER = "lighter"
    DARKER = "darker"
    SOFT = "soft"
    SHARP = "sharp"
    LOCAL_CONTRAST = "local_contrast"

    @property
    def scale(self) -> int:
        """How much larger than the picture the prepared one is."""
        return 2 if self is Preparation.DOUBLE else 1


def prepare(gray: Gray, preparation: Preparation) -> Gray:
    """Return the prepared picture, `preparation.scale` times as large."""
    return _PREPARATIONS[preparation](gray)


def half(gray: Gray) -> Gray:
    """Return the picture at half size, averaged."""
    import cv2
    import numpy as np

    return np.asarray(cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def has_moved(before: Gray, now: Gray) -> bool:
    """Tell whether two tiny pictures (see `tiny`) differ by more than a camera's noise."""
    import cv2

    return cv2.norm(before, now, cv2.NORM_INF) > 14


def tiny(gray: Gray) -> Gray:
    """Return the picture shrunk to its rough lights and darks, for comparing."""
    import cv2
    import numpy as np

    return np.asarray(cv2.resize(gray, STILL_SIZE, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _as_is(gray: Gray) -> Gray:
    return gray


def _inverted(gray: Gray) -> Gray:
    """Turn a dark-mode phone's light code on dark ground around."""
    import cv2
    import numpy as np

    return np.asarray(cv2.bitwise_not(gray), dtype=np.uint8)


def _double(gray: Gray) -> Gray:
    """Give a far or grainy code more pixels per module."""
    import cv2
    import numpy as np

    return np.asarray(cv2.resize(gray, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _lighter(gray: Gray) -> Gray:
    """Lift the shadows (gamma 2)."""
    return _curved(gray, 1 / 2)


def _darker(gray: Gray) -> Gray:
    """Take back the glow of a phone at full brightness, which eats into the dark of its code (gamma 1/3)."""
    return _curved(gray, 3)


def _curved(gray: Gray, power: float) -> Gray:
    import cv2
    import numpy as np

    return np.asarray(cv2.LUT(gray, _curve(power)), dtype=np.uint8)


@cache
def _curve(power: float) -> Gray:
    import numpy as np

    return np.asarray(((np.arange(256) / 255) ** power) * 255, dtype=np.uint8)


def _soft(gray: Gray) -> Gray:
    """Calm the grain of a dim picture and the grid of a screen."""
    import cv2
    import numpy as np

    return np.asarray(cv2.GaussianBlur(gray, (0, 0), 1.2), dtype=np.uint8)


def _sharp(gray: Gray) -> Gray:
    """Undo a soft focus (unsharp mask)."""
    import cv2
    import numpy as np

    soft = cv2.GaussianBlur(gray, (0, 0), 2)
    return np.asarray(cv2.addWeighted(gray, 2.5, soft, -1.5, 0), dtype=np.uint8)


def _local_contrast(gray: Gray) -> Gray:
    """Even out glare and uneven light (CLAHE)."""
    import cv2
    import numpy as np

    return np.asarray(cv2.createCLAHE(3.0, (8, 8)).apply(gray), dtype=np.uint8)


_PREPARATIONS: dict[Preparation, Callable[[Gray], Gray]] = {
    Preparation.AS_IS: _as_is,
    Preparation.INVERTED: _inverted,
    Preparation.DOUBLE: _double,
    Preparation.LIGHTER: _lighter,
    Preparation.DARKER: _darker,
    Preparation.SOFT: _soft,
    Preparation.SHARP: _sharp,
    Preparation.LOCAL_CONTRAST: _local_contrast,
}
