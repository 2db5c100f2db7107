"""Reading codes out of gray pictures: the owner of zxing-cpp and zbar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pos_app.hardware.pictures import Preparation, half, has_moved, prepare, tiny
from site_sync.domain.codes import canonical_barcode

if TYPE_CHECKING:
    from pos_app.hardware.pictures import Gray

ROTATION = (
    Preparation.AS_IS,
    Preparation.DOUBLE,
    Preparation.INVERTED,
    Preparation.LIGHTER,
    Preparation.DARKER,
    Preparation.SOFT,
    Preparation.SHARP,
    Preparation.LOCAL_CONTRAST,
)
ZBAR_EVERY = 6
REGION_FRAMES = 10
REGION_MARGIN = 0.4
FULL_LOOK_EVERY = 4
EQUAL_WITHIN_FRAMES = 30
STILL_AFTER_FRAMES = 45
STILL_LOOK_EVERY = 3


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels; right and bottom lie outside."""

    left: int
    top: int
    right: int
    bottom: int

    def grown(self, gray: Gray) -> Box:
        """Return the box with a margin around it, inside the picture."""
        rows, columns = gray.shape
        margin = round(max(self.right - self.left, self.bottom - self.top) * REGION_MARGIN) + 16
        return Box(
            max(0, self.left - margin),
            max(0, self.top - margin),
            min(columns, self.right + margin),
            min(rows, self.bottom + margin),
        )

    def placed(self, left: int, top: int, scale: float) -> Box:
        """Return the box in the picture it was cut from: first scaled, then moved."""
        return Box(
            left + round(self.left * scale),
            top + round(self.top * scale),
            left + round(self.right * scale),
            top + round(self.bottom * scale),
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """One code read in one picture: its text, whether it is a 1-D bar code, and where it stood."""

    text: str
    linear: bool
    box: Box


@dataclass(frozen=True, slots=True)
class _Region:
    """Where the last code stood, how it was read, and in which frame."""

    box: Box
    preparation: Preparation
    frame: int


def read_with_zxing(gray: Gray, *, upright: bool = False) -> list[Reading]:
    """Read every code zxing-cpp finds in a picture, dark on light ground.

    An `upright` look is cheaper: it still finds a QR code at any angle, but no bar code that stands on end.
    """
    import zxingcpp

    kinds = zxingcpp.BarcodeFormat
    linear = (kinds.EAN13, kinds.EAN8, kinds.UPCA, kinds.Code128)
    found = zxingcpp.read_barcodes(
        gray,
        formats=zxingcpp.BarcodeFormats([kinds.QRCode, *linear]),
        try_rotate=not upright,
        try_invert=False,
        text_mode=zxingcpp.TextMode.Plain,
    )
    readings = []
    for code in found:
        place = code.position
        corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        box = _box_around((corner.x, corner.y) for corner in corners)
        readings.append(_reading(code.text, linear=code.format in linear, box=box))
    return readings


def read_with_zbar(gray: Gray) -> list[Reading]:
    """Read every code zbar finds in a picture; the symbologies are named, or it invents codes."""
    from pyzbar import pyzbar

    kinds = pyzbar.ZBarSymbol
    readings = []
    for code in pyzbar.decode(gray, symbols=[kinds.QRCODE, kinds.EAN13, kinds.EAN8, kinds.CODE128]):
        box = _box_around((point.x, point.y) for point in code.polygon)
        text = code.data.decode("utf-8", "replace")
        readings.append(_reading(text, linear=code.type != kinds.QRCODE.name, box=box))
    return readings


def has_zbar() -> bool:
    """Tell whether the system's zbar library can be loaded."""
    try:
        import pyzbar.pyzbar  # noqa: F401
    except ImportError:
        return False
    return True


def _reading(text: str, *, linear: bool, box: Box) -> Reading:
    return Reading(canonical_barcode(text) if linear and text.isdigit() else text, linear, box)


def _box_around(points: Iterable[tuple[int, int]]) -> Box:
    across, down = zip(*points, strict=True)
    return Box(min(across), min(down), max(across) + 1, max(down) + 1)


class FrameReader:
    """Reads the codes of one camera, frame by frame, at a cost that leaves the till its processor.

    Each frame is prepared in one way, in turn. After a hit only the region around it is read, in the way that
    worked; every so often the whole picture still is. When nothing is read, zbar looks at half size now and
    then. A 1-D code counts when it was read alike in two frames. A picture that stands still is read less.
    """

    def __init__(self, *, zbar: bool = True) -> None:
        self._zbar = zbar
        self._frame = 0
        self._turn = 0
        self._region: _Region | None = None
        self._once: dict[str, int] = {}
        self._last_tiny: Gray | None = None
        self._moved_at = 0

    def read(self, gray: Gray) -> list[Reading]:
        """Return the codes that are certain in this frame."""
        self._frame += 1
        if self._is_still(gray) and self._frame % STILL_LOOK_EVERY:
            return []
        found = self._look_at_region(gray) or self._look_at_all(gray)
        return [reading for reading in found if not reading.linear or self._is_second_time(reading.text)]

    def _is_still(self, gray: Gray) -> bool:
        now = tiny(gray)
        if self._last_tiny is None or has_moved(self._last_tiny, now):
            self._moved_at = self._frame
            self._last_tiny = now
        return self._frame - self._moved_at > STILL_AFTER_FRAMES

    def _look_at_region(self, gray: Gray) -> list[Reading]:
        region = self._region
        if region is None or self._frame % FULL_LOOK_EVERY == 0:
            return []
        if self._frame - region.frame > REGION_FRAMES:
            self._region = None
            return []
        box = region.box.grown(gray)
        found = self._look(gray[box.top : box.bottom, box.left : box.right], region.preparation)
        placed = [replace(reading, box=reading.box.placed(box.left, box.top, 1)) for reading in found]
        return self._remember(placed, region.preparation)

    def _look_at_all(self, gray: Gray) -> list[Reading]:
        preparation = ROTATION[self._turn % len(ROTATION)]
        self._turn += 1
        found = self._look(gray, preparation)
        if not found and self._zbar and self._frame % ZBAR_EVERY == 0:
            second = read_with_zbar(half(gray))
            found = [replace(reading, box=reading.box.placed(0, 0, 2)) for reading in second]
            preparation = Preparation.AS_IS
        return self._remember(found, preparation)

    def _look(self, gray: Gray, preparation: Preparation) -> list[Reading]:
        found = read_with_zxing(prepare(gray, preparation), upright=preparation is not Preparation.AS_IS)
        shrink = 1 / preparation.scale
        return [replace(reading, box=reading.box.placed(0, 0, shrink)) for reading in found]

    def _remember(self, found: list[Reading], preparation: Preparation) -> list[Reading]:
        if found:
            self._region = _Region(found[0].box, preparation, self._frame)
        return found

    def _is_second_time(self, text: str) -> bool:
        before = self._once.get(text)
        self._once = {t: at for t, at in self._once.items() if self._frame - at < EQUAL_WITHIN_FRAMES}
        self._once[text] = self._frame
        return before is not None and 0 < self._frame - before < EQUAL_WITHIN_FRAMES
