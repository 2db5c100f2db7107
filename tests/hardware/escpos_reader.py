"""An ESC/POS printer for tests that knows nothing of our encoder and shows what its bytes put on paper.

It behaves like the forgetful printers: after a reset or a change of font the code page is the printer's first
one again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from pos_app.hardware.printer_raster import FONTS

CODE_PAGES = {0: "cp437", 2: "cp850", 16: "cp1252", 18: "cp852", 19: "cp858"}
CELL, HIGH, LEADING = 12, 24, 30


@dataclass(frozen=True)
class PrintedText:
    text: str
    align: str
    wide: int
    high: int
    bold: bool


@dataclass(frozen=True)
class PrintedImage:
    align: str
    picture: Image.Image


@dataclass(frozen=True)
class PrintedQr:
    align: str
    data: str
    dots: int
    level: str


@dataclass(frozen=True)
class Fed:
    lines: int


@dataclass(frozen=True)
class Knife:
    part: bool


@dataclass(frozen=True)
class Drawer:
    pin: int


Printed = PrintedText | PrintedImage | PrintedQr | Fed | Knife | Drawer


@dataclass
class EscposReader:
    """Feed it all bytes of one job; `printed` is then what happened, in order."""

    data: bytes
    columns: int
    printed: list[Printed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._at = 0
        self._qr: dict[str, object] = {}
        self._reset()
        commands: dict[bytes, Callable[[], None]] = {
            b"\x1b@": self._reset, b"\x1bt": self._code_page, b"\x1ba": self._align, b"\x1bE": self._bold,
            b"\x1bM": self._font, b"\x1bR": self._skip_one, b"\x1b2": self._nothing, b"\x1bd": self._feed,
            b"\x1bp": self._drawer, b"\x1c.": self._nothing, b"\x1d!": self._size, b"\x1dV": self._cut,
            b"\x1dv": self._raster, b"\x1d(": self._function, b"\x1dr": self._skip_one,
            b"\x10\x04": self._skip_one,
        }  # fmt: skip
        while self._at < len(self.data):
            command = commands.get(self.data[self._at : self._at + 2])
            if command is None:
                self._text()
            else:
                self._at += 2
                command()

    def _take(self, count: int) -> bytes:
        taken = self.data[self._at : self._at + count]
        assert len(taken) == count, "the job ends inside a command"
        self._at += count
        return taken

    def _one(self) -> int:
        return self._take(1)[0]

    def _nothing(self) -> None:
        """A command without arguments that leaves nothing on paper."""

    def _skip_one(self) -> None:
        self._one()

    def _reset(self) -> None:
        self.page, self.align, self.bold, self.wide, self.high = 0, "left", False, 1, 1

    def _font(self) -> None:
        assert self._one() == 0
        self.page = 0

    def _code_page(self) -> None:
        self.page = self._one()

    def _align(self) -> None:
        self.align = ("left", "centre", "right")[self._one()]

    def _bold(self) -> None:
        self.bold = bool(self._one())

    def _size(self) -> None:
        size = self._one()
        self.wide, self.high = (size >> 4) + 1, (size & 15) + 1

    def _feed(self) -> None:
        self.printed.append(Fed(self._one()))

    def _drawer(self) -> None:
        pin, on, off = self._take(3)
        assert 0 < on <= 255
        assert 0 < off <= 255
        self.printed.append(Drawer({0: 2, 1: 5}[pin]))

    def _cut(self) -> None:
        self.printed.append(Knife({0: False, 1: True}[self._one()]))

    def _raster(self) -> None:
        assert self._take(2) == b"0\x00"
        across = int.from_bytes(self._take(2), "little")
        high = int.from_bytes(self._take(2), "little")
        bits = self._take(across * high)
        picture = Image.frombytes("1", (across * 8, high), bytes(byte ^ 0xFF for byte in bits))
        self.printed.append(PrintedImage(self.align, picture))

    def _function(self) -> None:
        assert self._take(1) == b"k", "only QR codes are known"
        body = self._take(int.from_bytes(self._take(2), "little"))
        assert body[:1] == b"1"
        function, arguments = body[1], body[2:]
        if function == 67:
            self._qr["dots"] = arguments[0]
        elif function == 69:
            self._qr["level"] = "LMQH"[arguments[0] - 48]
        elif function == 80:
            self._qr["data"] = arguments[1:].decode()
        elif function == 81:
            dots, level = self._qr["dots"], self._qr["level"]
            assert isinstance(dots, int)
            self.printed.append(PrintedQr(self.align, str(self._qr["data"]), dots, str(level)))
        else:
            assert function == 65

    def _text(self) -> None:
        end = self.data.index(b"\n", self._at)
        raw = self.data[self._at : end]
        assert not any(byte < 32 or byte == 127 for byte in raw), f"control bytes in text: {raw!r}"
        self._at = end + 1
        text = raw.decode(CODE_PAGES[self.page])
        assert len(text) * self.wide <= self.columns, f"wider than the paper: {text!r}"
        self.printed.append(PrintedText(text, self.align, self.wide, self.high, self.bold))

    def texts(self) -> list[str]:
        """The lines the printer wrote with its own letters."""
        return [each.text for each in self.printed if isinstance(each, PrintedText)]

    def images(self) -> list[Image.Image]:
        """Everything that came as dots."""
        return [each.picture for each in self.printed if isinstance(each, PrintedImage)]

    def paper(self) -> Image.Image:
        """The paper as it hangs out of the printer."""
        dots = {32: 384, 48: 576, 42: 512}[self.columns]
        strips = [strip for each in self.printed if (strip := _drawn(each, dots)) is not None]
        paper = Image.new("L", (dots + 64, sum(strip.height for strip in strips) + 64), 255)
        top = 32
        for strip in strips:
            paper.paste(strip, (32, top))
            top += strip.height
        return paper


def _drawn(each: Printed, dots: int) -> Image.Image | None:
    if isinstance(each, PrintedText):
        return _written(each, dots)
    if isinstance(each, PrintedImage):
        return _placed(each.picture.convert("L"), each.align, dots)
    if isinstance(each, PrintedQr):
        code = zxingcpp.create_barcode(each.data, zxingcpp.BarcodeFormat.QRCode, ec_level=each.level)
        small = Image.fromarray(code.to_image(scale=1, add_quiet_zones=False))
        side = small.width * each.dots
        return _placed(small.resize((side, side), Image.Resampling.NEAREST), each.align, dots)
    if isinstance(each, Fed):
        return Image.new("L", (dots, each.lines * LEADING), 255)
    return None


def _placed(picture: Image.Image, align: str, dots: int) -> Image.Image:
    room = dots - picture.width
    assert room >= 0, "wider than the paper"
    strip = Image.new("L", (dots, picture.height), 255)
    strip.paste(picture, ({"left": 0, "centre": room // 2, "right": room}[align], 0))
    return strip


def _written(text: PrintedText, dots: int) -> Image.Image:
    cell, high = CELL * text.wide, HIGH * text.high
    line = Image.new("L", (max(cell * len(text.text), 1), max(LEADING, high)), 255)
    font = ImageFont.truetype(
        str(FONTS / ("DejaVuSansMono-Bold.ttf" if text.bold else "DejaVuSansMono.ttf")), 20
    )
    for number, character in enumerate(text.text):
        glyph = Image.new("L", (CELL, HIGH), 255)
        ImageDraw.Draw(glyph).text((0, 0), character, fill=0, font=font)
        line.paste(glyph.resize((cell, high)), (number * cell, 0))
    return _placed(line, text.align, dots)
