"""A recorded camera and a typed burst come out of the router as told-apart scans."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QThread
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from pos_app.background.scanning import CameraFeed, ScanRouter
from pos_app.hardware.camera import CameraSettings, CameraTrouble
from site_sync.domain.codes import Scan, ScanKind, ScanSettings, bag_code, collect_code, encode_token
from site_sync.domain.numbers import till_number
from tests.bench.scenes import Scene, Showing, write_video

ORDER = till_number("S01", "02", 318)
TOKEN = encode_token(bytes(range(16)))
CODE = collect_code(ORDER, TOKEN)
WAIT_MS = 10_000


class HandClock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One second of a customer's slip before the camera."""
    path = tmp_path_factory.mktemp("clips") / "slip.avi"
    write_video(Scene(CODE, Showing.PAPER, seed=2, seconds=1.0), path)
    return path


@pytest.fixture
def feed() -> Iterator[CameraFeed]:
    """A feed that retries quickly, and leaves no thread behind."""
    made = CameraFeed(time.monotonic, back_off=(0.02,))
    yield made
    assert made.close()
    assert camera_threads() == 0


def camera_threads() -> int:
    return sum(thread.name == "camera" for thread in threading.enumerate())


def heard(signal: object) -> list[object]:
    got: list[object] = []
    signal.connect(lambda *values: got.extend(values))  # type: ignore[attr-defined]
    return got


def until(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=WAIT_MS)


def test_a_code_before_the_camera_is_a_scan(qtbot: QtBot, feed: CameraFeed, clip: Path) -> None:
    router = ScanRouter(ScanSettings(), time.monotonic)
    feed.code.connect(router.take)
    scans = heard(router.scanned)
    with qtbot.waitSignal(feed.ended, timeout=WAIT_MS):
        feed.start(CameraSettings(clip, paced=False))
    assert [(s.kind, s.order_number, s.token) for s in scans if isinstance(s, Scan)] == [
        (ScanKind.COLLECT_CODE, ORDER, TOKEN)
    ]
    assert not feed.is_running


def test_the_screen_gets_pictures_in_its_own_thread(qtbot: QtBot, feed: CameraFeed, clip: Path) -> None:
    threads: list[bool] = []
    pictures: list[QImage] = []
    feed.frame.connect(lambda picture: pictures.append(picture))
    feed.frame.connect(lambda _: threads.append(QThread.currentThread().isMainThread()))
    feed.start(CameraSettings(clip, loop=True))
    until(qtbot, lambda: len(pictures) >= 3)
    assert (pictures[0].width(), pictures[0].height()) == (640, 360)
    assert pictures[0].isGrayscale()
    assert all(threads)


def test_an_ignored_screen_does_not_pile_up_pictures(qtbot: QtBot, feed: CameraFeed, clip: Path) -> None:
    pictures = heard(feed.frame)
    feed.start(CameraSettings(clip, paced=False))
    for thread in threading.enumerate():
        if thread.name == "camera":
            thread.join(WAIT_MS / 1000)
    with qtbot.waitSignal(feed.ended, timeout=WAIT_MS):
        pass
    assert len(pictures) == 1


def test_stopped_nothing_comes_any_more(qtbot: QtBot, feed: CameraFeed, clip: Path) -> None:
    pictures = heard(feed.frame)
    feed.start(CameraSettings(clip, loop=True, paced=False))
    until(qtbot, lambda: len(pictures) >= 2)
    feed.stop()
    seen = len(pictures)
    assert feed.close()
    QCoreApplication.processEvents()
    assert len(pictures) == seen
    assert not feed.is_running


def test_started_again_and_again_there_is_one_thread(qtbot: QtBot, feed: CameraFeed, clip: Path) -> None:
    pictures = heard(feed.frame)
    for _ in range(5):
        feed.start(CameraSettings(clip, loop=True))
    until(qtbot, lambda: len(pictures) >= 1 and camera_threads() == 1)


def test_a_camera_that_is_plugged_in_later_is_found(
    qtbot: QtBot, feed: CameraFeed, clip: Path, tmp_path: Path
) -> None:
    troubles, codes, opened = heard(feed.failed), heard(feed.code), []
    feed.opened.connect(lambda: opened.append(True))
    later = tmp_path / "later.avi"
    feed.start(CameraSettings(later, loop=True, paced=False))
    until(qtbot, lambda: bool(troubles))
    (tmp_path / "part").write_bytes(clip.read_bytes())
    (tmp_path / "part").rename(later)
    until(qtbot, lambda: bool(codes))
    assert (opened, codes) == ([True], [CODE])
    assert troubles == [CameraTrouble.NOT_FOUND.value]


def test_a_camera_that_is_unplugged_is_taken_up_again(
    qtbot: QtBot, feed: CameraFeed, clip: Path, tmp_path: Path
) -> None:
    """A looping video is opened anew at its end: taking the file away is pulling the plug."""
    troubles, opened = heard(feed.failed), []
    feed.opened.connect(lambda: opened.append(True))
    plugged, away = tmp_path / "camera.avi", tmp_path / "away.avi"
    plugged.write_bytes(clip.read_bytes())
    feed.start(CameraSettings(plugged, loop=True, paced=False))
    until(qtbot, lambda: bool(opened))
    plugged.rename(away)
    until(qtbot, lambda: troubles == [CameraTrouble.NOT_FOUND.value])
    away.rename(plugged)
    until(qtbot, lambda: len(opened) == 2)
    assert feed.is_running
    assert len(troubles) == 1


def test_the_router_drops_doubles_of_camera_and_scanner(qtbot: QtBot) -> None:
    clock = HandClock()
    router = ScanRouter(ScanSettings(), clock)
    scans = heard(router.scanned)
    router.take(CODE)
    clock.now += 0.2
    router.take("]Q1" + CODE.lower() + "\r")
    clock.now += 0.1
    router.take(bag_code(ORDER, 1))
    clock.now += 0.15
    router.take(CODE)
    kinds = [scan.kind for scan in scans if isinstance(scan, Scan)]
    assert kinds == [ScanKind.COLLECT_CODE, ScanKind.BAG, ScanKind.COLLECT_CODE]


def test_an_unknown_code_comes_out_and_is_counted(qtbot: QtBot) -> None:
    router = ScanRouter(ScanSettings(), HandClock())
    scans = heard(router.scanned)
    router.take("what is this?")
    router.take(ORDER)
    assert [scan.shown for scan in scans if isinstance(scan, Scan)] == ["what is this?", ORDER]
    assert router.counts == {ScanKind.UNKNOWN: 1, ScanKind.ORDER_NUMBER: 1}


def test_new_settings_tell_codes_apart_from_then_on(qtbot: QtBot) -> None:
    router = ScanRouter(ScanSettings(), HandClock())
    scans = heard(router.scanned)
    router.take("77001")
    router.use(ScanSettings(member_prefixes=("77",)))
    router.take("77002")
    kinds = [scan.kind for scan in scans if isinstance(scan, Scan)]
    assert kinds == [ScanKind.UNKNOWN, ScanKind.MEMBER_CARD]
