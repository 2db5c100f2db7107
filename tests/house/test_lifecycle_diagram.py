"""The drawing of the lifecycle in the documents is that of the table."""

import pytest

from tests.house.lifecycle_diagram import DOCUMENT, with_drawing


def test_the_document_shows_the_table_as_it_is() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    assert with_drawing(document) == document, "run python -m tests.house.lifecycle_diagram"


def test_a_document_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="lifecycle:begin"):
        with_drawing("# Architecture")
