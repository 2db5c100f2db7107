"""How many counter clips the till reads, how soon and at what cost, against zxing-cpp and zbar alone."""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import zxingcpp
from pyzbar import pyzbar

from pos_app.hardware.decoders import FrameReader
from site_sync.domain.codes import collect_code, encode_token
from site_sync.domain.numbers import till_number
from tests.bench.figures import Figure
from tests.bench.scenes import FPS, Picture, Scene, Showing, frames, scene

CLIPS = 2 * len(Showing)
"""Every way of showing twice."""
MOST_WORK = 3.0
"""Both libraries look at a frame, the second one only where the first saw nothing."""
ITEM = "4006381333931"
FORMATS = zxingcpp.BarcodeFormats(
    [
        zxingcpp.BarcodeFormat.QRCode,
        zxingcpp.BarcodeFormat.EAN13,
        zxingcpp.BarcodeFormat.EAN8,
        zxingcpp.BarcodeFormat.UPCA,
        zxingcpp.BarcodeFormat.Code128,
    ]
)
SYMBOLS = [
    pyzbar.ZBarSymbol.QRCODE,
    pyzbar.ZBarSymbol.EAN13,
    pyzbar.ZBarSymbol.EAN8,
    pyzbar.ZBarSymbol.CODE128,
]
Read = Callable[[Picture], list[str]]


@dataclass(frozen=True)
class Row:
    """What one reader did: clips read, in all and by way of showing, wrong texts, seconds to the first read,
    CPU ms per frame looked at."""

    reader: str
    clips: int
    read: int
    wrong: int
    median_s: float
    p90_s: float
    ms_per_frame: float
    core_percent: float
    by_way: dict[Showing, int]


@dataclass(frozen=True)
class _Try:
    first_read_s: float | None
    cpu_s: float
    looked_at: int
    wrong: int


def run() -> list[Figure]:
    """What the till's reader does against the better of the two libraries it is made of."""
    till, *alone = rows()
    best = max(alone, key=lambda row: row.read)
    others = ", ".join(f"{row.read} by {row.reader}" for row in alone)
    note = f"of {till.clips} clips; {others}"
    return [
        Figure("camera: clips read", till.read, best.read, "clips", 1.0, at_least=True, note=note),
        Figure("camera: work per frame", till.ms_per_frame, best.ms_per_frame, "ms", MOST_WORK),
        Figure("camera: share of a core", till.core_percent, 100.0, "%", 1.0),
    ]


def clips(count: int = CLIPS) -> list[Scene]:
    """Return the seeded clips, every way of showing equally often."""
    ways = list(Showing)
    return [_clip(ways[index % len(ways)], index) for index in range(count)]


def rows(count: int = CLIPS) -> list[Row]:
    """Show the same clips to every reader; a slow one misses frames, as before a live camera."""
    cv2.setNumThreads(1)
    readers: dict[str, Callable[[], Read]] = {"till": _till, "zxing-cpp alone": _zxing, "zbar alone": _zbar}
    tries: dict[str, list[_Try]] = {name: [] for name in readers}
    for made in clips(count):
        pictures = list(frames(made))
        for name, fresh in readers.items():
            tries[name].append(_watch(fresh(), pictures, made.text))
    shown = [made.showing for made in clips(count)]
    return [_row(name, shown, done) for name, done in tries.items()]


def _clip(showing: Showing, seed: int) -> Scene:
    token = encode_token(seed.to_bytes(1, "big") * 16)
    text = ITEM if showing is Showing.LABEL else collect_code(till_number("S01", "02", 300 + seed), token)
    return scene(text, showing, seed)


def _watch(read: Read, pictures: list[Picture], text: str) -> _Try:
    """Show one clip at 30 frames a second of the reader's own CPU time, until it is read."""
    now = cpu = 0.0
    looked_at = wrong = index = 0
    while index < len(pictures):
        begun = time.thread_time()
        found = read(pictures[index])
        took = time.thread_time() - begun
        cpu, looked_at, now = cpu + took, looked_at + 1, max(now, index / FPS) + took
        wrong += sum(1 for other in found if other != text)
        if text in found:
            return _Try(now, cpu, looked_at, wrong)
        index = max(index + 1, int(now * FPS))
    return _Try(None, cpu, looked_at, wrong)


def _row(name: str, shown: list[Showing], done: list[_Try]) -> Row:
    times = sorted(one.first_read_s for one in done if one.first_read_s is not None)
    cpu_ms = 1000 * sum(one.cpu_s for one in done) / sum(one.looked_at for one in done)
    return Row(
        reader=name,
        clips=len(done),
        read=len(times),
        wrong=sum(one.wrong for one in done),
        median_s=statistics.median(times),
        p90_s=times[int(0.9 * (len(times) - 1))],
        ms_per_frame=cpu_ms,
        core_percent=min(100.0, cpu_ms * FPS / 10),
        by_way={
            way: sum(
                one.first_read_s is not None for one, seen in zip(done, shown, strict=True) if seen is way
            )
            for way in Showing
        },
    )


def _till() -> Read:
    reader = FrameReader()
    return lambda gray: [reading.text for reading in reader.read(gray)]


def _zxing() -> Read:
    return lambda gray: [code.text for code in zxingcpp.read_barcodes(gray, formats=FORMATS)]


def _zbar() -> Read:
    return lambda gray: [code.data.decode() for code in pyzbar.decode(gray, symbols=SYMBOLS)]


def main() -> None:
    """Print the tables; an argument sets how many clips are shown."""
    found = rows(int(sys.argv[1]) if len(sys.argv) > 1 else CLIPS)
    print(
        f"{'reader':<16} {'read':>8} {'wrong':>6} {'median':>8} {'p90':>7} {'ms/frame':>9} {'of a core':>10}"
    )
    for row in found:
        soon = f"{row.median_s:>6.2f} s {row.p90_s:>5.2f} s"
        cost = f"{row.ms_per_frame:>9.1f} {row.core_percent:>8.0f} %"
        print(f"{row.reader:<16} {row.read:>4}/{row.clips:<3} {row.wrong:>6} {soon} {cost}")
    for way in Showing:
        print(f"{way:<16} " + ", ".join(f"{row.by_way[way]} {row.reader}" for row in found))


if __name__ == "__main__":
    main()
