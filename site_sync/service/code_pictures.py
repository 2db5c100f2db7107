"""The QR code of an order as a picture: PNG for messages, SVG for the page."""

from __future__ import annotations

import io

import qrcode
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.image.pil import PilImage

BORDER = 4
"""Quiet zone in modules, as the standard asks."""


def _code(text: str) -> qrcode.QRCode[PilImage]:
    """An ordinary QR code: the text is all capitals and digits, so its modules stay few and big."""
    code: qrcode.QRCode[PilImage] = qrcode.QRCode(
        error_correction=ERROR_CORRECT_Q, box_size=8, border=BORDER, image_factory=PilImage
    )
    code.add_data(text)
    code.make(fit=True)
    return code


def png(text: str) -> bytes:
    """The code as a PNG, black on white, eight pixels a module."""
    out = io.BytesIO()
    _code(text).make_image(fill_color="black", back_color="white").save(out, "PNG")
    return out.getvalue()


def svg(text: str) -> str:
    """The code as one SVG path on white, without styles or scripts; what holds it gives it its name."""
    matrix = _code(text).get_matrix()
    size = len(matrix)
    path: list[str] = []
    for y, row in enumerate(matrix):
        x = 0
        while x < size:
            run = 0
            while x + run < size and row[x + run]:
                run += 1
            if run:
                path.append(f"M{x} {y}h{run}v1h-{run}z")
            x += run + 1
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges" '
        f'aria-hidden="true"><rect width="{size}" height="{size}" fill="#fff"/>'
        f'<path fill="#000" d="{"".join(path)}"/></svg>'
    )
