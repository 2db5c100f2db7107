"""A measured figure beside its limit or peer, and the table of all of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One line of the table: what was measured, against what, and whether it is as good as it must be.

    `value` and `peer` are in `unit`; `ratio` is value / peer. `limit` bounds the ratio, from above unless
    `at_least`.
    """

    name: str
    value: float
    peer: float
    unit: str
    limit: float
    at_least: bool = False
    note: str = ""

    @property
    def ratio(self) -> float:
        """The figure over its peer."""
        return self.value / self.peer if self.peer else float("inf")

    @property
    def kept(self) -> bool:
        """Whether the limit is kept."""
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit

    def line(self) -> str:
        """The figure as a line of the table."""
        bound = f"{'>=' if self.at_least else '<='} {self.limit:g}"
        word = "ok" if self.kept else "MISSED"
        sums = f"{self.value:>10.2f} / {self.peer:>9.2f} {self.unit:<9}"
        return f"{self.name:<52} {sums} = {self.ratio:>6.2f}  {bound:<8} {word}  {self.note}"


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which that share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def write(figures: Iterable[Figure], path: Path) -> None:
    """Keep the figures as JSON, beside those kept before that were not measured again."""
    rows = [asdict(figure) | {"ratio": figure.ratio, "kept": figure.kept} for figure in figures]
    measured = {row["name"] for row in rows}
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    rows = [row for row in before if row["name"] not in measured] + rows
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
