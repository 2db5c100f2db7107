"""Series in the text format that Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

Labels = tuple[tuple[str, str], ...]
Values = Mapping[Labels, float]
ALONE: Labels = ()
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0)
"""Upper ends of a histogram of seconds; the design promises pages within 0.15."""
_ESCAPED = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class Histogram:
    """How often something took how long."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(BUCKETS) + 1)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        place = next((at for at, end in enumerate(BUCKETS) if seconds <= end), len(BUCKETS))
        self.counts[place] += 1
        self.total += seconds


def labelled(name: str, labels: Labels) -> str:
    """A series' name with its labels."""
    inner = ",".join(f'{label}="{value.translate(_ESCAPED)}"' for label, value in labels)
    return f"{name}{{{inner}}}" if inner else name


def number(value: float) -> str:
    """A value, without a fraction where it has none."""
    return str(int(value)) if value == int(value) else repr(round(value, 6))


def _head(name: str, kind: str, text: str) -> Iterator[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} {kind}"


def series(name: str, kind: str, text: str, values: Values) -> Iterator[str]:
    """A gauge or a counter, a line for each set of labels."""
    yield from _head(name, kind, text)
    for labels, value in values.items():
        yield f"{labelled(name, labels)} {number(value)}"


def histograms(name: str, text: str, values: Mapping[Labels, Histogram]) -> Iterator[str]:
    """Histograms: how many took at most so long, their sum and their count."""
    yield from _head(name, "histogram", text)
    for labels, found in values.items():
        below = 0
        for end, count in zip((*map(number, BUCKETS), "+Inf"), found.counts, strict=True):
            below += count
            yield f"{labelled(f'{name}_bucket', (*labels, ('le', end)))} {below}"
        yield f"{labelled(f'{name}_sum', labels)} {number(found.total)}"
        yield f"{labelled(f'{name}_count', labels)} {below}"
