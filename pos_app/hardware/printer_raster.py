"""Lines of text and codes drawn as dots with the shipped typeface."""

from __future__ import annotations

import logging
import unicodedata
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

from pos_app.hardware.printer_layout import BarSymbol, Line, QrSymbol
from pos_app.hardware.printer_profile import LINE_DOTS, PrinterProfile
from pos_app.hardware.printer_symbols import bar_modules, qr_modules
from pos_app.hardware.printer_text import cell_width, cells
from site_sync.domain.documents.blocks import Align

_log = logging.getLogger(__name__)
FONTS = Path(__file__).resolve().parents[2] / "resources" / "till" / "fonts"
BAR_HEIGHT = 80
"""Dots a bar code is high (10 mm)."""

_WHITE, _BLACK = 255, 0
_EM_PER_CELL = 0.602
"""Advance of every character of DejaVu Sans Mono, in ems."""


@lru_cache(maxsize=32)
def _font(size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    name = "DejaVuSansMono-Bold.ttf" if bold else "DejaVuSansMono.ttf"
    return ImageFont.truetype(str(FONTS / name), size)


def draw_line(line: Line, profile: PrinterProfile) -> Image.Image:
    """The line in greys, white ground, as wide as the paper prints and as high as the line is."""
    height = LINE_DOTS * line.high
    cell = profile.cell * line.wide
    picture = Image.new("L", (profile.dots, height), _WHITE)
    left = _start(line, profile)
    for cluster in _clusters(line.text):
        width = cells(cluster) * cell
        if cluster.strip():
            glyph = _glyph(cluster, (width, height), cell, bold=line.bold)
            picture.paste(_BLACK, (left - cell // 4, 0), ImageOps.invert(glyph))
        left += width
    return picture


def _start(line: Line, profile: PrinterProfile) -> int:
    room = profile.dots - cells(line.text) * profile.cell * line.wide
    if line.align is Align.CENTRE:
        return max(0, room // 2)
    return max(0, room) if line.align is Align.RIGHT else 0


def _clusters(text: str) -> list[str]:
    """Characters, each with the marks set on it."""
    clusters: list[str] = []
    for character in text:
        if clusters and cell_width(character) == 0:
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


@lru_cache(maxsize=2048)
def _glyph(cluster: str, box: tuple[int, int], cell: int, *, bold: bool) -> Image.Image:
    """One character in its cell and a quarter cell on both sides, where wide letters reach over.

    A cell taller than wide is drawn square first, then stretched upwards.
    """
    width, height = box
    over = cell // 4
    rule = _rule(cluster, (width + 2 * over, height))
    if rule is not None:
        return rule
    square = LINE_DOTS * cell // 12
    picture = Image.new("L", (width + 2 * over, square), _WHITE)
    baseline = square * 0.74
    font = _font(round(cell / _EM_PER_CELL), bold=bold)
    ImageDraw.Draw(picture).text((over, baseline), cluster, fill=_BLACK, font=font, anchor="ls")
    return picture if square == height else picture.resize((picture.width, height), Image.Resampling.BICUBIC)


def _rule(cluster: str, box: tuple[int, int]) -> Image.Image | None:
    """The line-drawing characters of a rule join without gaps."""
    if cluster not in {"─", "═"}:
        return None
    width, height = box
    picture = Image.new("L", box, _WHITE)
    pen = ImageDraw.Draw(picture)
    middle = height // 2
    for top in (middle,) if cluster == "─" else (middle - 3, middle + 2):
        pen.rectangle((0, top, width, top + 1), fill=_BLACK)
    return picture


def draw_qr(symbol: QrSymbol, profile: PrinterProfile) -> Image.Image:
    """The QR code in the middle of the paper with its quiet zone above and below."""
    rows = qr_modules(symbol.data)
    quiet = 4 * symbol.dots
    side = len(rows) * symbol.dots
    picture = Image.new("L", (profile.dots, side + 2 * quiet), _WHITE)
    small = Image.new("L", (len(rows), len(rows)))
    small.putdata([_BLACK if dark else _WHITE for row in rows for dark in row])
    picture.paste(small.resize((side, side), Image.Resampling.NEAREST), ((profile.dots - side) // 2, quiet))
    return picture


def draw_bars(symbol: BarSymbol, profile: PrinterProfile) -> Image.Image:
    """The bar code in the middle of the paper."""
    modules = bar_modules(symbol.kind, symbol.data)
    width = len(modules) * symbol.dots
    picture = Image.new("L", (profile.dots, BAR_HEIGHT), _WHITE)
    small = Image.new("L", (len(modules), 1))
    small.putdata([_BLACK if dark else _WHITE for dark in modules])
    picture.paste(
        small.resize((width, BAR_HEIGHT), Image.Resampling.NEAREST), ((profile.dots - width) // 2, 0)
    )
    return picture


def fit_picture(picture: Image.Image, profile: PrinterProfile) -> Image.Image:
    """A logo made to fit the paper, on white, in the middle."""
    flat = Image.new("RGB", picture.size, (_WHITE, _WHITE, _WHITE))
    rgba = picture.convert("RGBA")
    flat.paste(rgba, mask=rgba.getchannel("A"))
    grey = flat.convert("L")
    if grey.width > profile.dots:
        height = max(1, grey.height * profile.dots // grey.width)
        grey = grey.resize((profile.dots, height), Image.Resampling.LANCZOS)
    ground = Image.new("L", (profile.dots, grey.height), _WHITE)
    ground.paste(grey, ((profile.dots - grey.width) // 2, 0))
    return ground


def on_paper(line: Line, profile: PrinterProfile) -> bool:
    """Whether the printer's own font has every character of the line in its code page."""
    try:
        encoded = line.text.encode(profile.code_page)
    except UnicodeEncodeError:
        return False
    return len(encoded) == len(line.text) == cells(unicodedata.normalize("NFC", line.text))


def open_picture(name: str, folder: Path | None) -> Image.Image | None:
    """The picture kept under a name, or None with a word in the log: paper without a logo is still paper."""
    if folder is None or not name.replace("-", "").replace("_", "").isalnum():
        _log.warning("no picture named %r", name)
        return None
    try:
        with Image.open(folder / f"{name}.png") as picture:
            picture.load()
            return picture.copy()
    except (OSError, UnidentifiedImageError) as error:
        _log.warning("picture %r cannot be read: %s", name, error)
        return None
