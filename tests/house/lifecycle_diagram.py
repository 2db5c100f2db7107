"""Draws the transition table into docs/architecture.md, when run as a module."""

from collections.abc import Iterator

from site_sync.domain.commands import ActKind
from site_sync.domain.lifecycle.table import COLUMNS, TABLE, Row
from site_sync.domain.orders import Bucket
from tests.house.source import ROOT

DOCUMENT = ROOT / "docs" / "architecture.md"
BEGIN = "<!-- lifecycle:begin -->"
END = "<!-- lifecycle:end -->"


def main() -> None:
    """Write the drawing into the document, between its marks."""
    DOCUMENT.write_text(with_drawing(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")


def with_drawing(document: str) -> str:
    """Return `document` with a fresh drawing between its marks."""
    before, mark, rest = document.partition(BEGIN)
    _, end_mark, after = rest.partition(END)
    if not mark or not end_mark:
        raise ValueError(f"the document has no {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{drawing()}{END}{after}"


def drawing() -> str:
    """Return how units move as a Mermaid flow chart, then the table itself."""
    lines = ["", "```mermaid", "flowchart LR", *_flow_chart(), "```", "", *_table(), ""]
    return "\n".join(lines) + "\n"


def _flow_chart() -> Iterator[str]:
    yield from (f"    {bucket.value}([{_words(bucket.value)}])" for bucket in Bucket)
    acts: dict[tuple[Bucket, Bucket], list[ActKind]] = {}
    for act, row in TABLE.items():
        for move in row.moves:
            acts.setdefault(move, []).append(act)
    for (origin, target), moving in acts.items():
        yield f"    {origin.value} -- {', '.join(_words(act.value) for act in moving)} --> {target.value}"


def _table() -> Iterator[str]:
    stages = [_words(stage.value) if stage else "new" for stage in COLUMNS]
    yield f"| act | {' | '.join(stages)} | right |"
    yield f"|---|{':-:|' * len(stages)}---|"
    for act, row in TABLE.items():
        marks = ["●" if stage in row.stages else "" for stage in COLUMNS]
        yield f"| {_words(act.value)} | {' | '.join(marks)} | {_right(row)} |"


def _right(row: Row) -> str:
    if row.right is None:
        return "–"
    on_quotes = f", quotes `{row.quote_right.value}`" if row.quote_right else ""
    return f"`{row.right.value}`{on_quotes}"


def _words(code: str) -> str:
    return code.replace("_", " ")


if __name__ == "__main__":
    main()
