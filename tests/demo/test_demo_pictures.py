"""Every picture of the demo shop is drawn by Qt, stays inside its frame and can take an item's colour."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

PICTURES = sorted((Path(__file__).resolve().parents[2] / "resources" / "demo" / "pictures").glob("*.svg"))
BODY_COLOUR = "#4a7a96"
SIDE = 96


def draw(text: str) -> QImage:
    """The picture at its own size on nothing."""
    renderer = QSvgRenderer(QByteArray(text.encode()))
    assert renderer.isValid()
    image = QImage(SIDE, SIDE, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


@pytest.mark.parametrize("path", PICTURES, ids=[path.stem for path in PICTURES])
def test_picture_is_drawn_inside_its_frame(path: Path) -> None:
    image = draw(path.read_text(encoding="utf-8"))
    inked = [(x, y) for x in range(SIDE) for y in range(SIDE) if image.pixelColor(x, y).alpha() > 20]
    assert len(inked) > SIDE * SIDE // 12
    assert all(0 < x < SIDE - 1 and 0 < y < SIDE - 1 for x, y in inked)


@pytest.mark.parametrize("path", PICTURES, ids=[path.stem for path in PICTURES])
def test_picture_takes_the_colour_of_an_item(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert BODY_COLOUR in text
    assert draw(text) != draw(text.replace(BODY_COLOUR, "#b5483c"))


def test_there_are_pictures_enough() -> None:
    assert len(PICTURES) >= 30
