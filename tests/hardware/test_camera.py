"""A recorded video is a camera: its frames come gray, newest first, at its own pace, once or looping."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from pos_app.hardware.camera import Camera, CameraFailed, CameraSettings, CameraTrouble, camera_source

FRAMES, FPS = 20, 10


class HandClock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video whose n-th frame is as light as 10 n."""
    path = tmp_path_factory.mktemp("camera") / "steps.avi"
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (64, 48))
    for index in range(FRAMES):
        video.write(np.full((48, 64, 3), 10 * index, dtype=np.uint8))
    video.release()
    return path


def number(camera: Camera) -> int | None:
    gray = camera.read()
    if gray is None:
        return None
    assert gray.shape == (48, 64)
    return round(float(gray.mean()) / 10)


def opened(settings: CameraSettings, clock: HandClock) -> Camera:
    camera = Camera(settings, clock)
    camera.open()
    return camera


def test_unpaced_gives_every_frame_once_then_the_end(steps: Path) -> None:
    camera = opened(CameraSettings(steps, paced=False), HandClock())
    assert [number(camera) for _ in range(FRAMES + 1)] == [*range(FRAMES), None]
    assert camera.wait_s() == 0.0
    camera.close()


def test_paced_waits_for_the_next_frame(steps: Path) -> None:
    clock = HandClock()
    camera = opened(CameraSettings(steps), clock)
    assert camera.wait_s() == 0.0
    assert number(camera) == 0
    assert camera.wait_s() == pytest.approx(1 / FPS)
    clock.now += 1 / FPS
    assert camera.wait_s() == pytest.approx(0.0)
    assert number(camera) == 1
    camera.close()


def test_a_slow_reader_gets_the_newest_frame(steps: Path) -> None:
    clock = HandClock()
    camera = opened(CameraSettings(steps), clock)
    assert number(camera) == 0
    clock.now += 1.23
    assert number(camera) == 12
    clock.now += 60
    assert number(camera) is None
    camera.close()


def test_a_loop_begins_again(steps: Path) -> None:
    camera = opened(CameraSettings(steps, loop=True, paced=False), HandClock())
    seen = [number(camera) for _ in range(2 * FRAMES + 3)]
    assert seen == [*range(FRAMES), *range(FRAMES), 0, 1, 2]
    camera.close()


def test_a_paced_loop_begins_again_at_its_own_pace(steps: Path) -> None:
    clock = HandClock()
    camera = opened(CameraSettings(steps, loop=True), clock)
    clock.now += 60
    assert number(camera) == 0
    assert camera.wait_s() == pytest.approx(1 / FPS)
    camera.close()


@pytest.mark.parametrize("source", [Path("no-such-video.avi"), 97])
def test_a_missing_camera_is_not_found(source: int | Path) -> None:
    with pytest.raises(CameraFailed) as failed:
        Camera(CameraSettings(source), HandClock()).open()
    assert failed.value.trouble is CameraTrouble.NOT_FOUND


def test_a_file_that_is_no_video_is_not_found(tmp_path: Path) -> None:
    path = tmp_path / "notes.avi"
    path.write_text("not a video")
    with pytest.raises(CameraFailed) as failed:
        Camera(CameraSettings(path), HandClock()).open()
    assert failed.value.trouble is CameraTrouble.NOT_FOUND


def test_a_closed_camera_is_lost_until_it_is_opened_again(steps: Path) -> None:
    camera = opened(CameraSettings(steps, paced=False), HandClock())
    camera.close()
    with pytest.raises(CameraFailed) as failed:
        camera.read()
    assert failed.value.trouble is CameraTrouble.LOST
    camera.open()
    assert number(camera) == 0
    camera.close()


@pytest.mark.parametrize(
    ("text", "source"), [("0", 0), ("/dev/video2", 2), ("clip.avi", Path("clip.avi")), ("²", Path("²"))]
)
def test_a_setting_names_a_device_or_a_video(text: str, source: int | Path) -> None:
    assert camera_source(text) == source
