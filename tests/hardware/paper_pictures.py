"""Pictures of every paper from the bytes a printer gets: `python -m tests.hardware.paper_pictures FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from pos_app.hardware.printer_escpos import encode
from pos_app.hardware.printer_layout import lay_out
from pos_app.hardware.printer_profile import PAPER_58, PAPER_80, PrinterProfile
from site_sync.domain.documents.blocks import Document
from tests.domain.document_samples import every_paper
from tests.hardware.escpos_reader import EscposReader

WIDTHS = {"80": PAPER_80, "58": PAPER_58}
LANGUAGES = {"80": "en", "58": "da"}
GAP = 24


def drawn(document: Document, profile: PrinterProfile) -> Image.Image:
    """The paper as printed."""
    return EscposReader(encode(lay_out(document, profile), profile), profile.columns).paper()


def sheet(papers: list[Image.Image]) -> Image.Image:
    """Papers side by side on grey, top edges level."""
    width = sum(paper.width for paper in papers) + GAP * (len(papers) + 1)
    height = max(paper.height for paper in papers) + 2 * GAP
    ground = Image.new("L", (width, height), 200)
    left = GAP
    for paper in papers:
        ground.paste(paper.convert("L"), (left, GAP))
        left += paper.width + GAP
    return ground


def main(folder: Path) -> None:
    """Write a picture of each paper on each width."""
    folder.mkdir(parents=True, exist_ok=True)
    for width, profile in WIDTHS.items():
        for name, document in every_paper(LANGUAGES[width]).items():
            drawn(document, profile).convert("1").save(folder / f"{name}-{width}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
