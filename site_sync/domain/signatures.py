"""A signature at hand-over: the strokes of a finger or pen as a short text."""

from __future__ import annotations

import re
from collections.abc import Sequence

WIDTH, HEIGHT = 1_000, 400
"""The box a signature is written in, whatever the size of the screen was."""

MOST_POINTS = 400
MOST_STROKES = MOST_POINTS // 4
_SIGNATURE = re.compile(r"\d{1,4},\d{1,3}(?: \d{1,4},\d{1,3})*(?:;\d{1,4},\d{1,3}(?: \d{1,4},\d{1,3})*)*")
_LONGEST = MOST_POINTS * 9

Stroke = tuple[tuple[int, int], ...]


def signature_text(strokes: Sequence[Sequence[tuple[int, int]]]) -> str:
    """Strokes within the box as text, such as `10,20 12,24;40,20`; too many points are thinned out."""
    written = [stroke for stroke in strokes if stroke][:MOST_STROKES]
    count = sum(len(stroke) for stroke in written)
    step = -(-count // (MOST_POINTS // 2)) if count > MOST_POINTS else 1
    return ";".join(" ".join(_point(point) for point in _thinned(stroke, step)) for stroke in written)


def _thinned(stroke: Sequence[tuple[int, int]], step: int) -> list[tuple[int, int]]:
    """Every so many points, and always the last: a stroke keeps its ends."""
    kept = list(stroke[::step])
    return kept if (len(stroke) - 1) % step == 0 else [*kept, stroke[-1]]


def _point(point: tuple[int, int]) -> str:
    return f"{max(0, min(WIDTH, point[0]))},{max(0, min(HEIGHT, point[1]))}"


def strokes_of(text: str) -> tuple[Stroke, ...]:
    """The strokes of a text; ValueError when it is no signature."""
    if not is_signature(text):
        raise ValueError("no signature")
    return tuple(
        tuple((int(x), int(y)) for x, _, y in (point.partition(",") for point in stroke.split(" ")))
        for stroke in text.split(";")
    )


def is_signature(text: str) -> bool:
    """Whether a text is a signature of bounded length, written within the box."""
    if len(text) > _LONGEST or _SIGNATURE.fullmatch(text) is None:
        return False
    points = [point.partition(",") for stroke in text.split(";") for point in stroke.split(" ")]
    return len(points) <= MOST_POINTS and all(int(x) <= WIDTH and int(y) <= HEIGHT for x, _, y in points)
