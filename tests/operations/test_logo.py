"""The store's logo on paper: from its record to the dots of the printer."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image as Picture
from PIL import ImageDraw

from pos_app.hardware.printer_escpos import encode
from pos_app.hardware.printer_layout import lay_out
from pos_app.hardware.printer_profile import PAPER_58, PAPER_80, PrinterProfile
from pos_app.operations import printing
from site_sync.domain.documents.blocks import Document, Image
from site_sync.domain.shop import Store
from site_sync.protocol.changes import RecordKind
from tests.desks import BOSS, Bench
from tests.fixtures.logs import ExpectedLogs
from tests.hardware.escpos_reader import EscposReader
from tests.operations.test_orders import saved
from tests.operations.test_printing import printed


def logo() -> str:
    """A black disc on white as the site keeps it."""
    picture = Picture.new("1", (200, 100), 1)
    ImageDraw.Draw(picture).ellipse((60, 10, 140, 90), fill=0)
    memory = io.BytesIO()
    picture.save(memory, format="PNG")
    return base64.b64encode(memory.getvalue()).decode()


def _with_logo(bench: Bench, kept: str) -> Document:
    bench.tell(RecordKind.STORE, "S01", Store("S01", "Harbour", logo=kept))
    (paper,) = printed(bench, saved(bench).jobs)
    return paper


@pytest.mark.parametrize("profile", [PAPER_58, PAPER_80], ids=lambda each: each.name)
def test_the_logo_of_the_store_heads_its_papers(bench: Bench, profile: PrinterProfile) -> None:
    paper = _with_logo(bench, logo())
    assert isinstance(paper.blocks[0], Image)
    data = encode(lay_out(paper, profile), profile, bench.store.pictures.folder)
    drawn = EscposReader(data, profile.columns).images()[0].convert("L")
    black = drawn.histogram()[0]
    assert abs(black - 5_026) < 300, "a disc of forty dots' radius"


def test_another_logo_is_another_picture_and_the_old_one_can_still_be_copied(bench: Bench) -> None:
    first = printing.stationery(bench.desk, BOSS).logo
    assert first == ""
    _with_logo(bench, logo())
    name = printing.stationery(bench.desk, BOSS).logo
    other = base64.b64encode(base64.b64decode(logo()) + b"\x00").decode()
    bench.tell(RecordKind.STORE, "S01", Store("S01", "Harbour", logo=other))
    assert printing.stationery(bench.desk, BOSS).logo not in ("", name)
    assert (bench.store.pictures.folder / f"{name}.png").exists()


def test_what_is_no_picture_leaves_papers_without_one(bench: Bench, expected_logs: ExpectedLogs) -> None:
    expected_logs.expect("the logo cannot be kept, papers go without")
    assert not isinstance(_with_logo(bench, "not base64!").blocks[0], Image)
