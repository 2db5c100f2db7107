"""A recorded phone is read by the camera's own reader, an empty counter by nobody."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import qrcode

from pos_app.hardware.camera import Camera, CameraSettings
from pos_app.hardware.decoders import FrameReader, has_zbar
from pos_app.hardware.recording import NotWritten, Showing, codes_in, record

TEXT = "CO1.S01-02-000315-7.ZWOHNDJVNMDR5ZW26VJJIUHC6U"
SHORT = Showing(seconds=1.2)


def _code() -> bytes:
    memory = io.BytesIO()
    code = qrcode.QRCode(border=4)
    code.add_data(TEXT)
    code.make_image().save(memory)
    return memory.getvalue()


def _read(video: Path) -> set[str]:
    camera = Camera(CameraSettings(source=video, paced=False), clock=lambda: 0.0)
    reader = FrameReader(zbar=has_zbar())
    camera.open()
    seen: set[str] = set()
    while (gray := camera.read()) is not None:
        seen |= {reading.text for reading in reader.read(gray)}
    camera.close()
    return seen


def test_a_phone_held_before_the_camera_is_read(tmp_path: Path) -> None:
    video = tmp_path / "counter.avi"
    record(_code(), video, SHORT)
    assert _read(video) == {TEXT}


def test_an_empty_counter_has_no_code(tmp_path: Path) -> None:
    video = tmp_path / "counter.avi"
    record(None, video, SHORT)
    assert _read(video) == set()


def test_a_picture_tells_its_codes(tmp_path: Path) -> None:
    picture = tmp_path / "code.png"
    picture.write_bytes(_code())
    assert codes_in(picture) == [TEXT]


def test_what_is_no_picture_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(NotWritten, match=r"none\.png"):
        codes_in(tmp_path / "none.png")
    with pytest.raises(NotWritten, match="no picture of a code"):
        record(b"no picture", tmp_path / "counter.avi", SHORT)


def test_a_video_that_cannot_be_written_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(NotWritten, match=r"counter\.avi"):
        record(None, tmp_path / "missing" / "counter.avi", SHORT)
