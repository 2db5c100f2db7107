"""Codes are read out of real pictures and videos, whatever hands, phones and lamps do to them."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp

from pos_app.hardware import decoders
from pos_app.hardware.camera import Camera, CameraSettings
from pos_app.hardware.decoders import FrameReader, read_with_zbar, read_with_zxing
from pos_app.hardware.pictures import Preparation, prepare
from site_sync.domain.codes import bag_code, collect_code, encode_token
from site_sync.domain.numbers import till_number
from tests.bench.scenes import Picture, Scene, Showing, frames, label_picture, qr_picture, scene, write_video

ORDER = till_number("S01", "02", 318)
CODE = collect_code(ORDER, encode_token(bytes(range(16))))
ITEM = "4006381333931"


def on_counter(picture: Picture, *, left: int = 300, top: int = 200) -> Picture:
    """Lay a picture on an even gray counter of 1280 x 720."""
    counter = np.full((720, 1280), 128, dtype=np.uint8)
    rows, columns = picture.shape
    counter[top : top + rows, left : left + columns] = picture
    return counter


def first_read(reader: FrameReader, pictures: list[Picture]) -> tuple[int, str] | None:
    """The number of the frame in which something was read, and what."""
    for index, picture in enumerate(pictures):
        for reading in reader.read(picture):
            return index, reading.text
    return None


@pytest.mark.parametrize("showing", [way for way in Showing if way is not Showing.LABEL])
def test_a_video_of_a_customers_code_is_read(showing: Showing, tmp_path: Path) -> None:
    write_video(scene(CODE, showing, seed=11), tmp_path / "clip.avi")
    camera = Camera(CameraSettings(tmp_path / "clip.avi", paced=False), clock=lambda: 0.0)
    camera.open()
    reader = FrameReader()
    texts: list[str] = []
    while not texts and (gray := camera.read()) is not None:
        texts = [reading.text for reading in reader.read(gray)]
    camera.close()
    assert texts == [CODE]


def test_a_picture_out_of_an_e_mail_shown_on_a_phone_is_read(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "mail.png"), qr_picture(CODE, 11))
    shown = Scene("", Showing.PHONE, 4, picture=tmp_path / "mail.png")
    found = first_read(FrameReader(), list(frames(shown)))
    assert found is not None
    assert found[1] == CODE


def test_a_video_of_an_item_label_is_read() -> None:
    found = first_read(FrameReader(), list(frames(scene(ITEM, Showing.LABEL, 5))))
    assert found is not None
    assert found[1] == ITEM


def test_one_sight_of_a_bar_code_is_not_enough_and_two_are() -> None:
    reader = FrameReader(zbar=False)
    label = on_counter(label_picture(ITEM))
    empty = on_counter(np.full((4, 4), 128, dtype=np.uint8))
    assert reader.read(label) == []
    assert reader.read(empty) == []
    texts = {reading.text for _ in range(4) for reading in reader.read(label)}
    assert texts == {ITEM}


def test_two_sights_far_apart_are_not_equal_reads() -> None:
    reader = FrameReader(zbar=False)
    label = on_counter(label_picture(ITEM))
    empty = on_counter(np.full((4, 4), 128, dtype=np.uint8))
    assert reader.read(label) == []
    for _ in range(decoders.EQUAL_WITHIN_FRAMES // len(decoders.ROTATION) * len(decoders.ROTATION) + 7):
        assert reader.read(empty) == []
    assert reader.read(label) == []


def test_two_codes_in_one_picture_are_both_read() -> None:
    picture = on_counter(qr_picture(CODE, 6), left=60, top=60)
    bag = qr_picture(bag_code(ORDER, 2), 6)
    picture[100 : 100 + bag.shape[0], 800 : 800 + bag.shape[1]] = bag
    texts = {reading.text for reading in FrameReader().read(picture)}
    assert texts == {CODE, bag_code(ORDER, 2)}


def test_after_a_hit_the_region_is_read_the_way_that_worked() -> None:
    reader = FrameReader(zbar=False)
    dark = on_counter((255 - qr_picture(CODE, 4)).astype(np.uint8))
    hits = [bool(reader.read(dark)) for _ in range(12)]
    first = hits.index(True)
    full_looks = [at for at in range(first + 1, 12) if (at + 1) % decoders.FULL_LOOK_EVERY == 0]
    assert all(hits[at] for at in range(first + 1, 12) if at not in full_looks)


def test_a_reading_says_where_the_code_stood() -> None:
    picture = on_counter(qr_picture(CODE, 4), left=700, top=300)
    for preparation in (Preparation.AS_IS, Preparation.DOUBLE):
        box = read_with_zxing(prepare(picture, preparation))[0].box.placed(0, 0, 1 / preparation.scale)
        assert (abs(box.left - 716) < 4, abs(box.top - 316) < 4) == (True, True)
    reader = FrameReader()
    boxes = [reading.box for _ in range(3) for reading in reader.read(picture)]
    assert len(boxes) == 3
    assert all(abs(box.left - 716) < 4 and abs(box.right - box.left - 4 * 29) < 8 for box in boxes)


@pytest.mark.parametrize("preparation", list(Preparation))
def test_every_preparation_keeps_a_plain_code_readable(preparation: Preparation) -> None:
    code = qr_picture(CODE, 5)
    if preparation is Preparation.INVERTED:
        code = (255 - code).astype(np.uint8)
    prepared = prepare(on_counter(code), preparation)
    assert prepared.shape == (720 * preparation.scale, 1280 * preparation.scale)
    assert [reading.text for reading in read_with_zxing(prepared)] == [CODE]


def test_zbar_reads_what_it_is_asked_for() -> None:
    assert decoders.has_zbar()
    assert [reading.text for reading in read_with_zbar(on_counter(qr_picture(CODE, 5)))] == [CODE]
    label = read_with_zbar(on_counter(label_picture(ITEM)))
    assert [(reading.text, reading.linear) for reading in label] == [(ITEM, True)]


def test_a_us_bar_code_has_one_text_by_both_decoders() -> None:
    drawn = zxingcpp.create_barcode("036000291452", zxingcpp.BarcodeFormat.UPCA).to_image(scale=3)
    picture = on_counter(np.pad(np.array(drawn, dtype=np.uint8), 30, constant_values=255))
    for read in (read_with_zxing, read_with_zbar):
        assert [reading.text for reading in read(picture)] == ["0036000291452"]


def test_noise_and_an_untidy_counter_hold_no_codes() -> None:
    rng = np.random.default_rng(1)
    reader = FrameReader()
    for _ in range(30):
        noise = rng.integers(0, 256, (360, 640), dtype=np.uint8)
        assert reader.read(cv2.resize(noise, (1280, 720)).astype(np.uint8)) == []


def test_a_code_that_comes_into_a_still_picture_is_read_at_once() -> None:
    reader = FrameReader()
    empty = on_counter(np.full((4, 4), 128, dtype=np.uint8))
    for _ in range(decoders.STILL_AFTER_FRAMES + 20):
        assert reader.read(empty) == []
    found = first_read(reader, list(frames(Scene(CODE, Showing.PAPER, 3, speed=10.0))))
    assert found is not None
    assert found[0] < 20
