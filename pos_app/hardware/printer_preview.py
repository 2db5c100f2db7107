"""A layout as a picture of the paper, for screens and for the preview printer."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import assert_never

from PIL import Image

from pos_app.hardware.printer_layout import (
    BarSymbol,
    CutHere,
    Feed,
    Line,
    Picture,
    Piece,
    QrSymbol,
    lay_out,
)
from pos_app.hardware.printer_profile import LINE_DOTS, PrinterProfile
from pos_app.hardware.printer_raster import draw_bars, draw_line, draw_qr, fit_picture, open_picture
from site_sync.domain.documents.blocks import Document

_MARGIN = 32
_WHITE = 255
_KNIFE_GREY = 190


def render(pieces: Sequence[Piece], profile: PrinterProfile, pictures: Path | None = None) -> Image.Image:
    """The whole strip of paper in greys, with the margins a roll has."""
    strips = [strip for piece in pieces if (strip := _strip(piece, profile, pictures)) is not None]
    height = sum(strip.height for strip in strips) + 2 * _MARGIN
    paper = Image.new("L", (profile.dots + 2 * _MARGIN, height), _WHITE)
    top = _MARGIN
    for strip in strips:
        paper.paste(strip, (_MARGIN, top))
        top += strip.height
    return paper


def preview_png(document: Document, profile: PrinterProfile, pictures: Path | None = None) -> bytes:
    """The document as a PNG, as it would leave a printer of this profile."""
    memory = io.BytesIO()
    pieces = lay_out(document, profile)
    if isinstance(pieces[-1], CutHere):
        pieces = pieces[:-1]
    render(pieces, profile, pictures).save(memory, format="PNG")
    return memory.getvalue()


def _strip(piece: Piece, profile: PrinterProfile, pictures: Path | None) -> Image.Image | None:
    match piece:
        case Line():
            return draw_line(piece, profile)
        case QrSymbol():
            return draw_qr(piece, profile)
        case BarSymbol():
            return draw_bars(piece, profile)
        case Picture():
            found = open_picture(piece.name, pictures)
            return None if found is None else fit_picture(found, profile)
        case Feed():
            return Image.new("L", (profile.dots, LINE_DOTS * piece.lines), _WHITE) if piece.lines else None
        case CutHere():
            return _knife(profile)
        case _:
            assert_never(piece)


def _knife(profile: PrinterProfile) -> Image.Image:
    """A dashed line where the paper is cut."""
    strip = Image.new("L", (profile.dots, 2 * LINE_DOTS), _WHITE)
    for left in range(0, profile.dots, 16):
        strip.paste(_KNIFE_GREY, (left, LINE_DOTS, left + 8, LINE_DOTS + 2))
    return strip
