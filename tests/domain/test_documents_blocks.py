"""Documents survive being stored, and copies say what they are."""

from __future__ import annotations

import json

import pytest

from site_sync.domain.documents.blocks import (
    Align,
    Block,
    Code,
    CodeKind,
    Columns,
    Cut,
    Document,
    DocumentKind,
    Image,
    Pair,
    Rule,
    Size,
    Space,
    Table,
    TableColumn,
    Text,
    as_copy,
    blocks_on_paper,
)
from site_sync.domain.documents.codec import DocumentUnreadable, Json, from_data, to_data

EVERY_BLOCK: tuple[Block, ...] = (
    Text("Łódź ελ €", Align.RIGHT, Size.HUGE, bold=True),
    Columns((Pair("Tent", "129,90", bold=True, size=Size.LARGE), Pair("", ""))),
    Table(
        (TableColumn("Shelf"), TableColumn("Item", Align.CENTRE, grows=True)), (("A-1", "Sock"),), bold=True
    ),
    Code(CodeKind.EAN13, "4006381333931", "below"),
    Rule(heavy=True),
    Space(3),
    Image("logo"),
    Cut(),
    Text("second part"),
)
DOCUMENT = Document(DocumentKind.QUOTE, "Quote", EVERY_BLOCK, language="da", open_drawer=True)


def test_a_document_comes_back_from_json_as_it_was() -> None:
    assert from_data(json.loads(json.dumps(to_data(DOCUMENT)))) == DOCUMENT


@pytest.mark.parametrize(
    "damage",
    [
        {"kind": "poster"},
        {"title": 3},
        {"blocks": "none"},
        {"blocks": [7]},
        {"blocks": [{"block": "exec"}]},
        {"blocks": [{"block": "text", "text": "a", "align": "up", "size": "normal", "bold": False}]},
        {"blocks": [{"block": "rule", "heavy": 1}]},
        {"blocks": [{"block": "space", "lines": True}]},
        {"blocks": [{"block": "table", "columns": [], "rows": [], "bold": False}]},
        {"blocks": [{"block": "table", "columns": [], "rows": [[1]], "bold": False}]},
        {"copy_number": "1"},
    ],
)
def test_damaged_data_is_refused(damage: dict[str, Json]) -> None:
    with pytest.raises(DocumentUnreadable):
        from_data(to_data(DOCUMENT) | damage)


def test_only_plain_values_are_stored() -> None:
    odd = Document(DocumentKind.QUOTE, "Quote", (Text(1.5),))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        to_data(odd)


def test_data_that_is_no_object_is_refused() -> None:
    with pytest.raises(DocumentUnreadable):
        from_data(["document"])


@pytest.mark.parametrize(
    ("language", "word"), [("en", "COPY 2"), ("de", "KOPIE / COPY 2"), ("da", "KOPI / COPY 2")]
)
def test_a_copy_says_so_with_its_number_on_every_part(language: str, word: str) -> None:
    original = Document(DocumentKind.QUOTE, "Quote", EVERY_BLOCK, language=language, open_drawer=True)
    copy = as_copy(original, 2)
    texts = [block.text for block in blocks_on_paper(copy) if isinstance(block, Text)]
    assert [word in text for text in texts] == [True, False, True, False]
    assert not copy.open_drawer
    assert blocks_on_paper(original) == EVERY_BLOCK


def test_copies_are_numbered_from_one() -> None:
    with pytest.raises(ValueError):
        as_copy(DOCUMENT, 0)


def test_a_table_wants_one_growing_column_and_whole_rows() -> None:
    with pytest.raises(ValueError):
        Table((TableColumn("a"), TableColumn("b")), ())
    with pytest.raises(ValueError):
        Table((TableColumn("a", grows=True),), (("1", "2"),))
