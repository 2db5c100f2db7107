"""A layout as ESC/POS bytes; the owner of python-escpos."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, assert_never

from escpos.capabilities import Profile
from escpos.constants import CODEPAGE_CHANGE, QR_ECLEVEL_Q
from escpos.printer import Dummy
from PIL import Image

from pos_app.hardware.printer_layout import BarSymbol, CutHere, Feed, Line, Picture, Piece, QrSymbol
from pos_app.hardware.printer_profile import PrinterProfile
from pos_app.hardware.printer_raster import (
    draw_bars,
    draw_line,
    draw_qr,
    fit_picture,
    on_paper,
    open_picture,
)
from site_sync.domain.documents.blocks import Align

_ALIGN = {Align.LEFT: "left", Align.CENTRE: "center", Align.RIGHT: "right"}
_LEAVE_KANJI_MODE = b"\x1c."
_COUNTRY_USA = b"\x1bR\x00"
"""Otherwise some printers show other signs for # $ @ [ ]."""
_NATIVE_QR_LIMIT = 16


class _Capabilities(Profile):  # type: ignore[misc]
    """Our profile in the library's words; without a known width it writes remarks to the standard output."""

    def __init__(self, profile: PrinterProfile) -> None:
        super().__init__(columns=profile.columns, features={"paperFullCut": True, "paperPartCut": True})
        media = {"width": {"pixels": profile.dots, "mm": "Unknown"}}
        self.profile_data: dict[str, object] = {**Profile.profile_data, "media": media}


class _Encoder:
    """Writes pieces to a printer in memory; selects the code page again whenever the printer forgot it."""

    def __init__(self, profile: PrinterProfile, pictures: Path | None) -> None:
        self._profile = profile
        self._pictures = pictures
        self._memory: Any = Dummy(profile=_Capabilities(profile))

    @property
    def bytes_written(self) -> bytes:
        written: bytes = self._memory.output
        return written

    def begin(self) -> None:
        self._memory.hw("INIT")
        self._memory._raw(_LEAVE_KANJI_MODE + _COUNTRY_USA)
        self._memory.line_spacing()

    def write(self, piece: Piece) -> None:
        match piece:
            case Line():
                self._line(piece)
            case QrSymbol():
                self._qr(piece)
            case BarSymbol():
                self._image(draw_bars(piece, self._profile))
            case Picture():
                self._picture(piece)
            case Feed():
                if piece.lines:
                    self._memory.print_and_feed(piece.lines)
            case CutHere():
                self._cut()
            case _:
                assert_never(piece)

    def _style(self, line: Line) -> None:
        self._memory.set(
            align=_ALIGN[line.align],
            font="a",
            bold=line.bold,
            custom_size=True,
            width=line.wide,
            height=line.high,
        )
        self._memory._raw(CODEPAGE_CHANGE + bytes([self._profile.code_page_number]))

    def _line(self, line: Line) -> None:
        if on_paper(line, self._profile):
            self._style(line)
            self._memory._raw(line.text.encode(self._profile.code_page) + b"\n")
        else:
            self._image(draw_line(line, self._profile))

    def _qr(self, symbol: QrSymbol) -> None:
        if not self._profile.native_qr or symbol.dots > _NATIVE_QR_LIMIT:
            self._image(draw_qr(symbol, self._profile))
            return
        self._style(Line("", align=Align.CENTRE))
        self._memory.print_and_feed(1)
        self._memory.qr(symbol.data, ec=QR_ECLEVEL_Q, size=symbol.dots, native=True)
        self._memory.print_and_feed(1)

    def _picture(self, picture: Picture) -> None:
        found = open_picture(picture.name, self._pictures)
        if found is not None:
            self._image(fit_picture(found, self._profile))

    def _image(self, picture: Image.Image) -> None:
        self._style(Line(""))
        dots = picture.point(lambda grey: 255 if grey > 140 else 0).convert("1", dither=Image.Dither.NONE)
        self._memory.image(dots, impl="bitImageRaster", fragment_height=960)

    def _cut(self) -> None:
        if self._profile.cutter:
            self._memory.cut(mode="PART")
        else:
            self._memory.print_and_feed(5)

    def kick(self, pin: int) -> None:
        self._memory.cashdraw(pin)


def encode(pieces: Sequence[Piece], profile: PrinterProfile, pictures: Path | None = None) -> bytes:
    """ESC/POS for a whole layout; `pictures` is the folder that holds `NAME.png` for each picture block."""
    encoder = _Encoder(profile, pictures)
    encoder.begin()
    for piece in pieces:
        encoder.write(piece)
    return encoder.bytes_written


def drawer_pulse(profile: PrinterProfile) -> bytes:
    """The pulse that opens the drawer on this printer; nothing where none hangs on it."""
    if profile.drawer_pin is None:
        return b""
    encoder = _Encoder(profile, None)
    encoder.kick(profile.drawer_pin)
    return encoder.bytes_written
