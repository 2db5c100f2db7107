"""What every paper says, line by line, as an independent reader sees it; run as a module to write it anew."""

from __future__ import annotations

from pathlib import Path

import zxingcpp

from pos_app.hardware.printer_escpos import encode
from pos_app.hardware.printer_layout import lay_out
from pos_app.hardware.printer_profile import PAPER_58, PAPER_80, PAPER_80_42, PrinterProfile
from site_sync.domain.documents.blocks import Document
from tests.domain.document_samples import every_paper
from tests.hardware.escpos_reader import Drawer, EscposReader, Fed, Knife, PrintedImage, PrintedText

FOLDER = Path(__file__).with_name("golden")
VARIANTS = {
    "de-58": ("de", PAPER_58),
    "da-58": ("da", PAPER_58),
    "en-80": ("en", PAPER_80),
    "de-80-42": ("de", PAPER_80_42),
}


def spoken(document: Document, profile: PrinterProfile) -> str:
    """The paper as text: letters as printed, codes as decoded, a drawn line as its place."""
    reader = EscposReader(encode(lay_out(document, profile), profile), profile.columns)
    lines: list[str] = []
    for each in reader.printed:
        if isinstance(each, PrintedText):
            lines.append(_line(each, profile.columns))
        elif isinstance(each, PrintedImage):
            codes = [f"<{found.format.name} {found.text}>" for found in zxingcpp.read_barcodes(each.picture)]
            lines.append(" ".join(codes) or f"<drawn {each.picture.height}>")
        elif isinstance(each, Drawer):
            lines.append(f"<drawer {each.pin}>")
        elif isinstance(each, Fed):
            lines.extend([""] * each.lines)
        elif isinstance(each, Knife):
            lines.append("<cut>")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _line(text: PrintedText, columns: int) -> str:
    """A line with its size and weight in front, in the place it stands."""
    width = columns // text.wide
    placed = {"left": text.text, "centre": text.text.center(width), "right": text.text.rjust(width)}[
        text.align
    ]
    return f"{text.wide}{text.high}{'B' if text.bold else ' '}|{placed}"


def written(variant: str) -> str:
    """All papers of one language and width."""
    language, profile = VARIANTS[variant]
    papers = every_paper(language).items()
    return "".join(f"=== {name}\n{spoken(document, profile)}" for name, document in papers)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in VARIANTS:
        (FOLDER / f"{each}.txt").write_text(written(each), encoding="utf-8")
