"""A store's logo as its receipts print it: black on white, no wider than the widest paper."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from threading import Lock

from PIL import Image, ImageOps

MOST_BYTES = 900_000
WIDEST, HIGHEST = 512, 240
"""Dots of the logo: what 80 mm paper has room for, and a hand's breadth of it."""
_MOST_PIXELS = 25_000_000
_DRAWING = Lock()
"""One picture at a time: the largest takes some hundred megabytes while it is drawn."""
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error)
"""What Pillow says of a picture whose bytes are not what its head says."""


class NoLogo(ValueError):
    """What was sent is no picture that could be printed; says why."""


def printable(sent: bytes) -> str:
    """The picture as a small PNG in base64, as the store's record keeps it; raises NoLogo."""
    if not sent or len(sent) > MOST_BYTES:
        raise NoLogo(f"Send a picture of at most {MOST_BYTES // 1_000} kB.")
    try:
        with Image.open(io.BytesIO(sent), formats=("PNG", "JPEG", "GIF", "WEBP")) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise NoLogo("The picture has too many pixels.")
            with _DRAWING:
                drawn = _on_white(picture)
    except NoLogo:
        raise
    except (*_DAMAGED, Image.DecompressionBombError) as error:
        raise NoLogo("Send a PNG, JPEG, GIF or WebP picture.") from error
    memory = io.BytesIO()
    drawn.save(memory, format="PNG", optimize=True)
    return base64.b64encode(memory.getvalue()).decode()


def _on_white(picture: Image.Image) -> Image.Image:
    """Flat, within the paper, and black or white: printers know no grey."""
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    upright.thumbnail((WIDEST, HIGHEST), Image.Resampling.LANCZOS)
    flat = Image.new("RGBA", upright.size, "white")
    flat.alpha_composite(upright)
    return flat.convert("L").convert("1")


def png_of(kept: str) -> bytes:
    """The kept logo as a file."""
    return base64.b64decode(kept)
